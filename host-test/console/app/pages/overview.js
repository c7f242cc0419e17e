// The front page of a connection: what it is, a first payment, and what happened last.

import {html} from "../core/html.js";
import {of} from "../core/api.js";
import {useResource} from "../core/resource.js";
import {Link, to} from "../core/router.js";
import {Notice} from "../parts/notice.js";
import {Empty, Loaded, Page} from "../parts/page.js";
import {AboutConnection} from "../records/about-connection.js";
import {CallTable} from "../records/call-table.js";
import {useEvents} from "../records/event-list.js";
import {EventTable} from "../records/event-table.js";
import {FirstPayment} from "../records/first-payment.js";
import {LiveState} from "../records/live.js";
import {useRefresh} from "../records/refresh.js";

/** How many calls and events are shown. */
const LAST = 5;
/** How many events are loaded: those of a payment are among them. */
const EVENTS = 20;

export function Overview({connection: name}) {
  const connection = useResource(of(name));
  const calls = useResource(`${of(name, "calls")}?limit=${LAST}`);
  const {events, state, resource} = useEvents(name, `${of(name, "events")}?limit=${EVENTS}`, {first: true});
  useRefresh(calls.reload, true);
  // Together, as the unresolved calls are above.
  const both = {...connection, data: calls.data || calls.problem ? connection.data : null};
  const actions = html`<${Link} class="button main" href=${to(name, "actions")}>Run an action<//>`;
  return html`<${Page} title=${name} hint="Payments by this connection: make one, and see what came of it." actions=${actions}>
    <${Loaded} resource=${both} lines=${8}>${(settings) => html`
      <${Unresolved} name=${name} calls=${calls.data?.unresolved ?? []} />
      <div class="overview">
        <${FirstPayment} connection=${settings} events=${events} onCalled=${calls.reload} />
        <${AboutConnection} connection=${settings} />
      </div>
    <section class="last" aria-labelledby="last-events">
      <div class="panel-head"><h2 id="last-events">Last events</h2><span class="ways"><${LiveState} state=${state} /><${Link} href=${to(name, "events")}>All events<//></span></div>
      <div class="last-body"><${Loaded} resource=${resource} lines=${LAST}>${() => (events?.length ? html`<${EventTable} connection=${name} events=${events.slice(0, LAST)} short />`
        : html`<${Empty} title="No event has come yet"><p>PayPal tells of each payment here.</p><//>`)}<//></div>
    </section>
    <section class="last" aria-labelledby="last-calls">
      <div class="panel-head"><h2 id="last-calls">Last calls</h2><${Link} href=${to(name, "calls")}>All calls<//></div>
      <div class="last-body"><${Loaded} resource=${calls} lines=${LAST}>${({calls: last}) => (last.length ? html`<${CallTable} connection=${name} calls=${last} short />`
        : html`<${Empty} title="Nothing was called yet"><p>Make a payment link above, or run an action.</p><//>`)}<//></div>
    </section>`}<//>
  <//>`;
}

function Unresolved({name, calls}) {
  if (!calls.length) return null;
  return html`<${Notice} tone="warn" title=${calls.length === 1 ? "1 call has no known outcome" : `${calls.length} calls have no known outcome`}>
    <p>Money may have moved. <${Link} href=${to(name, "calls")}>Find out what ${calls.length === 1 ? "it" : "they"} did<//></p>
  <//>`;
}
