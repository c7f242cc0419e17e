// A peer that refuses, hangs or resets the connection: what is known of a call, and how often it was sent.

import assert from "node:assert/strict";
import {cp, mkdtemp, rename, rm} from "node:fs/promises";
import net from "node:net";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {test} from "node:test";
import {pathToFileURL} from "node:url";
import {PayPal, staticToken} from "paypal-connector";
import {ORDER, http, peer} from "./support.mjs";

const READ = (paypal, options = {}, call) => paypal.orders.get({id: "5O190127TN364715T", options}, call);
const KEYED = (paypal, options = {}, call) =>
  paypal.orders.create({body: ORDER, options: {idempotency_key: "one-key", ...options}}, call);
const UNKEYED = (paypal, options = {}, call) =>
  paypal.orders.confirmPaymentSource({id: "5O190127TN364715T", body: {payment_source: {paypal: {}}}, options}, call);

const key = (request) => /paypal-request-id: (.*)\r\n/i.exec(request)?.[1];

test("refused: nothing was sent", async (t) => {
  const free = net.createServer();
  await new Promise((resolve) => free.listen(0, "127.0.0.1", resolve));
  const {port} = free.address();
  await new Promise((resolve) => free.close(resolve));
  const paypal = new PayPal({environment: "sandbox", tokens: staticToken("x"), baseUrl: `http://127.0.0.1:${port}`, maxAttempts: 1});
  t.after(() => paypal.close());
  for (const call of [READ, KEYED, UNKEYED]) {
    const {failure} = await call(paypal);
    assert.deepEqual([failure.kind, failure.request_sent, failure.attempts], ["unreachable", false, 0]);
  }
});

// Each is given a socket, and whether bytes of a request have come.
const GOOD = '{"id": "5O190127TN364715T", "status": "CREATED"}';
const FAULTS = {
  "closes at once": {accepted: (socket) => socket.destroy()},
  "resets at once": {accepted: (socket) => socket.resetAndDestroy()},
  "closes in the request": {bytes: (socket) => socket.destroy()},
  "resets in the request": {bytes: (socket) => socket.resetAndDestroy()},
  "closes after the request": {whole: (socket) => socket.end()},
  "resets after the request": {whole: (socket) => socket.resetAndDestroy()},
  "hangs at once": {},
  "hangs in the head": {whole: (socket) => socket.write("HTTP/1.1 201 X\r\ncontent-")},
  "hangs in the body": {whole: (socket) => socket.write(http(201, GOOD).slice(0, -4))},
  "resets in the body": {whole: (socket) => socket.write(http(201, GOOD).slice(0, -4), () => socket.resetAndDestroy())},
  "sends an endless head": {whole: (socket) => trickle(socket, "HTTP/1.1 201 X\r\nx: ")},
  "sends an endless body": {whole: (socket) => trickle(socket, "HTTP/1.1 201 X\r\ncontent-length: 100000\r\n\r\n")},
  "answers what is not JSON": {whole: (socket) => socket.end(http(201, "<html>"))},
  "answers what is not HTTP": {whole: (socket) => socket.end("220 mail ready\r\n\r\n")},
  "answers nothing for a document": {whole: (socket) => socket.end(http(201, ""))},
  "answers another order": {whole: (socket) => socket.end(http(201, '{"links": []}'))},
  "answers 500": {whole: (socket) => socket.end(http(500, "{}"))},
};

function trickle(socket, begins) {
  socket.write(begins);
  const timer = setInterval(() => socket.write("x"), 20);
  socket.on("close", () => clearInterval(timer));
}

for (const [name, {accepted = () => {}, bytes = () => {}, whole = () => {}}] of Object.entries(FAULTS)) {
  test(`a peer that ${name}: a failure never says "not done" of a write that has been read`, async (t) => {
    const {paypal, requests, read} = await peer(t, whole, {maxAttempts: 2}, {accepted, bytes});
    for (const call of [READ, KEYED, UNKEYED]) {
      requests.length = 0;
      read.bytes = 0;
      const {ok, failure} = await call(paypal, {deadline_ms: 700});
      assert.equal(ok, false);
      if (read.bytes > 0) assert.ok(failure.request_sent, failure.message);
      if (read.bytes > 0 && call !== READ) assert.equal(failure.kind, "outcome-unknown", failure.message);
      if (call === READ) assert.notEqual(failure.kind, "outcome-unknown");
      if (call === UNKEYED) assert.ok(requests.length <= 1);
      if (call === KEYED) assert.ok(requests.every((request) => key(request) === "one-key"));
    }
  });
}

test("a write without a key goes by a connection of its own, which PayPal is not just closing", async (t) => {
  const used = new WeakSet();
  const {paypal} = await peer(t, (socket) => {
    if (used.has(socket)) return socket.resetAndDestroy();
    used.add(socket);
    socket.write(http(200, GOOD));
  });
  assert.ok((await READ(paypal)).ok);
  const outcome = await UNKEYED(paypal);
  assert.ok(outcome.ok, outcome.failure?.message);
});

