import assert from "node:assert/strict";
import {execFile} from "node:child_process";
import {createServer} from "node:http";
import {mkdtempSync, rmSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {test} from "node:test";
import {promisify} from "node:util";
import {ControlError, startPayPal} from "paypal-simulator";
import {Shop} from "./shop.mjs";

async function started(t, options) {
  const paypal = await startPayPal(options);
  t.after(() => paypal.stop());
  return [paypal, new Shop(paypal)];
}

test("an order is paid once its payer has approved it", async (t) => {
  const [paypal, shop] = await started(t);
  const {id, status} = await shop.order("10.00");
  assert.equal(status, "CREATED");
  const early = await shop.capture(id);
  assert.deepEqual([early.status, early.document.details[0].issue], [422, "ORDER_NOT_APPROVED"]);
  await paypal.approveOrder(id);
  await assert.rejects(paypal.approveOrder(id), (error) => {
    assert.ok(error instanceof ControlError && error.status === 409, error);
    return JSON.parse(error.text).state === "APPROVED";
  });
  const paid = await shop.capture(id);
  assert.equal(paid.status, 201);
  assert.equal(paid.document.purchase_units[0].payments.captures[0].amount.value, "10.00");
});

test("the shop hears of what is brought about", async (t) => {
  const [paypal, shop] = await started(t);
  const heard = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const part of request) body += part;
    heard.push({event: JSON.parse(body), signature: request.headers["paypal-transmission-sig"]});
    response.end();
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.close());
  // By name: a static program cannot ask the system for it.
  const url = `http://localhost:${server.address().port}/hooks`;
  const webhook = await shop.call("POST", "/v1/notifications/webhooks", {url, event_types: [{name: "PAYMENT.CAPTURE.DENIED"}]});
  assert.equal(webhook.status, 201);
  const {events, resources} = await paypal.trigger("PAYMENT.CAPTURE.DENIED", {"purchase_units[0].amount.value": "12.00"});
  const denied = events.find((event) => event.event_type === "PAYMENT.CAPTURE.DENIED");
  // The keys of the first signature take a moment.
  for (let waited = 0; heard.length === 0 && waited < 600; waited += 1) await new Promise((resolve) => setTimeout(resolve, 100));
  assert.deepEqual([heard.length, heard[0].event.id, heard[0].event.resource.amount.value], [1, denied.id, "12.00"]);
  assert.ok(heard[0].signature.length > 300 && resources.order);
});

test("time can be moved", async (t) => {
  const [paypal, shop] = await started(t);
  const {id} = await shop.order("10.00");
  const {time, expired_tokens: expired} = await paypal.advance({days: 3, hours: 1});
  assert.ok(time.endsWith("Z") && expired === 1, `${time} ${expired}`);
  await assert.rejects(paypal.approveOrder(id), /404/);
});

test("worlds are apart, and a seed makes the same one", async (t) => {
  const [one, two, three] = await Promise.all([started(t, {seed: 7}), started(t, {seed: 7}), started(t, {seed: 8})]);
  const ids = await Promise.all([one, two, three].map(async ([, shop]) => (await shop.order("1.00")).id));
  assert.equal(ids[0], ids[1]);
  assert.notEqual(ids[0], ids[2]);
  assert.notEqual(one[0].url, two[0].url);
});

test("a store keeps the world", async (t) => {
  const directory = mkdtempSync(join(tmpdir(), "paypal-"));
  t.after(() => rmSync(directory, {recursive: true}));
  const store = join(directory, "world");
  const first = await startPayPal({store});
  const {id} = await new Shop(first).order("10.00");
  await first.stop();
  const [, shop] = await started(t, {store});
  assert.equal((await shop.call("GET", `/v2/checkout/orders/${id}`)).document.id, id);
});

test("what keeps it from starting is said", async (t) => {
  const [paypal] = await started(t);
  await assert.rejects(startPayPal({port: Number(new URL(paypal.url).port)}), /cannot listen on 127\.0\.0\.1/);
  await assert.rejects(startPayPal({args: ["--nonsense"]}), /unexpected argument/);
});

test("a program that forgets to stop it ends, and so does the simulator", async () => {
  const program = `import {startPayPal} from "paypal-simulator"; console.log((await startPayPal()).url);`;
  const run = promisify(execFile)(process.execPath, ["--input-type=module", "--eval", program], {timeout: 20_000});
  const {stdout} = await run;
  await assert.rejects(fetch(`${stdout.trim()}/simulator/effects`));
});
