// What a tenant and its worker threads say to each other. A worker blocks while it waits, on a counter that the tenant raises
// after each message.

import type {Delegation} from "./delegation.js";
import type {Entry} from "./journal.js";
import type {Asked, Environment} from "./route.js";
import type {Placeholder} from "./tokens.js";
import type {Answer, ErrorCode, Outgoing} from "./transport.js";

/** What a worker starts with. */
export interface Setup {
  /** The compiled parts of the component, by file name. */
  modules: Record<string, WebAssembly.Module>;
  /** The counter of messages to the worker. */
  counter: SharedArrayBuffer;
  environment: Environment;
  maxAttempts: number;
  certificateAuthorities: string[];
  onBehalfOf: Delegation | undefined;
  recordCalls: boolean;
}

/** What the component asks of its host. */
export type Question =
  | {ask: "token"; rejected: string | undefined}
  | {ask: "append"; subject: string; entry: Entry}
  | {ask: "entries"; subject: string}
  | {ask: "send"; request: Asked & Pick<Outgoing, "body" | "timeouts">};

/** The value of an answer, or the error that the component gets. */
export type Result<T, E> = {ok: T} | {error: E};

/** What answers each question. */
export interface Answers {
  token: Result<Placeholder, {tag: string; val: string}>;
  append: Result<boolean, string>;
  entries: Result<readonly Entry[], string>;
  send: Result<Answer, ErrorCode>;
}

/** What a worker is to do: run an action, list choices for a parameter of one, test the connection, list the triggers. */
export type Task =
  | {function: "invoke"; action: string}
  | {function: "options"; action: string; parameter: string; search: string | undefined; page: string | undefined}
  | {function: "testConnection"}
  | {function: "listTriggers"};

/** From a tenant to its worker. `input` is that of the action. */
export type ToWorker =
  | {kind: "call"; task: Task; input: string; token: Placeholder | undefined}
  | {kind: "answer"; id: number; result: Answers[keyof Answers]}
  | {kind: "abort"};

/** From a worker to its tenant. */
export type FromWorker =
  | {kind: "question"; id: number; question: Question}
  | {kind: "cancel"; id: number}
  | {kind: "result"; reply?: unknown; failure?: unknown; bytes: number}
  | {kind: "crash"; message: string};
