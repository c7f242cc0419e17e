// A JSON document, with what can be opened and closed. Texts that are links of the web are links.

import {html} from "../core/html.js";
import {webLink} from "../core/router.js";
import {Copy} from "./copy.js";

/** How deep it is open at first, if it has more lines than these. */
const DEPTH = 3;
const LINES = 60;
/** The deepest level that is drawn: a document can have more than the page. */
const DEEPEST = 60;
/** The most items of a level that are drawn at once. */
const ITEMS = 200;

/** @param {{value: unknown, label?: string, text?: string}} props `text` is what is copied: the document as it was written */
export function Json({value, label = "JSON", text}) {
  const short = linesOf(value) <= LINES;
  return html`<div class="json" role="region" tabindex="0" aria-label=${label}>
    <${Copy} text=${() => text || JSON.stringify(value, null, 2)} label=${`Copy ${label}`} />
    <${Value} value=${value} depth=${0} opened=${short ? Infinity : DEPTH} />
  </div>`;
}

/** How many lines a document has; of more than `LINES` not all are counted. */
function linesOf(value, counted = 0) {
  if (value === null || typeof value !== "object") return counted + 1;
  let lines = counted + 1;
  for (const it of Object.values(value)) {
    if (lines > LINES) break;
    lines = linesOf(it, lines);
  }
  return lines > counted + 1 ? lines + 1 : lines;
}

function Value({value, depth, opened}) {
  if (value !== null && typeof value === "object") return html`<${Members} value=${value} depth=${depth} opened=${opened} />`;
  if (typeof value !== "string") return html`<span class="json-${value === null ? "null" : typeof value}">${JSON.stringify(value)}</span>`;
  const link = webLink(value);
  const text = JSON.stringify(value);
  return link
    ? html`<a class="json-string" href=${link} target="_blank" rel="noreferrer">${text}</a>`
    : html`<span class="json-string">${text}</span>`;
}

function Members({value, depth, opened}) {
  const list = Array.isArray(value);
  const members = list ? value.map((it) => [null, it]) : Object.entries(value);
  const [open, close] = list ? "[]" : "{}";
  if (depth >= DEEPEST) return html`<span class="json-count">deeper than can be shown: copy it to see all</span>`;
  if (!members.length) return html`<span>${open}${close}</span>`;
  const count = `${members.length} ${list ? "item" : "member"}${members.length === 1 ? "" : "s"}`;
  return html`<details open=${depth < opened}>
    <summary><span>${open}</span><span class="json-count">${count}</span></summary>
    <ul>${members.slice(0, ITEMS).map(([name, it], at) => html`<li key=${name ?? at}>
      ${name !== null && html`<span class="json-name">${JSON.stringify(name)}: </span>`}<${Value} value=${it} depth=${depth + 1} opened=${opened} />${at < members.length - 1 && ","}
    </li>`)}
    ${members.length > ITEMS && html`<li class="json-count">and ${members.length - ITEMS} more: copy it to see all</li>`}</ul>
    <span>${close}</span>
  </details>`;
}
