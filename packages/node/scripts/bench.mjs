// Measures calls of the built package against the simulator, on this machine: calls per second by the number of workers, what a
// call costs in processor time of this process, and how long the first call takes.
//
//     PAYPAL_BASE_URL=... PAYPAL_CLIENT_ID=... PAYPAL_CLIENT_SECRET=... npm run bench [CALLS]

import {join, resolve} from "node:path";
import {fileURLToPath, pathToFileURL} from "node:url";

const repository = fileURLToPath(new URL("../../..", import.meta.url));
const target = resolve(repository, process.env.CARGO_TARGET_DIR ?? "target");
const {PayPal, clientCredentials, money} = await import(pathToFileURL(join(target, "node/package/dist/index.js")).href);
const {PAYPAL_BASE_URL: baseUrl, PAYPAL_CLIENT_ID: id, PAYPAL_CLIENT_SECRET: secret} = process.env;
if (!baseUrl) throw new Error("PAYPAL_BASE_URL is that of a simulator");
const calls = Number(process.argv[2] ?? 5000);
const body = {intent: "CAPTURE", purchase_units: [{amount: {currency_code: "USD", value: money("10.00")}}]};

for (const workers of [1, 2, 3, 4]) {
  const began = performance.now();
  const paypal = new PayPal({environment: "sandbox", tokens: clientCredentials(id, secret), baseUrl, workers});
  const {reply} = await paypal.orders.create({body});
  const first = performance.now() - began;
  await run(paypal, reply.body.id, calls, workers);
  const from = performance.now();
  const cpu = process.cpuUsage();
  await run(paypal, reply.body.id, calls, workers);
  const seconds = (performance.now() - from) / 1000;
  const {user, system} = process.cpuUsage(cpu);
  const each = Math.round((user + system) / calls);
  console.log(`${workers} workers: first call ${first.toFixed(0)} ms, then ${(calls / seconds).toFixed(0)} calls/s at ${each} µs of processor time`);
  await paypal.close();
}

async function run(paypal, id, calls, workers) {
  let left = calls;
  const one = async () => {
    while (left-- > 0) {
      const outcome = await paypal.orders.get({id});
      if (!outcome.ok) throw new Error(outcome.failure.message);
    }
  };
  await Promise.all(Array.from({length: workers * 2}, one));
}
