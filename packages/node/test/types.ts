// Is compiled, not run: a wrong call does not compile.

import {type Failure, MemoryJournal, type Outcome, PayPal, clientCredentials, money, pages} from "paypal-connector";
import type {Order, OrdersCreateInput} from "paypal-connector";

const paypal = new PayPal({environment: "sandbox", tokens: clientCredentials("id", "secret"), journal: new MemoryJournal()});
const amount = {currency_code: "USD", value: money("10.00")};

export async function right(): Promise<void> {
  const input: OrdersCreateInput = {body: {intent: "CAPTURE", purchase_units: [{amount}]}, options: {idempotency_key: "k"}};
  const outcome: Outcome<Order, OrdersCreateInput> = await paypal.orders.create(input, {signal: AbortSignal.timeout(1000)});
  if (outcome.ok) {
    const status: string | null | undefined = outcome.reply.body.status;
    console.log(status, outcome.reply.body.purchase_units?.[0]?.payments?.captures?.[0]?.amount?.value);
  } else {
    told(outcome.failure);
  }
  const invoked = await paypal.invoke("orders.get", {id: "A1"});
  if (invoked.ok) console.log(invoked.reply.body.id);
  for await (const page of pages(paypal.products.list, {page_size: 20})) console.log(page.ok && page.reply.body.products);
  await paypal.webhooks.list();
}

function told(failure: Failure): void {
  if (failure.kind === "outcome-unknown") {
    const sent: true = failure.request_sent;
    console.log(sent, failure.idempotency_key);
  }
  if (failure.kind === "denied") {
    // @ts-expect-error nothing was sent
    const sent: true = failure.request_sent;
    console.log(sent);
  }
}

export async function wrong(): Promise<void> {
  // @ts-expect-error a number is not an amount
  await paypal.orders.create({body: {intent: "CAPTURE", purchase_units: [{amount: {currency_code: "USD", value: 10}}]}});
  // @ts-expect-error nor is any string
  await paypal.orders.create({body: {intent: "CAPTURE", purchase_units: [{amount: {currency_code: "USD", value: "10"}}]}});
  // @ts-expect-error an unknown intent
  await paypal.orders.create({body: {intent: "TAKE", purchase_units: [{amount}]}});
  // @ts-expect-error without a body
  await paypal.orders.create({});
  // @ts-expect-error without an input
  await paypal.orders.create();
  // @ts-expect-error a misspelt member
  await paypal.orders.create({body: {intent: "CAPTURE", purchase_unit: [{amount}]}});
  // @ts-expect-error an id is text
  await paypal.orders.get({id: 7});
  // @ts-expect-error an unknown action
  await paypal.orders.destroy({id: "A1"});
  // @ts-expect-error by its id too
  await paypal.invoke("orders.destroy", {id: "A1"});
  // @ts-expect-error a misspelt option
  await paypal.orders.get({id: "A1", options: {idempotencyKey: "k"}});
  const outcome = await paypal.orders.get({id: "A1"});
  // @ts-expect-error whether there is a reply must be asked first
  console.log(outcome.reply.body);
  // @ts-expect-error an unknown environment
  new PayPal({environment: "production", tokens: clientCredentials("id", "secret")});
}
