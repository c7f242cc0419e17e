import assert from "node:assert/strict";
import {CustomError, DefaultError, SearchError, SubscriptionError} from "@paypal/paypal-server-sdk";
import type {App} from "./client.js";
import {orderOf} from "./orders.js";
import {answered, type Recorder, refused} from "./recorder.js";
import {connect, merchant} from "./world.js";

const ID = "5O190127TN364715T";

/** What a partner's app sends as `PayPal-Auth-Assertion` to act for a merchant. */
function assertion(partner: App, merchant: string): string {
  const part = (document: object) => Buffer.from(JSON.stringify(document)).toString("base64url");
  return `${part({alg: "none"})}.${part({iss: partner.id, payer_id: merchant})}.`;
}

export async function merchants(recorder: Recorder): Promise<void> {
  await recorder.case("an app without a scope is refused by every controller", async () => {
    const {app} = await merchant(["openid"]);
    const {orders, payments, subscriptions, reports, vault} = connect(recorder, {app});
    const denied = "403 PERMISSION_DENIED";
    await refused(CustomError, denied, orders.getOrder({id: ID}));
    await refused(CustomError, denied, payments.getCapturedPayment({captureId: ID}));
    await refused(SubscriptionError, denied, subscriptions.listBillingPlans({}));
    await refused(CustomError, denied, vault.deletePaymentToken(ID));
    const range = {startDate: "2026-01-01T00:00:00Z", endDate: "2026-01-02T00:00:00Z"};
    await refused(SearchError, denied, reports.searchTransactions(range));
    await refused(DefaultError, denied, reports.searchBalances({}));
  });

  await recorder.case("a partner acts for a merchant by an assertion, and only for the one that it names", async () => {
    const [partner, shop] = [await merchant(), await merchant()];
    const {orders} = connect(recorder, {app: partner.app});
    const paypalAuthAssertion = assertion(partner.app, shop.id);
    const body = orderOf("6.00");
    const {id = ""} = await answered(201, orders.createOrder({body, paypalAuthAssertion}));
    assert.equal((await answered(200, orders.getOrder({id, paypalAuthAssertion}))).status, "CREATED");
    await refused(CustomError, "404 INVALID_RESOURCE_ID", orders.getOrder({id}));
    const own = connect(recorder, {app: shop.app});
    assert.equal((await answered(200, own.orders.getOrder({id}))).id, id);
    const nobody = assertion(partner.app, "NOBODY");
    await refused(CustomError, "401 invalid_subject", orders.getOrder({id, paypalAuthAssertion: nobody}));
  });
}
