// Marks: what an action does, what a call came to, which environment a connection belongs to.

import {html} from "../core/html.js";

export function Pill({tone = "", children, title}) {
  return html`<span class="pill ${tone}" title=${title}>${children}</span>`;
}

/** What an effect is called, and its tone. */
const EFFECTS = {
  "read": ["reads", ""],
  "write": ["changes", "info"],
  "moves-money": ["moves money", "warn"],
  "irreversible": ["cannot be undone", "bad"],
  "notifies-customer": ["notifies the customer", "info"],
};

/** What an action does. That it changes something is said only if nothing stronger is, unless it is `all` that counts. */
export function Effects({effects, all = false}) {
  const shown = effects.length > 1 && !all ? effects.filter((it) => it !== "write" && it !== "read") : effects;
  const names = shown.length ? shown : effects;
  return html`<span class="pills">${names.map((it) => {
    const [name, tone] = EFFECTS[it] ?? [it, ""];
    return html`<${Pill} key=${it} tone=${tone}>${name}<//>`;
  })}</span>`;
}

/** Which of PayPal's worlds a connection belongs to. */
export function Environment({connection}) {
  const live = connection.environment === "live";
  return html`<span class="pills"><${Pill} tone=${live ? "live" : ""}>${live ? "Live: real money" : connection.environment}<//>${
    connection.read_only && html`<${Pill}>read only<//>`}</span>`;
}
