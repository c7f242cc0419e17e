// One tenant's PayPal: its connection, its journal, and the worker threads that make its calls.

import {ACTIONS, type ActionId, type Actions, type Resources} from "./generated/actions.js";
import type {Delegation} from "./delegation.js";
import {type Ended, Instance, type Running, type Tenant} from "./instance.js";
import {type Journal, MemoryJournal} from "./journal.js";
import {type Choices, type ConnectionReport, type Failure, failed, type Outcome, type Trigger, type Wanted} from "./outcome.js";
import type {Task} from "./protocol.js";
import {outcome, triggerOf, type WitChoices, type WitReport, type WitTrigger} from "./record.js";
import {type Environment, Route} from "./route.js";
import {type TokenSource, Tokens} from "./tokens.js";
import {Transport} from "./transport.js";

/** A tenant's connection, and what it may use. */
export interface PayPalOptions {
  /** `live` moves real money. */
  environment: Environment;
  /** Where its access tokens come from: `clientCredentials`, `staticToken`, or your own. */
  tokens: TokenSource;
  /** For money, give one that lasts. By default a `MemoryJournal`, which forgets when the process ends. */
  journal?: Journal | undefined;
  /**
   * Whether calls that move money are noted in the journal before they are sent, so that `calls.unresolved` lists those that a
   * crash has cut off. A call that cannot be noted is not sent. By default true, but false with a `MemoryJournal`.
   */
  recordCalls?: boolean | undefined;
  /**
   * On whose behalf it acts: a partner for a seller. Each request for which PayPal takes it says so, unless its call has an
   * `auth_assertion` of its own. By default, and for all others, that is the account that the tokens are for.
   */
  onBehalfOf?: Delegation | undefined;
  /** A simulator on this machine in PayPal's place, such as `http://127.0.0.1:4010`. */
  baseUrl?: string | undefined;
  /** Certificates in PEM, trusted besides the connector's own for the signatures of events: a simulator's. */
  certificateAuthorities?: string[];
  /** How often one request may be sent, 1 or more; 1 if you repeat calls yourself. By default 4. */
  maxAttempts?: number;
  /** The most worker threads, and so calls at once: 1 to 25, by default 4. Each starts when it is needed. */
  workers?: number;
  /** The most calls that wait for a worker, by default 1000. Further ones fail as `rate-limited`. */
  maxWaiting?: number;
  /** A worker that has made no call for so long is ended, in milliseconds; by default a minute. */
  idleMs?: number;
  /** A call without `deadline_ms` is stopped after so long, in milliseconds; by default 15 minutes. */
  maxCallMs?: number;
}

/** Options of one call. */
export interface CallOptions {
  /**
   * Ends the call soon. What is on its way may still reach PayPal: the outcome says whether. If nothing was sent, it is the
   * failure `denied` with the name `ABORTED`.
   */
  signal?: AbortSignal | undefined;
}

interface Waiting {
  running: Running;
  /** When the call was made, by `performance.now()`. */
  since: number;
  /** Its `deadline_ms`, if that is valid. */
  deadline: number | undefined;
  /** Ends the wait at the deadline. */
  timer?: NodeJS.Timeout;
  end: (ended: Ended) => void;
}

/** How much longer than its deadline a call may take before its worker is stopped, in milliseconds. */
const GRACE = 5000;
/** The longest time of a timer, in milliseconds. */
const LONGEST = 2 ** 31 - 1;

export interface PayPal extends Resources {}

/**
 * PayPal for one tenant: `paypal.orders.create({body})` and so on. Tenants share no worker thread, no memory of the component, no
 * token and no TCP connection.
 */
export class PayPal {
  readonly #tenant: Tenant;
  readonly #limits: {workers: number; waiting: number; idle: number; call: number};
  readonly #instances = new Set<Instance>();
  readonly #idle: {instance: Instance; timer: NodeJS.Timeout}[] = [];
  readonly #waiting: Waiting[] = [];
  #running = 0;
  #closed: {resolve: () => void; promise: Promise<void>} | undefined;

