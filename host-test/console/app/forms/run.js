// Runs an action, and shows the request of a dry run. An action that PayPal recognises by a key is always sent with one that the
// page knows, so that a call whose answer was lost can be repeated under it.

import {useRef, useState} from "../core/html.js";
import {of, Problem, send} from "../core/api.js";
import {parse, stringify} from "./json-text.js";
import {pruned} from "./draft.js";

/**
 * @typedef {object} Outcome what came of a call
 * @property {"reply" | "failure" | "problem" | "request"} kind
 * @property {any} document the reply, the failure, the problem, or the request
 * @property {string} bodyText PayPal's document as it was written
 * @property {string} input what was sent, as JSON
 * @property {string | null} key the idempotency key that was sent
 * @property {string | null} call the id of the call in the list of calls
 * @property {number} took in milliseconds
 * @property {boolean} unknown whether PayPal may have acted
 */

/** @param {string} connection @param {any} action */
export function useRun(connection, action) {
  const [running, setRunning] = useState(null);
  const [outcome, setOutcome] = useState(null);
  const lost = useRef(null);

  const call = async (what, text, key) => {
    const started = Date.now();
    setRunning({what, started});
    const path = of(connection, "actions", action.id, ...(what === "dry-run" ? ["dry-run"] : []));
    let found;
    try {
      const response = await send("POST", path, {text, headers: key ? {"Idempotency-Key": key} : {}});
      found = await read(response);
    } catch (problem) {
      if (!(problem instanceof Problem)) {
        setRunning(null);
        throw problem;
      }
      // Without an answer of the server, nobody knows whether it has called PayPal.
      found = {kind: "problem", document: {title: problem.title, detail: problem.message, status: 0}, bodyText: "", call: null, unknown: what === "run"};
    }
    const reads = action.effects.every((it) => it === "read");
    const ended = {...found, unknown: found.unknown && !reads, input: text, key, took: Date.now() - started, action: action.id};
    if (what === "run") lost.current = ended.unknown ? {text, key: key ?? ended.document.idempotency_key ?? null} : null;
    setOutcome(ended);
    setRunning(null);
    return ended;
  };

  const textOf = (input) => stringify(pruned(input) ?? {}, "");
  /** The key of an input: its own; or that of the call whose answer was lost, if it is the same input; or a new one. */
  const keyFor = (input, text) => {
    if (!action.idempotency || input.options?.idempotency_key !== undefined) return null;
    return lost.current?.text === text && lost.current.key ? lost.current.key : crypto.randomUUID();
  };
  return {
    running,
    outcome,
    clear: () => setOutcome(null),
    run: (input) => {
      const text = textOf(input);
      return call("run", text, keyFor(input, text));
    },
    dryRun: (input) => call("dry-run", textOf(input), null),
    /** Sends the input whose answer was lost once more, as it was. */
    repeat: () => call("run", lost.current.text, lost.current.key),
    repeats: (input) => lost.current !== null && Boolean(action.idempotency) && lost.current.text === textOf(input),
    canRepeat: lost.current !== null && Boolean(action.idempotency),
  };
}

/** Reads an answer. Numbers of PayPal's document may have more digits than JavaScript has: its text stays. */
async function read(response) {
  const text = await response.text();
  const call = response.headers.get("X-Call-Id");
  let document;
  try {
    document = JSON.parse(text);
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
  const failure = document.failure;
  if (failure) return {kind: "failure", document: failure, bodyText: failure.body ? cut("/failure/body") : "", call, unknown: failure.kind === "outcome-unknown"};
  return {kind: "problem", document: {status: response.status, ...document}, bodyText: "", call, unknown: response.status === 504};
}
