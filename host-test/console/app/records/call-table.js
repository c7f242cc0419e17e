// A table of calls. On a phone its rows are drawn as blocks, which takes a table's meaning away: so the roles are written.

import {html} from "../core/html.js";
import {go, Link, to} from "../core/router.js";
import {duration} from "../core/format.js";
import {Identifier} from "../parts/copy.js";
import {Moment} from "./moment.js";
import {OutcomeMark} from "./outcome.js";

/**
 * @param {{connection: string, calls: any[], fresh?: Set<number>, short?: boolean}} props `short` leaves out what only the search for a
 *   single call needs
 */
export function CallTable({connection, calls, fresh = new Set(), short = false}) {
  return html`<div class="table records" tabindex="0" role="region" aria-label="Calls"><table role="table">
    <thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">Time</th><th scope="col" role="columnheader">Action</th><th scope="col" role="columnheader">Outcome</th>
      <th scope="col" role="columnheader" class="number wide">Took</th>
      ${!short && html`<th scope="col" role="columnheader" class="wide">Debug id</th><th scope="col" role="columnheader" class="wide">Caller</th>`}</tr></thead>
    <tbody role="rowgroup">${calls.map((it) => html`<${Row} key=${it.id} connection=${connection} call=${it} fresh=${fresh.has(it.id)} short=${short} />`)}</tbody>
  </table></div>`;
}

function Row({connection, call, fresh, short}) {
  const page = to(connection, "calls", call.id);
  return html`<tr role="row" class=${fresh ? "fresh" : ""} onClick=${(event) => follow(event, page)}>
    <th scope="row" role="rowheader"><${Link} href=${page}><${Moment} time=${call.began} /><//></th>
    <td role="cell"><${Link} href=${to(connection, "actions", call.action)} class="quiet"><code>${call.action}</code><//></td>
    <td role="cell"><${OutcomeMark} outcome=${call.outcome} />${(call.status || call.name) && html` <span class="answer">${call.status}${call.name && html` <code>${call.name}</code>`}</span>`}</td>
    <td role="cell" class="number wide">${duration(call.duration_ms)}${call.attempts > 1 && html`<span class="hint" title=${`${call.attempts} attempts`}> · ${call.attempts}×</span>`}</td>
    ${!short && html`<td role="cell" class="keep wide"><${Identifier} value=${call.debug_id} label="the debug id" /></td>
      <td role="cell" class="wide">${call.caller}</td>`}
  </tr>`;
}

/** Follows a row's link by a click anywhere in the row, unless something in it was clicked or text is being chosen. */
export function follow(event, page) {
  if (event.target.closest("a, button, summary") || String(getSelection())) return;
  go(page);
  scrollTo(0, 0);
}
