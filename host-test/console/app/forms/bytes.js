// A field of bytes, which are base64 in the input: typed, or those of a file.

import {html} from "../core/html.js";
import {base64} from "./files.js";
import {Labelled} from "./labelled.js";

export function BytesField({value, onChange, node, ...field}) {
  const picked = async (event) => {
    const [file] = event.target.files;
    if (file) onChange(await base64(file));
  };
  return html`<${Labelled} node=${node} hint="Base64, or the bytes of a file." ...${field}>${(attributes) => html`
    <textarea class="mono" rows="3" spellcheck="false" autocomplete="off" value=${value ?? ""} onInput=${(event) => onChange(event.target.value || undefined)} ...${attributes}></textarea>
    <input type="file" aria-label=${`A file for ${node.title ?? field.name}`} onChange=${picked} />`}<//>`;
}
