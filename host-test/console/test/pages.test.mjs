// Every page, with data in it, in both themes and at the width of a phone: axe-core finds nothing, nothing is wider than the window,
// and nothing in PayPal's answers is run.

import assert from "node:assert/strict";
import {execFileSync} from "node:child_process";
import {join} from "node:path";
import {after, before, describe, test} from "node:test";
import {signIn} from "./person.mjs";
import {startServer} from "./server.mjs";

const XSS = `<script>alert(1)</script>"><img src=x onerror=alert(2)><a href="javascript:alert(3)">x</a>' onmouseover='alert(4)`;
const PHONE = {width: 390, height: 844};
let server, order, paths;

before(async () => {
  server = await startServer();
  const {id} = await server.act("orders.create", {
    body: {
      intent: "CAPTURE",
      purchase_units: [{amount: {currency_code: "USD", value: "10.00"}, description: XSS.slice(0, 120), custom_id: XSS.slice(0, 120)}],
    },
  });
  order = id;
  await fetch(`${server.simulator}/simulator/orders/${id}/approve`, {method: "POST"});
  await server.act("orders.capture", {id});
  await server.call("POST", "/v1/connections/simulator/actions/products.create", {body: {name: XSS, type: "SERVICE", description: XSS}});
  // A refusal, whose words are PayPal's.
  await server.call("POST", "/v1/connections/simulator/actions/orders.capture", {id});
  const events = await eventually(async () => {
    const {body} = await server.call("GET", "/v1/connections/simulator/events");
    return body.events.length >= 3 && body.events;
  });
  const {calls} = (await server.call("GET", "/v1/connections/simulator/calls")).body;
  const {payers} = (await server.call("GET", "/v1/connections/simulator/payers")).body;
  const of = "/connections/simulator";
  paths = [
    "/connections", "/new-connection", "/keys", of, `${of}/nothing`, `${of}/settings`, `${of}/actions`, `${of}/actions/orders.create`,
    `${of}/actions/invoices.list`, `${of}/actions/none`, `${of}/calls`, `${of}/calls?outcome=unprocessable`, `${of}/calls/${calls[0].id}`, `${of}/calls/0`,
    `${of}/events`, `${of}/events/${events[0].id}`, `${of}/timeline/order/${order}`, `${of}/payers`, `${of}/payers/${payers[0].payer}`,
    "/connections/none", `/connections/${encodeURIComponent(XSS.slice(0, 40))}/calls`,
  ];
});

after(() => server?.remove());

/** Tries until it returns something. */
async function eventually(attempt) {
  for (let round = 0; round < 100; round++) {
    const found = await attempt();
    if (found) return found;
    await new Promise((resume) => setTimeout(resume, 100));
  }
  throw new Error("it never came");
}

for (const [name, options] of [["light", {colorScheme: "light"}], ["dark", {colorScheme: "dark"}], ["phone", {viewport: PHONE}]]) {
  describe(name, () => {
    let person;
    before(async () => {
      person = await signIn(server, options);
    });
    // Fails if a script of an answer has run, or something was loaded from elsewhere.
    after(() => person?.leave());

    test("every page can be used by everybody", async () => {
      for (const path of paths) {
        await person.visit(path);
        await person.look(`${name}${path.replace(/[^\w.-]+/g, "-").slice(0, 60)}`);
      }
    });

    test("an answer with markup in it is shown as text", async () => {
      await person.visit("/connections/simulator/actions/orders.get");
      await person.page.getByLabel(/^ID/).first().fill(order);
      await person.page.keyboard.press("Control+Enter");
      await person.page.getByText("<script>alert(1)</script>").first().waitFor();
      assert.equal(await person.page.locator("main script, main img[src=x]").count(), 0);
      await person.look(`${name}-answer`);
    });

    test("everything is reached by the keyboard", async () => {
      const {page} = person;
      await person.visit("/connections/simulator");
      await page.keyboard.press("Control+k");
      await page.keyboard.type("link somebody pays");
      await page.getByRole("listbox").getByRole("option").first().waitFor();
      await page.keyboard.press("Enter");
      await page.waitForURL("**/actions/orders.create-link");
      await person.settled();
      // The focus is seen wherever it is.
      for (let count = 0; count < 25; count++) {
        await page.keyboard.press("Tab");
        const [outline, what] = await page.evaluate(() => [getComputedStyle(document.activeElement).outlineStyle, document.activeElement.outerHTML.slice(0, 200)]);
        // After the last one comes the browser's own window.
        if (what.startsWith("<body")) break;
        assert.notEqual(outline, "none", what);
      }
    });
  });
}

test("ten thousand calls are listed page by page", async (context) => {
  await server.stop();
  const insert = `
import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
rows = ((f"2026-11-30T10:{n // 60 % 60:02}:{n % 60:02}Z", "orders.get" if n % 3 else "orders.create", "reply" if n % 7 else "not-found") for n in range(10000))
db.executemany("INSERT INTO serve_calls (connection, action, began, caller, request_id, outcome, status, duration_ms, attempts) VALUES ('simulator', ?2, ?1, 'load', 'r', ?3, 200, 12, 1)", rows)
db.commit()`;
  execFileSync("python3", ["-c", insert, join(server.data, "serve.sqlite")]);
  await server.start(0, 0);
  const person = await signIn(server);
  const {page} = person;
  await person.visit("/connections/simulator/calls");
  const rows = page.getByRole("table").getByRole("row");
  assert.equal(await rows.count(), 51);
  for (const path of ["calls", "calls?before=5000", "calls?outcome=not-found", "calls?action=orders.create&outcome=not-found"]) {
    const began = performance.now();
    const {body} = await server.call("GET", `/v1/connections/simulator/${path}`);
    context.diagnostic(`${path}: ${body.calls.length} calls in ${(performance.now() - began).toFixed(1)} ms`);
    const drawn = performance.now();
    await person.visit(`/connections/simulator/${path}`);
    context.diagnostic(`${path}: the page in ${(performance.now() - drawn).toFixed(0)} ms, with the load of its files`);
    assert.equal(await rows.count(), body.calls.length + 1);
  }
  await person.leave();
});
