// An action: its form, and what came of it.

import {html, useEffect, useMemo, useRef, useState} from "../core/html.js";
import {json, of} from "../core/api.js";
import {useActions} from "../core/actions.js";
import {useResource} from "../core/resource.js";
import {Link, to, useLocation} from "../core/router.js";
import {Answer} from "../answer/answer.js";
import {Confirm, asksFirst} from "../forms/confirm.js";
import {useDraft} from "../forms/draft.js";
import {Input} from "../forms/input.js";
import {parse, withDigits} from "../forms/json-text.js";
import {useKept} from "../forms/keep.js";
import {focusField} from "../forms/labelled.js";
import {isInvalid, useRun} from "../forms/run.js";
import {Schemas} from "../forms/schema.js";
import {inputOf} from "../forms/whole.js";
import {located} from "../forms/wrong.js";
import {Elapsed} from "../forms/elapsed.js";
import {Notice} from "../parts/notice.js";
import {Empty, Loaded, Page, Skeleton} from "../parts/page.js";
import {Effects, Environment, Pill} from "../parts/pill.js";
import {Words} from "../parts/words.js";
import {Snippets} from "../snippets/snippets.js";

export function ActionPage({connection: name, action: id}) {
  const actions = useActions();
  const connection = useResource(of(name));
  const manifest = useResource("/v1/manifest", {keep: true});
  const action = actions.data?.find((it) => it.id === id);
  if (actions.data && !action) return html`<${Page} title=${id}><${Empty} title="There is no such action">
    <p><${Link} href=${to(name, "actions")}>All actions<//></p><//><//>`;
  const all = html`<${Link} class="button" href=${to(name, "actions")}>All actions<//>`;
  const hint = action && html`<code>${id}</code> <${Effects} effects=${action.effects} />
    ${action.deprecated && html` <${Pill} tone="warn">deprecated<//>`}${action.sandbox_only && html` <${Pill}>sandbox only<//>`}`;
  return html`<${Page} title=${action?.summary ?? id} hint=${hint} actions=${all}>
    ${action ? html`<${Loaded} resource=${connection} lines=${8}>${(settings) => html`<${Loaded} resource=${manifest} lines=${8}>${({openapi}) =>
      html`<${Action} actions=${actions.data} action=${action} connection=${settings} reload=${connection.reload} openapi=${openapi} />`}<//>`}<//>` : actions.problem
      ? html`<${Loaded} resource=${actions} />` : html`<${Skeleton} lines=${8} />`}
  <//>`;
}

/** One for all pages: it remembers how schemas are put together. */
let schemas = null;

/** The input to begin with: what was typed here before, or what another page has handed over. */
function begun(state) {
  if (state?.draft ?? state?.text) return parse(state.draft ?? state.text).value;
  return state?.input ? withDigits(state.input) : {};
}

