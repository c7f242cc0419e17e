// The events of a connection: what was delivered, and what comes in.

import {html, useState} from "../core/html.js";
import {of} from "../core/api.js";
import {useResource} from "../core/resource.js";
import {go, Link, to, useLocation} from "../core/router.js";
import {Failed, Notice} from "../parts/notice.js";
import {Empty, Loaded, Page} from "../parts/page.js";
import {useEvents} from "../records/event-list.js";
import {EventTable} from "../records/event-table.js";
import {LiveState} from "../records/live.js";
import {News, useNews} from "../records/news.js";
import {Pages, SIZE, withQuery} from "../records/pages.js";
import {Trigger} from "../records/trigger.js";

const FILTERS = [["", "All"], ["true", "Accepted"], ["false", "Not accepted"]];

export function Events({connection: name}) {
  const {path, query} = useLocation();
  const [triggering, setTriggering] = useState(false);
  const connection = useResource(of(name));
  const accepted = query.get("accepted");
  const first = !query.get("before");
  const wanted = withQuery(of(name, "events"), "", {limit: String(SIZE), before: query.get("before"), accepted});
  const {events, state, resource} = useEvents(name, wanted, {accepted, first});
  const news = useNews(events, resource.of);
  const actions = html`<${LiveState} state=${state} />
    ${connection.data?.environment !== "live" && html`<button type="button" onClick=${() => setTriggering(true)}>Trigger one</button>`}`;
  return html`<${Page} title="Events" hint="What PayPal has delivered, as it comes." actions=${actions}>
    ${connection.data && !connection.data.webhook_id && html`<${NoWebhook} name=${name} />`}
    <div class="tabs" role="group" aria-label="Which events">${FILTERS.map(([value, label]) => html`<button type="button" key=${value} aria-pressed=${(accepted ?? "") === value}
      onClick=${() => go(withQuery(path, query, {accepted: value, before: null}), {replace: true})}>${label}</button>`)}</div>
    <${News} news=${news} one="event" many="events" />
    ${resource.data && html`<${Failed} problem=${resource.problem} retry=${resource.reload} />`}
    <${Loaded} resource=${resource} lines=${12}>${({next, events: loaded}) => (news.shown.length ? html`<${EventTable} connection=${name} events=${news.shown} fresh=${news.fresh} />
      <${Pages} next=${next} count=${loaded.length} what="events" />` : html`<${None} first=${first} accepted=${accepted} />`)}<//>
    ${triggering && html`<${Trigger} connection=${name} onClose=${() => setTriggering(false)} />`}
  <//>`;
}

function NoWebhook({name}) {
  return html`<${Notice} tone="warn" title="No webhook is set, so that no webhook events are received">
    <p>Have PayPal deliver to <code>https://…/v1/connections/${name}/webhooks</code> by a webhook of the app, and set that webhook's id,
      below Advanced, in the <${Link} href=${to(name, "settings")}>settings of ${name}<//>. The action <${Link} href=${to(name, "actions", "triggers.subscribe")}><code>triggers.subscribe</code><//> makes one.</p>
    <p>IPN messages come to <code>/v1/connections/${name}/ipn</code> without it, if the settings name their receivers.</p>
  <//>`;
}

function None({first, accepted}) {
  if (!first) return html`<${Empty} title="There are no older events" /><${Pages} next=${null} count=${0} what="events" />`;
  if (accepted === "false") return html`<${Empty} title="Nothing was refused"><p>What PayPal has not signed, or what could not be verified, is listed here.</p><//>`;
  return html`<${Empty} title="No event has come yet"><p>Pay something, or trigger one. It appears here by itself.</p><//>`;
}
