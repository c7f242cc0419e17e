// A tenant's side of a worker thread: gives it calls, and answers what the component asks.

import {readFile} from "node:fs/promises";
import {Worker} from "node:worker_threads";
import type {Journal} from "./journal.js";
import type {Outcome} from "./outcome.js";
import type {Answers, FromWorker, Question, Setup, Task, ToWorker} from "./protocol.js";
import type {Route} from "./route.js";
import {TokenError, type Tokens} from "./tokens.js";
import {type ErrorCode, MAX_BODY, type Transport} from "./transport.js";

/** A worker whose instance has more memory than this is replaced after its call, in bytes. */
const MOST_MEMORY = 128 * 1024 * 1024;

/** The parts of the component, compiled once for all workers of the process. */
let modules: Promise<Record<string, WebAssembly.Module>> | undefined;

function compiled(): Promise<Record<string, WebAssembly.Module>> {
  modules ??= (async () => {
    const directory = new URL("./component/", import.meta.url);
    const names: string[] = JSON.parse(await readFile(new URL("modules.json", directory), "utf8"));
    const compile = async (name: string) => [name, await WebAssembly.compile(await readFile(new URL(name, directory)))];
    return Object.fromEntries(await Promise.all(names.map(compile)));
  })();
  // What cannot be read now may be there for the next worker.
  modules.catch(() => (modules = undefined));
  return modules;
}

/** What belongs to one tenant. */
export interface Tenant {
  route: Route;
  tokens: Tokens;
  transport: Transport;
  journal: Journal;
  setup: Pick<Setup, "environment" | "maxAttempts" | "certificateAuthorities" | "onBehalfOf" | "recordCalls">;
}

/** How a call ended: with one of the contract's records, without any, or before it began. */
export type Ended = {reply?: unknown; failure?: unknown; stopped?: string; refused?: Outcome};

/** A call that is running. */
export interface Running {
  task: Task;
  input: string;
  signal: AbortSignal;
  /** After this the worker is stopped, in milliseconds. */
  most: number;
  /** The caller's `deadline_ms`, if `input` has what the wait for a worker has left of it. */
  deadline: number | null;
  /** Set by this module: what the requests of the call tell, if it ends without a failure. */
  sent: number;
  key: string | null;
}

/** A worker thread. */
export class Instance {
  /** Whether it can make another call. */
  usable = true;
  readonly #counter = new SharedArrayBuffer(4);
  #worker: Worker | undefined;
  #call: {running: Running; end: (ended: Ended) => void; requests: Map<number, AbortController>} | undefined;

  constructor(readonly tenant: Tenant) {}