test("a hang: a read has timed out, of a write the outcome is unknown", async (t) => {
  const {paypal, requests} = await peer(t, () => {}, {maxAttempts: 1});
  const options = {deadline_ms: 2000};
  const read = await READ(paypal, options);
  assert.deepEqual([read.failure.kind, read.failure.request_sent], ["timed-out", true]);
  for (const [call, its] of [
    [KEYED, "one-key"],
    [UNKEYED, null],
  ]) {
    const {failure} = await call(paypal, options);
    assert.deepEqual([failure.kind, failure.request_sent, failure.idempotency_key], ["outcome-unknown", true, its]);
  }
  assert.equal(requests.length, 3);
});

test("a reset: what PayPal recognises is sent again with the same key, a write without a key is not", async (t) => {
  const {paypal, requests} = await peer(t, (socket) => socket.resetAndDestroy(), {maxAttempts: 2});
  const keyed = await KEYED(paypal);
  assert.deepEqual([keyed.failure.kind, keyed.failure.attempts], ["outcome-unknown", 2]);
  assert.deepEqual(requests.map(key), ["one-key", "one-key"]);
  const unkeyed = await UNKEYED(paypal);
  assert.deepEqual([unkeyed.failure.kind, unkeyed.failure.attempts], ["outcome-unknown", 1]);
  const read = await READ(paypal);
  assert.deepEqual([read.failure.kind, read.failure.attempts], ["unreachable", 2]);
  assert.equal(requests.length, 5);
});

test("an answer that is cut off is not one", async (t) => {
  const whole = http(201, '{"id": "5O190127TN364715T"}');
  const {paypal} = await peer(t, (socket) => socket.end(whole.slice(0, -5)), {maxAttempts: 1});
  assert.equal((await KEYED(paypal)).failure.kind, "outcome-unknown");
  assert.equal((await READ(paypal)).failure.kind, "malformed-reply");
});

test("a redirect is not followed, and the token goes nowhere else", async (t) => {
  const other = await peer(t, (socket) => socket.end(http(200, "{}")));
  const to = `location: http://127.0.0.1:${other.port}/v2/checkout/orders/1\r\n`;
  const {paypal, requests} = await peer(t, (socket) => socket.end(http(307, "{}", to)), {maxAttempts: 1});
  assert.equal((await READ(paypal)).ok, false);
  assert.equal((await KEYED(paypal)).failure.kind, "outcome-unknown");
  assert.deepEqual([requests.length, other.requests.length], [2, 0]);
});

test("a call that is aborted says what is known", async (t) => {
  const controller = new AbortController();
  const {paypal, requests} = await peer(t, () => controller.abort(), {workers: 1});
  const running = KEYED(paypal, {}, {signal: controller.signal});
  const waiting = KEYED(paypal, {}, {signal: controller.signal});
  assert.deepEqual([(await waiting).failure.kind, (await waiting).failure.name], ["denied", "ABORTED"]);
  const {failure} = await running;
  assert.deepEqual([failure.kind, failure.request_sent, failure.idempotency_key], ["outcome-unknown", true, "one-key"]);
  const late = await KEYED(paypal, {}, {signal: controller.signal});
  assert.deepEqual([late.failure.kind, late.failure.name], ["denied", "ABORTED"]);
  assert.equal(requests.length, 1);
});

test("an abort ends the wait for a token", async (t) => {
  const controller = new AbortController();
  const tokens = {
    obtain() {
      setTimeout(() => controller.abort(), 20);
      return new Promise(() => {});
    },
  };
  const {paypal, requests} = await peer(t, () => {}, {tokens});
  const {failure} = await KEYED(paypal, {}, {signal: controller.signal});
  assert.deepEqual([failure.kind, failure.name, failure.request_sent], ["denied", "ABORTED", false]);
  assert.equal(requests.length, 0);
});

// The time is that of a test which waits after all.
test("an abort ends the wait before the next attempt", {timeout: 40_000}, async (t) => {
  const controller = new AbortController();
  const slow = http(503, "{}", "retry-after: 50\r\n");
  const {paypal, requests} = await peer(t, (socket) => socket.end(slow, () => setTimeout(() => controller.abort(), 50)));
  const {failure} = await READ(paypal, {}, {signal: controller.signal});
  assert.equal(requests.length, 1, failure.message);
  // The worker is as good as new.
  assert.equal((await READ(paypal, {deadline_ms: 500})).failure.kind, "provider-error");
});

