// The calls that were cut off, or whose outcome is unknown, each with the way to find out.

import {html, useState} from "../core/html.js";
import {Link, to} from "../core/router.js";
import {whenExactly} from "../core/format.js";
import {Identifier} from "../parts/copy.js";
import {Failed, Notice} from "../parts/notice.js";
import {Sure} from "../parts/sure.js";
import {Decide} from "./decide.js";
import {resolve, resolved} from "./resolving.js";

/** The most that are drawn. */
const DRAWN = 50;

/** @param {{connection: string, environment: string, calls: any[], onResolved: () => void}} props */
export function Unresolved({connection, environment, calls, onResolved}) {
  // What was found out, by call: it stays to be read when the call is no longer in the list.
  const [results, setResults] = useState([]);
  const found = (call, result) => {
    setResults((before) => [{call, result}, ...before.filter((it) => it.call.call !== call.call)]);
    onResolved();
  };
  const open = calls.filter((it) => !results.some(({call, result}) => call.call === it.call && result.outcome !== "unknown"));
  return html`<div class="unresolved">
    ${results.filter(({result}) => result.outcome !== "unknown").map(({call, result}) => html`<${Found} key=${call.call} connection=${connection} call=${call} result=${result} />`)}
    ${open.length > 0 && html`<section class="notice warn" aria-labelledby="unresolved">
      <h2 id="unresolved">${open.length === 1 ? "1 call has" : `${open.length} calls have`} no known outcome</h2>
      <p>Money may have moved. Find out before you make such a call again. PayPal is asked under the call's key: if it has not done the call yet, it does it now,
        once in total. If that is not wanted any more, say that it was not done.</p>
      <ul>${open.slice(0, DRAWN).map((it) => html`<${Item} key=${it.call} connection=${connection} environment=${environment} call=${it}
        result=${results.find(({call}) => call.call === it.call)?.result ?? null} onFound=${(result) => found(it, result)} />`)}</ul>
      ${open.length > DRAWN && html`<p>and ${open.length - DRAWN} more: they come up when these are found out.</p>`}
    </section>`}
  </div>`;
}

function Item({connection, environment, call, result, onFound}) {
  const [asking, setAsking] = useState(false);
  const [working, setWorking] = useState(false);
  const [problem, setProblem] = useState(null);
  const [deciding, setDeciding] = useState(false);
  const find = async () => {
    setAsking(false);
    setWorking(true);
    setProblem(null);
    try {
      onFound(await resolve(connection, call.call));
    } catch (it) {
      setProblem(it);
    }
    setWorking(false);
  };
  const decided = (it) => {
    setDeciding(false);
    onFound(it);
  };
  const about = Object.entries(call.parameters ?? {});
  const words = result && resolved(result);
  return html`<li>
    <div class="unresolved-call">
      <p><${Link} href=${to(connection, "actions", call.action)}><code>${call.action}</code><//> of ${whenExactly(call.time)}${about.map(([name, value]) => html`<span key=${name}>${`, ${name} `}<code>${value}</code></span>`)}</p>
      <p class="hint">${[call.state === "unknown" ? "PayPal's answer was lost." : "The server ended before PayPal's answer came.",
        call.may_be_running && "It may still be running.", until(call)].filter(Boolean).join(" ")}</p>
      ${call.idempotency_key && html`<p class="hint">Key <${Identifier} value=${call.idempotency_key} label="the idempotency key" /></p>`}
    </div>
    <div class="unresolved-actions">
      <button type="button" class="main" disabled=${working} onClick=${() => (call.idempotency_key ? setAsking(true) : find())}>${working ? "Finding out …" : "Find out"}</button>
      <button type="button" onClick=${() => setDeciding(true)}>Say what it did</button>
    </div>
    ${words && html`<div role="status" class="unresolved-result"><b>${words.title}.</b> ${words.lines.filter(Boolean).join(" ")}</div>`}
    ${problem && html`<div class="unresolved-result"><${Failed} problem=${problem} /></div>`}
    ${asking && html`<${Sure} title="Find out?" connection=${{name: connection, environment}} wanted=${connection} what="the name of the connection" label="Find out" onConfirm=${find}
      onClose=${() => setAsking(false)}>
      <p><code>${call.action}</code> of ${whenExactly(call.time)}${about.map(([name, value]) => html`<span key=${name}>${`, ${name} `}<code>${value}</code></span>`)}</p>
      <p>PayPal is asked again under the same key. If it has done the call, it says so. <b>If it has not, it does it now.</b></p><//>`}
    ${deciding && html`<${Decide} connection=${connection} call=${call} found=${result} onClose=${() => setDeciding(false)} onFound=${decided} />`}
  </li>`;
}

function until(call) {
  if (!call.idempotency_key) return "PayPal recognises no key of it: the resource is looked at.";
  const kept = call.input_kept ? "" : " Its input was not kept, as there may be a secret in it.";
  return `PayPal knows its key until ${whenExactly(call.repeatable_until)}.${kept}`;
}

function Found({connection, call, result}) {
  const {tone, title, lines} = resolved(result);
  const subject = call.action.startsWith("orders.") ? (result.document?.id ?? call.parameters?.id) : null;
  return html`<${Notice} tone=${tone} title=${`${call.action}: ${title}`} live>
    ${lines.filter(Boolean).map((it) => html`<p key=${it}>${it}</p>`)}
    ${subject && html`<p><${Link} href=${to(connection, "timeline", "order", subject)}>Its timeline<//></p>`}
  <//>`;
}
