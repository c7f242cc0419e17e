// What to do after a failure, by its kind: the same as docs/outcomes.md says.

import {html} from "../core/html.js";
import {duration} from "../core/format.js";
import {outcomeWords} from "../core/outcomes.js";
import {go, Link, to} from "../core/router.js";

/** @param {{actions: any[], action: any, connection: any, failure: any, schemas: any, input: object, onRepeat: (() => void) | null, onAgain: () => void}} props */
export function Next({actions, action, connection, failure, schemas, input, onRepeat, onAgain}) {
  const settings = ["unauthorized", "connection-unavailable", "forbidden"].includes(failure.kind) || (failure.kind === "denied" && failure.name === "READ_ONLY");
  const unknown = failure.kind === "outcome-unknown";
  const lookup = action.lookup && actions.find((it) => it.id === action.lookup);
  return html`<p>${unknown ? unknownWords(action) : outcomeWords(failure.kind).next}</p>
    ${failure.retry_after_ms !== null && failure.retry_after_ms !== undefined && html`<p>Wait ${duration(failure.retry_after_ms)} before you repeat it.</p>`}
    ${failure.kind === "forbidden" && action.scopes?.length > 0 && html`<p>It needs one of the scopes ${action.scopes.map((it) => html`<code key=${it}>${it}</code> `)}</p>`}
    <p class="next-buttons">
      ${unknown && action.idempotency && onRepeat && html`<button type="button" class="main" onClick=${onRepeat}>Repeat with the same key</button>`}
      ${!unknown && failure.retryable && html`<button type="button" onClick=${onAgain}>Run it again</button>`}
      ${unknown && lookup && html`<button type="button" onClick=${() => go(to(connection.name, "actions", lookup.id), {state: {input: sharedWith(lookup, schemas, input)}})}>Look it up: ${lookup.summary}</button>`}
      ${unknown && html`<${Link} class="button" href=${to(connection.name, "calls")}>The calls without a known outcome<//>`}
      ${settings && html`<button type="button" onClick=${() => go(to(connection.name, "settings"))}>The settings of ${connection.name}</button>`}
    </p>`;
}

/** The required parameters of the action that looks, as far as the call had them. */
function sharedWith(lookup, schemas, input) {
  const names = schemas.one(schemas.at(lookup.input_schema)).members.filter((it) => it.required && typeof input[it.name] === "string").map((it) => it.name);
  return Object.fromEntries(names.map((name) => [name, input[name]]));
}

function unknownWords(action) {
  return action.idempotency
    ? "The money may have moved. Do not start over with a new key. With the same key PayPal returns what it did, or does it now, once in either case."
    : "PayPal may have acted, and recognises no key of this action. Look at what it was to change before you repeat anything.";
}
