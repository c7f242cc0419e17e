import assert from "node:assert/strict";
import {
  IntervalUnit,
  PatchOp,
  type PlanRequest,
  PlanRequestStatus,
  SubscriptionError,
  TenureType,
} from "@paypal/paypal-server-sdk";
import {answered, type Recorder, refused} from "./recorder.js";
import {connect, key, type PayPal, product, usd} from "./world.js";

const NOWHERE = "P-5ML4271244454362WXNWU5NQ";

export function planOf(productId: string, value: string): PlanRequest {
  return {
    productId,
    name: "Every month",
    status: PlanRequestStatus.Active,
    billingCycles: [
      {
        frequency: {intervalUnit: IntervalUnit.Month, intervalCount: 1},
        tenureType: TenureType.Regular,
        sequence: 1,
        totalCycles: 0,
        pricingScheme: {fixedPrice: usd(value)},
      },
    ],
    paymentPreferences: {autoBillOutstanding: true, paymentFailureThreshold: 2},
  };
}

export async function activePlan(paypal: PayPal, productId: string, value: string): Promise<string> {
  const plan = await answered(201, paypal.subscriptions.createBillingPlan({body: planOf(productId, value)}));
  return plan.id ?? assert.fail("the plan has no id");
}

export async function plans(recorder: Recorder): Promise<void> {
  const {subscriptions} = connect(recorder);
  const productId = await product("A magazine");
  let id = "";

  await recorder.case("a plan is made once for one key, read and listed", async () => {
    const call = {body: planOf(productId, "10.00"), paypalRequestId: key(), prefer: "return=representation"};
    const plan = await answered(201, subscriptions.createBillingPlan(call));
    id = plan.id ?? assert.fail("the plan has no id");
    assert.equal((await answered(200, subscriptions.createBillingPlan(call))).id, id);
    const read = await answered(200, subscriptions.getBillingPlan(id));
    assert.equal(read.status, "ACTIVE");
    assert.equal(read.productId, productId);
    assert.deepEqual(read.billingCycles?.[0]?.pricingScheme?.fixedPrice, usd("10.00"));
    const list = await answered(200, subscriptions.listBillingPlans({productId, totalRequired: true}));
    assert.deepEqual(
      list.plans?.map((it) => it.id),
      [id],
    );
    assert.equal(list.totalItems, 1);
  });

  await recorder.case("plans that PayPal does not know, or cannot have, are refused", async () => {
    const trial = planOf(productId, "10.00");
    Object.assign(trial.billingCycles[0]!, {tenureType: TenureType.Trial, totalCycles: 1});
    const none = subscriptions.createBillingPlan({body: trial});
    await refused(SubscriptionError, "422 MISSING_REGULAR_BILLING_CYCLE", none);
    await refused(SubscriptionError, "404 INVALID_RESOURCE_ID", subscriptions.getBillingPlan(NOWHERE));
    const long = subscriptions.listBillingPlans({pageSize: 21});
    await refused(SubscriptionError, "400 INVALID_PARAMETER_VALUE", long, "page_size");
  });

  await recorder.case("a plan's description is changed, its id is not", async () => {
    const described = [{op: PatchOp.Replace, path: "/description", value: "Twelve issues a year"}];
    await answered(204, subscriptions.patchBillingPlan({id, body: described}));
    assert.equal((await answered(200, subscriptions.getBillingPlan(id))).description, "Twelve issues a year");
    const renamed = [{op: PatchOp.Replace, path: "/id", value: "P-1"}];
    const response = subscriptions.patchBillingPlan({id, body: renamed});
    await refused(SubscriptionError, "400 INVALID_PATCH_PATH", response, "/0/path");
  });

  await recorder.case("a plan's price is changed in a cycle that it has", async () => {
    const scheme = (billingCycleSequence: number) => ({
      pricingSchemes: [{billingCycleSequence, pricingScheme: {fixedPrice: usd("12.00")}}],
    });
    await answered(204, subscriptions.updateBillingPlanPricingSchemes({id, body: scheme(1)}));
    const read = await answered(200, subscriptions.getBillingPlan(id));
    assert.deepEqual(read.billingCycles?.[0]?.pricingScheme?.fixedPrice, usd("12.00"));
    const response = subscriptions.updateBillingPlanPricingSchemes({id, body: scheme(9)});
    await refused(SubscriptionError, "422 INVALID_BILLING_CYCLE_SEQUENCE", response);
  });

  await recorder.case("a plan is deactivated and activated, each once", async () => {
    await answered(204, subscriptions.deactivateBillingPlan(id));
    assert.equal((await answered(200, subscriptions.getBillingPlan(id))).status, "INACTIVE");
    await refused(SubscriptionError, "422 PLAN_STATUS_INVALID", subscriptions.deactivateBillingPlan(id));
    await answered(204, subscriptions.activateBillingPlan(id));
    assert.equal((await answered(200, subscriptions.getBillingPlan(id))).status, "ACTIVE");
    await refused(SubscriptionError, "422 PLAN_STATUS_INVALID", subscriptions.activateBillingPlan(id));
  });
}
