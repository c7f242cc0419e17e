// Draws the field of a value, by its schema.

import {html} from "../core/html.js";
import {BytesField} from "./bytes.js";
import {ChoiceField} from "./choice.js";
import {EnumerationField} from "./enumeration.js";
import {JsonField} from "./free.js";
import {ListField} from "./list.js";
import {MoneyField} from "./money.js";
import {ObjectField} from "./object.js";
import {BooleanField, NumberField, TextField} from "./scalar.js";
import {kindOf} from "./schema.js";
import {VariantsField} from "./variants.js";
import {fits} from "./fits.js";

const FIELDS = {
  object: ObjectField, list: ListField, money: MoneyField, variants: VariantsField, choice: ChoiceField, enumeration: EnumerationField,
  boolean: BooleanField, number: NumberField, bytes: BytesField, text: TextField, json: JsonField,
};

/**
 * @param {{form: any, name: string, schema: any, pointer: string, value: unknown, onChange: (value: unknown) => void, required?: boolean,
 *   onRemove?: (() => void) | null}} props `onChange` with undefined takes the value out
 */
export function Node(props) {
  const node = props.form.schemas.one(props.schema);
  const kind = kindOf(node);
  // What the field cannot show stays as it is, as JSON.
  const Field = fits(kind, props.value) ? FIELDS[kind] : JsonField;
  return html`<${Field} ...${props} node=${node} />`;
}
