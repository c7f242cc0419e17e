// The examples, as their users run them.

import assert from "node:assert/strict";
import {spawn} from "node:child_process";
import {mkdtemp, readdir, rm, symlink} from "node:fs/promises";
import {createServer} from "node:http";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {createInterface} from "node:readline";
import {test} from "node:test";
import {webhooks} from "../examples/webhook-express.mjs";
import {SIMULATOR, approvedOrder, simulate, tenant, times} from "./support.mjs";

function run(name, ...parameters) {
  const child = spawn(process.execPath, [join("examples", name), ...parameters], {stdio: ["ignore", "pipe", "pipe"]});
  let errors = "";
  child.stderr.on("data", (bytes) => (errors += bytes));
  const ended = new Promise((resolve) => child.on("close", (code, signal) => resolve({code, signal, errors})));
  return {child, ended, lines: createInterface({input: child.stdout})};
}

test("the first payment", async () => {
  const {ended, lines} = run("first-payment.mjs");
  const said = [];
  for await (const line of lines) {
    said.push(line);
    const id = /^order (\w+);/.exec(line)?.[1];
    if (id) await simulate(`/simulator/orders/${id}/approve`);
  }
  assert.deepEqual(await ended, {code: 0, signal: null, errors: ""});
  assert.match(said.at(-1), /^paid: captured: COMPLETED 10\.00 USD/);
});

test("a capture that is killed at any moment happens once", async (t) => {
  const paypal = tenant(t);
  const id = await approvedOrder(paypal);
  const directory = await mkdtemp(join(tmpdir(), "capture-"));
  t.after(() => rm(directory, {recursive: true}));
  const {child, ended} = run("crash-safe-capture.mjs", id, directory);
  // Killed once its key is on the disk, which is before the first request or after any.
  while (!(await readdir(directory)).includes(`capture-${id}.json`)) await new Promise((resolve) => setTimeout(resolve, 5));
  child.kill("SIGKILL");
  assert.equal((await ended).signal, "SIGKILL");
  for (let n = 0; n < 2; n += 1) {
    const again = await run("crash-safe-capture.mjs", id, directory).ended;
    assert.deepEqual(again, {code: 0, signal: null, errors: ""});
  }
  assert.equal(await times("orders.capture", id), 1);
});

test("a stored key that cannot be read is not replaced by a new one", async (t) => {
  const id = await approvedOrder(tenant(t));
  const directory = await mkdtemp(join(tmpdir(), "capture-"));
  t.after(() => rm(directory, {recursive: true}));
  // A link to itself: nobody can read it, not even root.
  const name = `capture-${id}.json`;
  await symlink(name, join(directory, name));
  const {code, errors} = await run("crash-safe-capture.mjs", id, directory).ended;
  assert.equal(code, 1);
  assert.match(errors, /ELOOP/);
  assert.equal(await times("orders.capture", id), 0);
});

test("a webhook endpoint hands on each event once", async (t) => {
  const authorities = await (await fetch(`${SIMULATOR}/simulator/authorities`)).text();
  const certificates = authorities.match(/-----BEGIN[^]*?-----END CERTIFICATE-----\n?/g);
  const paypal = tenant(t, {certificateAuthorities: certificates});
  const handed = [];
  const answered = [];
  let app;
  const server = createServer((request, response) => {
    response.on("finish", () => answered.push(response.statusCode));
    app(request, response);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.close());
  const url = `http://127.0.0.1:${server.address().port}/webhooks`;
  const {ok, reply, failure} = await paypal.webhooks.create({body: {url, event_types: [{name: "CHECKOUT.ORDER.APPROVED"}]}});
  assert.ok(ok, JSON.stringify(failure));
  app = webhooks(paypal, reply.body.id, async (event) => handed.push(event.subject.id));
  await simulate("/simulator/deliveries/duplicate");
  const id = await approvedOrder(paypal);
  while (answered.length < 2) await new Promise((resolve) => setTimeout(resolve, 10));
  assert.deepEqual(answered, [200, 200]);
  assert.deepEqual(handed, [id]);
  const forged = await fetch(url, {method: "POST", body: "{}"});
  assert.equal(forged.status, 400);
});
