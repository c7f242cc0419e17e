// What mostly comes next after an action: one table. What closes or deletes something is not in it.

import {names, valueAt} from "../forms/pointer.js";

/** The payer's page of the answer. */
export const PAYER_PAGE = "payer's page";

/** The statuses of an invoice that a payer can pay. */
const OPEN = ["SENT", "SHARED", "UNPAID", "PARTIALLY_PAID", "PAYMENT_PENDING"];

/**
 * By the action: what comes next, the first first. `[action, parameter]` gives the action the id of the answer; a parameter is a
 * JSON Pointer into its input. `when` are the statuses of the answer for which a step is obvious; without it, it always is.
 *
 * @type {Record<string, {steps: (string | [string, string])[], when?: string[]}[]>}
 */
const STEPS = {
  "products.create": [{steps: [["plans.create", "/body/product_id"]]}],
  "products.get": [{steps: [["plans.create", "/body/product_id"]]}],
  "plans.create": [{steps: [["plans.activate", "/id"]], when: ["CREATED", "INACTIVE"]}, {steps: [["subscriptions.create", "/body/plan_id"]]}],
  "plans.get": [{steps: [["plans.activate", "/id"]], when: ["CREATED", "INACTIVE"]}, {steps: [["subscriptions.create", "/body/plan_id"]], when: ["ACTIVE"]}],
  "subscriptions.create": [{steps: [PAYER_PAGE, ["subscriptions.get", "/id"]]}],
  "invoices.create": [{steps: [["invoices.send", "/invoice_id"], ["invoices.get", "/invoice_id"]]}],
  "invoices.get": [{steps: [["invoices.send", "/invoice_id"]], when: ["DRAFT"]}, {steps: [PAYER_PAGE, ["invoices.generate-qr-code", "/invoice_id"]], when: OPEN}],
  "invoices.send": [{steps: [PAYER_PAGE, ["invoices.get", "/invoice_id"], ["invoices.generate-qr-code", "/invoice_id"]]}],
  "orders.create": [{steps: [PAYER_PAGE], when: ["CREATED", "PAYER_ACTION_REQUIRED"]}],
  "orders.create-link": [{steps: [PAYER_PAGE, ["orders.capture", "/id"], ["orders.get", "/id"]]}],
};

/**
 * Returns the steps after an answer: `PAYER_PAGE`, or `{id, input}` of an action.
 *
 * @returns {(string | {id: string, input: object})[]}
 */
export function obvious(action, body, input) {
  const rows = STEPS[action.id] ?? [];
  const id = idIn(action, body, input);
  const status = body?.status ?? "";
  return rows.filter(({when}) => !when || when.includes(status)).flatMap(({steps}) => steps)
    .filter((step) => typeof step === "string" || id)
    .map((step) => (typeof step === "string" ? step : {id: step[0], input: made(step[1], id)}));
}

/** The id of what an answer is about. PayPal may give but a link to it, or no document at all. */
function idIn(action, body, input) {
  const given = body?.id ?? body?.order_id;
  if (typeof given === "string") return given;
  const links = [body, ...(Array.isArray(body?.links) ? body.links : [])];
  const self = links.find((it) => it?.rel === "self" && URL.canParse(it?.href))?.href;
  if (self) return names(new URL(self).pathname).at(-1) ?? null;
  const parameter = /\{([^{}]*)\}/.exec(action.path)?.[1];
  const asked = parameter && valueAt(input, `/${parameter}`);
  return typeof asked === "string" ? asked : null;
}

function made(pointer, id) {
  return names(pointer).reduceRight((it, name) => ({[name]: it}), /** @type {any} */ (id));
}
