// The request that a dry run has made. It was not sent.

import {html} from "../core/html.js";
import {Copy} from "../parts/copy.js";
import {Json} from "../parts/json.js";
import {Notice} from "../parts/notice.js";
import {curlToPayPal} from "../snippets/paypal.js";

export function Request({outcome}) {
  const {method, url, headers, body} = outcome.document;
  const command = curlToPayPal(outcome.document, outcome.bodyText);
  return html`<${Notice} tone="info" title="This request would be sent. Nothing was sent" live />
    <p class="request-line"><b>${method}</b> <code>${url}</code></p>
    <h3>Header fields</h3>
    <dl class="facts headers">${Object.entries(headers ?? {}).map(([name, value]) => html`<dt key=${name}><code>${name}</code></dt><dd><code>${String(value)}</code></dd>`)}</dl>
    ${body !== null && body !== undefined && html`<div class="panel-head"><h3>Body</h3><${Copy} text=${outcome.bodyText} label="Copy the body as it is sent" /></div><${Json} value=${body} label="the body" />`}
    <div class="panel-head"><h3>To PayPal by curl</h3><${Copy} text=${command} label="Copy the command" /></div>
    <pre class="snippet" tabindex="0" role="region" aria-label="curl to PayPal">${command}</pre>
    <p class="hint">Put a token into <code>ACCESS_TOKEN</code>. A card number in the body is in this text.</p>`;
}
