// A field of any JSON: where a schema says nothing of the value, or the value is another one than the schema says.

import {html, useState} from "../core/html.js";
import {parse, stringify} from "./json-text.js";
import {Labelled} from "./labelled.js";

export function JsonField({form, value, onChange, node, ...field}) {
  const [text, setText] = useState(() => (value === undefined ? "" : stringify(value)));
  const [problem, setProblem] = useState(null);
  const typed = (event) => {
    setText(event.target.value);
    try {
      onChange(event.target.value.trim() === "" ? undefined : parse(event.target.value).value);
      setProblem(null);
    } catch (found) {
      setProblem(found.message);
    }
  };
  const wrong = problem ? [...form.wrong, {pointer: field.pointer, text: `Not JSON yet, and not part of the input. ${problem}`}] : form.wrong;
  const example = node.example === undefined ? '{"name": "value"}' : JSON.stringify(node.example);
  return html`<${Labelled} form=${{...form, wrong}} node=${node} hint="JSON: a text is in double quotes." ...${field}>
    ${(attributes) => html`<textarea class="mono" rows="4" spellcheck="false" autocomplete="off" placeholder=${example.length < 300 ? example : null} value=${text} onInput=${typed} ...${attributes}></textarea>`}<//>`;
}
