// The history of an order or a subscription, all pages of it, as what is drawn.

import {useEffect, useState} from "../core/html.js";
import {money} from "../core/format.js";
import {run} from "./run.js";
import {HISTORIES} from "./subject.js";

/** The most pages that are read: a history has about a hundred entries in each. */
const PAGES = 50;

/** The kinds of resources that are payments. */
const PAYMENTS = new Set(["capture", "authorization", "refund", "sale", "payment"]);

/** Loads it: `{entries, problem, more}`; `entries` is null before. `more` if there were more pages than are read. */
export function useHistory(connection, kind, id) {
  const [state, set] = useState({entries: null, problem: null, more: false});
  const [count, setCount] = useState(0);
  useEffect(() => {
    let wanted = true;
    all(connection, HISTORIES[kind], id).then(
      ({entries, more}) => wanted && set({entries, problem: null, more}),
      (problem) => wanted && set((before) => ({...before, problem})),
    );
    return () => (wanted = false);
  }, [connection, kind, id, count]);
  return {...state, reload: () => setCount((it) => it + 1)};
}

async function all(connection, action, id) {
  const entries = [];
  let input = {id};
  for (let page = 0; page < PAGES && input; page += 1) {
    const reply = await run(connection, action, input);
    entries.push(...reply.body.entries);
    input = reply.next;
  }
  return {entries: entries.map(entry), more: Boolean(input)};
}

/**
 * An entry as it is drawn: who did it (`we` by an action, or `paypal` by an event), and the payments that it is about.
 */
function entry({time, event, status, details}, at) {
  const ours = /^[a-z]/.test(event);
  const subject = details.subject;
  const own = subject && PAYMENTS.has(subject.kind) ? [{kind: subject.kind, id: subject.id, status, amount: money(details.amount ?? details.requested_amount)}] : [];
  const listed = (details.payments ?? []).map((it) => ({kind: it.kind, id: it.id, status: it.status, amount: money(it.amount)}));
  const unknown = details.outcome === "unknown";
  return {
    at, time, name: event, ours, unknown, subject, details,
    status: unknown ? "outcome unknown" : status,
    amount: money(details.amount ?? details.requested_amount),
    reason: typeof details.reason === "string" ? details.reason : null,
    payments: listed.length ? listed : own,
  };
}

/** Good, bad or still open: of the statuses of orders, payments and subscriptions. */
export function toneOf(status) {
  if (/^(COMPLETED|CAPTURED|ACTIVE|APPROVED|PAID|SUCCESS)$/.test(status ?? "")) return "good";
  if (/^(DECLINED|DENIED|FAILED|VOIDED|CANCELLED|REVERSED|EXPIRED|SUSPENDED|outcome unknown)$/.test(status ?? "")) return "bad";
  if (/^(REFUNDED|PARTIALLY_REFUNDED|PENDING|PAYER_ACTION_REQUIRED|APPROVAL_PENDING|PARTIALLY_CAPTURED)$/.test(status ?? "")) return "warn";
  return "";
}

/** An entry in a sentence, for the list. */
export function sentence(entry) {
  const payments = entry.payments.map((it) => [it.kind, it.id, it.status, it.amount].filter(Boolean).join(" ")).join("; ");
  return [entry.ours ? "By us:" : "By PayPal:", entry.name, entry.status && `status ${entry.status}`, entry.amount, payments && `payments: ${payments}`, entry.reason]
    .filter(Boolean).join(", ").replace(":,", ":");
}
