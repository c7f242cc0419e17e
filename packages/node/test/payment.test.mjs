import assert from "node:assert/strict";
import {test} from "node:test";
import {PayPal, clientCredentials, pages, staticToken} from "paypal-connector";
import {ORDER, SIMULATOR, approvedOrder, simulate, tenant, times} from "./support.mjs";

test("a payment is taken once, however often its key is used", async (t) => {
  const paypal = tenant(t);
  const id = await approvedOrder(paypal);
  const capture = {id, options: {idempotency_key: `capture-${id}`, prefer: "representation"}};
  const [first, ...others] = await Promise.all([capture, capture, capture].map((input) => paypal.orders.capture(input)));
  for (const outcome of [first, ...others]) {
    assert.ok(outcome.ok || outcome.failure.retryable, JSON.stringify(outcome));
  }
  const again = await paypal.orders.capture(capture);
  assert.equal(again.reply.body.purchase_units[0].payments.captures[0].status, "COMPLETED");
  assert.equal(again.reply.idempotency_key, `capture-${id}`);
  assert.equal(await times("orders.capture", id), 1);
  const status = await paypal.orders.status({id});
  assert.equal(status.reply.body.paid, true);
});

test("a partner sells for a seller", async (t) => {
  const seller = await simulate("/simulator/merchants", "POST", {name: "Tea Shop"});
  const selling = tenant(t, {onBehalfOf: {clientId: process.env.PAYPAL_CLIENT_ID, accountId: seller.id}});
  const id = await approvedOrder(selling);
  const theirs = tenant(t, {tokens: clientCredentials(seller.client_id, seller.client_secret)});
  assert.deepEqual((await theirs.orders.get({id})).reply.body, (await selling.orders.get({id})).reply.body);
  const {failure} = await tenant(t).orders.get({id});
  assert.equal(failure.kind, "not-found");
});

test("the journal has a payment's history, and a tenant only its own", async (t) => {
  const [one, other] = [tenant(t), tenant(t)];
  const id = await approvedOrder(one);
  await one.orders.capture({id});
  const events = async (paypal) => (await paypal.orders.history({id})).reply.body.entries.map(({event}) => event);
  assert.deepEqual(await events(one), ["orders.create", "orders.capture"]);
  assert.deepEqual(await events(other), []);
});

test("a document is passed on unchanged, as text too", async (t) => {
  const {reply} = await tenant(t).orders.create({body: ORDER});
  assert.deepEqual(JSON.parse(reply.text), reply.body);
  assert.equal(reply.status, 201);
});

test("bad input sends nothing and names each mistake", async (t) => {
  const paypal = tenant(t);
  const before = await simulate("/simulator/effects", "GET");
  for (const [call, field] of [
    [paypal.orders.create({}), ""],
    [paypal.orders.create(), ""],
    [paypal.orders.create({body: {...ORDER, purchase_units: []}}), "/purchase_units"],
    [paypal.orders.create({body: {...ORDER, purchase_units: 7}}), "/purchase_units"],
    [paypal.orders.get({id: "../../v1/oauth2/token"}), "/id"],
    [paypal.orders.get({id: "A1", idd: 1}), "/idd"],
    [paypal.invoke("orders.destroy", {}), null],
    [paypal.invoke("orders.get", []), null],
    [paypal.invoke("orders.get", "A1"), null],
  ]) {
    const {ok, failure} = await call;
    assert.equal(ok, false);
    assert.equal(failure.kind, "invalid-input", failure.message);
    assert.equal(failure.request_sent, false);
    if (field !== null) assert.ok(failure.details.some((issue) => issue.field === field), JSON.stringify(failure.details));
  }
  // What is no JSON is a mistake of the program.
  await assert.rejects(paypal.orders.get({id: 1n}), TypeError);
  assert.deepEqual(await simulate("/simulator/effects", "GET"), before);
});

test("pages follow one another", async (t) => {
  const paypal = tenant(t);
  for (let n = 0; n < 3; n += 1) await paypal.products.create({body: {name: `Paged ${n}`, type: "DIGITAL"}});
  let read = 0;
  let found = 0;
  for await (const outcome of pages(paypal.products.list, {page_size: 2})) {
    assert.ok(outcome.ok, JSON.stringify(outcome));
    read += 1;
    found += outcome.reply.body.products.length;
  }
  assert.ok(read >= 2 && found >= 3);
});

test("closing lets what runs end, and refuses what comes", async (t) => {
  const paypal = tenant(t, {workers: 1});
  const running = [paypal.orders.create({body: ORDER}), paypal.orders.create({body: ORDER})];
  const closed = paypal.close();
  const late = await paypal.orders.create({body: ORDER});
  assert.deepEqual([late.failure.kind, late.failure.name], ["denied", "CLOSED"]);
  for (const outcome of await Promise.all(running)) assert.ok(outcome.ok);
  await closed;
  await paypal.close();
});

