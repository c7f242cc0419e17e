// PayPal's document, and what was sent. Copying gives the text as PayPal wrote it, with all digits of its numbers.

import {html} from "../core/html.js";
import {parse} from "../forms/json-text.js";
import {Json} from "../parts/json.js";
import {withoutSecrets} from "../snippets/secrets.js";
import {jsonOf} from "../snippets/shell.js";

/** @param {{outcome: import("../forms/run.js").Outcome, body: unknown}} props */
export function Body({outcome, body}) {
  if (body === null || body === undefined) return null;
  return html`<div class="answer-body"><h3>PayPal's document</h3><${Json} value=${body} label="PayPal's document" text=${outcome.bodyText} /></div>`;
}

/** @param {{outcome: import("../forms/run.js").Outcome, schemas: any, schema: any}} props */
export function Sent({outcome, schemas, schema}) {
  const {input} = withoutSecrets(schemas, schema, parse(outcome.input).value);
  const text = jsonOf(input);
  return html`<details class="more sent"><summary>What was sent to this server</summary><${Json} value=${JSON.parse(text)} label="the input" text=${text} /></details>`;
}
