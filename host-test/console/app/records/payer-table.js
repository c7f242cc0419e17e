// A table of payers.

import {html} from "../core/html.js";
import {Link, to} from "../core/router.js";
import {money} from "../core/format.js";
import {follow} from "./call-table.js";
import {Moment} from "./moment.js";

/** @param {{connection: string, payers: any[]}} props */
export function PayerTable({connection, payers}) {
  return html`<div class="table records" tabindex="0" role="region" aria-label="Payers"><table role="table">
    <thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">Payer</th><th scope="col" role="columnheader" class="number">Credits</th>
      <th scope="col" role="columnheader" class="number">Sum</th><th scope="col" role="columnheader">Last</th></tr></thead>
    <tbody role="rowgroup">${payers.map((it) => html`<${Row} key=${it.payer} connection=${connection} payer=${it} />`)}</tbody>
  </table></div>`;
}

function Row({connection, payer}) {
  const page = to(connection, "payers", payer.payer);
  return html`<tr role="row" onClick=${(event) => follow(event, page)}>
    <th scope="row" role="rowheader"><${Link} href=${page}>${payer.payer}<//></th>
    <td role="cell" class="number">${payer.credits}<span class="narrow"> ${payer.credits === 1 ? "credit" : "credits"}</span></td>
    <td role="cell" class="number">${payer.sums.map((it) => html`<div key=${it.currency_code}>${it.value === null ? `too long to add, ${it.currency_code}` : money(it)}</div>`)}</td>
    <td role="cell"><${Moment} time=${payer.last} /></td>
  </tr>`;
}
