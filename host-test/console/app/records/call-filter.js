// Which calls are listed.

import {html, useEffect, useId, useState} from "../core/html.js";
import {useActions} from "../core/actions.js";
import {ALL_OUTCOMES, outcomeWords} from "../core/outcomes.js";
import {Field, Select} from "../parts/field.js";

/** @param {{action: string, outcome: string, onChange: (changes: object) => void}} props */
export function CallFilter({action, outcome, onChange}) {
  const actions = useActions();
  const list = useId();
  const [typed, setTyped] = useState(action);
  useEffect(() => setTyped(action), [action]);
  const known = (text) => text === "" || (actions.data ?? []).some((it) => it.id === text);
  const type = (event) => {
    const text = event.target.value.trim();
    setTyped(event.target.value);
    if (text !== action && known(text)) onChange({action: text});
  };
  const wrong = actions.data && typed.trim() !== action && !known(typed.trim()) && !actions.data.some((it) => it.id.includes(typed.trim()));
  return html`<div class="filters">
    <${Field} label="Action" wrong=${wrong ? "No action has this in its id" : null}>
      ${(attributes) => html`<input type="text" ...${attributes} list=${list} autocomplete="off" spellcheck="false" placeholder="All: type, such as orders.capture"
        value=${typed} onInput=${type} />`}
    <//>
    <datalist id=${list}>${(actions.data ?? []).map((it) => html`<option key=${it.id} value=${it.id}>${it.summary}</option>`)}</datalist>
    <${Select} label="Outcome" value=${outcome} onInput=${(value) => onChange({outcome: value})}
      options=${[["", "All"], ...ALL_OUTCOMES.map((it) => [it, outcomeWords(it).title])]} />
    ${(action || outcome) && html`<button type="button" onClick=${() => onChange({action: "", outcome: ""})}>Show all</button>`}
  </div>`;
}