test("a call that takes too long is stopped, with its key, and the next one gets another worker", async (t) => {
  let hangs = true;
  const answer = (socket) => hangs || socket.end(http(201, '{"id": "5O190127TN364715T", "status": "CREATED"}'));
  const {paypal} = await peer(t, answer, {maxCallMs: 3000, workers: 1});
  const {failure} = await KEYED(paypal);
  assert.deepEqual([failure.kind, failure.name, failure.idempotency_key], ["outcome-unknown", "STOPPED", "one-key"]);
  const read = await READ(paypal);
  assert.deepEqual([read.failure.kind, read.failure.name], ["timed-out", "STOPPED"]);
  hangs = false;
  assert.ok((await KEYED(paypal, {deadline_ms: 20_000})).ok);
});

test("a deadline that passes before a worker is free ends the wait, and nothing is sent", async (t) => {
  let answer;
  const {paypal, requests} = await peer(t, (socket) => (answer = () => socket.end(http(200, GOOD))), {workers: 1, maxAttempts: 1});
  const running = READ(paypal, {deadline_ms: 5000});
  const waiting = KEYED(paypal, {deadline_ms: 20});
  const {failure} = await waiting;
  assert.deepEqual([failure.kind, failure.request_sent, failure.retryable], ["timed-out", false, true]);
  while (!answer) await new Promise((resolve) => setTimeout(resolve, 5));
  answer();
  assert.ok((await running).ok);
  assert.equal(requests.length, 1);
});

test("the component gets what the wait has left of a deadline, and the next page the whole of it", async (t) => {
  const deadlines = [];
  const watch = (worker) => {
    const post = worker.postMessage.bind(worker);
    worker.postMessage = (message) => {
      if (message.kind === "call") deadlines.push(JSON.parse(message.input).options?.deadline_ms);
      post(message);
    };
  };
  process.on("worker", watch);
  t.after(() => process.off("worker", watch));
  const href = "https://api-m.sandbox.paypal.com/v1/catalogs/products?page_size=1&page=2";
  const page = JSON.stringify({id: "5O190127TN364715T", products: [], links: [{rel: "next", href, method: "GET"}]});
  const {paypal} = await peer(t, (socket) => setTimeout(() => socket.write(http(200, page)), 50), {workers: 1});
  assert.ok((await READ(paypal)).ok);
  deadlines.length = 0;
  const list = () => paypal.products.list({page_size: 1, options: {deadline_ms: 60_000}});
  const [first, second] = await Promise.all([READ(paypal), list()]);
  assert.ok(first.ok && second.ok, second.failure?.message);
  assert.ok(deadlines[1] > 0 && deadlines[1] < 60_000, String(deadlines));
  assert.equal(second.reply.next.options.deadline_ms, 60_000);
});

test("a worker that died while it was idle gets no call", async (t) => {
  const workers = [];
  const watch = (worker) => workers.push(worker);
  process.on("worker", watch);
  t.after(() => process.off("worker", watch));
  const {paypal} = await peer(t, (socket) => socket.write(http(200, GOOD)), {workers: 1, maxCallMs: 5000});
  assert.ok((await READ(paypal)).ok);
  await workers[0].terminate();
  const {ok, failure} = await READ(paypal);
  assert.ok(ok, failure?.message);
  assert.equal(workers.length, 2);
});

test("a component that could not be read is read again by the next call", async (t) => {
  const copy = await mkdtemp(join(tmpdir(), "package-"));
  t.after(() => rm(copy, {recursive: true}));
  await cp("node_modules/paypal-connector", copy, {recursive: true});
  const {PayPal} = await import(pathToFileURL(join(copy, "dist/index.js")).href);
  const {port} = await peer(t, (socket) => socket.end(http(200, GOOD)));
  const paypal = new PayPal({environment: "sandbox", tokens: staticToken("x"), baseUrl: `http://127.0.0.1:${port}`});
  t.after(() => paypal.close());
  const parts = join(copy, "dist/component/modules.json");
  await rename(parts, `${parts}.away`);
  const {failure} = await READ(paypal);
  assert.deepEqual([failure.kind, failure.name], ["denied", "STOPPED"]);
  await rename(`${parts}.away`, parts);
  const again = await READ(paypal);
  assert.ok(again.ok, again.failure?.message);
});

test("neither an outcome nor the tenant shows the token, not even if PayPal repeats it", async (t) => {
  const {inspect} = await import("node:util");
  const token = "secret-token-of-the-tenant";
  const echo = (socket, request) => {
    const used = /Bearer (.*)\r/.exec(request)[1];
    socket.end(http(403, JSON.stringify({name: "NOT_AUTHORIZED", message: `no: ${used}`}), `paypal-debug-id: ${used}\r\n`));
  };
  const {paypal, requests} = await peer(t, echo, {tokens: staticToken(token)});
  const {failure} = await READ(paypal);
  assert.match(requests[0], /authorization: Bearer secret-token-of-the-tenant\r\n/i);
  assert.equal(failure.kind, "forbidden", failure.message);
  assert.match(failure.body.message, /^no: /);
  for (const shown of [JSON.stringify(failure), inspect(paypal, {depth: 9, showHidden: true}), JSON.stringify(paypal)]) {
    assert.ok(!shown.includes(token), shown);
  }
});
