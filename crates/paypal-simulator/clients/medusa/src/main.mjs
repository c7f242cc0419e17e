// Runs all cases, and prints as JSON what the methods did: {"outcomes", "problems"}. Fails if there are problems, or a method has not
// succeeded and been refused at least once.
import {methods} from "./client.mjs";
import {orders} from "./orders.mjs";
import {outcomes, problems, test} from "./recorder.mjs";
import {webhooks} from "./webhooks.mjs";

/** It cannot succeed at PayPal either: it sends POST where PayPal has GET. */
const DEFECTIVE = "getAuthorizationPayment";

for (const suite of [orders, webhooks]) await test(suite.name, suite);
for (const method of methods) {
  const results = outcomes.filter((it) => it.method === method).map((it) => it.result);
  if (method !== DEFECTIVE && !results.some((it) => it.startsWith("2"))) problems.push(`${method} has not succeeded`);
  if (!results.some((it) => /^[45]/.test(it))) problems.push(`${method} has not been refused`);
}
console.log(JSON.stringify({outcomes, problems}, null, 1));
process.exitCode = problems.length > 0 ? 1 : 0;
