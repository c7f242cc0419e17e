// A call: what it was, what came of it, and what to do next.

import {html} from "../core/html.js";
import {of} from "../core/api.js";
import {useResource} from "../core/resource.js";
import {Link, to} from "../core/router.js";
import {duration, whenExactly} from "../core/format.js";
import {outcomeWords} from "../core/outcomes.js";
import {Identifier} from "../parts/copy.js";
import {Failed, Notice} from "../parts/notice.js";
import {Empty, Page, Skeleton} from "../parts/page.js";
import {Facts} from "../records/facts.js";
import {Fixture} from "../records/fixture.js";
import {OutcomeMark} from "../records/outcome.js";
import {useRefresh} from "../records/refresh.js";

export function Call({connection, call: id}) {
  const loaded = useResource(of(connection, "calls", id));
  const call = loaded.data;
  useRefresh(loaded.reload, call?.outcome === "running");
  const back = html`<${Link} class="button" href=${to(connection, "calls")}>All calls<//>`;
  return html`<${Page} title=${`Call ${id}`} hint=${call && html`<code>${call.action}</code>`} actions=${back}>
    ${call ? html`<${Told} connection=${connection} call=${call} />` : loaded.problem ? html`<${Gone} problem=${loaded.problem} retry=${loaded.reload} />` : html`<${Skeleton} lines=${8} />`}
  <//>`;
}

function Gone({problem, retry}) {
  if (problem.status !== 404) return html`<${Failed} problem=${problem} retry=${retry} />`;
  return html`<${Empty} title="There is no such call"><p>The server keeps the last 100,000 calls of all connections, and none of a connection that was deleted.</p><//>`;
}

function Told({connection, call}) {
  const words = outcomeWords(call.outcome);
  const unresolved = ["interrupted", "outcome-unknown"].includes(call.outcome);
  return html`<div class="sheets">
    <${Notice} tone=${words.tone || "info"} title=${words.title}>
      ${call.message && html`<p>${call.message}</p>`}
      <p>${words.next}</p>
      ${unresolved && html`<p><${Link} href=${to(connection, "calls")}>The calls without a known outcome<//></p>`}
      ${call.outcome === "connection-unavailable" && html`<p><${Link} href=${to(connection, "settings")}>The settings of ${connection}<//></p>`}
    <//>
    <section class="panel" aria-labelledby="record"><h2 id="record">The record</h2>
      <${Facts} of=${[
        ["Action", html`<${Link} href=${to(connection, "actions", call.action)}><code>${call.action}</code><//>`],
        ["Outcome", html`<${OutcomeMark} outcome=${call.outcome} />`],
        ["PayPal's status", call.status],
        ["PayPal's error", call.name && html`<code>${call.name}</code>`],
        ["Debug id", call.debug_id && html`<${Identifier} value=${call.debug_id} label="the debug id" />`],
        ["Began", whenExactly(call.began)],
        ["Took", duration(call.duration_ms)],
        ["Attempts", call.attempts === null ? null : String(call.attempts)],
        ["Idempotency key", call.idempotency_key && html`<${Identifier} value=${call.idempotency_key} label="the idempotency key" />`],
        ["Caller", call.caller === "session" ? "a person in this console" : html`the key <b>${call.caller}</b>`],
        ["Request id", html`<${Identifier} value=${call.request_id} label="the request id" />`],
      ]} />
      <p class="hint">Inputs and answers are not kept. PayPal's support finds the request by the debug id.</p>
      <p><${Link} href=${`${to(connection, "calls")}?action=${encodeURIComponent(call.action)}`}>Other calls of this action<//></p>
    </section>
    <${Fixture} connection=${connection} call=${call} />
  </div>`;
}
