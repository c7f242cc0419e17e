import assert from "node:assert/strict";
import {
  CheckoutPaymentIntent,
  CustomError,
  type Order,
  type OrderRequest,
  PatchOp,
  ShipmentCarrier,
} from "@paypal/paypal-server-sdk";
import {answered, type Recorder, refused} from "./recorder.js";
import {connect, control, key, type PayPal, usd} from "./world.js";

export function orderOf(value: string, intent = CheckoutPaymentIntent.Capture): OrderRequest {
  return {intent, purchaseUnits: [{amount: usd(value)}]};
}

/** An order that its payer has approved. */
export async function approved(paypal: PayPal, request: OrderRequest): Promise<string> {
  const {id} = await answered(201, paypal.orders.createOrder({body: request, prefer: "return=minimal"}));
  assert.ok(id);
  await control(`orders/${id}/approve`);
  return id;
}

/** An order that has been captured: its id and its capture's. */
export async function captured(paypal: PayPal, value: string): Promise<{order: string; capture: string}> {
  const id = await approved(paypal, orderOf(value));
  const order = await answered(201, paypal.orders.captureOrder({id}));
  return {order: id, capture: captureOf(order).id ?? assert.fail("the capture has no id")};
}

export function captureOf(order: Order) {
  return order.purchaseUnits?.[0]?.payments?.captures?.[0] ?? assert.fail("the order has no capture");
}

const links = (order: Order) => order.links?.map((link) => link.rel);

