// A table of calls.

import {html} from "../core/html.js";
import {go, Link, to} from "../core/router.js";
import {duration, when, whenExactly} from "../core/format.js";
import {Identifier} from "../parts/copy.js";
import {OutcomeMark} from "./outcome.js";

/** @param {{connection: string, calls: any[], fresh?: Set<number>}} props */
export function CallTable({connection, calls, fresh = new Set()}) {
  return html`<div class="table records" tabindex="0" role="region" aria-label="Calls"><table>
    <thead><tr><th scope="col">Time</th><th scope="col">Action</th><th scope="col">Outcome</th><th scope="col">PayPal</th>
      <th scope="col" class="number">Took</th><th scope="col">Debug id</th><th scope="col">Caller</th><th scope="col">Idempotency key</th></tr></thead>
    <tbody>${calls.map((it) => html`<${Row} key=${it.id} connection=${connection} call=${it} fresh=${fresh.has(it.id)} />`)}</tbody>
  </table></div>`;
}

function Row({connection, call, fresh}) {
  const page = to(connection, "calls", call.id);
  return html`<tr class=${fresh ? "fresh" : ""} onClick=${(event) => follow(event, page)}>
    <th scope="row"><${Link} href=${page} title=${whenExactly(call.began)}>${when(call.began)}<//></th>
    <td><${Link} href=${to(connection, "actions", call.action)}><code>${call.action}</code><//></td>
    <td><${OutcomeMark} outcome=${call.outcome} /></td>
    <td class="brief">${call.status ?? ""}${call.name && html` <code>${call.name}</code>`}</td>
    <td class="number">${duration(call.duration_ms)}${call.attempts > 1 && html`<br /><span class="hint">${call.attempts} attempts</span>`}</td>
    <td class="keep"><${Identifier} value=${call.debug_id} label="the debug id" /></td>
    <td>${call.caller}</td>
    <td class="keep"><${Identifier} value=${call.idempotency_key} label="the idempotency key" /></td>
  </tr>`;
}

/** Follows a row's link by a click anywhere in the row, unless something in it was clicked or text is being chosen. */
export function follow(event, page) {
  if (event.target.closest("a, button, summary") || String(getSelection())) return;
  go(page);
  scrollTo(0, 0);
}
