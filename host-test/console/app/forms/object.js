// A field of an object: what is required first, then what was added. An optional member is drawn when it is added, so that a
// schema of a hundred objects, or one that has itself inside, is no problem.

import {html, useState} from "../core/html.js";
import {Words} from "../parts/words.js";
import {Add} from "./add.js";
import {idOf, titleOf, focusField} from "./labelled.js";
import {Node} from "./node.js";
import {below, isObject, withMember} from "./pointer.js";
import {kindOf} from "./schema.js";
import {isWrongBelow, wrongAt} from "./wrong.js";

/** So many optional members are all drawn at once, if they are simple and stand at the top of the form. */
const FEW = 10;
/** So many simple members of a group that was added are drawn at once. */
const FEW_BELOW = 8;
const SIMPLE = ["text", "number", "boolean", "enumeration", "choice"];
/** At the top of the form a sum is simple, too: a part of a payment is refunded by one. */
const AT_TOP = ["money"];

export function ObjectField({form, node, value, onChange, pointer, ...field}) {
  return html`<${Group} form=${form} node=${node} pointer=${pointer} ...${field}>
    <${Rest} form=${form} node=${node} pointer=${pointer} value=${value} onChange=${onChange} added=${isAdded(node, field.name, field.required)} />
  <//>`;
}

/** Whether a group was added, or has nothing that must be in it: then what can be is drawn. An item of a list is neither. */
function isAdded(node, name, required) {
  return !/^\d+$/.test(name) && (!required || !node.members.some((it) => it.required));
}

/** What stands around the fields of an object or a list. */
export function Group({form, node, name, pointer, required, onRemove, tools, children}) {
  const id = idOf(pointer);
  const wrong = wrongAt(form.wrong, pointer);
  const title = titleOf(node, name);
  return html`<fieldset id=${id} tabindex="-1" class=${wrong ? "is-wrong" : null} aria-describedby=${wrong ? `${id}-wrong` : null}>
    <legend>${title}${required && html` <span class="required">required</span>`}${node.deprecated && html` <span class="hint">deprecated</span>`}</legend>
    ${(tools || onRemove) && html`<div class="group-tools">${tools}${onRemove && html`<button type="button" class="quiet small" aria-label=${`Remove ${title}`} onClick=${onRemove}>Remove</button>`}</div>`}
    ${wrong && html`<p class="wrong" id=${`${id}-wrong`}><${Words} text=${wrong} /></p>`}
    ${node.description && html`<p class="help"><${Words} text=${node.description} /></p>`}
    ${children}
  </fieldset>`;
}

/** The fields of the members. `without` are those that are drawn elsewhere; `top` is at the top of the form, `added` in a group that was added. */
export function Rest({form, node, pointer, value, onChange, without = [], top = false, added: isNew = false}) {
  const [added, setAdded] = useState([]);
  const members = node.members.filter((it) => !without.includes(it.name));
  const isSimple = ({schema}) => (top ? [...SIMPLE, ...AT_TOP] : SIMPLE).includes(kindOf(form.schemas.one(schema)));
  const few = top ? members.filter((it) => !it.required).length <= FEW : isNew && members.filter((it) => !it.required && isSimple(it)).length <= FEW_BELOW;
  const isAtOnce = (member) => few && isSimple(member);
  const has = (name) => isObject(value) && Object.hasOwn(value, name);
  const isShown = ({name, schema, required}) => required || has(name) || added.includes(name) || isWrongBelow(form.wrong, below(pointer, name))
    || isAtOnce({schema});
  const shown = members.filter(isShown);
  const hidden = members.filter((it) => !isShown(it));
  const set = (name) => (it) => onChange(withMember(value, name, it));
  const remove = (name) => () => {
    setAdded(added.filter((it) => it !== name));
    onChange(withMember(value, name, undefined));
    requestAnimationFrame(() => focusField(`${pointer}/+`));
  };
  const add = (name, stays) => {
    setAdded([...added, name]);
    if (!stays) requestAnimationFrame(() => focusFirst(below(pointer, name)));
  };
  const isRemovable = ({name, schema, required}) => !required && !isAtOnce({schema}) && (has(name) || added.includes(name));
  // Members that the schema does not have were written as JSON. They stay.
  const unknown = isObject(value) ? Object.keys(value).filter((it) => !node.members.some((member) => member.name === it) && !without.includes(it)) : [];
  return html`<div class="fields">
    ${shown.map((it) => html`<${Node} key=${it.name} form=${form} name=${it.name} schema=${it.schema} pointer=${below(pointer, it.name)} value=${has(it.name) ? value[it.name] : undefined}
      onChange=${set(it.name)} required=${it.required} onRemove=${isRemovable(it) ? remove(it.name) : null} />`)}
    ${unknown.length > 0 && html`<p class="help">Besides, as JSON: ${unknown.map((it) => html`<code key=${it}>${it}</code> `)}</p>`}
    ${hidden.length > 0 && html`<${Add} form=${form} pointer=${pointer} members=${hidden} isSimple=${isSimple} onAdd=${add} />`}
  </div>`;
}

/** Moves the focus to the first control of a field. */
export function focusFirst(pointer) {
  const element = document.getElementById(idOf(pointer));
  /** @type {HTMLElement | null | undefined} */
  const control = element?.matches("fieldset") ? (element.querySelector("input, select, textarea") ?? element.querySelector(".add > button, :scope > button")) : element;
  (control ?? element)?.focus();
}
