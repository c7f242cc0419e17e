// A field with a list of choices that is loaded: a combobox, in which any value can be typed too.
// https://www.w3.org/WAI/ARIA/apg/patterns/combobox/

import {html, useEffect, useRef, useState} from "../core/html.js";
import {Link, to} from "../core/router.js";
import {Words} from "../parts/words.js";
import {extrasOf, narrowing, useChoices} from "./choices.js";
import {exampleOf, idOf, Labelled} from "./labelled.js";

/** How long nothing is typed before it is searched for. */
const PAUSE_MS = 300;

export function ChoiceField({form, value, onChange, node, ...field}) {
  const options = node["x-options"];
  const choices = useChoices(form, field.pointer);
  const [open, setOpen] = useState(false);
  const [at, setAt] = useState(-1);
  const [label, setLabel] = useState(null);
  const timer = useRef(0);
  const narrowed = narrowing(form, options);
  const list = `${idOf(field.pointer)}-list`;
  const items = choices.items ?? [];
  // The last one loads the next page.
  const count = items.length + (choices.next ? 1 : 0);
  useEffect(() => () => clearTimeout(timer.current), []);
  const look = (search) => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => choices.load(search), search ? PAUSE_MS : 0);
  };
  const show = (search = "") => {
    setOpen(true);
    setAt(-1);
    look(search);
  };
  const hide = () => {
    setOpen(false);
    clearTimeout(timer.current);
    choices.stop();
  };
  useEffect(() => {
    if (open) look("");
  }, [narrowed]);
  const choose = (index) => {
    if (index === items.length) return choices.more();
    onChange(items[index].value);
    setLabel(items[index]);
    return hide();
  };
  const typed = (event) => {
    const text = event.target.value;
    onChange(text === "" ? undefined : text);
    show(text);
  };
  const pressed = (event) => {
    if (event.ctrlKey || event.metaKey) return;
    const step = {ArrowDown: 1, ArrowUp: -1}[event.key];
    if (step) {
      event.preventDefault();
      if (!open) show();
      else if (count) setAt((at + step + count) % count);
    } else if (event.key === "Enter" && open && at >= 0) {
      event.preventDefault();
      choose(at);
    } else if (event.key === "Escape" && open) {
      event.stopPropagation();
      event.preventDefault();
      hide();
    }
  };
  const state = choices.loading ? "Looking …" : choices.problem ? choices.problem.message
    : choices.items && !items.length ? "There is nothing to choose. Type the value." : choices.items ? `${items.length} to choose from${choices.next ? ", and more" : ""}` : "";
  const chosen = label && label.value === value ? label.label : null;
  const create = choices.items && !items.length && !choices.search && !choices.loading && !choices.problem && value === undefined ? createOf(form, options.action) : null;
  const hint = html`${create && html`No ${create.noun} yet: <${Link} href=${to(form.connection.name, "actions", create.id)}>create one<//>. `}${chosen && html`<b>${chosen}</b> `}${options.found && html`<${Words} text=${options.found} />`}`;
  const extras = extrasOf(form, options);
  const extra = (it) => html`<${Extra} key=${it.name} form=${form} options=${options} pointer=${field.pointer} ...${it} />`;
  const more = extras.filter((it) => !it.required);
  return html`${extras.filter((it) => it.required).map(extra)}
    <div><${Labelled} form=${form} node=${node} hint=${create || chosen || options.found ? hint : null} ...${field}>${(attributes) => html`<div class="choice">
      <input type="text" role="combobox" aria-expanded=${open} aria-controls=${list} aria-autocomplete="list" aria-activedescendant=${open && at >= 0 ? `${list}-${at}` : null} autocomplete="off"
        spellcheck="false" value=${value ?? ""} placeholder=${exampleOf(node)} ...${attributes} onInput=${typed} onKeyDown=${pressed} onBlur=${hide} />
      <button type="button" class="small" tabindex="-1" aria-label=${`Choose ${node.title ?? field.name}`} onMouseDown=${(event) => {
        event.preventDefault();
        document.getElementById(idOf(field.pointer)).focus();
        if (open) hide();
        else show();
      }}>Choose</button>
      <div class="choice-list" hidden=${!open} onMouseDown=${(event) => event.preventDefault()}>
        <ul id=${list} role="listbox" aria-label=${node.title ?? field.name}>${items.map((it, index) => html`<li key=${it.value} id=${`${list}-${index}`} role="option"
            aria-selected=${index === at} onClick=${() => choose(index)}><span>${it.label || it.value}</span><code>${it.value}</code></li>`)}
          ${choices.next && html`<li id=${`${list}-${items.length}`} role="option" aria-selected=${at === items.length} onClick=${() => choose(items.length)}>More …</li>`}</ul>
        <p class="hint" role="status"><${Words} text=${state} /></p>
      </div>
    </div>`}<//>
    ${more.length > 0 && html`<details class="more narrowing"><summary>Narrow the choices</summary><div class="fields">${more.map(extra)}</div></details>`}</div>`;
}

/** The action that makes what another one lists, if there is one, and what it is called: `plans.create`, a plan. */
function createOf(form, listing) {
  const [group] = listing.split(".");
  const id = `${group}.create`;
  return form.has(id) ? {id, noun: group.replaceAll("-", " ").replace(/ies$/, "y").replace(/s$/, "")} : null;
}

/** A field that narrows the choices. It is not sent with the action. */
function Extra({form, options, pointer, name, parameter}) {
  const schema = form.schemas.of(form.listing(options.action), `/${parameter}`);
  const node = schema ? form.schemas.one(schema) : {};
  const id = `${idOf(pointer)}-${name}`;
  const title = name === parameter ? (node.title ?? name) : name.replaceAll("_", " ").replace(/^./, (it) => it.toUpperCase()).replace(/ id$/, " ID");
  return html`<div class="field extra"><label for=${id}>${title} <span class="hint">for the choices only</span></label>
    <input type="text" id=${id} autocomplete="off" spellcheck="false" value=${form.extras[name] ?? ""} onInput=${(event) => form.setExtra(name, event.target.value)} aria-describedby=${`${id}-help`} />
    <p class="help" id=${`${id}-help`}>It is not sent with the action. ${node.description && html`<${Words} text=${node.description} />`}</p></div>`;
}
