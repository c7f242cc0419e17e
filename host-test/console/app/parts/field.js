// A field of a form, with its label, help and what is wrong with it.

import {html, useId} from "../core/html.js";
import {Words} from "./words.js";

/**
 * A field. `children` draws the control, with the attributes that tie it to the rest.
 *
 * @param {{label: unknown, help?: unknown, wrong?: string | null, required?: boolean, children: (attributes: object) => unknown}} props
 */
export function Field({label, help, wrong, required = false, children}) {
  const id = useId();
  const described = [wrong && `${id}-wrong`, help && `${id}-help`].filter(Boolean).join(" ");
  const attributes = {id, "aria-invalid": wrong ? "true" : null, "aria-describedby": described || null, "aria-required": required ? "true" : null};
  return html`<div class="field">
    <label for=${id}>${label}${required && html` <span class="required">required</span>`}</label>
    ${children(attributes)}
    ${wrong && html`<p class="wrong" id=${`${id}-wrong`}><${Words} text=${wrong} /></p>`}
    ${help && html`<p class="help" id=${`${id}-help`}>${help}</p>`}
  </div>`;
}

/** A field of one line of text. */
export function Text({label, help, wrong, required, value, onInput, ...rest}) {
  return html`<${Field} label=${label} help=${help} wrong=${wrong} required=${required}>
    ${(attributes) => html`<input type="text" autocomplete="off" spellcheck="false" ...${rest} ...${attributes} value=${value}
      onInput=${(event) => onInput(event.target.value)} />`}
  <//>`;
}

/** A choice of `[value, label]`. */
export function Select({label, help, wrong, required, value, options, onInput}) {
  return html`<${Field} label=${label} help=${help} wrong=${wrong} required=${required}>
    ${(attributes) => html`<select ...${attributes} value=${value} onChange=${(event) => onInput(event.target.value)}>
      ${options.map(([it, text]) => html`<option key=${it} value=${it}>${text}</option>`)}
    </select>`}
  <//>`;
}

/** A box to tick. */
export function Check({label, help, checked, onInput}) {
  const id = useId();
  return html`<div class="field check">
    <input type="checkbox" id=${id} checked=${checked} onChange=${(event) => onInput(event.target.checked)} aria-describedby=${help ? `${id}-help` : null} />
    <div><label for=${id}>${label}</label>${help && html`<p class="help" id=${`${id}-help`}>${help}</p>`}</div>
  </div>`;
}
