// Asks before money moves, or something is done that cannot be undone.

import {html, useMemo} from "../core/html.js";
import {Effects} from "../parts/pill.js";
import {Sure} from "../parts/sure.js";
import {Words} from "../parts/words.js";
import {kindOf} from "./schema.js";
import {largestOf, sumText, sumsOf, totalOf} from "./sums.js";

/** So many sums are named; the others are in the input. */
const NAMED = 12;
/** Longer texts are no ids. */
const LONG = 100;

/** Whether a person is asked first. */
export function asksFirst(action) {
  return Boolean(action.confirm) || action.effects.includes("moves-money") || action.effects.includes("irreversible");
}

/** @param {{action: any, connection: any, input: object, schemas: any, schema: any, again: boolean, others: number, onConfirm: () => void, onClose: () => void}} props */
export function Confirm({action, connection, input, schemas, schema, again, others, onConfirm, onClose}) {
  const [sums, total, largest] = useMemo(() => {
    const all = sumsOf(input, (pointer) => {
      const found = schemas.of(schema, pointer);
      return found !== undefined && kindOf(schemas.one(found)) === "money";
    });
    return [all, totalOf(all), largestOf(all)];
  }, [input]);
  const wanted = total ?? largest ?? connection.name;
  const what = total ? "the sum" : largest ? "the largest amount" : "the name of the connection";
  const forAnother = input.options?.auth_assertion !== undefined;
  return html`<${Sure} title=${action.summary} connection=${connection} wanted=${wanted} what=${what} label=${again ? "Repeat with the same key" : "Yes, run it"}
      onConfirm=${onConfirm} onClose=${onClose}>
    <p><${Words} text=${action.confirm ?? "Run this action?"} /></p>
    ${others > 0 && html`<p class="wrong">${others === 1 ? "Another call of this action has" : `${others} other calls of this action have`} no known outcome yet. If this is meant to repeat one, send the input of that one.</p>`}
    ${again && html`<p>It is the same call again, under the same key: it has one effect in total.</p>`}
    <dl class="facts">
      ${forAnother && html`<dt>Account</dt><dd>Another one: the input has <code>auth_assertion</code></dd>`}
      <dt>Effects</dt><dd><${Effects} effects=${action.effects} /></dd>
      ${Object.entries(input).filter(([, it]) => typeof it === "string" && it.length < LONG).slice(0, NAMED).map(([name, it]) => html`<dt key=${name}><code>${name}</code></dt><dd><code>${it}</code></dd>`)}
      ${total && html`<dt>Sum</dt><dd class="sum">${total}</dd>`}
      ${!total && sums.length === 1 && html`<dt>Sum</dt><dd class="sum">${sumText(sums[0])}</dd>`}
      ${sums.length > 1 && html`<dt>Amounts</dt><dd><ul>${sums.slice(0, NAMED).map((it) => html`<li key=${it.pointer}>${sumText(it)} <code class="hint">${it.pointer || "/amount"}</code></li>`)}
        ${sums.length > NAMED && html`<li>and ${sums.length - NAMED} more</li>`}</ul></dd>`}
      ${!sums.length && html`<dt>Sum</dt><dd>The input names none.</dd>`}
    </dl>
  <//>`;
}
