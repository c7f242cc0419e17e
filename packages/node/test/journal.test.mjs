import assert from "node:assert/strict";
import {test} from "node:test";
import {MemoryJournal} from "paypal-connector";
import {approvedOrder, ORDER, simulate, tenant, times} from "./support.mjs";

const entry = (id, event) => ({...(id === undefined ? {} : {id}), time: "2026-11-30T00:00:00Z", event, details: "{}"});

test("an entry is appended once per subject and id, in order", () => {
  const journal = new MemoryJournal();
  assert.equal(journal.append("order:1", entry("a", "first")), true);
  assert.equal(journal.append("order:1", entry("a", "again")), false);
  assert.equal(journal.append("order:2", entry("a", "other subject")), true);
  assert.equal(journal.append("order:1", entry(undefined, "no id")), true);
  assert.equal(journal.append("order:1", entry(undefined, "no id")), true);
  assert.deepEqual(journal.entries("order:1").map(({event}) => event), ["first", "no id", "no id"]);
  assert.deepEqual(journal.entries("order:3"), []);
});

test("a journal may take its time, as a database does", async (t) => {
  const memory = new MemoryJournal();
  const later = (make) => new Promise((resolve) => setTimeout(() => resolve(make()), 5));
  const journal = {
    append: (subject, entry) => later(() => memory.append(subject, entry)),
    entries: (subject) => later(() => memory.entries(subject)),
  };
  const paypal = tenant(t, {journal});
  const id = await approvedOrder(paypal);
  const history = await paypal.orders.history({id});
  assert.deepEqual(history.reply.body.entries.map(({event}) => event), ["orders.create"]);
});

test("a journal that fails does not undo a payment, and an acknowledgement tells of it", async (t) => {
  const fails = () => Promise.reject(new Error("the disk is full"));
  const paypal = tenant(t, {journal: {append: fails, entries: fails}, recordCalls: false});
  assert.match(await approvedOrder(paypal), /^[A-Z0-9]+$/);
  const {failure} = await paypal.events.acknowledge({webhook_id: "W1", event_id: "WH-1"});
  assert.equal(failure.kind, "connection-unavailable");
});

test("a call that moves money is not sent unless a journal that lasts has noted it", async (t) => {
  const orders = async () => (await simulate("/simulator/effects", "GET")).done.filter(([action]) => action === "orders.create").length;
  const before = await orders();
  const fails = () => Promise.reject(new Error("the disk is full"));
  const {failure} = await tenant(t, {journal: {append: fails, entries: fails}}).orders.create({body: ORDER});
  assert.deepEqual([failure.kind, failure.request_sent], ["connection-unavailable", false]);
  assert.equal(await orders(), before);
});

test("what a crash has cut off is found out", async (t) => {
  const memory = new MemoryJournal();
  // The outcome of the capture is lost, as in a process that is killed.
  let crashed = false;
  const journal = {
    append: (subject, entry) => {
      if (entry.event === "orders.capture" && entry.id?.includes(":")) crashed = true;
      return crashed && subject.startsWith("calls:") ? true : memory.append(subject, entry);
    },
    entries: (subject) => memory.entries(subject),
  };
  const since = new Date().toISOString();
  const id = await approvedOrder(tenant(t, {journal}));
  await tenant(t, {journal}).orders.capture({id});
  assert.equal(crashed, true);

  const paypal = tenant(t, {journal: {append: memory.append.bind(memory), entries: memory.entries.bind(memory)}});
  const {calls} = (await paypal.calls.unresolved({since})).reply.body;
  assert.deepEqual(calls.map(({action, state}) => [action, state]), [["orders.capture", "cut-off"]]);
  const {outcome, found_by} = (await paypal.calls.resolve({call: calls[0].call})).reply.body;
  assert.deepEqual([outcome, found_by], ["done", "key"]);
  assert.deepEqual((await paypal.calls.unresolved({since})).reply.body.calls, []);
  assert.equal(await times("orders.capture", id), 1);
});
