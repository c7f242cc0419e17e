// The form of a connection: its name, the environment, the app, and what is for few.

import {html, useState} from "../core/html.js";
import {json, of} from "../core/api.js";
import {go, to, webLink} from "../core/router.js";
import {Check, Field, Select, Text} from "../parts/field.js";
import {toast} from "../parts/toast.js";
import {documentOf, draftOf, fieldsOf, wrongWith} from "./fields.js";
import {Report, Untested} from "./report.js";
import {SecretField} from "./secret.js";

const ENVIRONMENTS = [
  ["simulator", "Simulator", "PayPal on this machine: no account, no money"],
  ["sandbox", "Sandbox", "PayPal's test accounts: play money"],
  ["live", "Live", "Real accounts: real money"],
];

/** @param {{form: any, connection: any, others: string[]}} props `connection` is null for a new one */
export function ConnectionForm({form, connection, others}) {
  const [name, setName] = useState(connection?.name ?? "");
  const [draft, setDraft] = useState(() => draftOf(connection));
  const [removed, setRemoved] = useState([]);
  const [working, setWorking] = useState("");
  const [tested, setTested] = useState(null);
  const [problem, setProblem] = useState(null);
  const set = (member) => (value) => {
    setDraft({...draft, [member]: value});
    setTested(null);
  };
  const text = (member) => ({value: draft[member], onInput: set(member), wrong: wrongWith(problem, member)});
  const isSet = (secret) => connection?.secrets.includes(secret) ?? false;

  /** Does what a button asks for; what is wrong is shown in its place. Returns whether it worked. */
  const attempt = async (what, work) => {
    setWorking(what);
    setProblem(null);
    setTested(null);
    try {
      return await work();
    } catch (found) {
      setProblem(found);
      return false;
    } finally {
      setWorking("");
    }
  };
  const test = async () => {
    const found = await json("POST", of(name || "new", "test"), {body: documentOf(draft, removed)});
    setTested(found);
    return found.report.verdict === "accepted";
  };
  const save = async () => {
    // A new one never takes the place of one that is there.
    await json("PUT", of(name), {body: documentOf(draft, removed), headers: connection ? {} : {"If-None-Match": "*"}});
    toast(`${name} is saved`);
    go(to(name));
    return true;
  };
  const buttons = {
    token: () => attempt("token", test),
    test: () => attempt("test", test),
    both: () => attempt("both", async () => (await test()) && save()),
    save: () => attempt("save", save),
  };
  const submit = (event) => {
    event.preventDefault();
    buttons.both();
  };
  const label = (what, words, busy) => (working === what ? busy : words);
  const secret = (field) => html`<${SecretField} key=${field.name} field=${field} value=${draft[field.name]} onInput=${set(field.name)} isSet=${isSet(field.name)}
    removed=${removed.includes(field.name)} wrong=${wrongWith(problem, field.name)}
    onRemove=${(remove) => setRemoved(remove ? [...removed, field.name] : removed.filter((it) => it !== field.name))} />`;
  const field = (it) => (it.secret ? secret(it)
    : html`<${Text} key=${it.name} label=${it.label} help=${it.help} maxlength=${it.longest} placeholder=${it.example} ...${text(it.name)} />`);
  const app = fieldsOf(form, "app");
  // What is wrong must be seen.
  const isWrong = problem?.details.some((it) => !app.some(({name: member}) => it.field?.endsWith(`/${member}`)) && !["/name", "/environment"].includes(it.field)) || null;

  return html`<form class="panel connection" onSubmit=${submit} noValidate>
    <div class="fields">
      ${connection ? null : html`<${Text} label="Name" required maxlength="50" value=${name} onInput=${setName} wrong=${wrongWith(problem, "name")}
        help="1 to 50 lower-case letters, digits, and single dashes between them. It is in the addresses of this connection." />`}
      <fieldset>
        <legend>Account type</legend>
        <div class="choices">${ENVIRONMENTS.map(([value, title, help]) => html`<label key=${value} class=${value}>
          <input type="radio" name="environment" value=${value} checked=${draft.environment === value} onChange=${() => set("environment")(value)} />
          <span><b>${title}</b><br /><span class="hint">${help}</span></span>
        </label>`)}</div>
        ${wrongWith(problem, "environment") && html`<p class="wrong">${wrongWith(problem, "environment")}</p>`}
      </fieldset>
      ${draft.environment === "simulator" && html`<p class="hint">The simulator works without credentials, as its first merchant. <code>POST /simulator/merchants</code> makes another one, and answers its client id and secret.</p>`}
      ${app.map(field)}
      ${draft.environment !== "simulator" && html`<details class="more"><summary>Where do I find them?</summary>
        ${app.map((it) => html`<h3 key=${it.name}>${it.label}</h3><ol class="steps">${it.steps.map((step) => html`<li key=${step}><${Linked} text=${step} /></li>`)}</ol>`)}
      </details>`}
      <div><button type="button" disabled=${working !== ""} onClick=${buttons.token}>${label("token", "Generate token", "Asking PayPal …")}</button>
        <span class="hint"> Asks PayPal for a token with these, and says what it may do. Nothing is saved.</span></div>
      <details class="more" open=${isWrong}><summary>Advanced</summary>
        <div class="fields">
          <${Text} label="Webhook id" help="The webhook whose events are received. Leave it empty to receive none." maxlength="50" ...${text("webhook_id")} />
          <${Receivers} value=${draft.ipn_receivers} wrong=${wrongWith(problem, "ipn_receivers")} onInput=${set("ipn_receivers")} />
          <${Select} label="Borrow concurrency from" value=${draft.borrow_concurrency_from} onInput=${set("borrow_concurrency_from")}
            wrong=${wrongWith(problem, "borrow_concurrency_from")} options=${[["", "None: a level of its own"], ...others.map((it) => [it, it])]}
            help="For two connections of one account: they share one level." />
          ${!draft.borrow_concurrency_from && html`<${Text} label="Concurrency level" type="number" min="1" max="25" help="How many calls run at once, 1 to 25."
            value=${draft.concurrency} wrong=${wrongWith(problem, "concurrency")} onInput=${(value) => set("concurrency")(value === "" ? "" : Number(value))} />`}
          ${fieldsOf(form, "more").map(field)}
          ${fieldsOf(form, "tokens").map(field)}
        </div>
      </details>
      <${Check} label="Read only" help="Only actions that change nothing run." checked=${draft.read_only} onInput=${set("read_only")} />
    </div>
    <div class="outcome" aria-live="polite">
      ${tested && html`<${Report} tested=${tested} />`}
      ${problem && html`<${Untested} problem=${problem} />`}
    </div>
    <div class="form-actions">
      <button type="submit" class="main" disabled=${working !== ""}>${label("both", "Test and save", "Testing …")}</button>
      <button type="button" disabled=${working !== ""} onClick=${buttons.test}>${label("test", "Test", "Testing …")}</button>
      <button type="button" disabled=${working !== ""} onClick=${buttons.save}>${label("save", "Save without a test", "Saving …")}</button>
      <button type="button" class="quiet" onClick=${() => history.back()}>Cancel</button>
    </div>
  </form>`;
}

/** A sentence, in which an address of the web is a link. */
function Linked({text}) {
  return text.split(/(https:\/\/\S+)/).map((part) => (webLink(part) ? html`<a href=${part} target="_blank" rel="noreferrer">${part}</a>` : part));
}

/** Whose IPN messages are credited: one to a line. */
function Receivers({value, wrong, onInput}) {
  const lines = (text) => text.split("\n").map((it) => it.trim()).filter(Boolean);
  const [text, setText] = useState(() => (Array.isArray(value) ? value.join("\n") : ""));
  const typed = (event) => {
    setText(event.target.value);
    onInput(lines(event.target.value));
  };
  return html`<${Field} label="Receivers of IPN messages" wrong=${wrong}
    help="Your merchant id or addresses, one to a line. PayPal confirms messages of any account; only those for these are credited.">
    ${(attributes) => html`<textarea rows="2" ...${attributes} value=${text} onInput=${typed}></textarea>`}
  <//>`;
}
