// The contract's records as jco has them, as outcomes.

import {ACTIONS} from "./generated/actions.js";
import type {Ended, Running} from "./instance.js";
import {type ConnectionReport, failed, type Operation, type Outcome, type Trigger} from "./outcome.js";
import type {Task} from "./protocol.js";

/** Returns the outcome of a call that has ended. */
export function outcome(ended: Ended, {task, signal, deadline, sent, key}: Running): Outcome {
  if (ended.refused) return ended.refused;
  if (ended.reply) {
    const {status, body, debugId, idempotencyKey, attempts, next, file} = ended.reply as WitReply;
    const reply = {
      status,
      body: body === undefined ? null : (JSON.parse(body) as unknown),
      text: body ?? null,
      debug_id: debugId ?? null,
      idempotency_key: idempotencyKey ?? null,
      attempts,
      next: next === undefined ? null : nextPage(next, deadline),
      file: file ? {name: file.name, media_type: file.mediaType, data: file.data} : null,
    };
    return {ok: true, reply};
  }
  if (ended.failure) {
    const it = ended.failure as WitFailure;
    // What it was denied, or could not get, because of the abort.
    const aborted = signal.aborted && !it.requestSent && (it.kind === "denied" || it.kind === "connection-unavailable");
    const failure = {
      kind: aborted ? "denied" : it.kind,
      message: aborted ? "the caller has aborted the call; nothing was sent" : it.message,
      status: it.status ?? null,
      name: aborted ? "ABORTED" : (it.name ?? null),
      details: it.details.map(({field, value, location, issue, description}) => ({
        field: field ?? null,
        value: value ?? null,
        location: location ?? null,
        issue: issue ?? null,
        description: description ?? null,
      })),
      debug_id: it.debugId ?? null,
      retryable: it.retryable,
      retry_after_ms: it.retryAfterMs === undefined ? null : Number(it.retryAfterMs),
      request_sent: it.requestSent,
      idempotency_key: it.idempotencyKey ?? null,
      idempotency_retention_seconds: it.idempotencyRetentionSeconds ?? null,
      attempts: it.attempts,
      information_link: it.informationLink ?? null,
      body: it.body === undefined ? null : (JSON.parse(it.body) as unknown),
    };
    return {ok: false, failure: failure as never};
  }
  return stopped(ended.stopped ?? "the call has ended without an outcome", task, sent, key);
}

/** The next page's call has the whole of the caller's deadline again. */
function nextPage(next: string, deadline: number | null): unknown {
  const input = JSON.parse(next) as {options?: {deadline_ms?: number}};
  if (deadline !== null && input.options?.deadline_ms !== undefined) input.options.deadline_ms = deadline;
  return input;
}

/** A call that ended without an outcome of the component. What it has sent decides what is known. */
function stopped(why: string, task: Task, sent: number, key: string | null): Outcome {
  const reads = task.function !== "invoke" || Object.values(ACTIONS).some((verbs) =>
    Object.values<{id: string; reads: boolean}>(verbs).some(({id, reads}) => id === task.action && reads),
  );
  if (sent > 0 && !reads) {
    const repeat = key === null ? "look at the resource before you repeat it" : "repeat it with the same idempotency key";
    const message = `${why}; PayPal may have acted: ${repeat}`;
    return failed("outcome-unknown", "STOPPED", message, {sent: true, key, attempts: sent, retryable: key !== null});
  }
  if (sent > 0) return failed("timed-out", "STOPPED", `${why}; it only reads`, {sent: true, attempts: sent, retryable: true});
  return failed("denied", "STOPPED", `${why}; nothing was sent`, {retryable: true});
}

/** A trigger as jco has it. */
export interface WitTrigger extends Pick<Trigger, "id" | "group" | "label" | "description" | "requires"> {
  eventTypes: string[];
  sample: string;
  subjectKinds: string[];
  deduplicationKey: string;
  subscribe: WitOperation;
  unsubscribe: WitOperation;
  receive: WitOperation;
  poll?: WitOperation;
}

interface WitOperation {
  action: string;
  input: string;
}

/** Returns a trigger in the form of this package. */
export function triggerOf(it: WitTrigger): Trigger {
  const operation = ({action, input}: WitOperation) => ({action, input: JSON.parse(input) as object}) as Operation;
  const {id, group, label, description, requires} = it;
  return {
    ...{id, group, label, description, requires},
    event_types: it.eventTypes,
    sample: JSON.parse(it.sample) as object,
    subject_kinds: it.subjectKinds,
    deduplication_key: it.deduplicationKey,
    subscribe: operation(it.subscribe),
    unsubscribe: operation(it.unsubscribe),
    receive: operation(it.receive),
    poll: it.poll ? operation(it.poll) : null,
  };
}

/** Choices as jco has them. */
export interface WitChoices {
  items: {value: string; label: string}[];
  next?: string;
}

/** The report as jco has it. */
export type WitReport = Omit<ConnectionReport, "scopes" | "debug_id"> & {scopes?: string[]; debugId?: string};

interface WitReply {
  status: number;
  body?: string;
  debugId?: string;
  idempotencyKey?: string;
  attempts: number;
  next?: string;
  file?: {name: string; mediaType: string; data: Uint8Array};
}

interface WitFailure {
  kind: string;
  message: string;
  status?: number;
  name?: string;
  details: {field?: string; value?: string; location?: string; issue?: string; description?: string}[];
  debugId?: string;
  retryable: boolean;
  retryAfterMs?: bigint;
  requestSent: boolean;
  idempotencyKey?: string;
  idempotencyRetentionSeconds?: number;
  attempts: number;
  informationLink?: string;
  body?: string;
}
