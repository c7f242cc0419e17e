// What a call ends with: the contract's reply and failure, in the form that docs/outcomes.md shows.

import type {ActionId} from "./generated/actions.js";
import type {Environment} from "./route.js";

/** A failure's kind; `docs/outcomes.md` says of each whether PayPal may have acted, and what to do. */
export type FailureKind =
  | "invalid-input"
  | "unauthorized"
  | "forbidden"
  | "not-found"
  | "conflict"
  | "unprocessable"
  | "rate-limited"
  | "provider-error"
  | "unreachable"
  | "timed-out"
  | "outcome-unknown"
  | "malformed-reply"
  | "too-large"
  | "connection-unavailable"
  | "denied";

/** An error in a request, found by PayPal or by the local check. */
export interface Issue {
  /** The field: from the local check a JSON Pointer, from PayPal in its own form. */
  field: string | null;
  /** The offending value, if it is known and not secret. */
  value: string | null;
  /** `body`, `path`, `query` or `header`. */
  location: string | null;
  /** PayPal's issue code, such as `DECIMAL_PRECISION`. */
  issue: string | null;
  /** What it means, for a person. */
  description: string | null;
}

/** What every failure has. */
interface AnyFailure {
  /** One sentence for a person. Never contains a secret. */
  message: string;
  /** The HTTP status, if there was an answer. */
  status: number | null;
  /** PayPal's name of the error, such as `UNPROCESSABLE_ENTITY`. For `denied` the reason: `POLICY`, or `ABORTED`, `CLOSED`. */
  name: string | null;
  /** All issues at once. */
  details: Issue[];
  /** PayPal's id of the exchange, to be quoted to its support. */
  debug_id: string | null;
  /** Whether the same call may succeed later, unchanged, without the risk of a second effect. */
  retryable: boolean;
  /** How long PayPal asks to wait before that, in milliseconds. */
  retry_after_ms: number | null;
  /** The idempotency key that was or would have been sent: repeat the call with it. */
  idempotency_key: string | null;
  /** How long PayPal remembers that key, in seconds from its first use. */
  idempotency_retention_seconds: number | null;
  /** How many times the request was sent. */
  attempts: number;
  /** A page of PayPal about this error. */
  information_link: string | null;
  /** PayPal's error document, unchanged but for parsing. */
  body: unknown;
}

/** PayPal may or may not have acted. Find out with the same idempotency key; never start over with a new one. */
export interface OutcomeUnknown extends AnyFailure {
  kind: "outcome-unknown";
  request_sent: true;
}

/** Nothing was sent. */
export interface Denied extends AnyFailure {
  kind: "denied";
  request_sent: false;
}

/** PayPal has not acted. */
export interface NotDone extends AnyFailure {
  kind: Exclude<FailureKind, "outcome-unknown" | "denied">;
  /** Whether any of the request may have reached PayPal. */
  request_sent: boolean;
}

/** The result of a call that did not succeed. Branch on `kind`. */
export type Failure = OutcomeUnknown | Denied | NotDone;

/** The result of a call that succeeded. It does not mean that money moved: look at the status inside. */
export interface Reply<Body, Input = unknown> {
  /** The HTTP status, 200 to 299; 200 in place of 201 for a repeated idempotency key. */
  status: number;
  /** PayPal's document, parsed; null if there was none (204). */
  body: Body;
  /** The same document as text, unchanged to the spelling of its numbers; null if there was none. */
  text: string | null;
  /** PayPal's id of the exchange. */
  debug_id: string | null;
  /** The idempotency key that was sent. */
  idempotency_key: string | null;
  /** How many times the request was sent. */
  attempts: number;
  /** The input of the next page, or null on the last one. */
  next: Input | null;
  /** The file in the answer, for actions that return one. */
  file: {name: string; media_type: string; data: Uint8Array} | null;
}

/** What a call ends with. It never rejects because of PayPal, the network or the input. */
export type Outcome<Body = unknown, Input = unknown> =
  | {ok: true; reply: Reply<Body, Input>}
  | {ok: false; failure: Failure};

/** The result of testing a connection. */
export interface ConnectionReport {
  environment: Environment;
  /** `other-environment`: PayPal refuses the token, and its other environment accepts it. */
  verdict: "accepted" | "refused" | "other-environment";
  /** The same as a sentence for a person. */
  message: string;
  /** The OAuth 2.0 scopes of the token, if they are known. */
  scopes: string[] | null;
  /** The actions that these scopes do not cover. For information only: PayPal also accepts wider scopes that it does not name. */
  uncovered: {id: string; scopes: string[]}[];
  debug_id: string | null;
}

/** An action, and the part of its input that is the same for every user. */
export interface Operation {
  action: ActionId;
  input: object;
}

/** An event that users know by name. Its samples and items are as `event` in the reply of `events.receive`. */
export interface Trigger {
  /** In kebab-case, such as `payment-received`. */
  id: string;
  group: string;
  label: string;
  description: string;
  /** PayPal's event types behind it. */
  event_types: string[];
  /** JSON Pointers into an item: it fires only if each of them has a value. */
  requires: string[];
  /** An item with made-up ids. */
  sample: object;
  /** The kinds that the `subject` of an item can have. */
  subject_kinds: string[];
  /** A JSON Pointer to the text by which an item is the same however often it comes. */
  deduplication_key: string;
  /** Switches it on; add the `url`. */
  subscribe: Operation;
  /** Switches it off; add the `url`. */
  unsubscribe: Operation;
  /** Reads a delivery. */
  receive: Operation;
  /** Asks for what is new; add the `checkpoint` of the last reply. */
  poll: Operation | null;
}

/** For what `PayPal.options` lists choices. */
export interface Wanted {
  /** The id of the action, such as `plans.get`. */
  action: string;
  /** A member of its input: the name, or a JSON Pointer into the input such as `/body/plan_id`. */
  parameter: string;
  /** What is filled in so far of the action's input: it narrows the choices. */
  input?: object | undefined;
  /** A text that the value or the label must contain, in any case. */
  search?: string | undefined;
  /** `next` of the page before. */
  page?: object | null | undefined;
}

/** A page of choices, ready for a drop-down. */
export interface Choices {
  /** In PayPal's order. */
  items: {value: string; label: string}[];
  /** The `page` of the call that continues, or null on the last page. */
  next: object | null;
}

/** Returns a failure with which the package itself ends a call. */
export function failed(
  kind: FailureKind,
  name: string | null,
  message: string,
  {sent = false, key = null as string | null, attempts = 0, retryable = false} = {},
): Outcome<never, never> {
  const failure = {
    kind,
    message,
    status: null,
    name,
    details: [],
    debug_id: null,
    retryable,
    retry_after_ms: null,
    request_sent: sent,
    idempotency_key: key,
    idempotency_retention_seconds: null,
    attempts,
    information_link: null,
    body: null,
  };
  return {ok: false, failure: failure as unknown as Failure};
}
