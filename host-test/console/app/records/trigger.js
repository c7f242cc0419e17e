// Brings about an event, by all that leads to it.

import {html, useState} from "../core/html.js";
import {json, of} from "../core/api.js";
import {useResource} from "../core/resource.js";
import {Dialog} from "../parts/dialog.js";
import {Field} from "../parts/field.js";
import {Failed, Notice} from "../parts/notice.js";
import {Loaded} from "../parts/page.js";
import {Subject} from "./subject.js";

const USUAL = "PAYMENT.CAPTURE.COMPLETED";

/** @param {{connection: string, onClose: () => void}} props */
export function Trigger({connection, onClose}) {
  const types = useResource(of(connection, "triggered-events"));
  const missing = types.problem?.status === 404;
  return html`<${Dialog} title="Bring about an event" onClose=${onClose}>
    <p class="hint">All that leads to it happens: an order is made, paid and captured, and so on. Its events come in here as PayPal sends them.</p>
    ${missing ? html`<p>This server cannot do it. <code>host-test trigger TYPE</code> can.</p><${Close} onClose=${onClose} />`
      : html`<${Loaded} resource=${types} lines=${2}>${({event_types: all}) => html`<${Choose} connection=${connection} types=${all} onClose=${onClose} />`}<//>`}
  <//>`;
}

const Close = ({onClose}) => html`<div class="dialog-actions"><button type="button" onClick=${onClose}>Close</button></div>`;

function Choose({connection, types, onClose}) {
  const [type, setType] = useState(types.some((it) => it.event_type === USUAL) ? USUAL : (types[0]?.event_type ?? ""));
  const [working, setWorking] = useState(false);
  const [problem, setProblem] = useState(null);
  const [came, setCame] = useState(null);
  const trigger = async (event) => {
    event.preventDefault();
    setWorking(true);
    setProblem(null);
    setCame(null);
    try {
      setCame(await json("POST", of(connection, "triggered-events"), {body: {event_type: type}}));
    } catch (found) {
      setProblem(found);
    }
    setWorking(false);
  };
  if (!types.length) return html`<p>In an account with real money, events come of real payments only.</p><${Close} onClose=${onClose} />`;
  const chosen = types.find((it) => it.event_type === type);
  return html`<form onSubmit=${trigger}>
    <${Field} label="Type of the event" help=${chosen?.needs_time ? "It moves the simulator's clock forward." : `It takes ${chosen?.steps ?? "some"} ${chosen?.steps === 1 ? "step" : "steps"}.`}>
      ${(attributes) => html`<select ...${attributes} value=${type} onChange=${(event) => setType(event.target.value)}>
        ${types.map((it) => html`<option key=${it.event_type} value=${it.event_type}>${it.event_type}</option>`)}
      </select>`}
    <//>
    <div class="came" aria-live="polite">
      ${came && html`<${Came} connection=${connection} came=${came} />`}
      <${Failed} problem=${problem} />
    </div>
    <div class="dialog-actions"><button type="button" onClick=${onClose}>Close</button>
      <button type="submit" class="main" disabled=${working}>${working ? "Working …" : came ? "Once more" : "Bring it about"}</button></div>
  </form>`;
}

function Came({connection, came}) {
  const resources = Object.entries(came.resources ?? {}).filter(([, id]) => typeof id === "string");
  return html`<${Notice} tone="good" title="It has happened">
    ${came.events?.length ? html`<p>${came.events.length === 1 ? "This event comes" : `These ${came.events.length} events come`}:</p>
      <ul>${came.events.map((it) => html`<li key=${it.id ?? it}><code>${it.event_type ?? it}</code></li>`)}</ul>` : html`<p>Its events come as PayPal sends them, which can take a while.</p>`}
    ${resources.length > 0 && html`<p>It made:</p><ul>${resources.map(([kind, id]) => html`<li key=${kind}><${Subject} connection=${connection} subject=${{kind, id}} /></li>`)}</ul>`}
  <//>`;
}
