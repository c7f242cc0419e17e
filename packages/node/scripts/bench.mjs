// Measures `orders.get` by the built package and by PayPal's TypeScript SDK, in turns, against the same simulator: calls per
// second, and the processor time of a call in this process. Also how long the first call of the package takes.
//
//     PAYPAL_BASE_URL=... PAYPAL_CLIENT_ID=... PAYPAL_CLIENT_SECRET=... npm run bench [SECONDS]
//
// SECONDS, 20 by default, is for each row of the table.

import {join, resolve} from "node:path";
import {fileURLToPath, pathToFileURL} from "node:url";
import {Client, Environment, OrdersController} from "@paypal/paypal-server-sdk";

const TURNS = 5;
const LIVE_SANDBOX = "https://api-m.sandbox.paypal.com/";

const repository = fileURLToPath(new URL("../../..", import.meta.url));
const target = resolve(repository, process.env.CARGO_TARGET_DIR ?? "target");
const {PayPal, clientCredentials, money} = await import(pathToFileURL(join(target, "node/package/dist/index.js")).href);
const {PAYPAL_BASE_URL: baseUrl, PAYPAL_CLIENT_ID: id, PAYPAL_CLIENT_SECRET: secret} = process.env;
if (!baseUrl || !id || !secret) throw new Error("PAYPAL_BASE_URL, PAYPAL_CLIENT_ID and PAYPAL_CLIENT_SECRET are those of a simulator");
const stretch = (Number(process.argv[2] ?? 20) * 1000) / (TURNS + 1) / 2;
if (!(stretch > 0)) throw new Error("SECONDS is a number above 0");

// The SDK has no option for another address. This is where all its requests are made, those for tokens too.
class LocalClient extends Client {
  getRequestBuilderFactory() {
    const create = super.getRequestBuilderFactory();
    return (...of) => {
      const builder = create(...of);
      builder.interceptRequest((request) => {
        if (!request.url.startsWith(LIVE_SANDBOX)) throw new Error("the SDK has another address of PayPal");
        return {...request, url: new URL(baseUrl).href + request.url.slice(LIVE_SANDBOX.length)};
      });
      return builder;
    };
  }
}

const credentials = {oAuthClientId: id, oAuthClientSecret: secret};
const orders = new OrdersController(new LocalClient({environment: Environment.Sandbox, clientCredentialsAuthCredentials: credentials}));

for (const [workers, inFlight] of [[1, 1], [1, 10], [2, 10], [4, 10]]) {
  const began = performance.now();
  const paypal = new PayPal({environment: "sandbox", tokens: clientCredentials(id, secret), baseUrl, workers});
  const body = {intent: "CAPTURE", purchase_units: [{amount: {currency_code: "USD", value: money("10.00")}}]};
  const {reply} = await paypal.orders.create({body});
  const first = performance.now() - began;
  const order = reply.body.id;
  const byPackage = async () => {
    const outcome = await paypal.orders.get({id: order});
    if (!outcome.ok || outcome.reply.body.id !== order) throw new Error("the package has another answer");
  };
  const bySdk = async () => {
    const {result} = await orders.getOrder({id: order});
    if (result.id !== order) throw new Error("the SDK has another answer");
  };
  const [ours, theirs] = await inTurns([byPackage, bySdk], inFlight);
  const cells = (it) => `${it.perSecond.toFixed(0)} calls/s at ${it.processor.toFixed(0)} µs`;
  const ratio = (ours.processor / theirs.processor).toFixed(2);
  const head = `${workers} workers, ${inFlight} in flight, first call ${first.toFixed(0)} ms`;
  console.log(`${head}: package ${cells(ours)}, SDK ${cells(theirs)}; ratio of processor time ${ratio}`);
  await paypal.close();
}

/** Repeats things in turns. The first turn of each does not count. Returns the medians. */
async function inTurns(works, inFlight) {
  const measured = works.map(() => []);
  for (let turn = 0; turn <= TURNS; turn += 1) {
    for (const [at, work] of works.entries()) {
      const result = await repeat(work, inFlight);
      if (turn > 0) measured[at].push(result);
    }
  }
  const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];
  return measured.map((all) => ({
    perSecond: median(all.map((it) => it.perSecond)),
    processor: median(all.map((it) => it.processor)),
  }));
}

/** Does something again and again for one stretch. Processor time is that of the whole process, in microseconds per call. */
async function repeat(work, inFlight) {
  const [begun, processor] = [performance.now(), process.cpuUsage()];
  let calls = 0;
  const one = async () => {
    do {
      await work();
      calls += 1;
    } while (performance.now() - begun < stretch);
  };
  await Promise.all(Array.from({length: inFlight}, one));
  const seconds = (performance.now() - begun) / 1000;
  const {user, system} = process.cpuUsage(processor);
  return {perSecond: calls / seconds, processor: (user + system) / calls};
}
