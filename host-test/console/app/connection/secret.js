// A field of a secret. One that is set is never shown: it can be replaced, or removed.

import {html, useState} from "../core/html.js";
import {Field} from "../parts/field.js";

/** @param {{field: any, value: string, isSet: boolean, removed: boolean, wrong: string | null, onInput: (value: string) => void, onRemove: (removed: boolean) => void}} props */
export function SecretField({field, value, isSet, removed, wrong, onInput, onRemove}) {
  const [shown, show] = useState(false);
  const placeholder = removed ? "It will be removed" : isSet ? "•••••••• is set; type to replace it" : "";
  return html`<${Field} label=${field.label} wrong=${wrong} help=${field.help}>
    ${(attributes) => html`<div class="secret">
      <input type=${shown ? "text" : "password"} ...${attributes} value=${value} placeholder=${placeholder} maxlength=${field.longest}
        autocomplete="new-password" spellcheck="false" onInput=${(event) => onInput(event.target.value)} />
      ${value && html`<button type="button" aria-pressed=${shown} onClick=${() => show(!shown)}>${shown ? "Hide" : "Show"}</button>`}
      ${isSet && !value && html`<button type="button" onClick=${() => onRemove(!removed)}>${removed ? "Keep it" : "Remove"}</button>`}
    </div>`}
  <//>`;
}
