import assert from "node:assert/strict";
import {answered, post, refused, test} from "./recorder.mjs";

const usd = (value) => ({currency_code: "USD", value});
const orderOf = (value) => ({intent: "AUTHORIZE", purchase_units: [{amount: usd(value)}]});
const NOWHERE = "5O190127TN364715T";

/** The payments of an order. */
const paymentsOf = async (order) => (await answered(200, "getOrder", order)).purchase_units[0].payments;

/** An order that its payer has approved, and its authorization. */
async function authorized(value) {
  const {id} = await answered(201, "createOrder", orderOf(value));
  await post(`/simulator/orders/${id}/approve`);
  const order = await answered(201, "authorizeOrder", id);
  assert.equal(order.status, "COMPLETED");
  const [authorization] = (await paymentsOf(id)).authorizations;
  assert.deepEqual(authorization.amount, usd(value));
  return {order: id, id: authorization.id};
}

export async function orders() {
  await test("an order is made, changed and read", async () => {
    const made = await answered(201, "createOrder", orderOf("10.00"));
    assert.equal(made.status, "CREATED");
    const path = "/purchase_units/@reference_id=='default'/amount";
    await answered(204, "patchOrder", made.id, [{op: "replace", path, value: usd("12.34")}]);
    assert.deepEqual((await answered(200, "getOrder", made.id)).purchase_units[0].amount, usd("12.34"));
    const status = [{op: "replace", path: "/status", value: "COMPLETED"}];
    await refused("422 NOT_PATCHABLE", "patchOrder", made.id, status);
    await refused("404 INVALID_RESOURCE_ID", "getOrder", NOWHERE);
    await refused("422 CANNOT_BE_ZERO_OR_NEGATIVE", "createOrder", orderOf("0.00"));
    await refused("422 ORDER_NOT_APPROVED", "authorizeOrder", made.id);
  });

  await test("an authorization is captured in parts, a capture refunded in parts", async () => {
    const {order, id} = await authorized("20.00");
    const capture = await answered(201, "captureAuthorizedPayment", id, {amount: usd("15.00")});
    assert.equal(capture.status, "COMPLETED");
    const tooMuch = {amount: usd("5.01")};
    await refused("422 MAX_CAPTURE_AMOUNT_EXCEEDED", "captureAuthorizedPayment", id, tooMuch);
    const refund = await answered(201, "refundPayment", capture.id, {amount: usd("4.00")});
    assert.equal(refund.status, "COMPLETED");
    await refused("422 REFUND_AMOUNT_EXCEEDED", "refundPayment", capture.id, {amount: usd("11.01")});
    await answered(201, "refundPayment", capture.id, {});
    await refused("422 CAPTURE_FULLY_REFUNDED", "refundPayment", capture.id, {});
    const {captures, refunds} = await paymentsOf(order);
    assert.deepEqual(
      captures.map((it) => [it.status, it.amount]),
      [["REFUNDED", usd("15.00")]],
    );
    assert.deepEqual(refunds.map((it) => it.amount.value).sort(), ["11.00", "4.00"]);
    await answered(204, "cancelAuthorizedPayment", id);
    assert.equal((await paymentsOf(order)).authorizations[0].status, "VOIDED");
    await refused("422 PREVIOUSLY_VOIDED", "cancelAuthorizedPayment", id);
    // This method sends POST where PayPal has GET.
    await refused("405 METHOD_NOT_SUPPORTED", "getAuthorizationPayment", id);
  });

  await test("a token that has expired is renewed by the client", async () => {
    const {id} = await answered(201, "createOrder", orderOf("1.00"));
    await post("/simulator/tokens/expire");
    assert.equal((await answered(200, "getOrder", id)).id, id);
  });
}
