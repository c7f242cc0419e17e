// PayPal's document, and what was sent. Copying gives the text as PayPal wrote it, with all digits of its numbers.

import {html} from "../core/html.js";
import {Copy} from "../parts/copy.js";
import {Json} from "../parts/json.js";

/** @param {{outcome: import("../forms/run.js").Outcome, body: unknown}} props */
export function Body({outcome, body}) {
  if (body === null || body === undefined) return null;
  return html`<div class="answer-body"><div class="panel-head"><h3>PayPal's document</h3><${Copy} text=${outcome.bodyText} label="Copy PayPal's document as it was written" /></div>
    <${Json} value=${body} label="PayPal's document" /></div>`;
}

/** @param {{outcome: import("../forms/run.js").Outcome}} props */
export function Sent({outcome}) {
  const input = JSON.parse(outcome.input);
  const files = Array.isArray(input.files) ? {files: input.files.map((it) => ({...it, data: "…"}))} : {};
  return html`<details class="more sent"><summary>What was sent to this server</summary><${Json} value=${{...hidden(input), ...files}} label="the input" /></details>`;
}

const SECRETS = ["number", "security_code", "client_secret"];

/** The input without what nobody should read over a shoulder. */
function hidden(value) {
  if (Array.isArray(value)) return value.map(hidden);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([name, it]) => [name, SECRETS.includes(name) && typeof it === "string" && (name !== "number" || /^\d{13,19}$/.test(it)) ? "…" : hidden(it)]));
}
