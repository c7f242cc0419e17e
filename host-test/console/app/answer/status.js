// What an answer means, in words. A success of HTTP does not say that money moved: an order can be COMPLETED with a capture that
// was declined. So the payments inside are looked at first.

import {money} from "../core/format.js";

const CAPTURES = {
  COMPLETED: ["good", "The money was taken"],
  DECLINED: ["bad", "The payment was declined: no money moved"],
  FAILED: ["bad", "The payment failed: no money moved"],
  PENDING: ["warn", "The payment is pending: PayPal has not credited it yet"],
  PARTIALLY_REFUNDED: ["info", "The money was taken, and a part of it was refunded"],
  REFUNDED: ["info", "The money was taken, and all of it was refunded"],
};
const AUTHORIZATIONS = {
  CREATED: ["good", "The money is reserved: nothing is taken yet"],
  CAPTURED: ["good", "The reserved money was taken"],
  PARTIALLY_CAPTURED: ["info", "A part of the reserved money was taken"],
  DENIED: ["bad", "The reservation was declined: no money is reserved"],
  EXPIRED: ["warn", "The reservation has expired"],
  VOIDED: ["info", "The reservation was given up: nothing is taken"],
  PENDING: ["warn", "The reservation is pending: PayPal has not decided yet"],
};
const REFUNDS = {
  COMPLETED: ["good", "The money was refunded"],
  PENDING: ["warn", "The refund is pending: the money has not arrived yet"],
  FAILED: ["bad", "The refund failed: no money moved"],
  CANCELLED: ["warn", "The refund was cancelled: no money moved"],
};
const ORDERS = {
  CREATED: ["info", "The order is made. Nothing is paid until the payer has approved it"],
  SAVED: ["info", "The order is saved. Nothing is paid yet"],
  APPROVED: ["info", "The payer has approved the order. The money is not taken yet: capture it"],
  PAYER_ACTION_REQUIRED: ["warn", "The payer has to do something first, at the link. Nothing is paid yet"],
  VOIDED: ["warn", "The order is void: nothing was taken"],
  COMPLETED: ["info", "The order is completed. The answer has no payment in it: look at the order to see whether it was paid"],
};
const KINDS = {capture: CAPTURES, authorization: AUTHORIZATIONS, refund: REFUNDS, order: ORDERS};
const BAD = /^(DECLINED|DENIED|FAILED|FAILURE|RETURNED|BLOCKED|REJECTED|REFUSED)$/;
const WAITING = /^(PENDING|UNCLAIMED|ONHOLD|PROCESSING|PAYER_ACTION_REQUIRED|APPROVAL_PENDING|UNDER_REVIEW|WAITING_FOR_.*)$/;

/**
 * Returns what a reply says: `{tone, title, lines}`.
 *
 * @param {any} action
 * @param {any} reply
 * @returns {{tone: "good" | "info" | "warn" | "bad", title: string, lines: string[]}}
 */
export function wordsOf(action, reply) {
  const body = reply.body;
  if (body === null || body === undefined) return {tone: "good", title: reply.file ? "PayPal has answered with a file" : "Done. PayPal answered without a document", lines: []};
  const order = orderIn(body);
  const found = order ? payments(order) : [];
  if (found.length) return ofPayments(found);
  const kind = kindOf(action, body, order);
  const status = statusOf(order ?? body);
  if (kind && status) return one(kind, status, order ?? body);
  if (typeof body.paid === "boolean") return {tone: body.paid ? "good" : "info", title: body.paid ? "It is paid" : "It is not paid", lines: status ? [`The status is ${status}.`] : []};
  if (status) return {tone: BAD.test(status) ? "bad" : WAITING.test(status) ? "warn" : "good", title: `${happened(action)} The status is ${status}`, lines: []};
  const reads = action.effects.every((it) => it === "read");
  return {tone: reads ? "good" : "info", title: reads ? happened(action) : "PayPal has answered. The document says what came of it", lines: counted(body)};
}

/** The status of a document, by the names that PayPal has for it. */
function statusOf(body) {
  const places = [body.status, body.batch_header?.batch_status, body.transaction_status, body.processing_state?.status, body.state];
  return places.find((it) => textOf(it) !== null) ?? null;
}

function happened(action) {
  return action.effects.every((it) => it === "read") ? "Here it is." : "Done.";
}

const textOf = (value) => (typeof value === "string" ? value : null);

function orderIn(body) {
  const candidates = [body, body.order];
  return candidates.find((it) => Array.isArray(it?.purchase_units)) ?? null;
}

/** The payments of an order: `[{kind, payment}]`. */
function payments(order) {
  const kinds = [["capture", "captures"], ["authorization", "authorizations"], ["refund", "refunds"]];
  return order.purchase_units.flatMap((unit) => kinds.flatMap(([kind, name]) => {
    const list = unit?.payments?.[name];
    return Array.isArray(list) ? list.filter((it) => textOf(it?.status)).map((payment) => ({kind, payment})) : [];
  }));
}

function kindOf(action, body, order) {
  if (order) return "order";
  if (action.group === "orders" && Object.hasOwn(ORDERS, body.status) && /^orders\.(create|get|capture|authorize|confirm|create-link)/.test(action.id)) return "order";
  if (action.group !== "payments") return null;
  const name = action.id.split(".")[1];
  if (/refund/.test(name)) return "refund";
  if (/^(get-capture|capture)/.test(name)) return "capture";
  return /authori[sz]/.test(name) ? "authorization" : null;
}

const WORST = ["bad", "warn", "info", "good"];

function ofPayments(found) {
  const told = found.map(({kind, payment}) => one(kind, payment.status, payment));
  const worst = told.reduce((a, b) => (WORST.indexOf(b.tone) < WORST.indexOf(a.tone) ? b : a));
  if (told.length === 1) return told[0];
  // One was declined and another one taken: no title of one is true of all.
  const kinds = [...new Set(found.map(({kind}) => `${kind}s`))].join(", ").replace(/, (?=[^,]*$)/, " and ");
  return {tone: worst.tone, title: `There are ${told.length} ${kinds}: look at each`, lines: told.flatMap((it) => [`${it.title}.`, ...it.lines])};
}

function one(kind, status, document) {
  const [tone, title] = (Object.hasOwn(KINDS[kind], status) ? KINDS[kind][status] : null) ?? [BAD.test(status) ? "bad" : WAITING.test(status) ? "warn" : "info", `The ${kind} is ${status}`];
  const sum = kind === "order" ? "" : money(document.amount);
  const reason = textOf(document.status_details?.reason);
  const processor = document.processor_response;
  const lines = [
    sum && `The sum is ${sum}.`,
    reason && `The reason is ${reason}.`,
    textOf(processor?.response_code) && `The processor answered ${processor.response_code}${processor.avs_code ? `, address check ${processor.avs_code}` : ""}${processor.cvv_code ? `, code check ${processor.cvv_code}` : ""}.`,
  ].filter(Boolean);
  return {tone, title, lines};
}

/** How many items there are, if the answer is a list. */
function counted(body) {
  if (Array.isArray(body)) return [`Listed: ${body.length}.`];
  if (typeof body !== "object") return [];
  const lists = Object.entries(body).filter(([name, it]) => Array.isArray(it) && name !== "links");
  return lists.length === 1 ? [`Listed ${lists[0][0].replaceAll("_", " ")}: ${lists[0][1].length}.`] : [];
}
