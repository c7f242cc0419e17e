import assert from "node:assert/strict";
import {ofCheckout, ofPayouts, requests} from "./client.mjs";
import {answered, refused, test} from "./recorder.mjs";
import {captured, control} from "./orders.mjs";

const dollars = (value) => ({currency: "USD", value});
const read = (id) => new requests.PayoutsGetRequest(id);
const readItem = (id) => new requests.PayoutsItemGetRequest(id);
const cancel = (id) => new requests.PayoutsItemCancelRequest(id);
const HOUR = 3600;

function batch(name, items) {
  return new requests.PayoutsPostRequest().requestBody({
    sender_batch_header: {sender_batch_id: name, email_subject: "You have a payout"},
    items: items.map(([receiver, value], index) => ({
      recipient_type: "EMAIL",
      receiver,
      amount: dollars(value),
      note: "Thank you",
      sender_item_id: `${name}-${index}`,
    })),
  });
}

export async function runPayouts() {
  const paypal = ofPayouts();
  // What is paid out must have come in.
  await test("money comes in", async () => assert.ok(await captured(ofCheckout(), "500.00")));

  await test("a batch is paid out once, and its item read", async () => {
    const made = await answered(201, paypal, batch("wages", [["payer@example.com", "10.00"]]));
    const {payout_batch_id: id, batch_status} = made.batch_header;
    assert.equal(batch_status, "PENDING");
    await refused("400 USER_BUSINESS_ERROR", paypal, batch("wages", [["payer@example.com", "10.00"]]));
    await control("clock", {seconds: HOUR});
    const paid = await answered(200, paypal, read(id).pageSize(10).totalRequired(true));
    assert.equal(paid.batch_header.batch_status, "SUCCESS");
    assert.deepEqual(paid.batch_header.amount, dollars("10.00"));
    const [item] = paid.items;
    const shown = await answered(200, paypal, readItem(item.payout_item_id));
    assert.equal(shown.transaction_status, "SUCCESS");
    assert.deepEqual(shown.payout_item.amount, dollars("10.00"));
    assert.equal(shown.payout_item.sender_item_id, "wages-0");
    await refused("400 ITEM_INCORRECT_STATUS", paypal, cancel(item.payout_item_id));
  });

  await test("an unclaimed item is cancelled once", async () => {
    const made = await answered(201, paypal, batch("prizes", [["nobody@unknown.example", "5.00"]]));
    await control("clock", {seconds: HOUR});
    const {items} = await answered(200, paypal, read(made.batch_header.payout_batch_id));
    assert.equal(items[0].transaction_status, "UNCLAIMED");
    const returned = await answered(200, paypal, cancel(items[0].payout_item_id));
    assert.equal(returned.transaction_status, "RETURNED");
    const shown = await answered(200, paypal, readItem(items[0].payout_item_id));
    assert.equal(shown.transaction_status, "RETURNED");
    await refused("400 ITEM_ALREADY_CANCELLED", paypal, cancel(items[0].payout_item_id));
  });

  await test("what PayPal does not know is refused", async () => {
    await refused("404 INVALID_RESOURCE_ID", paypal, read("5UXD2E8A7EBQJ"));
    await refused("404 INVALID_RESOURCE_ID", paypal, readItem("8AELMXH8UB2P8"));
  });
}
