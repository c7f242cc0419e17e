// Adds fields: the members that are not drawn yet, found by typing. The list stays open after a simple field, for several; a group is
// filled in at once.

import {html, useEffect, useRef, useState} from "../core/html.js";
import {Words} from "../parts/words.js";
import {idOf, titleOf} from "./labelled.js";

/** So many can be seen at a glance; of more, some are found by typing. */
const MANY = 2;

/** @param {{form: any, pointer: string, members: any[], isSimple: (member: any) => boolean, onAdd: (name: string, stays: boolean) => void}} props
 *   `stays` says that the focus stays in the list */
export function Add({form, pointer, members, isSimple, onAdd}) {
  const [open, setOpen] = useState(false);
  const [text, setText] = useState("");
  const [said, say] = useState("");
  const area = useRef(null);
  const button = useRef(null);
  useEffect(() => {
    if (open) area.current?.querySelector(".add-list input, .add-list button")?.focus();
  }, [open]);
  const close = () => {
    setOpen(false);
    setText("");
    say("");
  };
  const pressed = (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    close();
    button.current?.focus();
  };
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const all = members.map((it) => ({...it, node: form.schemas.one(it.schema)}));
  const found = all.filter(({name, node}) => words.every((word) => `${name} ${node.title ?? ""} ${node.description ?? ""}`.toLowerCase().includes(word)));
  const choose = (member) => {
    const stays = members.length > 1 && isSimple(member);
    if (stays) {
      setText("");
      say(`${titleOf(member.node, member.name)} is added.`);
      // What was chosen leaves the list, and would take the focus with it.
      requestAnimationFrame(() => area.current?.querySelector(".add-list input, .add-list button")?.focus());
    } else close();
    onAdd(member.name, stays);
  };
  return html`<div class="add" ref=${area} onKeyDown=${pressed}>
    <button type="button" class="small" id=${idOf(`${pointer}/+`)} ref=${button} aria-expanded=${open} onClick=${() => (open ? close() : setOpen(true))}>
      ${open ? "Close" : `Add a field (${members.length})`}</button>
    ${open && html`<div class="add-list">
      ${all.length > MANY && html`<input type="text" aria-label="Words of a field" placeholder="Find a field" autocomplete="off" spellcheck="false" value=${text}
        onInput=${(event) => setText(event.target.value)} onKeyDown=${(event) => {
          if (event.key !== "Enter" || event.ctrlKey || event.metaKey) return;
          event.preventDefault();
          if (found.length) choose(found[0]);
        }} />`}
      <ul>${found.map(({name, schema, node}) => html`<li key=${name}><button type="button" onClick=${() => choose({name, schema, node})}>
        <span class="add-name">${titleOf(node, name)}${node.deprecated && html` <span class="hint">deprecated</span>`}</span>
        ${node.description && html`<span class="hint"><${Words} text=${node.description} /></span>`}</button></li>`)}</ul>
      <p class="unseen" role="status">${words.length ? `${found.length} found` : said}</p>
      ${!found.length && html`<p class="hint">No field has these words.</p>`}
    </div>`}
  </div>`;
}
