// What was credited: docs/webhooks.md#credits.

import {html} from "../core/html.js";
import {Link, to} from "../core/router.js";
import {money} from "../core/format.js";
import {Identifier} from "../parts/copy.js";
import {Moment} from "./moment.js";

const KINDS = {
  "payment": "Payment", "refund": "Refund", "reversal": "Reversal", "canceled-reversal": "Cancelled reversal", "payout": "Payout", "refunded-payout": "Payout returned",
};

/** The most that are drawn. */
const DRAWN = 200;

/**
 * @param {{connection: string, credits: any[], label: string, origins?: Map<string, {id: number, time: string, timeline: [string, string] | null}>}} props
 *   `origins` are the events that told of them, by the key of the credit
 */
export function Credits({connection, credits, label, origins = null}) {
  return html`<div class="table" tabindex="0" role="region" aria-label=${label}><table class="credits">
    <thead><tr>${origins && html`<th scope="col">Received</th>`}<th scope="col">Kind</th><th scope="col">Transaction</th><th scope="col" class="number">Gross</th>
      <th scope="col" class="number">Fee</th><th scope="col" class="number">Net</th><th scope="col">Status</th>${origins && html`<th scope="col">Timeline</th>`}</tr></thead>
    <tbody>${credits.slice(0, DRAWN).map((it) => html`<${Row} key=${it.key} connection=${connection} credit=${it} origins=${origins} />`)}</tbody>
  </table></div>
  ${credits.length > DRAWN && html`<p class="hint">The newest ${DRAWN} of ${credits.length}: the action <code>payers.history</code> has all.</p>`}`;
}

function Row({connection, credit, origins}) {
  const origin = origins?.get(credit.key);
  const amount = (value) => (value === null || value === undefined ? html`<span class="hint">not told</span>` : money({value, currency_code: credit.currency}));
  return html`<tr>
    ${origins && html`<td>${origin ? html`<${Link} href=${to(connection, "events", origin.id)}><${Moment} time=${origin.time} /><//>` : html`<span class="hint">earlier</span>`}</td>`}
    <th scope="row">${KINDS[credit.kind] ?? credit.kind}</th>
    <td><${Identifier} value=${credit.transaction} label="the transaction's id" /></td>
    <td class="number">${amount(credit.gross)}</td><td class="number">${amount(credit.fee)}</td><td class="number">${amount(credit.net)}</td>
    <td>${credit.status}${credit.reason && html` <span class="hint">${credit.reason}</span>`}</td>
    ${origins && html`<td>${origin?.timeline && html`<${Link} href=${to(connection, "timeline", ...origin.timeline)}>${origin.timeline[0]}<span class="unseen"> ${origin.timeline[1]}</span><//>`}</td>`}
  </tr>`;
}
