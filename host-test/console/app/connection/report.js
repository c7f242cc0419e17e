// What a test of a connection has found.

import {html} from "../core/html.js";
import {whenExactly} from "../core/format.js";
import {Identifier} from "../parts/copy.js";
import {Notice} from "../parts/notice.js";
import {Words} from "../parts/words.js";

/** What each verdict is called, and what to do. */
const VERDICTS = {
  "accepted": {tone: "good", title: "It works"},
  "refused": {tone: "bad", title: "PayPal refuses the token", next: "Check the client id and the secret. A pasted token may have expired: generate another one."},
  "other-environment": {tone: "bad", title: "It belongs to PayPal's other environment", next: "Choose the other environment above: sandbox and live have apps of their own."},
};

/** @param {{tested: {report: any, token?: {expires_in: number | null, app_id: string | null} | null}}} props as the API answers it */
export function Report({tested: {report, token}}) {
  const verdict = VERDICTS[report.verdict] ?? {tone: "info", title: report.verdict};
  const {scopes, uncovered} = report;
  return html`<${Notice} tone=${verdict.tone} title=${verdict.title} live>
    <p>${report.message}</p>
    ${verdict.next && html`<p>${verdict.next}</p>`}
    ${token && html`<p>${told(token)}</p>`}
    ${report.debug_id && html`<p>PayPal's debug id: <${Identifier} value=${report.debug_id} label="the debug id" /></p>`}
    ${scopes && html`<details class="more"><summary>${scopes.length} scopes granted${uncovered.length ? `; ${uncovered.length} actions may need others` : ""}</summary>
      ${uncovered.length > 0 && html`<p>PayPal may refuse these actions. Enable their features for the app in PayPal's dashboard.</p>
        <ul class="plain">${uncovered.map((it) => html`<li key=${it.id}><code>${it.id}</code> <span class="hint">${it.scopes.join(", ")}</span></li>`)}</ul>`}
      <p>Granted:</p><ul class="plain">${scopes.map((it) => html`<li key=${it}><code>${it}</code></li>`)}</ul>
    </details>`}
  <//>`;
}

/** What is known of the token. It is never shown itself. */
function told({expires_in: seconds, app_id: app}) {
  const until = seconds === null ? "PayPal has not said how long the token lasts." : `The token lasts until ${whenExactly(Date.now() + seconds * 1000)}.`;
  return app ? `${until} It is of the app ${app}.` : until;
}

/** Why a test could not be made, and what to do. */
export function Untested({problem}) {
  // With credentials that PayPal refuses, asking again does not help; where it cannot be reached, it may.
  const unreachable = problem.failure?.kind === "connection-unavailable" && problem.failure.retryable;
  return html`<${Notice} tone="bad" title=${problem.details.length ? "Something is missing or wrong" : (problem.title ?? "It did not work")} live>
    <p><${Words} text=${problem.message} /></p>
    ${unreachable && html`<p>Check that this machine reaches PayPal, by its network or the proxy in <code>HTTPS_PROXY</code>, and try again.</p>`}
  <//>`;
}