  /** @throws TypeError if an option is not valid. */
  constructor(options: PayPalOptions) {
    const {environment, tokens, journal = new MemoryJournal(), baseUrl, certificateAuthorities = []} = options;
    if (typeof tokens?.obtain !== "function") throw new TypeError("`tokens` is a token source");
    if (typeof journal.append !== "function" || typeof journal.entries !== "function") {
      throw new TypeError("`journal` has the functions `append` and `entries`");
    }
    const onBehalfOf = options.onBehalfOf && delegation(options.onBehalfOf);
    const recordCalls = options.recordCalls ?? !(journal instanceof MemoryJournal);
    const route = new Route(environment, baseUrl);
    const transport = new Transport();
    const maxAttempts = whole("maxAttempts", options.maxAttempts ?? 4, 1, 100);
    this.#tenant = {
      route,
      transport,
      journal,
      tokens: new Tokens(tokens, route, transport),
      setup: {environment, maxAttempts, certificateAuthorities: certificateAuthorities.map(String), onBehalfOf, recordCalls},
    };
    this.#limits = {
      workers: whole("workers", options.workers ?? 4, 1, 25),
      waiting: whole("maxWaiting", options.maxWaiting ?? 1000, 0, 1_000_000),
      idle: whole("idleMs", options.idleMs ?? 60_000, 0, LONGEST),
      call: whole("maxCallMs", options.maxCallMs ?? 900_000, 1, LONGEST),
    };
    for (const [resource, verbs] of Object.entries(ACTIONS)) {
      const functions = Object.entries(verbs).map(([verb, {id}]) => [
        verb,
        (input: unknown, call?: CallOptions) => this.#invoke(id, input, call),
      ]);
      Object.defineProperty(this, resource, {value: Object.freeze(Object.fromEntries(functions)), enumerable: true});
    }
  }

  /** Runs an action by its id, such as `orders.create`. */
  invoke<Id extends ActionId>(
    action: Id,
    input: Actions[Id]["input"],
    options?: CallOptions,
  ): Promise<Outcome<Actions[Id]["output"], Actions[Id]["input"]>> {
    return this.#invoke(action, input, options) as never;
  }

  /**
   * Lists what can be chosen for a parameter of an action, as values and labels for a drop-down. The failure of a parameter for
   * which nothing lists choices says where to find the value.
   */
  async options(
    {action, parameter, input, search, page}: Wanted,
    options?: CallOptions,
  ): Promise<{ok: true; choices: Choices} | {ok: false; failure: Failure}> {
    const task: Task = {function: "options", action, parameter, search, page: page ? JSON.stringify(page) : undefined};
    const {ended, running} = await this.#run(task, input, options);
    if (!ended.reply) return outcome(ended, running) as {ok: false; failure: Failure};
    const {items, next} = ended.reply as WitChoices;
    return {ok: true, choices: {items, next: next === undefined ? null : (JSON.parse(next) as object)}};
  }

  /** Lists what can start a workflow, and how each is switched on and off, received and polled. Sends nothing. */
  async listTriggers(options?: CallOptions): Promise<{ok: true; triggers: Trigger[]} | {ok: false; failure: Failure}> {
    const {ended, running} = await this.#run({function: "listTriggers"}, undefined, options);
    if (!ended.reply) return outcome(ended, running) as {ok: false; failure: Failure};
    return {ok: true, triggers: (ended.reply as WitTrigger[]).map(triggerOf)};
  }

  /**
   * Tries the connection with a cheap read, and says whether PayPal accepts its token, and which actions the token's scopes do
   * not cover.
   */
  async testConnection(options?: CallOptions): Promise<{ok: true; report: ConnectionReport} | {ok: false; failure: Failure}> {
    const {ended, running} = await this.#run({function: "testConnection"}, undefined, options);
    if (!ended.reply) return outcome(ended, running) as {ok: false; failure: Failure};
    const {environment, verdict, message, scopes, uncovered, debugId} = ended.reply as WitReport;
    return {ok: true, report: {environment, verdict, message, scopes: scopes ?? null, uncovered, debug_id: debugId ?? null}};
  }

  /** Lets running and waiting calls end, refuses new ones, and ends the workers. */
  async close(): Promise<void> {
    if (!this.#closed) {
      let resolve = () => {};
      const promise = new Promise<void>((done) => (resolve = done));
      this.#closed = {resolve, promise};
      this.#settle();
    }
    await this.#closed.promise;
    this.#idle.splice(0).forEach(({timer}) => clearTimeout(timer));
    await Promise.all([...this.#instances].map((instance) => instance.close()));
    this.#instances.clear();
    this.#tenant.transport.close();
  }

  async #invoke(action: string, input: unknown, options?: CallOptions): Promise<Outcome> {
    const {ended, running} = await this.#run({function: "invoke", action}, input, options);
    return outcome(ended, running);
  }

  async #run(task: Task, input: unknown, {signal}: CallOptions = {}): Promise<{ended: Ended; running: Running}> {
    const text = JSON.stringify(input ?? {}, bytesAsBase64);
    const abort = signal ?? new AbortController().signal;
    const running: Running = {task, input: text, signal: abort, most: this.#limits.call, deadline: null, sent: 0, key: null};
    const refused = (failure: Outcome): {ended: Ended; running: Running} => ({ended: {refused: failure}, running});
    if (this.#closed) return refused(failed("denied", "CLOSED", "this PayPal has been closed; nothing was sent"));
    if (abort.aborted) return refused(ABORTED());
    if (this.#running >= this.#limits.workers && this.#waiting.length >= this.#limits.waiting) {
      const message = "too many calls wait for a worker; nothing was sent";
      return refused(failed("rate-limited", "TOO_MANY_WAITING", message, {retryable: true}));
    }
    const ended = await new Promise<Ended>((resolve) => {
      const leave = (failure: Outcome) => {
        const place = this.#waiting.indexOf(waiting);
        if (place < 0) return;
        this.#waiting.splice(place, 1);
        waiting.end({refused: failure});
        this.#settle();
      };
      const aborted = () => leave(ABORTED());
      const waiting: Waiting = {
        running,
        since: performance.now(),
        deadline: deadlineOf(text),
        end: (ended) => {
          clearTimeout(waiting.timer);
          abort.removeEventListener("abort", aborted);
          resolve(ended);
        },
      };
      abort.addEventListener("abort", aborted, {once: true});
      this.#waiting.push(waiting);
      this.#next();
      if (waiting.deadline === undefined || this.#waiting.at(-1) !== waiting) return;
      waiting.timer = setTimeout(() => leave(TOO_LATE()), Math.min(waiting.deadline, LONGEST));
    });
    return {ended, running};
  }

  /** Gives waiting calls to the workers that are free. */
  #next(): void {
    while (this.#running < this.#limits.workers) {
      const waiting = this.#waiting.shift();
      if (!waiting) return;
      clearTimeout(waiting.timer);
      if (limited(waiting)) this.#start(waiting);
      else waiting.end({refused: TOO_LATE()});
    }
  }

  #start(waiting: Waiting): void {
    const instance = this.#warmest() ?? new Instance(this.#tenant);
    this.#instances.add(instance);
    this.#running += 1;
    void instance
      .run(waiting.running)
      .catch((error: unknown): Ended => {
        void instance.close();
        return {stopped: `the worker cannot be started: ${error instanceof Error ? error.message : "unknown"}`};
      })
      .then((ended) => {
        this.#running -= 1;
        if (instance.usable) {
          const timer = setTimeout(() => this.#retire(instance), this.#limits.idle);
          timer.unref();
          this.#idle.push({instance, timer});
        } else {
          this.#instances.delete(instance);
        }
        waiting.end(ended);
        this.#next();
        this.#settle();
      });
  }

  /** Takes the worker that was used last; the others become idle for long enough to be ended. */
  #warmest(): Instance | undefined {
    for (let idle; (idle = this.#idle.pop()); ) {
      clearTimeout(idle.timer);
      if (idle.instance.usable) return idle.instance;
      // Its thread has ended while it was idle.
      this.#instances.delete(idle.instance);
    }
    return undefined;
  }

  #retire(instance: Instance): void {
    const place = this.#idle.findIndex((idle) => idle.instance === instance);
    if (place >= 0) this.#idle.splice(place, 1);
    this.#instances.delete(instance);
    void instance.close();
  }

  #settle(): void {
    if (this.#running === 0 && this.#waiting.length === 0) this.#closed?.resolve();
  }
}

