// A JSON document, with what can be opened and closed. Texts that are links of the web are links.

import {html} from "../core/html.js";
import {webLink} from "../core/router.js";
import {Copy} from "./copy.js";

/** How deep it is open at first. */
const DEPTH = 3;
/** The deepest level that is drawn: a document can have more than the page. */
const DEEPEST = 60;
/** The most items of a level that are drawn at once. */
const ITEMS = 200;

/** @param {{value: unknown, label?: string, text?: string}} props `text` is what is copied: the document as it was written */
export function Json({value, label = "JSON", text}) {
  return html`<div class="json" role="region" tabindex="0" aria-label=${label}>
    <${Copy} text=${() => text || JSON.stringify(value, null, 2)} label=${`Copy ${label}`} />
    <${Value} value=${value} depth=${0} />
  </div>`;
}

function Value({value, depth}) {
  if (value !== null && typeof value === "object") return html`<${Members} value=${value} depth=${depth} />`;
  if (typeof value !== "string") return html`<span class="json-${value === null ? "null" : typeof value}">${JSON.stringify(value)}</span>`;
  const link = webLink(value);
  const text = JSON.stringify(value);
  return link
    ? html`<a class="json-string" href=${link} target="_blank" rel="noreferrer">${text}</a>`
    : html`<span class="json-string">${text}</span>`;
}

function Members({value, depth}) {
  const list = Array.isArray(value);
  const members = list ? value.map((it) => [null, it]) : Object.entries(value);
  const [open, close] = list ? "[]" : "{}";
  if (depth >= DEEPEST) return html`<span class="json-count">deeper than can be shown: copy it to see all</span>`;
  if (!members.length) return html`<span>${open}${close}</span>`;
  const count = `${members.length} ${list ? "item" : "member"}${members.length === 1 ? "" : "s"}`;
  return html`<details open=${depth < DEPTH}>
    <summary><span>${open}</span><span class="json-count">${count}</span></summary>
    <ul>${members.slice(0, ITEMS).map(([name, it], at) => html`<li key=${name ?? at}>
      ${name !== null && html`<span class="json-name">${JSON.stringify(name)}: </span>`}<${Value} value=${it} depth=${depth + 1} />
    </li>`)}
    ${members.length > ITEMS && html`<li class="json-count">and ${members.length - ITEMS} more: copy it to see all</li>`}</ul>
    <span>${close}</span>
  </details>`;
}
