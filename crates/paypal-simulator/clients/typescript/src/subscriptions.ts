import assert from "node:assert/strict";
import {CaptureType, PatchOp, SubscriptionError} from "@paypal/paypal-server-sdk";
import {activePlan} from "./plans.js";
import {answered, type Recorder, refused} from "./recorder.js";
import {connect, control, key, type PayPal, product, usd} from "./world.js";

const NOWHERE = "I-BW452GLLEP1G";

/** A subscription that its subscriber has approved. */
export async function active(paypal: PayPal, planId: string): Promise<string> {
  const {id} = await answered(201, paypal.subscriptions.createSubscription({body: {planId}}));
  assert.ok(id);
  await control(`subscriptions/${id}/approve`);
  return id;
}

export async function subscriptions(recorder: Recorder): Promise<void> {
  const paypal = connect(recorder);
  const {subscriptions} = paypal;
  const productId = await product("A newspaper");
  const planId = await activePlan(paypal, productId, "10.00");
  const status = async (id: string) => (await answered(200, subscriptions.getSubscription({id}))).status;

  await recorder.case("a subscription is made once for one key, approved, read and listed", async () => {
    const body = {planId, customId: "TS", subscriber: {emailAddress: "payer@example.com"}};
    const call = {body, paypalRequestId: key(), prefer: "return=representation"};
    const made = await answered(201, subscriptions.createSubscription(call));
    const id = made.id ?? assert.fail("the subscription has no id");
    assert.equal(made.status, "APPROVAL_PENDING");
    assert.ok(made.links?.some((link) => link.rel === "approve"));
    assert.equal((await answered(200, subscriptions.createSubscription(call))).id, id);
    const early = subscriptions.patchSubscription({id, body: []});
    await refused(SubscriptionError, "422 SUBSCRIPTION_STATUS_INVALID", early);
    await control(`subscriptions/${id}/approve`);
    const read = await answered(200, subscriptions.getSubscription({id, fields: "plan"}));
    assert.equal(read.status, "ACTIVE");
    assert.equal(read.planId, planId);
    assert.equal(read.plan?.name, "Every month");
    assert.deepEqual(read.billingInfo?.lastPayment?.amount, usd("10.00"));
    const list = await answered(200, subscriptions.listSubscriptions({planIds: planId, statuses: "ACTIVE"}));
    assert.deepEqual(
      list.subscriptions?.map((it) => it.id),
      [id],
    );
  });

  await recorder.case("subscriptions that PayPal does not know, or cannot have, are refused", async () => {
    const closed = await activePlan(paypal, productId, "1.00");
    await answered(204, subscriptions.deactivateBillingPlan(closed));
    const response = subscriptions.createSubscription({body: {planId: closed}});
    await refused(SubscriptionError, "422 PLAN_STATUS_INVALID", response);
    await refused(SubscriptionError, "404 INVALID_RESOURCE_ID", subscriptions.getSubscription({id: NOWHERE}));
    const long = subscriptions.listSubscriptions({pageSize: 21});
    await refused(SubscriptionError, "400 INVALID_PARAMETER_VALUE", long, "page_size");
  });

  await recorder.case("a running subscription is changed where PayPal allows it", async () => {
    const id = await active(paypal, planId);
    const named = [{op: PatchOp.Replace, path: "/custom_id", value: "changed"}];
    await answered(204, subscriptions.patchSubscription({id, body: named}));
    assert.equal((await answered(200, subscriptions.getSubscription({id}))).customId, "changed");
    const forced = [{op: PatchOp.Replace, path: "/status", value: "CANCELLED"}];
    const response = subscriptions.patchSubscription({id, body: forced});
    await refused(SubscriptionError, "400 INVALID_PATCH_PATH", response, "/0/path");
  });

  await recorder.case("a revision to a plan of the same product waits for the subscriber", async () => {
    const id = await active(paypal, planId);
    const larger = await activePlan(paypal, productId, "20.00");
    const revised = await answered(200, subscriptions.reviseSubscription({id, body: {planId: larger}}));
    assert.equal(revised.planId, larger);
    assert.ok(revised.links?.some((link) => link.rel === "approve"));
    assert.equal((await answered(200, subscriptions.getSubscription({id}))).planId, planId);
    await control(`subscriptions/${id}/approve`);
    assert.equal((await answered(200, subscriptions.getSubscription({id}))).planId, larger);
    const other = await activePlan(paypal, await product("A book club"), "5.00");
    const response = subscriptions.reviseSubscription({id, body: {planId: other}});
    await refused(SubscriptionError, "422 PLAN_PRODUCT_NOT_COMPATIBLE", response);
  });

  await recorder.case("a subscription is suspended, activated and cancelled", async () => {
    const id = await active(paypal, planId);
    const body = {reason: "On holiday"};
    const running = subscriptions.activateSubscription({id, body});
    await refused(SubscriptionError, "422 SUBSCRIPTION_STATUS_INVALID", running);
    await answered(204, subscriptions.suspendSubscription({id, body}));
    const read = await answered(200, subscriptions.getSubscription({id}));
    assert.deepEqual([read.status, read.statusChangeNote], ["SUSPENDED", "On holiday"]);
    const twice = subscriptions.suspendSubscription({id, body});
    await refused(SubscriptionError, "422 SUBSCRIPTION_STATUS_INVALID", twice);
    await answered(204, subscriptions.activateSubscription({id, body: {reason: "Back"}}));
    assert.equal(await status(id), "ACTIVE");
    await answered(204, subscriptions.cancelSubscription({id, body: {reason: "Moved"}}));
    assert.equal(await status(id), "CANCELLED");
    const over = subscriptions.cancelSubscription({id, body: {reason: "Moved"}});
    await refused(SubscriptionError, "422 SUBSCRIPTION_STATUS_INVALID", over);
  });

  await recorder.case("what is outstanding is captured, no more, and listed", async () => {
    const id = await active(paypal, planId);
    const take = (value: string) => ({
      id,
      body: {note: "The missed payment", captureType: CaptureType.OutstandingBalance, amount: usd(value)},
    });
    const nothing = subscriptions.captureSubscription(take("10.00"));
    await refused(SubscriptionError, "422 ZERO_OUTSTANDING_BALANCE", nothing);
    await control(`subscriptions/${id}/miss-payment`);
    const owed = async () => (await answered(200, subscriptions.getSubscription({id}))).billingInfo?.outstandingBalance;
    assert.deepEqual(await owed(), usd("10.00"));
    assert.equal((await answered(200, subscriptions.getSubscription({id}))).billingInfo?.failedPaymentsCount, 1);
    const response = subscriptions.captureSubscription(take("10.01"));
    await refused(SubscriptionError, "422 AMOUNT_GREATER_THAN_OUTSTANDING_BALANCE", response, "/amount/value");
    await answered(202, subscriptions.captureSubscription(take("10.00")));
    assert.deepEqual(await owed(), usd("0.00"));

    const {createTime = ""} = await answered(200, subscriptions.getSubscription({id}));
    const around = (days: number) => new Date(Date.parse(createTime) + days * 86_400_000).toISOString();
    const call = {id, startTime: around(-1), endTime: around(1)};
    const list = await answered(200, subscriptions.listSubscriptionTransactions(call));
    const amounts = list.transactions?.map((it) => it.amountWithBreakdown.grossAmount);
    assert.deepEqual(amounts, [usd("10.00"), usd("10.00")]);
    assert.deepEqual(
      list.transactions?.map((it) => it.status),
      ["COMPLETED", "COMPLETED"],
    );
    const wrong = subscriptions.listSubscriptionTransactions({...call, startTime: "2026-13-45T00:00:00Z"});
    await refused(SubscriptionError, "400 INVALID_PARAMETER_SYNTAX", wrong, "start_time");
  });
}