/** Reads the pages of a list, one after the other, from the one of `input`. It ends with the last page or a failure. */
export async function* pages<Input, Body>(
  list: (input: Input, options?: CallOptions) => Promise<Outcome<Body, Input>>,
  input: Input,
  options?: CallOptions,
): AsyncGenerator<Outcome<Body, Input>, void> {
  for (let next: Input | null = input; next !== null; ) {
    const outcome: Outcome<Body, Input> = await list(next, options);
    yield outcome;
    next = outcome.ok ? outcome.reply.next : null;
  }
}

const ABORTED = () => failed("denied", "ABORTED", "the caller has aborted the call; nothing was sent");

const TOO_LATE = () =>
  failed("timed-out", null, "the call's time ran out while it waited for a worker; nothing was sent", {retryable: true});

/** The component reports a deadline that is not valid. */
function deadlineOf(input: string): number | undefined {
  // Most inputs have none; do not parse those, they can be long.
  if (!input.includes('"deadline_ms"')) return undefined;
  const {options} = JSON.parse(input) as {options?: {deadline_ms?: unknown} | null};
  const deadline = options?.deadline_ms;
  return typeof deadline === "number" && Number.isInteger(deadline) && deadline > 0 ? deadline : undefined;
}

/** Limits a call to what its wait has left of its deadline. Returns false if that is nothing. */
function limited({running, since, deadline}: Waiting): boolean {
  if (deadline === undefined) return true;
  const left = deadline - Math.floor(performance.now() - since);
  if (left <= 0) return false;
  running.most = Math.min(left + GRACE, LONGEST);
  if (left === deadline) return true;
  // The component counts from its own start.
  const input = JSON.parse(running.input) as {options: {deadline_ms: number}};
  input.options.deadline_ms = left;
  running.input = JSON.stringify(input);
  running.deadline = deadline;
  return true;
}

/** Bytes are base64 in the JSON of an input. */
function bytesAsBase64(this: unknown, key: string, value: unknown): unknown {
  // A Buffer has a `toJSON` of its own, which has run before.
  const original = (this as Record<string, unknown>)[key];
  if (!(original instanceof Uint8Array)) return value;
  return Buffer.from(original.buffer, original.byteOffset, original.byteLength).toString("base64");
}

function delegation({clientId, accountId}: Delegation): Delegation {
  if (typeof clientId !== "string" || typeof accountId !== "string" || !clientId || !accountId) {
    throw new TypeError("`onBehalfOf` has a `clientId` and an `accountId`");
  }
  return {clientId, accountId};
}

function whole(name: string, value: number, least: number, most: number): number {
  if (!Number.isInteger(value) || value < least || value > most) {
    throw new TypeError(`\`${name}\` is a whole number from ${least} to ${most}`);
  }
  return value;
}
