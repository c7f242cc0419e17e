// A field of a list: items are added, moved and removed.

import {html, useRef} from "../core/html.js";
import {Group, focusFirst} from "./object.js";
import {Node} from "./node.js";
import {below} from "./pointer.js";
import {focusField} from "./labelled.js";
import {kindOf} from "./schema.js";

/** The most items that are drawn at once: of more, the rest is in the JSON. */
const DRAWN = 200;

export function ListField({form, node, value, onChange, pointer, ...field}) {
  const item = node.items ?? {};
  const kind = kindOf(form.schemas.one(item));
  // Of a list that is required, the first item is asked for at once.
  const items = value ?? (field.required ? [undefined] : []);
  const keys = useKeys(items.length);
  const blank = () => ({object: {}, money: {}, list: []})[kind];
  const filled = () => items.map((it) => it ?? blank());
  const give = (list) => onChange(list.length || field.required ? list : undefined);
  const after = (work) => requestAnimationFrame(work);
  const set = (at) => (it) => {
    const list = filled();
    list[at] = it;
    give(list);
  };
  const add = () => {
    keys.add();
    give([...filled(), blank()]);
    after(() => focusFirst(below(pointer, items.length)));
  };
  const remove = (at) => {
    keys.remove(at);
    give(filled().filter((_, it) => it !== at));
    const next = Math.min(at, items.length - 2);
    after(() => (next >= 0 ? document.getElementById(`remove:${below(pointer, next)}`)?.focus() : focusField(`${pointer}/+`)));
  };
  const move = (at, to) => {
    keys.move(at, to);
    const list = filled();
    list.splice(to, 0, ...list.splice(at, 1));
    give(list);
    after(() => {
      // At an end of the list only the other button can have the focus.
      const [same, other] = to < at ? ["up", "down"] : ["down", "up"];
      const isEnd = to === 0 || to === items.length - 1;
      document.getElementById(`${isEnd ? other : same}:${below(pointer, to)}`)?.focus();
    });
  };
  const full = node.maxItems !== undefined && items.length >= node.maxItems;
  const tools = (at) => html`
    ${items.length > 1 && html`<button type="button" class="quiet small" id=${`up:${below(pointer, at)}`} disabled=${at === 0} aria-label=${`Move item ${at + 1} up`} onClick=${() => move(at, at - 1)}>Up</button>
      <button type="button" class="quiet small" id=${`down:${below(pointer, at)}`} disabled=${at === items.length - 1} aria-label=${`Move item ${at + 1} down`} onClick=${() => move(at, at + 1)}>Down</button>`}
    <button type="button" class="quiet small" id=${`remove:${below(pointer, at)}`} aria-label=${`Remove item ${at + 1}`} onClick=${() => remove(at)}>Remove</button>`;
  // A group has its buttons in its edge, a simple field beside it.
  const grouped = ["object", "money", "list"].includes(kind);
  return html`<${Group} form=${form} node=${node} pointer=${pointer} ...${field}>
    <ol class="items">${items.slice(0, DRAWN).map((it, at) => html`<li key=${keys.of(at)}>
      <${Node} form=${form} name=${String(at)} schema=${item} pointer=${below(pointer, at)} value=${it} onChange=${set(at)} tools=${grouped ? tools(at) : null} />
      ${!grouped && html`<span class="item-tools">${tools(at)}</span>`}
    </li>`)}</ol>
    ${items.length > DRAWN && html`<p class="help">And ${items.length - DRAWN} more items: they are in the JSON.</p>`}
    <button type="button" class="small" id=${`at:${pointer}/+`} disabled=${full} onClick=${add}>Add an item</button>
    ${full && html`<span class="help"> At most ${node.maxItems}.</span>`}
  <//>`;
}

/** A key for each item, which moves with it: a field keeps what was opened in it. */
function useKeys(count) {
  const state = useRef({keys: [], next: 0});
  const {current} = state;
  while (current.keys.length < count) current.keys.push(current.next++);
  current.keys.length = count;
  return {
    of: (at) => current.keys[at],
    add: () => current.keys.push(current.next++),
    remove: (at) => current.keys.splice(at, 1),
    move: (at, to) => current.keys.splice(to, 0, ...current.keys.splice(at, 1)),
  };
}
