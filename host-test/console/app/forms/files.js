// The files of an input: picked, and sent with their names and media types. What is over a limit is said before anything is sent.

import {html, useState} from "../core/html.js";
import {Group} from "./object.js";

const MEGABYTE = 1024 * 1024;
/** What PayPal takes. */
const EACH = 10 * MEGABYTE;
const TOTAL = 50 * MEGABYTE;

/** Returns the bytes of a file in base64. */
export async function base64(file) {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let text = "";
  // A call has only so many arguments.
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(text);
}

/** How many bytes there are in base64. */
function sizeOf(data) {
  return Math.floor((data?.length ?? 0) * 3 / 4);
}

function size(bytes) {
  return bytes < MEGABYTE ? `${Math.max(1, Math.round(bytes / 1024))} KiB` : `${(bytes / MEGABYTE).toFixed(1)} MiB`;
}

export function FilesField({form, node, value, onChange, ...field}) {
  const [refused, setRefused] = useState([]);
  const item = form.schemas.one(node.items ?? {});
  const types = form.schemas.one(item.members.find((it) => it.name === "media_type")?.schema ?? {}).enum ?? [];
  const files = Array.isArray(value) ? value : [];
  const picked = async (event) => {
    const problems = [];
    const list = [...files];
    let total = list.reduce((sum, it) => sum + sizeOf(it.data), 0);
    for (const file of event.target.files) {
      if (types.length && !types.includes(file.type)) problems.push(`${file.name} is ${file.type || "of an unknown type"}; it must be one of ${types.join(", ")}.`);
      else if (file.size > EACH) problems.push(`${file.name} has ${size(file.size)}; a file may have ${size(EACH)}.`);
      else if (total + file.size > TOTAL) problems.push(`${file.name} is too much: all files together may have ${size(TOTAL)}.`);
      else {
        total += file.size;
        list.push({name: file.name, media_type: file.type, data: await base64(file)});
      }
    }
    event.target.value = "";
    setRefused(problems);
    onChange(list.length ? list : undefined);
  };
  const remove = (at) => onChange(files.length > 1 ? files.filter((_, it) => it !== at) : undefined);
  const id = `at:${field.pointer}-pick`;
  return html`<${Group} form=${form} node=${node} ...${field}>
    <ul class="files">${files.map((it, at) => html`<li key=${`${at}${it.name}`}><span>${it.name}</span> <span class="hint">${it.media_type}, ${size(sizeOf(it.data))}</span>
      <button type="button" class="quiet small" aria-label=${`Remove ${it.name}`} onClick=${() => remove(at)}>Remove</button></li>`)}</ul>
    <label for=${id}>Choose files</label>
    <input type="file" multiple id=${id} accept=${types.join(",")} onChange=${picked} />
    <div role="status">${refused.map((it) => html`<p class="wrong" key=${it}>${it}</p>`)}</div>
    <p class="help">At most ${size(EACH)} each, and ${size(TOTAL)} together.</p>
  <//>`;
}
