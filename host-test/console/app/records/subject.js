// What an event or a call is about, with the way to its timeline.

import {html} from "../core/html.js";
import {Link, to} from "../core/router.js";

/** The kinds whose history the connector reads, and the action that does. */
export const HISTORIES = {order: "orders.history", subscription: "subscriptions.history"};

/** @param {{connection: string, subject: {kind: string, id: string}}} props */
export function Subject({connection, subject: {kind, id}}) {
  if (!Object.hasOwn(HISTORIES, kind)) return html`<span>${kind} <code>${id}</code></span>`;
  return html`<span>${kind} <${Link} href=${to(connection, "timeline", kind, id)}><code>${id}</code><//></span>`;
}
