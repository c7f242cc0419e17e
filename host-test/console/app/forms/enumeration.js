// A field of a value that is one of some. Where PayPal may add to them, another one can be typed.

import {html, useState} from "../core/html.js";
import {Digits} from "./json-text.js";
import {Labelled} from "./labelled.js";

const OTHER = "\u0000other";

export function EnumerationField({value, onChange, node, ...field}) {
  const open = !node.enum;
  const known = (node.enum ?? node["x-extensible-enum"]).filter((it) => it !== null).map(String);
  const text = value instanceof Digits ? value.text : (value ?? "");
  const unknown = text !== "" && !known.includes(text);
  const [typing, setTyping] = useState(unknown);
  const give = (it) => onChange(it === "" ? undefined : node.type === "integer" && /^-?\d+$/.test(it) ? new Digits(it) : it);
  const chosen = (event) => {
    const it = event.target.value;
    setTyping(it === OTHER);
    give(it === OTHER ? "" : it);
  };
  const usual = node.default === undefined ? null : `Without it: ${node.default}.`;
  // What is not among them was written as JSON: it stays, and PayPal decides.
  const extra = unknown && !open ? [text] : [];
  return html`<${Labelled} node=${node} hint=${usual} ...${field}>${(attributes) => html`
    <select value=${typing ? OTHER : text} onChange=${chosen} ...${attributes}>
      <option value="">${field.required ? "Choose one" : "not given"}</option>
      ${[...known, ...extra].map((it) => html`<option key=${it} value=${it}>${it}</option>`)}
      ${open && html`<option value=${OTHER}>another value …</option>`}
    </select>
    ${typing && html`<input type="text" class="other" autocomplete="off" spellcheck="false" aria-label=${`Another value of ${node.title ?? field.name}`} value=${text}
      onInput=${(event) => give(event.target.value)} />`}`}<//>`;
}
