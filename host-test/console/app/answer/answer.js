// What came of a call: first in words, then where it leads, then the document.

import {html} from "../core/html.js";
import {outcomeWords} from "../core/outcomes.js";
import {Link, to, webLink} from "../core/router.js";
import {Boundary} from "../layout/boundary.js";
import {located} from "../forms/wrong.js";
import {Notice} from "../parts/notice.js";
import {Words} from "../parts/words.js";
import {Body, Sent} from "./body.js";
import {CallFacts} from "./facts.js";
import {File} from "./file.js";
import {Follow} from "./follow.js";
import {Next} from "./next.js";
import {Request} from "./request.js";
import {wordsOf} from "./status.js";

/** @param {{actions: any[], action: any, connection: any, outcome: import("../forms/run.js").Outcome | null, extras: Record<string, string>, schemas: any, schema: any, onRepeat: (() => void) | null, onAgain: () => void, onNext: (input: object) => void}} props */
export function Answer(props) {
  const {outcome} = props;
  if (!outcome) return html`<p class="hint nothing-yet">Nothing was run yet. <em>Dry run</em> shows the request to PayPal, and sends nothing.</p>`;
  const Shown = {reply: Reply, failure: Failure, problem: NoAnswer, request: Request}[outcome.kind];
  return html`<${Boundary} key=${outcome.started} heading="h3"><${Shown} ...${props} /><//>`;
}

function Reply({actions, action, connection, outcome, extras, schemas, schema, onNext}) {
  const reply = outcome.document;
  const words = wordsOf(action, reply);
  const input = JSON.parse(outcome.input);
  const next = reply.next;
  return html`<${Notice} tone=${words.tone} title=${words.title} live>${words.lines.map((it, at) => html`<p key=${at}>${it}</p>`)}<//>
    <${Follow} actions=${actions} action=${action} connection=${connection} schemas=${schemas} reply=${reply} input=${input} extras=${extras} />
    ${next && html`<p><button type="button" onClick=${() => onNext(typeof next === "string" ? JSON.parse(next) : next)}>Next page</button></p>`}
    ${reply.file && html`<${File} file=${reply.file} name=${action.id} />`}
    <${CallFacts} connection=${connection} outcome=${outcome} />
    <${Body} outcome=${outcome} body=${reply.body} />
    <${Sent} outcome=${outcome} schemas=${schemas} schema=${schema} />`;
}

function Failure({actions, action, connection, outcome, schemas, schema, onRepeat, onAgain}) {
  const failure = outcome.document;
  const words = outcomeWords(failure.kind);
  const help = webLink(failure.information_link);
  // What is wrong in a field is said there, and above the form.
  const details = failure.kind !== "invalid-input" ? failure.details : located(schemas, schema, failure.details).filter((it) => !it.pointer);
  const isSaid = failure.details.length > 0 && !details.length;
  const issues = [...new Set(failure.details.map((it) => it.issue).filter(Boolean))];
  return html`<${Notice} tone=${words.tone || "bad"} title=${words.title} live>
      <p>${isSaid ? "What is wrong is marked in the input." : html`<${Words} text=${failure.message} />`}</p>
      ${failure.kind !== "invalid-input" && issues.length > 0 && html`<p>PayPal's reason: ${issues.map((it) => html`<code key=${it}>${it}</code> `)}</p>`}
      <${Next} actions=${actions} action=${action} connection=${connection} failure=${failure} schemas=${schemas} input=${JSON.parse(outcome.input)} onRepeat=${onRepeat} onAgain=${onAgain} />
    <//>
    ${details.length > 0 && html`<h3>Details</h3><ul class="details">${details.map((it, at) => html`<li key=${at}>
      ${it.issue && html`<code>${it.issue}</code> `}<${Words} text=${it.text ?? it.description ?? ""} />${it.field && html` <span class="hint">at <code>${it.field}</code></span>`}</li>`)}</ul>`}
    ${help && html`<p><a href=${help} target="_blank" rel="noreferrer">PayPal's page about this error</a></p>`}
    <${CallFacts} connection=${connection} outcome=${outcome} />
    <${Body} outcome=${outcome} body=${failure.body} />
    <${Sent} outcome=${outcome} schemas=${schemas} schema=${schema} />`;
}

function NoAnswer({action, connection, outcome, schemas, schema, onRepeat}) {
  const {title, detail} = outcome.document;
  return html`<${Notice} tone="bad" title=${outcome.unknown ? "No answer came: the outcome is unknown" : (title ?? "It did not work")} live>
      <p><${Words} text=${detail ?? title ?? ""} /></p>
      ${outcome.unknown && html`<p>PayPal may have acted. ${action.idempotency ? "Repeat the same input with the same key: it has one effect, however often it is sent." : "Look before you repeat it."}</p>
        <p class="next-buttons">${action.idempotency && onRepeat && html`<button type="button" class="main" onClick=${onRepeat}>Repeat with the same key</button>`}
          <${Link} class="button" href=${to(connection.name, "calls")}>The calls<//></p>`}
    <//>
    <${CallFacts} connection=${connection} outcome=${{...outcome, document: {idempotency_key: outcome.unknown ? outcome.key : null}}} />
    <${Sent} outcome=${outcome} schemas=${schemas} schema=${schema} />`;
}
