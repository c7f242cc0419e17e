// The input of an action: as a form, or as the JSON that it is. Both are the same input.

import {html, useId} from "../core/html.js";
import {Words} from "../parts/words.js";
import {FilesField} from "./files.js";
import {focusField} from "./labelled.js";
import {Options} from "./options.js";
import {Rest} from "./object.js";
import {isObject, withMember} from "./pointer.js";

/** Members of an input that have a field of their own kind. */
const APART = ["files", "options", "body"];

/**
 * @param {{draft: ReturnType<typeof import("./draft.js").useDraft>, form: any}} props
 */
export function Input({draft, form}) {
  const tabs = useId();
  const tab = (mode, label) => html`<button type="button" role="tab" id=${`${tabs}-${mode}`} aria-selected=${draft.mode === mode} aria-controls=${`${tabs}-panel`}
    tabindex=${draft.mode === mode ? 0 : -1} aria-disabled=${mode === "form" && draft.problem ? "true" : null} onClick=${() => draft.show(mode)}>${label}</button>`;
  const pressed = (event) => {
    if (!["ArrowLeft", "ArrowRight"].includes(event.key)) return;
    const other = draft.mode === "form" ? "json" : "form";
    if (draft.show(other)) document.getElementById(`${tabs}-${other}`)?.focus();
  };
  return html`<div class="input">
    <div class="tabs" role="tablist" aria-label="The input" onKeyDown=${pressed}>${tab("form", "Form")}${tab("json", "JSON")}</div>
    <div role="tabpanel" id=${`${tabs}-panel`} aria-labelledby=${`${tabs}-${draft.mode}`}>
      <${Summary} form=${form} draft=${draft} />
      ${draft.mode === "form" ? html`<${Fields} key=${draft.version} draft=${draft} form=${form} />` : html`<${Text} draft=${draft} />`}
    </div>
  </div>`;
}

function Fields({draft, form}) {
  const root = form.schemas.one(form.schema);
  const has = (name) => root.members.some((it) => it.name === name);
  const member = (name) => root.members.find((it) => it.name === name);
  const bodyNode = has("body") ? form.schemas.one(member("body").schema) : null;
  // The body of a request is no field of its own: what is in it stands with the parameters.
  const flatBody = bodyNode !== null && bodyNode.members.length > 0;
  const set = (name) => (value) => draft.change(withMember(draft.input, name, value));
  const apart = APART.filter((name) => has(name) && (name !== "body" || flatBody));
  const setBody = (value) => set("body")(!member("body").required && isObject(value) && !Object.keys(value).length ? undefined : value);
  const nothing = root.members.every(({name}) => name === "options");
  return html`<div class="fields">
    ${nothing && html`<p class="hint">It needs no input.</p>`}
    <${Rest} form=${form} node=${root} pointer="" value=${draft.input} onChange=${draft.change} without=${apart} top />
    ${flatBody && html`<${Body} form=${form} member=${member("body")} node=${bodyNode} value=${draft.input.body} onChange=${setBody} />`}
    ${has("files") && html`<${FilesField} form=${form} node=${form.schemas.one(member("files").schema)} name="files" pointer="/files" required=${member("files").required} value=${draft.input.files} onChange=${set("files")} />`}
    ${has("options") && html`<${Options} form=${form} node=${form.schemas.one(member("options").schema)} value=${draft.input.options} onChange=${set("options")} />`}
  </div>`;
}

/** The members of the body, at the same level as the parameters. */
function Body({form, member, node, value, onChange}) {
  if (value !== undefined && !isObject(value)) return html`<p class="wrong">The body is no object: see the JSON.</p>`;
  return html`<div class="body" id="at:/body" tabindex="-1">
    ${node.description && html`<p class="help">${!member.required && "The body is optional. "}<${Words} text=${node.description} /></p>`}
    <${Rest} form=${form} node=${node} pointer="/body" value=${value} onChange=${onChange} top />
  </div>`;
}

/** The same as JSON. The Tab key leaves it, as any field. */
function Text({draft}) {
  const id = useId();
  return html`<div class="field">
    <label for=${id} class="unseen">The input as JSON</label>
    <textarea id=${id} class="mono json-input" spellcheck="false" autocomplete="off" rows=${Math.min(40, Math.max(12, draft.text.split("\n").length + 1))} value=${draft.text}
      onInput=${(event) => draft.type(event.target.value)} aria-invalid=${draft.problem ? "true" : null} aria-describedby=${`${id}-wrong`}></textarea>
    <p class="wrong json-problem" id=${`${id}-wrong`} role="status">${draft.problem && html`<${Words} text=${draft.problem.message} />`}</p>
    ${draft.files > 0 && html`<p class="help">The ${draft.files === 1 ? "file" : `${draft.files} files`} of the form are not shown here. They are sent with it.</p>`}
  </div>`;
}

/** What is wrong with the input, with the way to each field. */
function Summary({form, draft}) {
  if (!form.wrong.length) return null;
  return html`<div class="notice warn" role="alert">
    <p class="notice-title">${form.wrong.length === 1 ? "One thing is wrong with the input" : `${form.wrong.length} things are wrong with the input`}</p>
    <ul class="plain">${form.wrong.map((it, at) => html`<li key=${at}>${place(it, draft)} <${Words} text=${it.text} />${it.issue && html` <code>${it.issue}</code>`}</li>`)}</ul>
  </div>`;
}

function place({pointer, field}, draft) {
  if (!pointer) return field ? html`<code>${field}</code>` : null;
  if (draft.mode === "form") return html`<button type="button" class="link" onClick=${() => focusField(pointer)}><code>${pointer}</code></button>`;
  const line = draft.lineOf(pointer);
  return html`<code>${pointer}</code>${line && html` (line ${line})`}`;
}