function Action({actions, action, connection, reload, openapi}) {
  const {state} = useLocation();
  if (schemas?.openapi !== openapi) schemas = new Schemas(openapi);
  const schema = schemas.at(action.input_schema);
  const draft = useDraft(useMemo(() => begun(state), []), (input) => inputOf(schemas, schema, input));
  useKept(schemas, schema, draft.input);
  const [extras, setExtras] = useState(state?.extras ?? {});
  const [asking, setAsking] = useState(null);
  const runs = useRun(connection.name, action);
  const answer = useRef(null);
  const root = useRef(null);
  const details = runs.outcome?.kind === "failure" ? runs.outcome.document.details : [];
  const [hidden, hide] = useState(null);
  // What was wrong is shown until the input is sent again, or another one is taken.
  const wrong = useMemo(() => (hidden === runs.outcome ? [] : located(schemas, schema, details)), [runs.outcome, hidden]);
  const form = {
    schemas, schema, action, connection, input: draft.input, wrong, extras,
    setExtra: (name, value) => setExtras({...extras, [name]: value}),
    has: (id) => actions.some((it) => it.id === id),
    listing: (id) => schemas.at(actions.find((it) => it.id === id)?.input_schema ?? ""),
  };
  const readOnly = connection.read_only && action.effects.some((it) => it !== "read");
  const blocked = Boolean(draft.problem) || runs.running !== null;
  const again = runs.repeats(draft.sent());

  const showAnswer = () => {
    answer.current?.focus({preventScroll: true});
    // Beside the form it is in sight already.
    if (answer.current?.getBoundingClientRect().top > innerHeight / 2) answer.current.scrollIntoView({block: "start"});
  };
  const ended = (outcome) => {
    // It was not sent, as another one ran.
    if (!outcome) return;
    const first = outcome.kind === "failure" ? located(schemas, schema, outcome.document.details).find((it) => it.pointer) : null;
    requestAnimationFrame(() => (first && draft.mode === "form" ? focusField(first.pointer) : showAnswer()));
  };
  const send = (input) => {
    setAsking(null);
    runs.run(input).then(ended);
  };
  const run = async (given) => {
    if (blocked || readOnly) return;
    const input = given ?? draft.sent();
    if (given === undefined) draft.change(input);
    if (!asksFirst(action)) return send(input);
    // Nobody is asked about an input that cannot be sent.
    const [checked, current] = await Promise.all([runs.check(input), json("GET", of(connection.name)).catch(() => connection)]);
    if (!checked) return;
    // Somebody may have pointed the connection elsewhere since the page was opened.
    if (current.changed !== connection.changed) reload();
    if (isInvalid(checked)) ended(checked);
    else setAsking(input);
  };
  const dryRun = () => {
    if (!blocked) runs.dryRun(draft.sent()).then(ended);
  };
  // The keys run what is in the form now, not what was there when they were listened to.
  const latest = useRef(run);
  latest.current = run;
  useEffect(() => {
    const pressed = (event) => {
      if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || document.querySelector("dialog[open]")) return;
      event.preventDefault();
      // A key that is held down repeats.
      if (!event.repeat) latest.current();
    };
    addEventListener("keydown", pressed);
    return () => removeEventListener("keydown", pressed);
  }, []);
  const sample = schemas.at(action.sample)?.input;
  const replace = (input) => {
    draft.replace(input);
    hide(runs.outcome);
  };
  // Another page of the console has handed over an input for this action, which is open already.
  const handed = useRef(state);
  useEffect(() => {
    if (!state || handed.current === state) return;
    handed.current = state;
    if (state.input) replace(withDigits(state.input));
  }, [state]);
  const next = (input) => {
    replace(withDigits(input));
    run(withDigits(input));
  };

  return html`<div class="action" ref=${root}>
    <p class="description"><${Words} text=${action.description} /></p>
    ${readOnly && html`<${Notice} tone="warn" title="This connection is read only"><p>It runs nothing that changes anything. Take another connection, or change <${Link} href=${to(connection.name, "settings")}>its settings<//>.</p><//>`}
    ${action.deprecated && html`<${Notice} tone="warn" title="This action is deprecated"><p>It works, and will go. Use another one in a new program.</p><//>`}
    ${action.sandbox_only && connection.environment === "live" && html`<${Notice} tone="warn" title="It is for the sandbox only"><p>PayPal has it in no live account.</p><//>`}
    <div class="action-columns">
      <section class="panel" aria-labelledby="input-title">
        <div class="panel-head"><h2 id="input-title">Input</h2><span class="head-tools">
          ${sample && html`<button type="button" class="small" onClick=${() => replace(withDigits(sample))}>Fill in the example</button>`}
          <button type="button" class="small" onClick=${() => replace({})}>Clear</button></span></div>
        <${Input} draft=${draft} form=${form} />
        <div class="run-bar">
          <button type="button" class=${connection.environment === "live" && asksFirst(action) ? "main danger" : "main"} disabled=${blocked || readOnly} onClick=${() => run()}>${again ? "Repeat with the same key" : "Run"}</button>
          <button type="button" disabled=${blocked} onClick=${dryRun}>Dry run</button>
          <span class="hint run-state">${runs.running ? html`<${Elapsed} since=${runs.running.started} />` : html`<kbd>Ctrl Enter</kbd> runs it`}</span>
          <span class="run-env"><${Environment} connection=${connection} /></span>
        </div>
        <${Snippets} action=${action} connection=${connection} input=${draft.sent()} schemas=${schemas} schema=${schema} />
      </section>
      <section class="panel answer" aria-labelledby="answer-title" ref=${answer} tabindex="-1" aria-busy=${runs.running !== null}>
        <h2 id="answer-title">Answer</h2>
        <${Answer} actions=${actions} action=${action} connection=${connection} outcome=${runs.outcome} extras=${extras} schemas=${schemas} schema=${schema}
          onRepeat=${runs.canRepeat ? () => runs.repeat().then(ended) : null} onAgain=${() => run(parse(runs.outcome.input).value)} onNext=${next} />
      </section>
    </div>
    ${asking && html`<${Confirm} action=${action} connection=${connection} input=${asking} schemas=${schemas} schema=${schema} again=${runs.repeats(asking)} others=${runs.others(asking)} onConfirm=${() => send(asking)} onClose=${() => setAsking(null)} />`}
  </div>`;
}
