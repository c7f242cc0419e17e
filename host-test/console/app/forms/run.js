// Runs an action, and shows the request of a dry run. An action that PayPal recognises by a key is always sent with one that the
// page knows, so that a call whose answer was lost can be repeated under it.

import {useRef, useState} from "../core/html.js";
import {of, Problem, send, textOf as bodyOf} from "../core/api.js";
import {parse, stringify} from "./json-text.js";
import {pruned} from "./draft.js";
import {forget, note, pendingCalls, pendingOf} from "./pending.js";
import {isObject} from "./pointer.js";

/**
 * @typedef {object} Outcome what came of a call
 * @property {"reply" | "failure" | "problem" | "request"} kind
 * @property {any} document the reply, the failure, the problem, or the request
 * @property {string} bodyText PayPal's document as it was written
 * @property {string} input what was sent, as JSON
 * @property {string | null} key the idempotency key that was sent
 * @property {string | null} call the id of the call in the list of calls
 * @property {number} took in milliseconds
 * @property {number} started in milliseconds since 1970: tells two calls apart
 * @property {boolean} unknown whether PayPal may have acted
 */

/** @param {string} connection @param {any} action */
export function useRun(connection, action) {
  const [running, setRunning] = useState(null);
  const [outcome, setOutcome] = useState(null);
  // Before the page is drawn again: a second press in the same moment sends nothing.
  const busy = useRef(false);
  const reads = action.effects.every((it) => it === "read");

  /** Sends it. An outcome that is not `isShown` leaves the one that is there. Null if a call is running. */
  const call = async (what, text, {key, given, isShown = (_outcome) => true}) => {
    if (busy.current) return null;
    busy.current = true;
    const started = Date.now();
    setRunning({what, started});
    const noted = what === "run" && !reads;
    if (noted) note(connection, action.id, {text, key, state: "running", since: started});
    const path = of(connection, "actions", action.id, ...(what === "dry-run" ? ["dry-run"] : []));
    let found;
    try {
      found = await read(await send("POST", path, {text, headers: key && !given ? {"Idempotency-Key": key} : {}}));
    } catch (problem) {
      // Without an answer of the server, or with one that broke off, nobody knows whether it has called PayPal.
      const {title = "No answer came", message = String(problem)} = problem instanceof Problem ? problem : {};
      found = {kind: "problem", document: {title, detail: message, status: 0}, bodyText: "", call: null, unknown: what === "run"};
    }
    const unknown = found.unknown && noted;
    const ended = {...found, unknown, input: text, key, took: Date.now() - started, started, action: action.id};
    if (unknown) note(connection, action.id, {text, key: key ?? found.document.idempotency_key ?? null, state: "lost", since: started});
    else if (noted) forget(connection, action.id, text);
    busy.current = false;
    if (isShown(ended)) setOutcome(ended);
    setRunning(null);
    return ended;
  };

  const textOf = (input) => stringify(withoutNoKey(pruned(input) ?? {}), "");
  /** The key of an input: its own; or that of the same call whose answer was lost; or a new one. */
  const keyFor = (input, text) => {
    const given = input.options?.idempotency_key;
    if (isKey(given)) return {key: given, given: true};
    if (!action.idempotency) return {key: null, given: false};
    const pending = repeatable(pendingOf(connection, action.id, text));
    return {key: pending?.key ?? crypto.randomUUID(), given: false};
  };
  /** A pending call that PayPal still recognises by its key. */
  const repeatable = (pending) => {
    const kept = (action.idempotency?.retention_seconds ?? 0) * 1000;
    return pending?.key && Date.now() < pending.since + kept ? pending : null;
  };
  const same = (input) => pendingOf(connection, action.id, textOf(input));
  const shown = outcome?.unknown ? repeatable(pendingOf(connection, action.id, outcome.input)) : null;
  return {
    running,
    outcome,
    clear: () => setOutcome(null),
    run: (input) => {
      const text = textOf(input);
      // The same input in another order goes as it went before.
      return call("run", repeatable(pendingOf(connection, action.id, text))?.text ?? text, keyFor(input, text));
    },
    dryRun: (input) => call("dry-run", textOf(input), {key: null, given: false}),
    /** A dry run whose outcome is shown only if it says that the input is not valid. */
    check: (input) => call("dry-run", textOf(input), {key: null, given: false, isShown: isInvalid}),
    /** Sends the input whose answer was lost once more, as it was. */
    repeat: () => call("run", shown.text, {key: shown.key, given: isKey(JSON.parse(shown.text).options?.idempotency_key)}),
    repeats: (input) => repeatable(same(input)) !== null,
    canRepeat: shown !== null,
    /** How many other calls of the action have no known outcome yet. */
    others: (input) => pendingCalls(connection, action.id).filter((it) => it !== same(input)).length,
  };
}

/** Whether an outcome says that the input is not valid. @param {any} outcome */
export function isInvalid(outcome) {
  return outcome.kind === "failure" && outcome.document.kind === "invalid-input";
}

const isKey = (value) => typeof value === "string" && value !== "";

/** A key that is none is left out: the page makes one, which it can repeat. */
function withoutNoKey(input) {
  if (!isObject(input.options) || !Object.hasOwn(input.options, "idempotency_key") || isKey(input.options.idempotency_key)) return input;
  const {idempotency_key: _none, ...options} = input.options;
  return {...input, options};
}

/** Reads an answer. Numbers of PayPal's document may have more digits than JavaScript has: its text stays. */
async function read(response) {
  const text = await bodyOf(response);
  const call = response.headers.get("X-Call-Id");
  let document;
  try {
    document = JSON.parse(text);
    if (!isObject(document)) throw new SyntaxError("no object");
  } catch {
    return {kind: "problem", document: {title: "The server's answer cannot be read", detail: text.slice(0, 200), status: response.status}, bodyText: "", call, unknown: true};
  }
  const cut = (pointer) => {
    try {
      const [from, to] = parse(text).places.get(pointer) ?? [0, 0];
      return text.slice(from, to);
    } catch {
      return "";
    }
  };
  if (document.reply) return {kind: "reply", document: document.reply, bodyText: cut("/reply/body"), call, unknown: false};
  if (document.request) return {kind: "request", document: document.request, bodyText: cut("/request/body"), call, unknown: false};
  const failure = isObject(document.failure) ? {...document.failure, details: listOf(document.failure.details)} : null;
  if (failure) return {kind: "failure", document: failure, bodyText: failure.body ? cut("/failure/body") : "", call, unknown: failure.kind === "outcome-unknown"};
  return {kind: "problem", document: {status: response.status, ...document}, bodyText: "", call, unknown: response.status === 504 || response.status === 502};
}

/** The details that can be read. */
function listOf(details) {
  const readable = (it) => isObject(it) && (it.field === undefined || it.field === null || typeof it.field === "string");
  return Array.isArray(details) ? details.filter(readable) : [];
}
