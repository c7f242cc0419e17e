// An amount of money: the value and the currency in one row. Both are texts, and stay so.

import {html} from "../core/html.js";
import {Words} from "../parts/words.js";
import {idOf} from "./labelled.js";
import {Group, Rest} from "./object.js";
import {below, withMember} from "./pointer.js";
import {moneyMembers} from "./schema.js";
import {wrongAt} from "./wrong.js";

export function MoneyField({form, node, value, onChange, pointer, ...field}) {
  const pair = moneyMembers(node);
  const set = (name) => (event) => {
    const changed = withMember(value, name, event.target.value === "" ? undefined : event.target.value);
    onChange(!field.required && !Object.keys(changed).length ? undefined : changed);
  };
  const part = (name) => {
    const it = form.schemas.one(node.members.find((member) => member.name === name).schema);
    const at = below(pointer, name);
    const wrong = wrongAt(form.wrong, at);
    // With one of the two the other is required, too.
    const required = (field.required || value !== undefined) && node.members.find((member) => member.name === name).required;
    return html`<div class=${name === "value" ? "money-value" : "money-currency"}>
      <label for=${idOf(at)}>${it.title ?? name}${required && html` <span class="required">required</span>`}</label>
      <input type="text" id=${idOf(at)} autocomplete="off" spellcheck="false" inputmode=${name === "value" ? "decimal" : null} value=${value?.[name] ?? ""} onInput=${set(name)}
        placeholder=${name === "value" ? (it.example ?? "10.00") : (it.example ?? "USD")} aria-required=${required ? "true" : null} aria-invalid=${wrong ? "true" : null} aria-describedby=${wrong ? `${idOf(at)}-wrong` : null} />
      ${wrong && html`<p class="wrong" id=${`${idOf(at)}-wrong`}><${Words} text=${wrong} /></p>`}
    </div>`;
  };
  return html`<${Group} form=${form} node=${node} pointer=${pointer} ...${field}>
    <div class="money">${pair.map(part)}</div>
    <${Rest} form=${form} node=${node} pointer=${pointer} value=${value} onChange=${onChange} without=${pair} />
  <//>`;
}
