// The payers: to whom something was credited by webhook events and IPN messages.

import {html, useState} from "../core/html.js";
import {of} from "../core/api.js";
import {useResource} from "../core/resource.js";
import {go, to, useLocation} from "../core/router.js";
import {Text} from "../parts/field.js";
import {Failed, Notice} from "../parts/notice.js";
import {Empty, Page, Skeleton} from "../parts/page.js";
import {Pages, SIZE, withQuery} from "../records/pages.js";
import {PayerTable} from "../records/payer-table.js";

export function Payers({connection}) {
  const {query} = useLocation();
  const before = query.get("before");
  const payers = useResource(withQuery(of(connection, "payers"), "", {limit: String(SIZE), before}));
  return html`<${Page} title="Payers" hint="What was credited to whom by webhook events and IPN messages, once each. Those first to whom something came last.">
    <${Find} connection=${connection} />
    ${payers.data ? html`<${List} connection=${connection} page=${payers.data} first=${!before} />`
      : payers.problem?.status === 404 ? html`<${Notice} tone="info" title="This server does not list payers"><p>One can be found all the same: by PayPal's id, or by the e-mail address.</p><//>`
        : payers.problem ? html`<${Failed} problem=${payers.problem} retry=${payers.reload} />` : html`<${Skeleton} lines=${8} />`}
  <//>`;
}

function Find({connection}) {
  const [payer, setPayer] = useState("");
  const open = (event) => {
    event.preventDefault();
    if (payer.trim()) go(to(connection, "payers", payer.trim()));
  };
  return html`<form class="filters find-payer" onSubmit=${open}>
    <${Text} label="Find a payer" value=${payer} onInput=${setPayer} maxlength="254" placeholder="payer@example.com, or PayPal's id" />
    <button type="submit" disabled=${!payer.trim()}>Open</button>
  </form>`;
}

function List({connection, page, first}) {
  if (!page.payers.length) {
    return html`<${Empty} title=${first ? "Nothing was credited yet" : "There are no more payers"}>
      <p>A payment counts when its event or message has come, and who paid is known: have PayPal send <code>CHECKOUT.ORDER.APPROVED</code> too.</p><//>
      <${Pages} next=${null} count=${0} what="payers" />`;
  }
  return html`<${PayerTable} connection=${connection} payers=${page.payers} /><${Pages} next=${page.next} count=${page.payers.length} what="payers" />`;
}
