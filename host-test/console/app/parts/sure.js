// Asks before money moves. On a live connection the words that matter are typed.

import {html, useState} from "../core/html.js";
import {Dialog} from "./dialog.js";
import {Field} from "./field.js";
import {Environment} from "./pill.js";

/**
 * @param {{title: string, connection: any, wanted: string, what: string, label: string, children?: unknown, onConfirm: () => void, onClose: () => void}} props
 *   `wanted` is typed on a live connection, and `what` says what it is; `label` is the button's
 */
export function Sure({title, connection, wanted, what, label, children, onConfirm, onClose}) {
  const [typed, setTyped] = useState("");
  const live = connection.environment === "live";
  const ready = !live || typed.trim() === wanted;
  const submit = (event) => {
    event.preventDefault();
    if (ready) onConfirm();
  };
  return html`<${Dialog} title=${title} tone=${live ? "bad" : ""} onClose=${onClose}><form onSubmit=${submit}>
    ${children}
    <p>Connection: ${connection.name} <${Environment} connection=${connection} /></p>
    ${live && html`<${Field} label=${`Type ${what}, ${wanted}`} required help="This is real money.">
      ${(attributes) => html`<input type="text" autocomplete="off" spellcheck="false" ...${attributes} value=${typed} onInput=${(event) => setTyped(event.target.value)} />`}<//>`}
    <div class="dialog-actions"><button type="button" onClick=${onClose}>Cancel</button>
      <button type="submit" class=${live ? "danger main" : "main"} disabled=${!ready}>${label}</button></div>
  </form><//>`;
}
