import assert from "node:assert/strict";
import {CheckoutPaymentIntent, CustomError} from "@paypal/paypal-server-sdk";
import {approved, captured, orderOf} from "./orders.js";
import {answered, type Recorder, refused} from "./recorder.js";
import {connect, control, key, type PayPal, usd} from "./world.js";

const NOWHERE = "7TK53561YB803214S";
const DAY = 24 * 3600;

async function authorized(paypal: PayPal, value: string): Promise<string> {
  const id = await approved(paypal, orderOf(value, CheckoutPaymentIntent.Authorize));
  const order = await answered(201, paypal.orders.authorizeOrder({id}));
  return order.purchaseUnits?.[0]?.payments?.authorizations?.[0]?.id ?? assert.fail("there is no authorization");
}

export async function payments(recorder: Recorder): Promise<void> {
  const paypal = connect(recorder);
  const {payments} = paypal;

  await recorder.case("an authorization is captured in parts, and not beyond its amount", async () => {
    const authorizationId = await authorized(paypal, "20.00");
    const read = await answered(200, payments.getAuthorizedPayment({authorizationId}));
    assert.equal(read.status, "CREATED");
    assert.deepEqual(read.amount, usd("20.00"));
    assert.ok(read.expirationTime);

    const part = {amount: usd("5.00"), finalCapture: false, noteToPayer: "The first parcel"};
    const paypalRequestId = key();
    const call = {authorizationId, paypalRequestId, prefer: "return=representation", body: part};
    const capture = await answered(201, payments.captureAuthorizedPayment(call));
    assert.deepEqual(capture.amount, usd("5.00"));
    assert.equal(capture.status, "COMPLETED");
    const repeated = await answered(200, payments.captureAuthorizedPayment(call));
    assert.equal(repeated.id, capture.id);
    assert.equal((await answered(200, payments.getAuthorizedPayment({authorizationId}))).status, "PARTIALLY_CAPTURED");

    const tooMuch = {amount: usd("15.01")};
    const response = payments.captureAuthorizedPayment({authorizationId, body: tooMuch});
    await refused(CustomError, "422 MAX_CAPTURE_AMOUNT_EXCEEDED", response);
    const rest = {amount: usd("15.00"), finalCapture: true};
    await answered(201, payments.captureAuthorizedPayment({authorizationId, body: rest}));
    assert.equal((await answered(200, payments.getAuthorizedPayment({authorizationId}))).status, "CAPTURED");
    const over = payments.captureAuthorizedPayment({authorizationId, body: rest});
    await refused(CustomError, "422 AUTHORIZATION_ALREADY_CAPTURED", over);
    const nowhere = payments.getAuthorizedPayment({authorizationId: NOWHERE});
    await refused(CustomError, "404 INVALID_RESOURCE_ID", nowhere);
  });

  await recorder.case("an authorization is voided once", async () => {
    const first = await authorized(paypal, "4.00");
    // PayPal answers 204 without a document.
    assert.equal(await answered(204, payments.voidPayment({authorizationId: first})), null);
    assert.equal((await answered(200, payments.getAuthorizedPayment({authorizationId: first}))).status, "VOIDED");
    await refused(CustomError, "422 PREVIOUSLY_VOIDED", payments.voidPayment({authorizationId: first}));
    const second = await authorized(paypal, "4.00");
    const call = {authorizationId: second, prefer: "return=representation"};
    assert.equal((await answered(200, payments.voidPayment(call)))?.status, "VOIDED");
    const capture = payments.captureAuthorizedPayment({authorizationId: second, body: {}});
    await refused(CustomError, "422 AUTHORIZATION_VOIDED", capture);
  });

  await recorder.case("a capture is refunded in parts, and not beyond its amount", async () => {
    const {capture: captureId} = await captured(paypal, "10.00");
    const read = await answered(200, payments.getCapturedPayment({captureId}));
    assert.equal(read.status, "COMPLETED");
    const {grossAmount, paypalFee, netAmount} = read.sellerReceivableBreakdown ?? {};
    assert.deepEqual([grossAmount, paypalFee, netAmount], [usd("10.00"), usd("0.84"), usd("9.16")]);

    const body = {amount: usd("4.00"), noteToPayer: "The blue one"};
    const call = {captureId, body, paypalRequestId: key(), prefer: "return=representation"};
    const refund = await answered(201, payments.refundCapturedPayment(call));
    assert.equal(refund.status, "COMPLETED");
    assert.deepEqual(refund.amount, usd("4.00"));
    assert.equal((await answered(200, payments.refundCapturedPayment(call))).id, refund.id);
    assert.equal((await answered(200, payments.getCapturedPayment({captureId}))).status, "PARTIALLY_REFUNDED");
    const shown = await answered(200, payments.getRefund({refundId: refund.id ?? ""}));
    assert.deepEqual(shown.sellerPayableBreakdown?.totalRefundedAmount, usd("4.00"));
    assert.equal(shown.noteToPayer, "The blue one");

    // Another request with the same key is still being carried out.
    await control("in-progress");
    const busy = payments.refundCapturedPayment({captureId, body, paypalRequestId: key()});
    await refused(CustomError, "409 PREVIOUS_REQUEST_IN_PROGRESS", busy);
    const tooMuch = payments.refundCapturedPayment({captureId, body: {amount: usd("6.01")}});
    await refused(CustomError, "422 REFUND_AMOUNT_EXCEEDED", tooMuch);
    const rest = await answered(201, payments.refundCapturedPayment({captureId, prefer: "return=representation"}));
    assert.deepEqual(rest.amount, usd("6.00"));
    assert.equal((await answered(200, payments.getCapturedPayment({captureId}))).status, "REFUNDED");
    const over = payments.refundCapturedPayment({captureId});
    await refused(CustomError, "422 CAPTURE_FULLY_REFUNDED", over);
    await refused(CustomError, "404 INVALID_RESOURCE_ID", payments.getCapturedPayment({captureId: NOWHERE}));
    await refused(CustomError, "404 INVALID_RESOURCE_ID", payments.getRefund({refundId: NOWHERE}));
  });

  await recorder.case("an authorization is renewed from its fourth day", async () => {
    const authorizationId = await authorized(paypal, "30.00");
    const early = payments.reauthorizePayment({authorizationId, body: {}});
    await refused(CustomError, "422 REAUTHORIZATION_TOO_SOON", early);
    await control("clock", {seconds: 4 * DAY});
    // The token has expired meanwhile.
    const {payments: later} = connect(recorder);
    const call = {authorizationId, body: {amount: usd("30.00")}, prefer: "return=representation"};
    const renewed = await answered(201, later.reauthorizePayment(call));
    assert.equal(renewed.status, "CREATED");
    assert.deepEqual(renewed.amount, usd("30.00"));
    assert.notEqual(renewed.id, authorizationId);
    const read = await answered(200, later.getAuthorizedPayment({authorizationId: renewed.id ?? ""}));
    assert.deepEqual(read.amount, usd("30.00"));
  });
}