export async function orders(recorder: Recorder): Promise<void> {
  const paypal = connect(recorder);
  const {orders} = paypal;

  await recorder.case("an order is made once for one key, and read with its amounts", async () => {
    const body: OrderRequest = {
      intent: CheckoutPaymentIntent.Capture,
      purchaseUnits: [
        {
          referenceId: "shirt",
          invoiceId: "TS-1",
          amount: {...usd("25.50"), breakdown: {itemTotal: usd("20.00"), shipping: usd("5.50")}},
          items: [{name: "Shirt", quantity: "2", unitAmount: usd("10.00"), sku: "S1"}],
        },
      ],
    };
    const paypalRequestId = key();
    const made = await answered(201, orders.createOrder({body, paypalRequestId, prefer: "return=representation"}));
    assert.equal(made.status, "CREATED");
    assert.deepEqual(links(made), ["self", "approve", "update", "capture"]);
    const again = await answered(200, orders.createOrder({body, paypalRequestId}));
    assert.equal(again.id, made.id);

    const read = await answered(200, orders.getOrder({id: made.id ?? ""}));
    assert.equal(read.intent, "CAPTURE");
    const unit = read.purchaseUnits?.[0];
    assert.deepEqual(unit?.amount?.value, "25.50");
    assert.deepEqual(unit?.amount?.breakdown?.shipping, usd("5.50"));
    assert.deepEqual(unit?.items?.[0]?.unitAmount, usd("10.00"));
    assert.equal(unit?.invoiceId, "TS-1");
  });

  await recorder.case("orders that do not add up are refused", async () => {
    const body = orderOf("9.00");
    body.purchaseUnits[0]!.amount.breakdown = {itemTotal: usd("8.00"), shipping: usd("2.00")};
    const field = "/purchase_units/0/amount/value";
    await refused(CustomError, "422 AMOUNT_MISMATCH", orders.createOrder({body}), field);
    const yen: OrderRequest = {
      intent: CheckoutPaymentIntent.Capture,
      purchaseUnits: [{amount: {currencyCode: "JPY", value: "10.50"}}],
    };
    await refused(CustomError, "422 DECIMALS_NOT_SUPPORTED", orders.createOrder({body: yen}), field);
    await refused(CustomError, "404 INVALID_RESOURCE_ID", orders.getOrder({id: "5O190127TN364715T"}));
  });

  await recorder.case("the sandbox's negative testing is asked for by the SDK's parameter", async () => {
    const paypalMockResponse = JSON.stringify({mock_application_codes: "INTERNAL_SERVER_ERROR"});
    const response = orders.createOrder({body: orderOf("1.00"), paypalMockResponse});
    await refused(CustomError, "500 INTERNAL_SERVER_ERROR", response);
  });

  await recorder.case("an order is changed before it is paid, not after", async () => {
    const id = await approved(paypal, orderOf("10.00"));
    const path = "/purchase_units/@reference_id=='default'/amount";
    const value = {currency_code: "USD", value: "12.34"};
    const body = [{op: PatchOp.Replace, path, value}];
    await answered(204, orders.patchOrder({id, body}));
    const read = await answered(200, orders.getOrder({id}));
    assert.equal(read.purchaseUnits?.[0]?.amount?.value, "12.34");
    const status = [{op: PatchOp.Replace, path: "/status", value: "COMPLETED"}];
    await refused(CustomError, "422 NOT_PATCHABLE", orders.patchOrder({id, body: status}), "/0/path");
    const paid = await answered(201, orders.captureOrder({id}));
    assert.deepEqual(captureOf(paid).amount, usd("12.34"));
    await refused(CustomError, "422 ORDER_ALREADY_COMPLETED", orders.patchOrder({id, body}));
  });

  await recorder.case("a payment source is confirmed for an order that is not paid", async () => {
    const {id = ""} = await answered(201, orders.createOrder({body: orderOf("3.00")}));
    const body = {
      paymentSource: {
        paypal: {experienceContext: {returnUrl: "https://example.com/back", cancelUrl: "https://example.com/stop"}},
      },
    };
    const confirmed = await answered(200, orders.confirmOrder({id, body}));
    assert.equal(confirmed.status, "PAYER_ACTION_REQUIRED");
    assert.ok(links(confirmed)?.includes("payer-action"), String(links(confirmed)));
    await control(`orders/${id}/approve`);
    assert.equal((await answered(200, orders.getOrder({id}))).status, "APPROVED");
    await answered(201, orders.captureOrder({id}));
    await refused(CustomError, "422 ORDER_ALREADY_CAPTURED", orders.confirmOrder({id, body}));
  });

  await recorder.case("an order is captured once, when its payer has approved it", async () => {
    const {id = ""} = await answered(201, orders.createOrder({body: orderOf("10.00")}));
    await refused(CustomError, "422 ORDER_NOT_APPROVED", orders.captureOrder({id}));
    await control(`orders/${id}/approve`);
    const paypalRequestId = key();
    const paid = await answered(201, orders.captureOrder({id, paypalRequestId, prefer: "return=representation"}));
    assert.equal(paid.status, "COMPLETED");
    assert.equal(captureOf(paid).status, "COMPLETED");
    assert.deepEqual(captureOf(paid).amount, usd("10.00"));
    const again = await answered(200, orders.captureOrder({id, paypalRequestId}));
    assert.equal(captureOf(again).id, captureOf(paid).id);
    await refused(CustomError, "422 ORDER_ALREADY_CAPTURED", orders.captureOrder({id}));
    const read = await answered(200, orders.getOrder({id}));
    assert.equal(read.purchaseUnits?.[0]?.payments?.captures?.length, 1);
    assert.equal(read.payer?.payerId, paid.payer?.payerId);
  });

  await recorder.case("a card that is declined answers 201, with a capture that took nothing", async () => {
    const card = {number: "4111111111111111", expiry: "2035-12", securityCode: "123", name: "CCREJECT-BANK_ERROR"};
    const body = {...orderOf("10.00"), paymentSource: {card}};
    const order = await answered(201, orders.createOrder({body, paypalRequestId: key()}));
    assert.equal(captureOf(order).status, "DECLINED");
    assert.equal(captureOf(order).processorResponse?.responseCode, "5100");
    await refused(CustomError, "400 PAYPAL_REQUEST_ID_REQUIRED", orders.createOrder({body}));
  });

  await recorder.case("an order of the other intent is authorized", async () => {
    const other = await approved(paypal, orderOf("10.00"));
    await refused(CustomError, "422 ACTION_DOES_NOT_MATCH_INTENT", orders.authorizeOrder({id: other}));
    const id = await approved(paypal, orderOf("20.00", CheckoutPaymentIntent.Authorize));
    const order = await answered(201, orders.authorizeOrder({id, prefer: "return=representation"}));
    const authorization = order.purchaseUnits?.[0]?.payments?.authorizations?.[0];
    assert.equal(authorization?.status, "CREATED");
    assert.deepEqual(authorization?.amount, usd("20.00"));
    await refused(CustomError, "422 ORDER_ALREADY_AUTHORIZED", orders.authorizeOrder({id}));
  });

  await recorder.case("a parcel of a captured order is tracked, and cancelled", async () => {
    const {order: id, capture: captureId} = await captured(paypal, "7.00");
    const body = {captureId, trackingNumber: "443844607820", carrier: ShipmentCarrier.Fedex, notifyPayer: false};
    const tracked = await answered(201, orders.createOrderTracking({id, body}));
    const tracker = tracked.purchaseUnits?.[0]?.shipping?.trackers?.[0];
    assert.equal(tracker?.id, `${captureId}-443844607820`);
    const wrong = {...body, captureId: "3C679366HH908993F"};
    const response = orders.createOrderTracking({id, body: wrong});
    await refused(CustomError, "422 CAPTURE_ID_NOT_FOUND", response, "/capture_id");

    const cancel = [{op: PatchOp.Replace, path: "/status", value: "CANCELLED"}];
    const trackerId = tracker?.id ?? "";
    await answered(204, orders.updateOrderTracking({id, trackerId, body: cancel}));
    const read = await answered(200, orders.getOrder({id}));
    assert.equal(read.purchaseUnits?.[0]?.shipping?.trackers?.[0]?.status, "CANCELLED");
    const missing = orders.updateOrderTracking({id, trackerId: `${captureId}-1`, body: cancel});
    await refused(CustomError, "404 TRACKER_ID_NOT_FOUND", missing);
    const {order: other} = await captured(paypal, "7.00");
    const wrongOrder = orders.updateOrderTracking({id: other, trackerId, body: cancel});
    await refused(CustomError, "404 TRACKER_ID_NOT_FOUND", wrongOrder);
  });
}
