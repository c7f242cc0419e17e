// The request that a dry run has made. It was not sent.

import {html} from "../core/html.js";
import {parse} from "../forms/json-text.js";
import {Copy} from "../parts/copy.js";
import {Json} from "../parts/json.js";
import {Notice} from "../parts/notice.js";
import {curlToPayPal} from "../snippets/paypal.js";
import {withoutSecrets} from "../snippets/secrets.js";
import {jsonOf} from "../snippets/shell.js";

export function Request({outcome, schemas, schema}) {
  const {method, url, headers, body} = outcome.document;
  // As a part of the input, so that the schema tells what is secret in it.
  const {input, notes} = withoutSecrets(schemas, schema, {body: outcome.bodyText ? parse(outcome.bodyText).value : null});
  const text = outcome.bodyText ? jsonOf(input.body) : "";
  const shown = typeof body === "string" || !text ? body : JSON.parse(text);
  const command = curlToPayPal(outcome.document, text);
  return html`<${Notice} tone="info" title="This request would be sent. Nothing was sent" live />
    <p class="request-line"><b>${method}</b> <code>${url}</code></p>
    <h3>Header fields</h3>
    <dl class="facts headers">${Object.entries(headers ?? {}).map(([name, value]) => html`<dt key=${name}><code>${name}</code></dt><dd><code>${String(value)}</code></dd>`)}</dl>
    ${body !== null && body !== undefined && html`<h3>Body</h3><${Json} value=${shown} label="the body" text=${text} />`}
    <div class="panel-head"><h3>To PayPal by curl</h3><${Copy} text=${command} label="Copy the command" /></div>
    <pre class="snippet" tabindex="0" role="region" aria-label="curl to PayPal">${command}</pre>
    <p class="hint">Put a token into <code>ACCESS_TOKEN</code>.${notes.map((it) => ` ${it}`)}</p>`;
}
