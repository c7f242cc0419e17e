// A first payment, step by step: a link, the payer, the capture, and what PayPal tells of it.

import {html, useEffect, useRef, useState} from "../core/html.js";
import {go, Link, to, useLocation, webLink} from "../core/router.js";
import {money} from "../core/format.js";
import {outcomeWords} from "../core/outcomes.js";
import {Copy} from "../parts/copy.js";
import {Text} from "../parts/field.js";
import {Failed} from "../parts/notice.js";
import {Pill} from "../parts/pill.js";
import {Sure} from "../parts/sure.js";
import {told} from "./received.js";
import {run} from "./run.js";

/** Who pays, by the environment. */
const PAYERS = {
  simulator: "Open the link and choose one of the simulator's payers. No money is real.",
  sandbox: "Open the link and sign in as a personal account of the sandbox, from PayPal's developer dashboard. No money is real.",
  live: "Open the link and pay with another PayPal account than the connection's. This is real money.",
};

/** @param {{connection: any, events: any[] | null, onCalled: () => void}} props `events` are those that came, the newest first */
export function FirstPayment({connection, events, onCalled}) {
  const {path, state} = useLocation();
  // In the history, so that it is there after a look at another page.
  const {order = null, link = null, amount = null, capture = null} = state?.payment ?? {};
  const keep = (payment) => go(path, {replace: true, state: {...state, payment}});
  const about = (events ?? []).map(told).filter((it) => order && (it.subject?.id === order || it.related.some(([, id]) => id === order)));
  const approved = capture !== null || about.some((it) => it.type === "CHECKOUT.ORDER.APPROVED");
  // The newest one counts: a capture that was pending may be denied later.
  const captured = about.find((it) => it.type.startsWith("PAYMENT.CAPTURE."));
  const status = captured?.status || capture?.status;
  const at = !order ? 0 : !approved ? 1 : capture === null ? 2 : 3;
  const steps = useRef(null);
  const before = useRef(at);
  useEffect(() => {
    // The button that was pressed is gone: the next step's has the focus then.
    if (before.current !== at && document.activeElement === document.body) steps.current?.querySelector(".now .main")?.focus();
    before.current = at;
  }, [at]);
  const seen = capture !== null && about.length > 0;
  const reset = html`<button type="button" class="small" onClick=${() => keep({})}>Another payment</button>`;
  return html`<section class="panel first-payment" aria-labelledby="first-payment">
    <div class="panel-head"><h2 id="first-payment">A payment in four steps</h2>${order && reset}</div>
    ${connection.read_only ? html`<p>This connection is read only: nothing can be paid with it. Change that in the <${Link} href=${to(connection.name, "settings")}>settings<//>.</p>`
      : html`<ol class="payment-steps" ref=${steps}>
        <${Step} title="Make a payment link" state=${stateOf(0, at)} said=${order && `${money(amount)}, order ${order}`}>
          ${!order && html`<${MakeLink} connection=${connection.name} onMade=${keep} onCalled=${onCalled} />`}<//>
        <${Step} title="Pay as the payer" state=${stateOf(1, at)} said=${approved && "The payer has agreed"}>
          ${at === 1 && html`<p>${PAYERS[connection.environment]}</p>
            <p class="ways">${webLink(link) && html`<a class="button main" href=${link} target="_blank" rel="noreferrer">Open the payment page</a>`}<${Copy} text=${link} label="Copy the link" /></p>`}<//>
        <${Step} title="Take the money" state=${stateOf(2, at)} tone=${toneOf(status)} said=${capture && `The capture is ${status}`}>
          ${(at === 1 || at === 2) && html`<${Capture} connection=${connection} order=${order} waiting=${at === 1} sum=${money(amount)} onDone=${(it) => keep({order, link, amount, capture: it})} onCalled=${onCalled} />`}<//>
        <${Step} title="See what PayPal says" state=${seen ? "done" : stateOf(3, at)} said=${captured && `${captured.type}: ${captured.status}`}>
          ${capture !== null && html`<p class="ways"><${Link} class="button main" href=${to(connection.name, "timeline", "order", order)}>Open the timeline<//>
            <${Link} class="button" href=${to(connection.name, "payers")}>See the credit<//>
            <span class="hint" role="status">${about.length ? `${about.length} ${about.length === 1 ? "event has" : "events have"} come` : connection.webhook_id ? "Its events are on their way" : "No events come: set a webhook id in the settings"}</span></p>`}<//>
      </ol>`}
  </section>`;
}

const stateOf = (step, at) => (step < at ? "done" : step === at ? "now" : "later");

const toneOf = (status) => (status === "COMPLETED" ? "good" : ["DECLINED", "DENIED", "FAILED"].includes(status) ? "bad" : "warn");

function Step({title, state, said, tone = "good", children}) {
  return html`<li class=${state} aria-current=${state === "now" ? "step" : null}>
    <div class="step-head"><h3>${title}</h3>${state === "done" && html`<${Pill} tone=${tone}>${{good: "done", warn: "waiting", bad: "no money moved"}[tone]}<//>`}${said && html`<span class="hint">${said}</span>`}</div>
    ${children}
  </li>`;
}

function MakeLink({connection, onMade, onCalled}) {
  const [amount, setAmount] = useState("10.00");
  const [currency, setCurrency] = useState("USD");
  const [problem, setProblem] = useState(null);
  const [working, setWorking] = useState(false);
  const make = async (event) => {
    event.preventDefault();
    setWorking(true);
    setProblem(null);
    try {
      const {body} = await run(connection, "orders.create-link", {amount: amount.trim(), currency: currency.trim().toUpperCase()});
      onMade({order: body.order_id, link: body.link, amount: body.amount});
    } catch (found) {
      setProblem(found);
      setWorking(false);
    }
    onCalled();
  };
  return html`<form class="make-link" onSubmit=${make} noValidate>
    <${Text} label="Amount" value=${amount} onInput=${setAmount} inputmode="decimal" maxlength="32" />
    <${Text} label="Currency" value=${currency} onInput=${setCurrency} maxlength="3" />
    <button type="submit" class="main" disabled=${working}>${working ? "Making …" : "Make the link"}</button>
  </form>
  <${Why} problem=${problem} />`;
}

function Capture({connection, order, sum, waiting, onDone, onCalled}) {
  const [asking, setAsking] = useState(false);
  const [problem, setProblem] = useState(null);
  // That the payer had not agreed is over once the payer has.
  useEffect(() => setProblem(null), [waiting]);
  const [working, setWorking] = useState(false);
  const capture = async () => {
    setAsking(false);
    setWorking(true);
    setProblem(null);
    try {
      // The same key for each try: the money is taken once.
      const {body} = await run(connection.name, "orders.capture", {id: order, options: {idempotency_key: `capture-${order}`}});
      const taken = body.purchase_units?.[0]?.payments?.captures?.[0];
      onDone({id: taken?.id ?? null, status: taken?.status ?? body.status});
    } catch (found) {
      setProblem(found);
      setWorking(false);
    }
    onCalled();
  };
  return html`<p class="ways"><button type="button" class=${waiting ? "" : "main"} disabled=${working} onClick=${() => setAsking(true)}>${working ? "Capturing …" : "Capture"}</button>
    ${waiting && html`<span class="hint">After the payer has agreed. The page sees it by PayPal's event.</span>`}</p>
    <${Why} problem=${problem} />
    ${asking && html`<${Sure} title="Take the money?" connection=${connection} wanted=${sum} what="the sum" label=${`Take ${sum}`} onConfirm=${capture} onClose=${() => setAsking(false)}>
      <p>PayPal takes ${sum} from the payer of the order <code>${order}</code>.</p><//>`}`;
}

/** Why it did not work, and what to do. */
function Why({problem}) {
  if (!problem) return null;
  const kind = problem.failure?.kind;
  const notApproved = problem.details.some((it) => it.issue === "ORDER_NOT_APPROVED");
  return html`<${Failed} problem=${problem} />
    ${kind && html`<p class="hint">${notApproved ? "The payer has not agreed yet: open the link and pay." : outcomeWords(kind).next}</p>`}`;
}
