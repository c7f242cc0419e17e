// A field of a form that is drawn from a schema: its label, what it is called in the API, the help, and what is wrong.

import {html} from "../core/html.js";
import {Words} from "../parts/words.js";
import {wrongAt} from "./wrong.js";

/** The id of the element of a field. */
export function idOf(pointer) {
  return `at:${pointer}`;
}

/** Moves the focus to a field, or to the nearest thing around it that can have it. */
export function focusField(pointer) {
  for (let at = pointer; at; at = at.slice(0, at.lastIndexOf("/"))) {
    const element = document.getElementById(idOf(at));
    if (!element) continue;
    for (let around = element.closest("details"); around; around = around.parentElement?.closest("details")) around.open = true;
    element.focus();
    element.scrollIntoView({block: "center"});
    return;
  }
}

/**
 * @param {{form: any, node: any, name: string, pointer: string, required?: boolean, onRemove?: (() => void) | null, hint?: unknown,
 *   children: (attributes: object) => unknown}} props `hint` is help of this control, besides that of the schema
 */
export function Labelled({form, node, name, pointer, required = false, onRemove, hint, children}) {
  const id = idOf(pointer);
  const wrong = wrongAt(form.wrong, pointer);
  const help = node.description;
  const described = [wrong && `${id}-wrong`, (help || hint) && `${id}-help`].filter(Boolean).join(" ");
  const attributes = {id, "aria-invalid": wrong ? "true" : null, "aria-describedby": described || null, "aria-required": required ? "true" : null};
  return html`<div class="field">
    <div class="field-head"><${Name} id=${id} node=${node} name=${name} required=${required} />
      ${onRemove && html`<button type="button" class="quiet small" aria-label=${`Remove ${titleOf(node, name)}`} onClick=${onRemove}>Remove</button>`}</div>
    ${children(attributes)}
    ${wrong && html`<p class="wrong" id=${`${id}-wrong`}><${Words} text=${wrong} /></p>`}
    ${(help || hint) && html`<p class="help" id=${`${id}-help`}>${help && html`<${Words} text=${help} />`}${help && hint && " "}${hint}</p>`}
  </div>`;
}

/** What a field is called. An item of a list has a number. */
export function titleOf(node, name) {
  return /^\d+$/.test(name) ? `${node.title ?? "Item"} ${Number(name) + 1}` : (node.title ?? name);
}

function Name({id, node, name, required}) {
  return html`<label for=${id}>${titleOf(node, name)}${required && html` <span class="required">required</span>`}${
    node.deprecated && html` <span class="hint">deprecated</span>`}</label>`;
}

/** An example of a value, as a placeholder. */
export function exampleOf(node) {
  return node.example === undefined || node.example === null || typeof node.example === "object" ? null : String(node.example);
}
