// All actions, by group, found by typing and by what they do.

import {html, useMemo, useRef, useState} from "../core/html.js";
import {search, useActions} from "../core/actions.js";
import {Link, to} from "../core/router.js";
import {Empty, Loaded, Page} from "../parts/page.js";
import {Effects, Pill} from "../parts/pill.js";
import {Words} from "../parts/words.js";

/** What an action may do, to choose from. */
const EFFECTS = [["", "all"], ["read", "only read"], ["write", "change something"], ["moves-money", "move money"], ["irreversible", "cannot be undone"], ["notifies-customer", "notify the customer"]];

export function Actions({connection}) {
  const actions = useActions();
  return html`<${Page} title="Actions" hint="What can be done at PayPal with this connection.">
    <${Loaded} resource=${actions} lines=${14}>${(all) => html`<${Found} connection=${connection} all=${all} />`}<//>
  <//>`;
}

function Found({connection, all}) {
  const [text, setText] = useState("");
  const [effect, setEffect] = useState("");
  const list = useRef(null);
  const found = useMemo(() => search(all, text).filter((it) => !effect || (effect === "read" ? it.effects.every((one) => one === "read") : it.effects.includes(effect))), [all, text, effect]);
  const groups = useMemo(() => Map.groupBy(found, (it) => it.group), [found]);
  const links = () => [...list.current.querySelectorAll("a.action-link")];
  // The arrows go from the field through the actions and back.
  const pressed = (event) => {
    const step = {ArrowDown: 1, ArrowUp: -1}[event.key];
    if (!step || event.target instanceof HTMLSelectElement) return;
    const at = links().indexOf(event.target);
    const next = at + step;
    event.preventDefault();
    if (next < 0) document.getElementById("find-action").focus();
    else links()[Math.min(next, links().length - 1)]?.focus();
  };
  const typed = (event) => {
    if (event.key === "Enter") links()[0]?.click();
  };
  return html`<div class="actions-page" onKeyDown=${pressed}>
    <div class="action-filter">
      <div class="field"><label for="find-action">Find</label><input type="search" id="find-action" autocomplete="off" spellcheck="false" placeholder="refund, invoice, orders.create …" value=${text}
        onInput=${(event) => setText(event.target.value)} onKeyDown=${typed} aria-describedby="found-actions" /></div>
      <div class="field"><label for="effect">What they do</label><select id="effect" value=${effect} onChange=${(event) => setEffect(event.target.value)}>
        ${EFFECTS.map(([value, label]) => html`<option key=${value} value=${value}>${label}</option>`)}</select></div>
      <p class="hint" role="status" id="found-actions">${found.length === all.length ? `${all.length} actions` : `${found.length} of ${all.length}`}</p>
    </div>
    <div class="action-groups">
      <nav aria-label="Groups of actions" class="group-index"><ul>${[...groups].map(([group, members]) => html`<li key=${group}><a href=${`#${group}`}>${title(group)}<span>${members.length}</span></a></li>`)}</ul></nav>
      <div ref=${list}>${[...groups].map(([group, members]) => html`<section key=${group} aria-labelledby=${group} class="action-group">
        <h2 id=${group} tabindex="-1">${title(group)}</h2>
        <ul>${members.map((it) => html`<${Entry} key=${it.id} connection=${connection} action=${it} />`)}</ul>
      </section>`)}
      ${!found.length && html`<${Empty} title="No action is like this"><p>Take other words, or all effects.</p><//>`}</div>
    </div>
  </div>`;
}

function Entry({connection, action}) {
  return html`<li class=${action.deprecated ? "is-deprecated" : null}>
    <div><${Link} class="action-link" href=${to(connection, "actions", action.id)}>${action.summary}<//> <code>${action.id}</code></div>
    <span class="pills">${action.deprecated && html`<${Pill} tone="warn">deprecated<//>`}${action.sandbox_only && html`<${Pill}>sandbox only<//>`}<${Effects} effects=${action.effects} /></span>
    <p class="hint"><${Words} text=${short(action.description)} /></p>
  </li>`;
}

/** The first sentence. */
function short(text) {
  return /^.*?\.(?=\s|$)/s.exec(text ?? "")?.[0] ?? text ?? "";
}

function title(group) {
  return group.replaceAll("-", " ").replace(/^./, (it) => it.toUpperCase()).replace(/^Ipn$/, "IPN");
}
