// All connections.

import {html} from "../core/html.js";
import {useResource} from "../core/resource.js";
import {Link, to} from "../core/router.js";
import {whenExactly} from "../core/format.js";
import {Loaded, Page} from "../parts/page.js";
import {Environment} from "../parts/pill.js";

export function Connections() {
  const connections = useResource("/v1/connections");
  const actions = html`<${Link} href="/new-connection" class="button main">New connection<//>`;
  return html`<${Page} title="Connections" hint="Accounts at PayPal, and the simulator on this machine." actions=${actions}>
    <${Loaded} resource=${connections}>${({connections: all}) => html`<div class="table" tabindex="0" role="region" aria-label="Connections">
      <table>
        <thead><tr><th scope="col">Name</th><th scope="col">Environment</th><th scope="col">Client id</th><th scope="col">Calls at once</th>
          <th scope="col">Changed</th></tr></thead>
        <tbody>${all.map((it) => html`<tr key=${it.name}>
          <th scope="row"><${Link} href=${to(it.name)}>${it.name}<//></th>
          <td><${Environment} connection=${it} /></td>
          <td>${it.client_id ? html`<code>${it.client_id}</code>` : html`<span class="hint">none</span>`}</td>
          <td>${it.borrow_concurrency_from ? `those of ${it.borrow_concurrency_from}` : it.concurrency}</td>
          <td>${whenExactly(it.changed)}</td>
        </tr>`)}</tbody>
      </table>
    </div>`}<//>
  <//>`;
}
