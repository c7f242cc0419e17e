// Messages in the page.

import {html} from "../core/html.js";
import {Words} from "./words.js";

/**
 * A message.
 *
 * @param {{tone?: "info" | "good" | "warn" | "bad", title?: unknown, children?: unknown, live?: boolean}} props `live` has a screen
 *   reader read it when it appears
 */
export function Notice({tone = "info", title, children, live = false}) {
  const role = live ? (tone === "bad" ? "alert" : "status") : null;
  return html`<div class="notice ${tone}" role=${role}>
    ${title && html`<p class="notice-title">${title}</p>`}
    ${children}
  </div>`;
}

/** Why something could not be loaded or done, and what to do. */
export function Failed({problem, retry}) {
  if (!problem) return null;
  return html`<${Notice} tone="bad" title=${problem.title ?? "It did not work"} live>
    <p><${Words} text=${problem.message} /></p>
    ${retry && html`<p><button type="button" onClick=${retry}>Try again</button></p>`}
  <//>`;
}
