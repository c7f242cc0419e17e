// Creates an order, waits until the payer has approved it, and takes the money.
//
//     node first-payment.mjs [SHOP_ORDER]

import {randomUUID} from "node:crypto";
import {setTimeout as sleep} from "node:timers/promises";
import {money} from "paypal-connector";
import {connect} from "./connection.mjs";

const paypal = connect();
// The shop's own number of the order: with it, a repeat finds the payment that there is.
const shopOrder = process.argv[2] ?? randomUUID();

/** Returns the body of a reply; ends the program with PayPal's words otherwise. */
function done(outcome) {
  if (outcome.ok) return outcome.reply.body;
  const {kind, message, debug_id} = outcome.failure;
  throw new Error(`${kind}: ${message} (debug id ${debug_id})`);
}

const order = done(
  await paypal.orders.create({
    body: {
      intent: "CAPTURE",
      purchase_units: [{amount: {currency_code: "USD", value: money("10.00")}}],
    },
    options: {idempotency_key: `order-${shopOrder}`},
  }),
);
const approval = order.links.find(({rel}) => rel === "approve" || rel === "payer-action");
console.log(`order ${order.id}; approve it at ${approval?.href}`);

const waits = ["CREATED", "PAYER_ACTION_REQUIRED"];
while (waits.includes(done(await paypal.orders.get({id: order.id})).status)) await sleep(500);

done(await paypal.orders.capture({id: order.id, options: {idempotency_key: `capture-${shopOrder}`}}));
// A reply does not say that money moved: the status of the payment does.
const {paid, summary} = done(await paypal.orders.status({id: order.id}));
console.log(paid ? `paid: ${summary}` : `not paid: ${summary}`);
await paypal.close();
