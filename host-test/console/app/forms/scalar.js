// Fields of a text, a number, and a yes or no.

import {html} from "../core/html.js";
import {Digits} from "./json-text.js";
import {exampleOf, Labelled} from "./labelled.js";
import {isSecret} from "./schema.js";

/** Texts that may be longer than this have a field of several lines. */
const LONG = 500;

/** How a date is written, where the schema only says that it is one. */
const FORMATS = {
  "date-time": "Such as 2026-03-09T08:14:22Z.", "ppaas_date_time_v3": "Such as 2026-03-09T08:14:22Z.", "ppaas_date_notime_v2": "Such as 2026-03-09.",
};

export function TextField({value, onChange, node, ...field}) {
  const secret = isSecret(field.name, node);
  const long = !secret && node.maxLength >= LONG && !node.pattern && !node.format;
  const typed = (event) => onChange(event.target.value === "" ? undefined : event.target.value);
  const shared = {autocomplete: "off", spellcheck: long, value: value ?? "", onInput: typed};
  const found = node["x-options"]?.found;
  const hint = [FORMATS[node.format], found].filter(Boolean).join(" ") || null;
  return html`<${Labelled} node=${node} hint=${hint} ...${field}>${(attributes) => (long
    ? html`<textarea rows="3" ...${shared} ...${attributes} placeholder=${exampleOf(node)}></textarea>`
    : html`<input type=${secret ? "password" : "text"} ...${shared} ...${attributes} placeholder=${secret ? null : exampleOf(node)} />`)}<//>`;
}

/** A number. It stays as it is typed; what is none is sent as a text, and refused in its place. */
export function NumberField({value, onChange, node, ...field}) {
  const typed = (event) => {
    const text = event.target.value.trim();
    onChange(text === "" ? undefined : /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/.test(text) ? new Digits(text) : text);
  };
  const limits = [node.minimum !== undefined && `at least ${node.minimum}`, node.maximum !== undefined && `at most ${node.maximum}`].filter(Boolean).join(", ");
  const usual = node.default === undefined ? "" : `Without it: ${node.default}.`;
  const hint = [limits && `A number, ${limits}.`, usual].filter(Boolean).join(" ") || "A number.";
  return html`<${Labelled} node=${node} hint=${hint} ...${field}>${(attributes) => html`<input type="text" inputmode=${node.type === "integer" ? "numeric" : "decimal"} class="narrow"
    autocomplete="off" value=${value instanceof Digits ? value.text : (value ?? "")} onInput=${typed} ...${attributes} placeholder=${exampleOf(node)} />`}<//>`;
}

export function BooleanField({value, onChange, node, ...field}) {
  const shown = value === undefined ? "" : String(value);
  const chosen = (event) => onChange({"": undefined, "true": true, "false": false, "null": null}[event.target.value]);
  const hint = node.default === undefined ? null : `Without it: ${node.default ? "yes" : "no"}.`;
  return html`<${Labelled} node=${node} hint=${hint} ...${field}>${(attributes) => html`<select class="narrow" value=${shown} onChange=${chosen} ...${attributes}>
    <option value="">not given</option><option value="true">yes</option><option value="false">no</option>
    ${(node.nullable || value === null) && html`<option value="null">null</option>`}
  </select>`}<//>`;
}
