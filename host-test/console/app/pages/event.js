// An event: what it says, whether it is PayPal's, and the document as it came.

import {html, useEffect, useState} from "../core/html.js";
import {of, Problem, read, send} from "../core/api.js";
import {useActions} from "../core/actions.js";
import {Link, to} from "../core/router.js";
import {whenExactly} from "../core/format.js";
import {Identifier} from "../parts/copy.js";
import {Json} from "../parts/json.js";
import {Failed, Notice} from "../parts/notice.js";
import {Empty, Page, Skeleton} from "../parts/page.js";
import {Pill} from "../parts/pill.js";
import {Credits} from "../records/credits.js";
import {parseExactly} from "../records/exact.js";
import {Facts} from "../records/facts.js";
import {timelineOf, told} from "../records/received.js";
import {Resend} from "../records/resend.js";
import {Subject} from "../records/subject.js";

/** Loads an event: the newest before the next number. */
async function load(connection, id, signal) {
  if (!/^\d{1,15}$/.test(id)) return null;
  const response = await send("GET", `${of(connection, "events")}?before=${Number(id) + 1}&limit=1`, {signal});
  if (!response.ok) return read(response);
  const record = parseExactly(await response.text()).events[0];
  return String(record?.id) === id ? record : null;
}

export function EventPage({connection, event: id}) {
  const [state, set] = useState({record: undefined, problem: null});
  useEffect(() => {
    const controller = new AbortController();
    load(connection, id, controller.signal).then((record) => set({record, problem: null}), (problem) => {
      if (!controller.signal.aborted) set({record: undefined, problem: problem instanceof Problem ? problem : new Problem(0, {detail: problem.message})});
    });
    return () => controller.abort();
  }, [connection, id]);
  const event = state.record && told(state.record);
  const actions = html`${event?.accepted && event.eventId && html`<${Resend} connection=${connection} event=${event} />`}
    <${Link} class="button" href=${to(connection, "events")}>All events<//>`;
  return html`<${Page} title=${event?.type || `Event ${id}`} hint=${event && `Received ${whenExactly(event.time)}`} actions=${actions}>
    ${state.problem ? html`<${Failed} problem=${state.problem} />` : state.record === undefined ? html`<${Skeleton} lines=${8} />`
      : state.record === null ? html`<${Empty} title="There is no such event"><p>The last 10,000 that were accepted and 1,000 that were not are kept.</p><//>`
        : html`<${Told} connection=${connection} event=${event} record=${state.record} />`}
  <//>`;
}

function Told({connection, event, record}) {
  const timeline = timelineOf(event);
  const headers = record.received.headers;
  return html`<div class="sheets">
    <${Notice} tone=${event.tone || "info"} title=${event.title}><p>${event.why}</p><//>
    <section class="panel" aria-labelledby="says"><h2 id="says">What it says</h2>
      <${Facts} of=${[
        ["Type", event.type && html`<code>${event.type}</code>`],
        ["About", event.subject && html`<${Subject} connection=${connection} subject=${event.subject} />`],
        ["Belongs to", event.related.length > 0 && html`<ul class="plain">${event.related.map(([kind, it]) => html`<li key=${kind}><${Subject} connection=${connection} subject=${{kind, id: it}} /></li>`)}</ul>`],
        ["Status", event.status && html`<${Pill}>${event.status}<//>`],
        ["Amount", event.amount],
        ["Happened", event.time_of_event && whenExactly(event.time_of_event)],
        ["Came as", event.channel === "IPN" ? "IPN message" : "webhook event"],
        ["Event id", event.eventId && html`<${Identifier} value=${event.eventId} label="the event id" />`],
        ["Answered", `${event.answer}: ${event.accepted ? "accepted" : "not accepted"}`],
        ["Deliveries", event.deliveries > 1 && `${event.deliveries}, which count once`],
      ]} />
      <div class="ways">
        ${timeline && html`<${Link} class="button" href=${to(connection, "timeline", ...timeline)}>Timeline of the ${timeline[0]}<//>`}
        ${event.subject && html`<${About} connection=${connection} event=${event} />`}
      </div>
    </section>
    ${event.credits.length > 0 && html`<section class="panel" aria-labelledby="credits"><h2 id="credits">Credited by it</h2><${Credits} connection=${connection} credits=${event.credits} label="Credits of this event" /></section>`}
    ${headers && typeof headers === "object" && html`<section class="panel" aria-labelledby="headers"><h2 id="headers">Headers</h2><${Json} value=${headers} label="the headers" /></section>`}
    <section class="panel" aria-labelledby="document"><h2 id="document">As it was received</h2><${Json} value=${record.received} label="the document" /></section>
  </div>`;
}

/** Actions that take the subject: those that read it, by their path. */
function About({connection, event: {subject: {kind}}}) {
  const actions = useActions();
  const found = (actions.data ?? []).filter((it) => it.id.split(".")[1]?.endsWith(`get-${kind}`) || it.id === `${kind}s.get` || it.id === `${kind}s.status`
    || (kind === "capture" && it.id === "payments.refund-capture")).slice(0, 4);
  return found.map((it) => html`<${Link} key=${it.id} class="button" href=${to(connection, "actions", it.id)}>${it.summary}<//>`);
}
