import assert from "node:assert/strict";
import {activePlan} from "./plans.js";
import {answered, type Recorder} from "./recorder.js";
import {active} from "./subscriptions.js";
import {connect, control, product, usd} from "./world.js";

const DAY = 24 * 3600;

export async function renewals(recorder: Recorder): Promise<void> {
  await recorder.case("a subscription is paid again when a month has passed", async () => {
    const paypal = connect(recorder);
    const planId = await activePlan(paypal, await product("A weekly"), "10.00");
    const id = await active(paypal, planId);
    const before = (await answered(200, paypal.subscriptions.getSubscription({id}))).billingInfo;
    assert.equal(before?.cycleExecutions?.[0]?.cyclesCompleted, 1);
    await control("clock", {seconds: 32 * DAY});
    const {subscriptions} = connect(recorder);
    const {createTime = "", billingInfo} = await answered(200, subscriptions.getSubscription({id}));
    assert.equal(billingInfo?.cycleExecutions?.[0]?.cyclesCompleted, 2);
    assert.ok(Date.parse(billingInfo?.nextBillingTime ?? "") > Date.parse(before?.nextBillingTime ?? ""));
    const around = (days: number) => new Date(Date.parse(createTime) + days * DAY * 1000).toISOString();
    const call = {id, startTime: around(-1), endTime: around(33)};
    const {transactions} = await answered(200, subscriptions.listSubscriptionTransactions(call));
    const amounts = transactions?.map((it) => it.amountWithBreakdown.grossAmount);
    assert.deepEqual(amounts, [usd("10.00"), usd("10.00")]);
  });
}