  /** Makes a call. One at a time. */
  async run(running: Running): Promise<Ended> {
    const worker = (this.#worker ??= await this.#start());
    return new Promise((resolve) => {
      const limit = setTimeout(() => end({stopped: `the call took longer than ${running.most} ms`}), running.most);
      const aborted = () => {
        call.requests.forEach((request) => request.abort());
        this.#tell({kind: "abort"});
      };
      const end = (ended: Ended) => {
        if (this.#call !== call) return;
        this.#call = undefined;
        clearTimeout(limit);
        running.signal.removeEventListener("abort", aborted);
        call.requests.forEach((request) => request.abort());
        if (ended.stopped !== undefined) void this.close();
        worker.unref();
        resolve(ended);
      };
      const call = {running, end, requests: new Map<number, AbortController>()};
      this.#call = call;
      // The process lives until the call has ended, and not longer for the sake of an idle worker.
      worker.ref();
      running.signal.addEventListener("abort", aborted, {once: true});
      const {task, input} = running;
      this.#tell({kind: "call", task, input, token: this.tenant.tokens.current});
      if (running.signal.aborted) aborted();
    });
  }

  /** Stops the worker. */
  async close(): Promise<void> {
    this.usable = false;
    await this.#worker?.terminate();
  }

  async #start(): Promise<Worker> {
    const workerData: Setup = {modules: await compiled(), counter: this.#counter, ...this.tenant.setup};
    const worker = new Worker(new URL("./worker.js", import.meta.url), {workerData, env: {}, execArgv: [], name: "paypal-connector"});
    worker.on("message", (message: FromWorker) => this.#hear(message));
    worker.on("error", (error) => this.#lost(error.message));
    worker.on("exit", () => this.#lost("the worker thread has ended"));
    return worker;
  }

  #lost(message: string): void {
    this.usable = false;
    this.#call?.end({stopped: `the component has crashed: ${message}`});
  }

  #tell(message: ToWorker): void {
    this.#worker?.postMessage(message);
    const counter = new Int32Array(this.#counter);
    Atomics.add(counter, 0, 1);
    Atomics.notify(counter, 0);
  }

  #hear(message: FromWorker): void {
    const call = this.#call;
    if (!call) return;
    switch (message.kind) {
      case "question": {
        const {id, question} = message;
        void this.#answer(id, question).then((result) => {
          if (this.#call === call) this.#tell({kind: "answer", id, result});
        });
        break;
      }
      case "cancel":
        call.requests.get(message.id)?.abort();
        break;
      case "result":
        if (message.bytes > MOST_MEMORY) void this.close();
        call.end(message);
        break;
      case "crash":
        this.#lost(message.message);
    }
  }

  async #answer(id: number, question: Question): Promise<Answers[keyof Answers]> {
    const {tokens, journal} = this.tenant;
    try {
      switch (question.ask) {
        case "token":
          return {ok: await unlessAborted(tokens.obtain(question.rejected), this.#call?.running.signal)};
        case "append":
          return {ok: await journal.append(question.subject, question.entry)};
        case "entries":
          return {ok: await journal.entries(question.subject)};
        case "send":
          return await this.#send(id, question.request);
      }
    } catch (error) {
      const words = error instanceof Error ? error.message : "it failed";
      if (question.ask === "append" || question.ask === "entries") return {error: `the journal: ${words}`};
      // A message of an error that is not made for it may have a secret in it.
      if (error instanceof TokenError) return {error: {tag: error.reason, val: words}};
      return {error: {tag: "unreachable", val: "the token source has failed"}};
    }
  }

  /** Sends what the policy allows. The token is put in here. */
  async #send(id: number, request: Extract<Question, {ask: "send"}>["request"]): Promise<Answers["send"]> {
    const call = this.#call;
    const allowed = this.tenant.route.allow(request);
    if (!call || !allowed || call.running.signal.aborted) return {error: {tag: "HTTP-request-denied"}};
    if (request.body.length > MAX_BODY) return {error: {tag: "HTTP-request-body-size"}};
    const headers = Object.fromEntries(request.headers.map(([name, value]) => [name.toLowerCase(), value]));
    if (allowed.token) {
      const real = this.tenant.tokens.reveal(headers["authorization"] ?? "");
      if (real === undefined) return {error: {tag: "HTTP-request-denied"}};
      headers["authorization"] = real;
    }
    const key = headers["paypal-request-id"] ?? null;
    const controller = new AbortController();
    call.requests.set(id, controller);
    call.running.key = key ?? call.running.key;
    call.running.sent += 1;
    const {method, path, body, timeouts} = request;
    try {
      const outgoing = {origin: allowed.origin, method, path, headers, body, timeouts};
      // A write without a key goes by a connection of its own: on a used one, that PayPal closes it just then would be a lost
      // answer.
      const answer = await this.tenant.transport.send(outgoing, method === "GET" || key !== null, controller.signal);
      return {ok: this.tenant.tokens.redacted(answer)};
    } catch (error) {
      // Any other error is a mistake of this package, and nobody knows what was sent before it.
      return {error: typeof (error as ErrorCode).tag === "string" ? (error as ErrorCode) : {tag: "internal-error"}};
    } finally {
      call.requests.delete(id);
    }
  }
}

/** Waits no longer for a token than the caller does. It is obtained all the same, for the next call. */
function unlessAborted<T>(token: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  return new Promise((resolve, reject) => {
    const aborted = () => reject(new TokenError("unreachable", "the caller has aborted the call"));
    if (signal?.aborted) aborted();
    signal?.addEventListener("abort", aborted, {once: true});
    token.then(resolve, reject).finally(() => signal?.removeEventListener("abort", aborted));
  });
}
