// Asks before money moves, or something is done that cannot be undone.

import {html, useState} from "../core/html.js";
import {Dialog} from "../parts/dialog.js";
import {Field} from "../parts/field.js";
import {Effects, Environment} from "../parts/pill.js";
import {Words} from "../parts/words.js";
import {sumsOf, totalOf} from "./sums.js";

/** So many sums are named; the others are in the input. */
const NAMED = 12;
/** Longer texts are no ids. */
const LONG = 100;

/** Whether a person is asked first. */
export function asksFirst(action) {
  return Boolean(action.confirm) || action.effects.includes("moves-money") || action.effects.includes("irreversible");
}

/** @param {{action: any, connection: any, input: object, again: boolean, onConfirm: () => void, onClose: () => void}} props */
export function Confirm({action, connection, input, again, onConfirm, onClose}) {
  const [typed, setTyped] = useState("");
  const live = connection.environment === "live";
  const sums = sumsOf(input);
  const total = totalOf(sums);
  const wanted = total ?? connection.name;
  const ready = !live || typed.trim() === wanted;
  const submit = (event) => {
    event.preventDefault();
    if (ready) onConfirm();
  };
  return html`<${Dialog} title=${action.summary} tone=${live ? "bad" : ""} onClose=${onClose}><form onSubmit=${submit}>
    <p><${Words} text=${action.confirm ?? "Run this action?"} /></p>
    ${again && html`<p>It is the same call again, under the same key: it has one effect in total.</p>`}
    <dl class="facts">
      <dt>Connection</dt><dd>${connection.name} <${Environment} connection=${connection} /></dd>
      <dt>Effects</dt><dd><${Effects} effects=${action.effects} /></dd>
      ${Object.entries(input).filter(([, it]) => typeof it === "string" && it.length < LONG).slice(0, NAMED).map(([name, it]) => html`<dt key=${name}><code>${name}</code></dt><dd><code>${it}</code></dd>`)}
      ${total && html`<dt>Sum</dt><dd class="sum">${total}</dd>`}
      ${sums.length > 1 && html`<dt>Amounts</dt><dd><ul>${sums.slice(0, NAMED).map((it) => html`<li key=${it.pointer}>${it.value} ${it.currency} <code class="hint">${it.pointer || "/amount"}</code></li>`)}
        ${sums.length > NAMED && html`<li>and ${sums.length - NAMED} more</li>`}</ul></dd>`}
      ${!sums.length && html`<dt>Sum</dt><dd>The input names none.</dd>`}
    </dl>
    ${live && html`<${Field} label=${total ? `Type the sum, ${wanted}` : `Type the name of the connection, ${wanted}`} required help="This is real money.">
      ${(attributes) => html`<input type="text" autocomplete="off" spellcheck="false" ...${attributes} value=${typed} onInput=${(event) => setTyped(event.target.value)} />`}<//>`}
    <div class="dialog-actions"><button type="button" onClick=${onClose}>Cancel</button>
      <button type="submit" class=${live ? "danger main" : "main"} disabled=${!ready}>${again ? "Repeat with the same key" : "Yes, run it"}</button></div>
  </form><//>`;
}