test("an idle worker is ended, and another takes its place", async (t) => {
  const paypal = tenant(t, {idleMs: 1, workers: 1});
  for (let n = 0; n < 3; n += 1) {
    assert.ok((await paypal.orders.create({body: ORDER})).ok);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
});

test("more calls than may wait are refused before anything is sent", async (t) => {
  const paypal = tenant(t, {workers: 1, maxWaiting: 1});
  const outcomes = await Promise.all(Array.from({length: 4}, () => paypal.orders.create({body: ORDER})));
  assert.deepEqual(outcomes.map(({ok}) => ok), [true, true, false, false]);
  assert.deepEqual([outcomes[2].failure.kind, outcomes[2].failure.request_sent], ["rate-limited", false]);
});

test("what can be chosen is listed in pages, narrowed by the input and found by a text", async (t) => {
  const paypal = tenant(t);
  const name = `Choice ${crypto.randomUUID()}`;
  const {reply} = await paypal.products.create({body: {name, type: "DIGITAL"}});
  const wanted = {action: "plans.create", parameter: "/body/product_id", search: name.toUpperCase()};
  const found = await paypal.options(wanted);
  assert.deepEqual(found.choices?.items, [{value: reply.body.id, label: name}], JSON.stringify(found));
  for (let n = 0; n < 21; n += 1) await paypal.products.create({body: {name: `Page ${n}`, type: "DIGITAL"}});
  const first = await paypal.options({action: "products.get", parameter: "product_id"});
  const second = await paypal.options({action: "products.get", parameter: "product_id", page: first.choices.next});
  assert.equal(first.choices.items.length, 20);
  assert.ok(second.choices.items.length > 0);
  assert.ok(!first.choices.items.some(({value}) => second.choices.items.some((other) => other.value === value)));
  const type = await paypal.options({action: "products.create", parameter: "/body/type"});
  assert.deepEqual(type.choices.items[0], {value: "PHYSICAL", label: "Physical"});
  for (const wrong of [{action: "orders.get", parameter: "id"}, {action: "plans.get", parameter: "idd"}]) {
    const {failure} = await paypal.options(wrong);
    assert.deepEqual([failure.kind, failure.details[0].field], ["invalid-input", "/parameter"]);
  }
});

test("a trigger fires once by polling", async (t) => {
  const paypal = tenant(t);
  const {triggers} = await paypal.listTriggers();
  assert.ok(triggers.length >= 30);
  const {label, event_types, sample, subscribe, poll} = triggers.find(({id}) => id === "invoice-paid");
  assert.deepEqual([label, event_types, sample.type], ["Invoice paid", ["INVOICING.INVOICE.PAID"], "INVOICING.INVOICE.PAID"]);
  const subscribed = await paypal.invoke(subscribe.action, {...subscribe.input, url: "https://example.com/poll"});
  assert.ok(subscribed.ok, JSON.stringify(subscribed));
  const items = async (given) => {
    const {reply} = await paypal.invoke(poll.action, {...poll.input, ...given});
    return [reply.body.items.map(({type}) => type), reply.body.checkpoint];
  };
  const [, begun] = await items({});
  await simulate("/simulator/trigger", "POST", {event_type: "INVOICING.INVOICE.PAID"});
  const [fired, checkpoint] = await items({checkpoint: begun});
  assert.deepEqual(fired, ["INVOICING.INVOICE.PAID"]);
  assert.deepEqual((await items({checkpoint}))[0], []);
});

test("a connection is tested", async (t) => {
  const {ok, report} = await tenant(t).testConnection();
  assert.ok(ok);
  assert.deepEqual([report.environment, report.verdict], ["sandbox", "accepted"]);
  const refused = await tenant(t, {tokens: staticToken("no-such-token")}).testConnection();
  assert.equal(refused.report.verdict, "refused");
  const closed = tenant(t);
  await closed.close();
  assert.equal((await closed.testConnection()).failure.name, "CLOSED");
});

test("options that cannot be meant are refused", () => {
  const good = {environment: "sandbox", tokens: staticToken("x")};
  for (const bad of [
    {environment: "production"},
    {tokens: undefined},
    {journal: {}},
    {workers: 0},
    {workers: 26},
    {maxAttempts: 1.5},
    {onBehalfOf: {clientId: "app"}},
    {onBehalfOf: {clientId: "app", accountId: ""}},
    {baseUrl: "https://api-m.paypal.com"},
    {baseUrl: "http://10.0.0.1:4010"},
    {baseUrl: "http://127.0.0.1.example:80"},
    {baseUrl: "http://user:word@127.0.0.1:4010"},
    {baseUrl: `${SIMULATOR}/v2`},
  ]) {
    assert.throws(() => new PayPal({...good, ...bad}), TypeError, JSON.stringify(bad));
  }
});
