// A payer: what was credited, each once, and the sums.

import {html} from "../core/html.js";
import {Link, to} from "../core/router.js";
import {money} from "../core/format.js";
import {Failed, Notice} from "../parts/notice.js";
import {Empty, Page, Skeleton} from "../parts/page.js";
import {Credits} from "../records/credits.js";
import {useOrigins, usePayer} from "../records/payer.js";

export function Payer({connection, payer}) {
  const {history, problem, reload} = usePayer(connection, payer);
  const origins = useOrigins(connection);
  const actions = html`<${Link} class="button" href=${to(connection, "payers")}>All payers<//>`;
  return html`<${Page} title=${payer} hint="What was credited by webhook events and IPN messages, once each." actions=${actions}>
    ${problem && !history ? html`<${Failed} problem=${problem} retry=${reload} />` : !history ? html`<${Skeleton} lines=${8} />`
      : history.credits.length ? html`<${Told} connection=${connection} history=${history} origins=${origins} />`
        : html`<${Empty} title="Nothing is credited to this payer"><p>Give PayPal's id, or the e-mail address. What was never received is not in it.</p><//>`}
  <//>`;
}

function Told({connection, history, origins}) {
  const unknown = history.sums.some((it) => it.fee === null);
  return html`<div class="sheets">
    <div class="sums">${history.sums.map((it) => html`<section key=${it.currency} class="panel" aria-label=${`Sum in ${it.currency}`}>
      <p class="sum">${it.gross === null ? "too long to add" : money({value: it.gross, currency_code: it.currency})}</p>
      <p class="hint">${it.count} ${it.count === 1 ? "credit" : "credits"}; fees ${it.fee ?? "not told"}, net ${it.net ?? "not told"}</p>
    </section>`)}</div>
    ${unknown && html`<p class="hint">Where PayPal has not told a fee, the sums of fees and net are not known either.</p>`}
    <${Credits} connection=${connection} credits=${history.credits.toReversed()} label="Credits" origins=${origins} />
    <${Notice} tone="info"><p>PayPal confirms a message about a payment to anybody. Before you act on one, check that its receiver is you: the connection's
      settings name the receivers of IPN messages.</p><//>
  </div>`;
}
