// Runs all cases, and prints as JSON what the requests did: {"outcomes", "problems"}. Fails if there are problems, or a request of
// the packages has not succeeded and been refused at least once.
import {packages} from "./client.mjs";
import {outcomes, problems, test} from "./recorder.mjs";
import {runOrders} from "./orders.mjs";
import {runPayments} from "./payments.mjs";
import {runPayouts} from "./payouts.mjs";

/** They are not in PayPal's OpenAPI files. The first must be answered all the same, with a 404. */
const UNDOCUMENTED = ["OrdersValidateRequest", "RefreshTokenRequest"];

// The last two move the clock.
for (const suite of [runOrders, runPayments, runPayouts]) await test(suite.name, suite);
const groups = Object.values(packages).flatMap((it) => Object.values(it));
const names = new Set(groups.flatMap((it) => Object.keys(it)).filter((name) => name.endsWith("Request")));
for (const name of names) {
  const results = outcomes.filter((it) => it.method === name).map((it) => it.result);
  if (UNDOCUMENTED.includes(name)) continue;
  if (!results.some((it) => it.startsWith("2"))) problems.push(`${name} has not succeeded`);
  if (!results.some((it) => /^[45]/.test(it))) problems.push(`${name} has not been refused`);
}
console.log(JSON.stringify({outcomes, problems}, null, 1));
process.exitCode = problems.length > 0 ? 1 : 0;
