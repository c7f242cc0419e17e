import assert from "node:assert/strict";
import {test} from "node:test";
import {MemoryJournal} from "paypal-connector";
import {approvedOrder, tenant} from "./support.mjs";

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
  const paypal = tenant(t, {journal: {append: fails, entries: fails}});
  assert.match(await approvedOrder(paypal), /^[A-Z0-9]+$/);
  const {failure} = await paypal.events.acknowledge({webhook_id: "W1", event_id: "WH-1"});
  assert.equal(failure.kind, "connection-unavailable");
});
