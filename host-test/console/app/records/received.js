// What was received, in words. The document is that of `listen --json`: docs/webhooks.md has it.

import {money} from "../core/format.js";

/** What each outcome is called. */
const OUTCOMES = {
  valid: ["good", "Verified"],
  verified: ["good", "Verified"],
  pulled: ["info", "Fetched from PayPal"],
  unverified: ["warn", "Not verified"],
  invalid: ["bad", "Not from PayPal"],
  stale: ["bad", "Too old"],
  unverifiable: ["warn", "Not verifiable yet"],
  unknown: ["warn", "Sender unknown"],
};

/** By what it was verified. */
const BY = {certificate: "PayPal's signature is right.", postback: "PayPal has said that it is its own.", paypal: "PayPal has said that it is its own."};

const NEXT = {
  invalid: "It was refused with 400. Check that the webhook id in the settings is the webhook's that delivers here.",
  stale: "It was refused with 400.",
  unverifiable: "It was answered 503, and PayPal delivers it again.",
  unknown: "PayPal has not confirmed it, and its content is not kept. It was answered 503, and PayPal sends it again.",
};

const IPN_INVALID = "It was refused with 400: PayPal says that it has not sent this message.";

/**
 * Reads a record of the list of events.
 *
 * @param {{id: number, deliveries?: number, received: any}} record
 * @returns what a row and a page of it show; all texts are PayPal's, or anybody's if it is not accepted
 */
export function told({id, deliveries, received}) {
  const document = received.reply ?? {};
  const isIpn = received.channel === "ipn";
  const event = document.event ?? {};
  const ipn = document.ipn ?? {};
  const [tone, title] = isForAnother(received) ? ["warn", "For another account"] : received.reply ? (OUTCOMES[document.outcome] ?? ["", String(document.outcome ?? "Unknown")]) : ["bad", "Could not be read"];
  return {
    id,
    time: received.received,
    accepted: isAccepted(received),
    deliveries: deliveries ?? 1,
    answer: received.answer,
    channel: isIpn ? "IPN" : "webhook",
    type: text(isIpn ? ipn.txn_type : event.type),
    status: text(isIpn ? ipn.payment_status : event.status),
    amount: isIpn ? money({value: text(ipn.gross) || undefined, currency_code: ipn.currency}) : money(event.amount),
    subject: isIpn ? subject("payment", ipn.txn_id) : subject(event.subject?.kind, event.subject?.id),
    related: related(event.related),
    eventId: isIpn ? null : text(event.id) || null,
    time_of_event: text(event.time) || null,
    tone, title,
    why: why(received, document),
    duplicate: document.duplicate ?? null,
    simulated: document.simulated === true,
    credits: Array.isArray(document.credits) ? document.credits : [],
    update: document.order_update ?? null,
  };
}

/** Whether it is one of those that count. */
export function isAccepted({answer, reply}) {
  return answer === 200 && ["valid", "verified", "pulled", "unverified"].includes(reply?.outcome);
}

const isForAnother = (received) => received.reply?.reason === "another-receiver";

/** Why it is verified, or why not. */
function why(received, document) {
  if (received.failure) return received.failure.message ?? received.failure.kind;
  if (received.error) return received.error;
  if (isForAnother(received)) return "PayPal has sent it, for a receiver that the settings do not name. It was answered 200, and nothing is credited by it.";
  const accepted = isAccepted(received);
  const said = text(document.message) || text(document.reason);
  const lines = accepted ? [BY[document.verified_by] ?? said, document.simulated && "It is one of PayPal's simulated events: nothing of it is real."]
    : [said && `${said[0].toUpperCase()}${said.slice(1)}.`, received.channel === "ipn" && document.outcome === "invalid" ? IPN_INVALID : NEXT[document.outcome]];
  return lines.filter(Boolean).join(" ");
}

/** The timeline that has what happened to a subject: `[kind, id]`; `null` if none has. */
export function timelineOf({subject, related}) {
  const all = [subject && [subject.kind, subject.id], ...related].filter(Boolean);
  return all.find(([kind]) => kind === "order") ?? all.find(([kind]) => kind === "subscription") ?? null;
}

const text = (value) => (typeof value === "string" ? value : "");
const subject = (kind, id) => (text(id) ? {kind: text(kind) || "resource", id} : null);
const related = (members) => Object.entries(members ?? {}).filter(([, id]) => typeof id === "string" && id !== "");
