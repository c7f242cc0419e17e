// Runs all cases, and prints as JSON what the methods did: {"outcomes", "problems"}. Fails if there are problems, or a
// method has not succeeded and been refused at least once.
import {merchants} from "./merchants.js";
import {orders} from "./orders.js";
import {payments} from "./payments.js";
import {plans} from "./plans.js";
import {Recorder} from "./recorder.js";
import {renewals} from "./renewals.js";
import {reports} from "./reports.js";
import {shop} from "./shop.js";
import {subscriptions} from "./subscriptions.js";
import {tokens} from "./tokens.js";
import {vault} from "./vault.js";
import {methods} from "./world.js";

const recorder = new Recorder();
// The last three move the clock.
for (const suite of [tokens, merchants, orders, shop, plans, subscriptions, vault, payments, reports, renewals]) {
  await recorder.case(suite.name, () => suite(recorder));
}
const {outcomes, problems} = recorder;
for (const method of methods()) {
  const results = outcomes.filter((it) => it.method === method).map((it) => it.result);
  if (!results.some((it) => it.startsWith("2"))) problems.push(`${method} has not succeeded`);
  if (!results.some((it) => /^[45]/.test(it))) problems.push(`${method} has not been refused`);
}
console.log(JSON.stringify({outcomes, problems}, null, 1));
process.exitCode = problems.length > 0 ? 1 : 0;
