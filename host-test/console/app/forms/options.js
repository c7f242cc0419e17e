// The options of a call, which few need: folded, but for the key of a call that has one.

import {html} from "../core/html.js";
import {Node} from "./node.js";
import {isObject, withMember} from "./pointer.js";
import {isWrongBelow} from "./wrong.js";

export function Options({form, node, value, onChange}) {
  const {action, connection} = form;
  const given = isObject(value) ? value : {};
  const isShown = ({name}) => {
    if (Object.hasOwn(given, name)) return true;
    if (name === "idempotency_key") return action.idempotency !== null;
    // It comes with `next` of an answer.
    if (name === "page_link") return false;
    return name !== "mock_response" || connection.environment !== "live";
  };
  const set = (name) => (it) => {
    const changed = withMember(given, name, it);
    onChange(Object.keys(changed).length ? changed : undefined);
  };
  const count = Object.keys(given).length;
  const wrong = isWrongBelow(form.wrong, "/options");
  return html`<details class="more" open=${wrong || null}>
    <summary>Options${count > 0 && ` (${count} given)`}</summary>
    <div class="fields">${node.members.filter(isShown).map((it) => html`<div key=${it.name}>
      <${Node} form=${form} name=${it.name} schema=${it.schema} pointer=${`/options/${it.name}`} value=${given[it.name]} onChange=${set(it.name)} />
      ${it.name === "idempotency_key" && action.idempotency && html`<${MakeKey} action=${action} onMade=${set(it.name)} />`}
    </div>`)}</div>
  </details>`;
}

function MakeKey({action, onMade}) {
  const {max_length: longest, retention_seconds: seconds} = action.idempotency;
  return html`<p class="help"><button type="button" class="small" onClick=${() => onMade(crypto.randomUUID())}>Make one</button>
    ${" "}At most ${longest} characters. PayPal remembers it for ${period(seconds)}. Without one, this page makes one for each new input.</p>`;
}

function period(seconds) {
  const hours = seconds / 3600;
  if (!Number.isFinite(hours)) return "a time that it does not tell";
  return hours < 48 ? `${Math.round(hours)} hours` : `${Math.round(hours / 24)} days`;
}
