import assert from "node:assert/strict";
import {core, ofCheckout, orders, setting} from "./client.mjs";
import {answered, control as controlAt, refused, test} from "./recorder.mjs";

export const control = (path, body) => controlAt(setting("PAYPAL_URL"), path, body);
export const usd = (value) => ({currency_code: "USD", value});
export const key = () => crypto.randomUUID();
const orderOf = (value, intent = "CAPTURE") => ({intent, purchase_units: [{amount: usd(value)}]});
const create = (body) => new orders.OrdersCreateRequest().prefer("return=representation").requestBody(body);
const read = (id) => new orders.OrdersGetRequest(id);
const capture = (id) => new orders.OrdersCaptureRequest(id).requestBody({});
const NOWHERE = "5O190127TN364715T";

/** An order that its payer has approved. */
export async function approved(paypal, value, intent) {
  const {id} = await answered(201, paypal, create(orderOf(value, intent)));
  await control(`orders/${id}/approve`);
  return id;
}

/** The capture of an order that has been captured. */
export async function captured(paypal, value) {
  const order = await answered(201, paypal, capture(await approved(paypal, value)));
  return order.purchase_units[0].payments.captures[0].id;
}

async function tokens() {
  await test("a token is granted, and a wrong secret gets none", async () => {
    const paypal = ofCheckout();
    const token = await answered(200, paypal, new core.AccessTokenRequest(paypal.environment));
    assert.equal(token.token_type, "Bearer");
    assert.ok(token.expires_in > 0);
    const wrong = ofCheckout("wrong");
    const document = await refused("401 invalid_client", wrong, new core.AccessTokenRequest(wrong.environment));
    assert.ok(document.error_description);
  });

  await test("a token that has expired is renewed by the SDK", async () => {
    const paypal = ofCheckout();
    const {id} = await answered(201, paypal, create(orderOf("1.00")));
    await control("tokens/expire");
    assert.equal((await answered(200, paypal, read(id))).id, id);
  });
}

async function beforePaying(paypal) {
  await test("an order is made, changed and read", async () => {
    const made = await answered(201, paypal, create(orderOf("10.00")));
    assert.equal(made.status, "CREATED");
    assert.ok(made.links.some((link) => link.rel === "approve"));
    const patch = (path, value) => new orders.OrdersPatchRequest(made.id).requestBody([{op: "replace", path, value}]);
    const path = "/purchase_units/@reference_id=='default'/amount";
    await answered(204, paypal, patch(path, usd("12.34")));
    assert.deepEqual((await answered(200, paypal, read(made.id))).purchase_units[0].amount, usd("12.34"));
    await refused("422 NOT_PATCHABLE", paypal, patch("/status", "COMPLETED"), "/0/path");
    await refused("404 INVALID_RESOURCE_ID", paypal, read(NOWHERE));
    const free = orderOf("0.00");
    await refused("422 CANNOT_BE_ZERO_OR_NEGATIVE", paypal, create(free), "/purchase_units/0/amount/value");
  });
}

async function paying(paypal) {
  await test("an order is captured once, when its payer has approved it", async () => {
    const {id} = await answered(201, paypal, create(orderOf("10.00")));
    await refused("422 ORDER_NOT_APPROVED", paypal, capture(id));
    await control(`orders/${id}/approve`);
    const once = () => capture(id).payPalRequestId("checkout-capture").prefer("return=representation");
    const paid = await answered(201, paypal, once());
    const [made] = paid.purchase_units[0].payments.captures;
    assert.deepEqual([paid.status, made.status, made.amount], ["COMPLETED", "COMPLETED", usd("10.00")]);
    const again = await answered(200, paypal, once());
    assert.equal(again.purchase_units[0].payments.captures[0].id, made.id);
    await refused("422 ORDER_ALREADY_CAPTURED", paypal, capture(id));
    assert.equal((await answered(200, paypal, read(id))).status, "COMPLETED");
  });

  await test("an order of the other intent is authorized", async () => {
    const authorize = (id) => new orders.OrdersAuthorizeRequest(id).requestBody({}).prefer("return=representation");
    const other = await approved(paypal, "10.00");
    await refused("422 ACTION_DOES_NOT_MATCH_INTENT", paypal, authorize(other));
    const id = await approved(paypal, "20.00", "AUTHORIZE");
    const order = await answered(201, paypal, authorize(id));
    const [made] = order.purchase_units[0].payments.authorizations;
    assert.deepEqual([made.status, made.amount], ["CREATED", usd("20.00")]);
  });
}

export async function runOrders() {
  await tokens();
  const paypal = ofCheckout();
  await beforePaying(paypal);
  await paying(paypal);
  await test("what PayPal no longer documents is not there", async () => {
    const request = new orders.OrdersValidateRequest(NOWHERE).requestBody({});
    await refused("404 RESOURCE_NOT_FOUND", paypal, request);
  });
}
