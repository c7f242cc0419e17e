// What happened to an order or a subscription: what was done here, what PayPal told, and its payments.

import {html, useState} from "../core/html.js";
import {go, to} from "../core/router.js";
import {Select, Text} from "../parts/field.js";
import {Failed, Notice} from "../parts/notice.js";
import {Empty, Page, Skeleton} from "../parts/page.js";
import {Drawing, DRAWN} from "../records/drawing.js";
import {Entry} from "../records/entry.js";
import {sentence, useHistory} from "../records/history.js";
import {moment} from "../records/moment.js";
import {HISTORIES} from "../records/subject.js";

export function Timeline({connection, kind, subject}) {
  const known = Object.hasOwn(HISTORIES, kind);
  return html`<${Page} title=${`Timeline of the ${kind} ${subject}`} hint="What was done here, and what PayPal has told of it.">
    <${Another} connection=${connection} kind=${known ? kind : "order"} />
    ${known ? html`<${History} connection=${connection} kind=${kind} subject=${subject} />`
      : html`<${Empty} title=${`A ${kind} has no timeline of its own`}><p>Orders and subscriptions have: open the one that it belongs to.</p><//>`}
  <//>`;
}

function Another({connection, kind}) {
  const [another, setAnother] = useState(kind);
  const [id, setId] = useState("");
  const open = (event) => {
    event.preventDefault();
    if (id.trim()) go(to(connection, "timeline", another, id.trim()));
  };
  return html`<form class="filters another" onSubmit=${open}>
    <${Select} label="Of" value=${another} onInput=${setAnother} options=${Object.keys(HISTORIES).map((it) => [it, it])} />
    <${Text} label="Open another by its id" value=${id} onInput=${setId} maxlength="50" placeholder=${another === "order" ? "5O190127TN364715T" : "I-BW452GLLEP1G"} />
    <button type="submit" disabled=${!id.trim()}>Open</button>
  </form>`;
}

function History({connection, kind, subject}) {
  const {entries, problem, more, reload} = useHistory(connection, kind, subject);
  const [from, setFrom] = useState(null);
  const [chosen, choose] = useState(null);
  if (problem && !entries) return html`<${Failed} problem=${problem} retry=${reload} />`;
  if (!entries) return html`<${Skeleton} lines=${8} />`;
  if (!entries.length) return html`<${Empty} title="Nothing is known of it here">
    <p>The timeline has what was done with this account here, and the events that were received. Check the id, and that it belongs to this connection.</p><//>`;
  // The newest part of a long one is drawn at first.
  const start = from ?? Math.max(0, entries.length - DRAWN);
  const drawn = entries.slice(start, start + DRAWN);
  const entry = drawn.find((it) => it.at === chosen) ?? drawn.at(-1);
  return html`<div class="timeline">
    <section class="panel" aria-labelledby="drawing">
      <div class="panel-head"><h2 id="drawing">${entries.length} ${entries.length === 1 ? "entry" : "entries"}</h2><button type="button" class="small" onClick=${reload}>Refresh</button></div>
      ${more && html`<${Notice} tone="info"><p>It goes on: these are the first ${entries.length}.</p><//>`}
      ${entries.length > DRAWN && html`<div class="pages">
        <button type="button" disabled=${start === 0} onClick=${() => setFrom(Math.max(0, start - DRAWN))}>Earlier</button>
        <button type="button" disabled=${start + DRAWN >= entries.length} onClick=${() => setFrom(Math.min(entries.length - DRAWN, start + DRAWN))}>Later</button>
        <span class="hint">${start + 1} to ${start + drawn.length}</span></div>`}
      <${Drawing} entries=${drawn} chosen=${entry.at} onChoose=${choose} label="The timeline: arrow keys go from entry to entry" />
      <ol class="unseen">${drawn.map((it) => html`<li key=${it.at}>${moment(it.time)}: ${sentence(it)}</li>`)}</ol>
    </section>
    <${Entry} connection=${connection} entry=${entry} />
  </div>`;
}
