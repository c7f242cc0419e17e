// A field of a value that has one of several schemas.

import {html, useState} from "../core/html.js";
import {fits} from "./fits.js";
import {idOf, titleOf} from "./labelled.js";
import {Node} from "./node.js";
import {kindOf} from "./schema.js";

const WORDS = {object: "fields", list: "a list", text: "a text", choice: "a text", number: "a number", boolean: "yes or no", json: "JSON", money: "an amount", enumeration: "one of some"};

export function VariantsField({node, value, onChange, ...field}) {
  const variants = (node.oneOf ?? node.anyOf).map((schema) => ({schema, kind: kindOf(field.form.schemas.one(schema))}));
  const [chosen, choose] = useState(() => Math.max(0, variants.findIndex(({kind}) => value !== undefined && kind !== "json" && fits(kind, value))));
  const {schema} = variants[chosen];
  const pick = (event) => {
    choose(Number(event.target.value));
    onChange(undefined);
  };
  const id = `${idOf(field.pointer)}-kind`;
  // Its own title and help go before those of the variant.
  const titled = {title: node.title, description: node.description, allOf: [schema]};
  return html`<div class="variants">
    <label for=${id} class="unseen">Kind of ${titleOf(node, field.name)}</label>
    <select id=${id} class="narrow" value=${String(chosen)} onChange=${pick}>
      ${variants.map(({kind}, at) => html`<option key=${at} value=${String(at)}>as ${WORDS[kind] ?? kind}</option>`)}
    </select>
    <${Node} key=${chosen} ...${field} schema=${titled} value=${value} onChange=${onChange} />
  </div>`;
}
