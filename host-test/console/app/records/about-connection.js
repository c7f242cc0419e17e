// What a connection is, in short.

import {html, useState} from "../core/html.js";
import {json, of} from "../core/api.js";
import {Link, to, webLink} from "../core/router.js";
import {Report, Untested} from "../connection/report.js";
import {Identifier} from "../parts/copy.js";
import {Environment} from "../parts/pill.js";
import {Facts} from "./facts.js";

/** @param {{connection: any}} props */
export function AboutConnection({connection}) {
  const simulator = connection.environment === "simulator";
  const base = webLink(connection.base_url);
  const {tested, problem, working, test} = useTest(connection.name);
  return html`<section class="panel about-connection" aria-labelledby="about">
    <div class="panel-head"><h2 id="about">The connection</h2><${Environment} connection=${connection} /></div>
    <${Facts} of=${[
      ["Account", simulator && !connection.client_id ? "the simulator's own, without credentials" : null],
      ["Client id", connection.client_id && html`<${Identifier} value=${connection.client_id} label="the client id" />`],
      ["Merchant id", connection.merchant_id],
      ["Requests go to", base && html`<code>${connection.base_url}</code>`],
      ["May", connection.read_only ? "only read" : "read and change"],
      ["Calls at once", connection.borrow_concurrency_from ? `those of ${connection.borrow_concurrency_from}` : String(connection.concurrency)],
      ["Events", connection.webhook_id ? html`by the webhook <code>${connection.webhook_id}</code>` : html`none: <${Link} href=${to(connection.name, "settings")}>set a webhook id<//>`],
    ]} />
    <div class="ways">
      <button type="button" disabled=${working} onClick=${test}>${working ? "Testing …" : "Test"}</button>
      <${Link} class="button" href=${to(connection.name, "settings")}>Settings<//>
      ${simulator && base && html`<a class="button" href=${base} target="_blank" rel="noreferrer">Open the simulator</a>`}
    </div>
    <div class="tested" aria-live="polite">${tested && html`<${Report} tested=${tested} />`}${problem && html`<${Untested} problem=${problem} />`}</div>
  </section>`;
}

function useTest(name) {
  const [state, set] = useState({tested: null, problem: null, working: false});
  const test = async () => {
    set((before) => ({...before, working: true}));
    try {
      const found = await json("POST", of(name, "test"));
      set({tested: found, problem: null, working: false});
    } catch (problem) {
      set({tested: null, problem, working: false});
    }
  };
  return {...state, test};
}
