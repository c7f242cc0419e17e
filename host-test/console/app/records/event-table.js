// A table of events. On a phone its rows are drawn as blocks, which takes a table's meaning away: so the roles are written.

import {html} from "../core/html.js";
import {Link, to} from "../core/router.js";
import {Pill} from "../parts/pill.js";
import {follow} from "./call-table.js";
import {Moment} from "./moment.js";
import {told} from "./received.js";
import {Resend} from "./resend.js";
import {Subject} from "./subject.js";

/** @param {{connection: string, events: any[], fresh?: Set<number>, short?: boolean}} props `short` is for another page */
export function EventTable({connection, events, fresh = new Set(), short = false}) {
  return html`<div class="table records" tabindex="0" role="region" aria-label="Events"><table role="table">
    <thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">Time</th><th scope="col" role="columnheader">What</th>
      <th scope="col" role="columnheader">Is it PayPal's?</th>
      <th scope="col" role="columnheader">Status</th><th scope="col" role="columnheader" class="number">Amount</th>
      ${!short && html`<th scope="col" role="columnheader" class="wide"><span class="unseen">Send again</span></th>`}</tr></thead>
    <tbody role="rowgroup">${events.map((it) => html`<${Row} key=${it.id} connection=${connection} event=${told(it)} fresh=${fresh.has(it.id)} short=${short} />`)}</tbody>
  </table></div>`;
}

function Row({connection, event, fresh, short}) {
  const page = to(connection, "events", event.id);
  return html`<tr role="row" class=${fresh ? "fresh" : ""} onClick=${(click) => follow(click, page)}>
    <th scope="row" role="rowheader"><${Link} href=${page}><${Moment} time=${event.time} /><//></th>
    <td role="cell"><span class="pills">${event.type ? html`<code>${event.type}</code>` : html`<span class="hint">not known</span>`}
      ${event.channel === "IPN" && html`<${Pill}>IPN<//>`}${fresh && html`<${Pill} tone="info">new<//>`}</span>
      ${event.subject && html`<div class="about"><${Subject} connection=${connection} subject=${event.subject} /></div>`}</td>
    <td role="cell"><${Pill} tone=${event.tone} title=${event.why}>${event.title}<//>${marks(event)}${!event.accepted && event.why && html`<span class="why">${event.why}</span>`}</td>
    <td role="cell">${event.status}</td>
    <td role="cell" class="number">${event.amount}</td>
    ${!short && html`<td role="cell" class="wide">${event.accepted && event.eventId && html`<${Resend} connection=${connection} event=${event} />`}</td>`}
  </tr>`;
}

const marks = (event) => html`${event.deliveries > 1 && html` <${Pill} title="It was delivered more than once, and counts once">${event.deliveries} deliveries<//>`}${event.simulated && html` <${Pill}>simulated<//>`}`;
