// An entry of a history, with all that is known of it.

import {html} from "../core/html.js";
import {Link, to} from "../core/router.js";
import {whenExactly} from "../core/format.js";
import {Identifier} from "../parts/copy.js";
import {Json} from "../parts/json.js";
import {Pill} from "../parts/pill.js";
import {Facts} from "./facts.js";
import {toneOf} from "./history.js";
import {Resend} from "./resend.js";

/** @param {{connection: string, entry: any}} props */
export function Entry({connection, entry}) {
  const {details} = entry;
  return html`<section class="panel entry-details" aria-label="The chosen entry" aria-live="polite">
    <h2>${entry.name}</h2>
    <p class="hint">${entry.ours ? "An action that was run here" : "An event that PayPal has sent"}, ${whenExactly(entry.time)}</p>
    ${entry.unknown && html`<p>Its outcome was not known. A later entry with the same key has what it did; else find out in <${Link} href=${to(connection, "calls")}>Calls<//>.</p>`}
    <${Facts} of=${[
      ["Status", entry.status && html`<${Pill} tone=${toneOf(entry.status)}>${entry.status}<//>`],
      ["Amount", entry.amount],
      ["About", entry.subject && html`${entry.subject.kind} <code>${entry.subject.id}</code>`],
      ["Payments", entry.payments.length > 0 && html`<ul class="plain">${entry.payments.map((it) => html`<li key=${`${it.kind}${it.id}`}>${it.kind} <code>${it.id}</code> ${it.amount} ${it.status && html`<${Pill} tone=${toneOf(it.status)}>${it.status}<//>`}</li>`)}</ul>`],
      ["Reason", entry.reason],
      ["Debug id", details.debug_id && html`<${Identifier} value=${details.debug_id} label="the debug id" />`],
      ["Idempotency key", details.idempotency_key && html`<${Identifier} value=${details.idempotency_key} label="the idempotency key" />`],
      ["Event id", details.event_id && html`<${Identifier} value=${details.event_id} label="the event id" />`],
    ]} />
    <div class="ways">
      ${entry.ours && html`<${Link} class="button" href=${to(connection, "actions", entry.name)}>Open the action<//>`}
      ${details.event_id && html`<${Resend} connection=${connection} event=${{eventId: details.event_id, type: entry.name}} />`}
    </div>
    <details class="more"><summary>All of it</summary><${Json} value=${details} label="the entry" /></details>
  </section>`;
}
