// What a person says of a call whose outcome the server cannot find out.

import {html, useState} from "../core/html.js";
import {whenExactly} from "../core/format.js";
import {Dialog} from "../parts/dialog.js";
import {Failed} from "../parts/notice.js";
import {Json} from "../parts/json.js";
import {Field} from "../parts/field.js";
import {resolve} from "./resolving.js";

/** What can be said, and what it means. */
const CHOICES = [
  ["done", "It was done", "The resource at PayPal, or the account, shows its effect. The call is noted as done, and nothing is sent."],
  ["not-done", "It was not done", "Nothing at PayPal shows its effect, and it cannot be running any more. The call is noted as not done, and nothing is sent. " +
    "If it is still wanted, make a new call."],
];
const AGAIN = ["again", "Find out with the input", "The server has not kept the input, as there may be a secret in it. With it, the call is repeated under its key: " +
  "it is carried out once in total, now if it was not before."];

/** @param {{connection: string, call: any, found: any, onClose: () => void, onFound: (found: any) => void}} props */
export function Decide({connection, call, found, onClose, onFound}) {
  const [choice, choose] = useState("");
  const [input, setInput] = useState("");
  const [problem, setProblem] = useState(null);
  const [working, setWorking] = useState(false);
  const choices = call.input_kept ? CHOICES : [AGAIN, ...CHOICES];
  const say = async (event) => {
    event.preventDefault();
    setWorking(true);
    setProblem(null);
    try {
      // The input goes as the text that it is, so that no number in it changes.
      onFound(await resolve(connection, call.call, choice === "again" ? `{"body":${input}}` : JSON.stringify({outcome: choice})));
    } catch (it) {
      setProblem(it);
      setWorking(false);
    }
  };
  const ready = choice && (choice !== "again" || isJson(input));
  return html`<${Dialog} title="What did the call do?" onClose=${onClose}><form onSubmit=${say}>
    <p><code>${call.action}</code> of ${whenExactly(call.time)}</p>
    ${found?.document && html`<p>What PayPal shows now:</p><${Json} value=${found.document} label="the resource" />`}
    <fieldset class="decide"><legend>Say what it did</legend>
      ${choices.map(([value, title, means]) => html`<label key=${value}>
        <input type="radio" name="outcome" value=${value} checked=${choice === value} onChange=${() => choose(value)}
          disabled=${value === "not-done" && call.may_be_running} />
        <span><b>${title}</b><br /><span class="hint">${means}${value === "not-done" && call.may_be_running ? " It may still be running: wait until its time is over." : ""}</span></span>
      </label>`)}
    </fieldset>
    ${choice === "again" && html`<${Field} label="The call's input" help="JSON, the same as of the call: another one is refused.">
      ${(attributes) => html`<textarea rows="6" class="mono" spellcheck="false" ...${attributes} value=${input} onInput=${(event) => setInput(event.target.value)}></textarea>`}<//>`}
    <${Failed} problem=${problem} />
    <div class="dialog-actions"><button type="button" onClick=${onClose}>Decide later</button>
      <button type="submit" class="main" disabled=${!ready || working}>${working ? "Noting …" : choice === "again" ? "Find out" : "Note it"}</button></div>
  </form><//>`;
}

function isJson(text) {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
