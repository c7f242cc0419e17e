import assert from "node:assert/strict";
import {ofCheckout, orders, payments} from "./client.mjs";
import {approved, captured, control, usd} from "./orders.mjs";
import {answered, refused, test} from "./recorder.mjs";

const NOWHERE = "7TK53561YB803214S";
const DAY = 24 * 3600;
const FULL = "return=representation";
const read = (id) => new payments.AuthorizationsGetRequest(id);
const readCapture = (id) => new payments.CapturesGetRequest(id);

async function authorized(paypal, value) {
  const id = await approved(paypal, value, "AUTHORIZE");
  const order = await answered(201, paypal, new orders.OrdersAuthorizeRequest(id).requestBody({}));
  return order.purchase_units[0].payments.authorizations[0].id;
}

async function authorizations(paypal) {
  await test("an authorization is captured in parts, and not beyond its amount", async () => {
    const id = await authorized(paypal, "20.00");
    const take = (body) => new payments.AuthorizationsCaptureRequest(id).prefer(FULL).requestBody(body);
    assert.deepEqual((await answered(200, paypal, read(id))).amount, usd("20.00"));
    const part = await answered(201, paypal, take({amount: usd("5.00")}));
    assert.deepEqual([part.status, part.amount], ["COMPLETED", usd("5.00")]);
    assert.equal((await answered(200, paypal, read(id))).status, "PARTIALLY_CAPTURED");
    await refused("422 MAX_CAPTURE_AMOUNT_EXCEEDED", paypal, take({amount: usd("15.01")}));
    // Without an amount it takes what is left.
    const rest = await answered(201, paypal, take({}));
    assert.deepEqual([rest.final_capture, rest.amount], [true, usd("15.00")]);
    assert.equal((await answered(200, paypal, read(id))).status, "CAPTURED");
    await refused("404 INVALID_RESOURCE_ID", paypal, read(NOWHERE));
  });

  await test("an authorization is voided once", async () => {
    const id = await authorized(paypal, "4.00");
    const release = () => new payments.AuthorizationsVoidRequest(id);
    assert.equal(await answered(204, paypal, release()), undefined);
    assert.equal((await answered(200, paypal, read(id))).status, "VOIDED");
    await refused("422 PREVIOUSLY_VOIDED", paypal, release());
  });
}

async function captures(paypal) {
  await test("a capture is refunded in parts, and not beyond its amount", async () => {
    const id = await captured(paypal, "10.00");
    const refund = (body) => new payments.CapturesRefundRequest(id).prefer(FULL).requestBody(body);
    const {paypal_fee, net_amount} = (await answered(200, paypal, readCapture(id))).seller_receivable_breakdown;
    assert.deepEqual([paypal_fee, net_amount], [usd("0.84"), usd("9.16")]);
    const part = await answered(201, paypal, refund({amount: usd("4.00")}));
    assert.deepEqual([part.status, part.amount], ["COMPLETED", usd("4.00")]);
    const shown = await answered(200, paypal, new payments.RefundsGetRequest(part.id));
    assert.deepEqual(shown.seller_payable_breakdown.total_refunded_amount, usd("4.00"));
    assert.equal((await answered(200, paypal, readCapture(id))).status, "PARTIALLY_REFUNDED");
    await refused("422 REFUND_AMOUNT_EXCEEDED", paypal, refund({amount: usd("6.01")}));
    assert.deepEqual((await answered(201, paypal, refund({}))).amount, usd("6.00"));
    assert.equal((await answered(200, paypal, readCapture(id))).status, "REFUNDED");
    await refused("422 CAPTURE_FULLY_REFUNDED", paypal, refund({}));
    await refused("404 INVALID_RESOURCE_ID", paypal, readCapture(NOWHERE));
    await refused("404 INVALID_RESOURCE_ID", paypal, new payments.RefundsGetRequest(NOWHERE));
  });
}

async function renewals(paypal) {
  await test("an authorization is renewed from its fourth day, with a renewed token", async () => {
    const id = await authorized(paypal, "30.00");
    const renew = () =>
      new payments.AuthorizationsReauthorizeRequest(id).prefer(FULL).requestBody({amount: usd("30.00")});
    await refused("422 REAUTHORIZATION_TOO_SOON", paypal, renew());
    await control("clock", {seconds: 4 * DAY});
    const renewed = await answered(201, paypal, renew());
    assert.deepEqual([renewed.status, renewed.amount], ["CREATED", usd("30.00")]);
    assert.deepEqual((await answered(200, paypal, read(renewed.id))).amount, usd("30.00"));
  });
}

export async function runPayments() {
  const paypal = ofCheckout();
  await authorizations(paypal);
  await captures(paypal);
  await renewals(paypal);
}
