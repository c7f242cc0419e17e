// A worker's side of the protocol: it blocks until its tenant answers.

import {type MessagePort, receiveMessageOnPort} from "node:worker_threads";
import type {Answers, FromWorker, Question, ToWorker} from "./protocol.js";

/** The longest wait at once, in milliseconds: a bound of `Atomics.wait`, after which the waiter looks again. */
const LONGEST = 2 ** 30;

/** The line to the tenant. */
export class Link {
  /** Whether the caller has aborted the call: then there is nothing to wait for. */
  aborted = false;
  readonly #counter: Int32Array;
  readonly #answers = new Map<number, Answers[keyof Answers]>();
  #call: Extract<ToWorker, {kind: "call"}> | undefined;
  #ids = 0;

  constructor(
    readonly port: MessagePort,
    counter: SharedArrayBuffer,
  ) {
    this.#counter = new Int32Array(counter);
  }

  /** Waits for the next call. */
  nextCall(): Extract<ToWorker, {kind: "call"}> {
    this.#answers.clear();
    this.waitFor(() => this.#call !== undefined, Infinity);
    const call = this.#call!;
    this.#call = undefined;
    return call;
  }

  /** Asks a question, and returns its id. */
  ask(question: Question): number {
    const id = ++this.#ids;
    this.tell({kind: "question", id, question});
    return id;
  }

  /** Asks a question, and waits for the answer. */
  answerTo<K extends keyof Answers>(question: Extract<Question, {ask: K}>): Answers[K] {
    const id = this.ask(question);
    this.waitFor(() => this.#answers.has(id), Infinity);
    return this.take(id) as Answers[K];
  }

  /** Returns whether there is an answer. */
  has(id: number): boolean {
    return this.#answers.has(id);
  }

  /** Takes an answer. */
  take(id: number): Answers[keyof Answers] | undefined {
    const answer = this.#answers.get(id);
    this.#answers.delete(id);
    return answer;
  }

  tell(message: FromWorker, transfer: ArrayBuffer[] = []): void {
    this.port.postMessage(message, transfer);
  }

  /** Waits until something holds, or for a time in milliseconds. */
  waitFor(holds: () => boolean, milliseconds: number): void {
    const until = performance.now() + milliseconds;
    for (;;) {
      const seen = Atomics.load(this.#counter, 0);
      this.#receive();
      const left = until - performance.now();
      if (holds() || left <= 0) return;
      Atomics.wait(this.#counter, 0, seen, Math.min(left, LONGEST));
    }
  }

  #receive(): void {
    for (let next; (next = receiveMessageOnPort(this.port)); ) {
      const message = next.message as ToWorker;
      if (message.kind === "call") {
        this.#call = message;
        this.aborted = false;
      }
      if (message.kind === "answer") this.#answers.set(message.id, message.result);
      if (message.kind === "abort") this.aborted = true;
    }
  }
}
