// What is known of a call besides its answer.

import {html} from "../core/html.js";
import {duration} from "../core/format.js";
import {Link, to} from "../core/router.js";
import {Identifier} from "../parts/copy.js";

/** @param {{connection: any, outcome: import("../forms/run.js").Outcome}} props */
export function CallFacts({connection, outcome}) {
  const {document} = outcome;
  const key = document.idempotency_key ?? outcome.key;
  const row = (name, value) => (value === null || value === undefined || value === "" ? null : html`<dt>${name}</dt><dd>${value}</dd>`);
  return html`<dl class="facts">
    ${row("PayPal's status", document.status)}
    ${row("PayPal's error", document.name && html`<code>${document.name}</code>`)}
    ${row("Debug id", document.debug_id && html`<${Identifier} value=${document.debug_id} label="the debug id" />`)}
    ${row("Idempotency key", key && html`<${Identifier} value=${key} label="the idempotency key" />`)}
    ${row("Attempts", document.attempts)}
    ${row("Took", duration(outcome.took))}
    ${row("Call", outcome.call && html`<${Link} href=${to(connection.name, "calls", outcome.call)}>${outcome.call}<//>`)}
  </dl>`;
}
