// What must not go wrong when money moves: declined cards, lost answers, a server that is killed, live connections.

import assert from "node:assert/strict";
import {setTimeout as pause} from "node:timers/promises";
import {after, before, test} from "node:test";
import {signIn} from "./person.mjs";
import {startServer} from "./server.mjs";

/** How often the server is killed, until a kill has cut off a payment. */
const KILLS = 40;
let server, person;

before(async () => {
  server = await startServer();
  person = await signIn(server);
});

after(async () => {
  await person?.leave();
  await server?.remove();
});

/** Makes an order that its payer has approved, and returns its id. */
async function approved(amount = "10.00") {
  const {order_id: id} = await server.act("orders.create-link", {currency: "USD", amount});
  await fetch(`${server.simulator}/simulator/orders/${id}/approve`, {method: "POST"});
  return id;
}

/** The captures of an order. */
async function captures(id) {
  const order = await server.act("orders.get", {id});
  return order.purchase_units[0].payments?.captures ?? [];
}

/** Opens the page of an action, with an input as JSON. */
async function open(action, input, connection = "simulator") {
  await person.visit(`/connections/${connection}/actions/${action}`);
  await person.page.getByRole("tab", {name: "JSON"}).or(person.button("JSON")).first().click();
  await person.page.getByRole("textbox", {name: /JSON/}).first().fill(JSON.stringify(input));
}

test("a declined card is said to be declined, though PayPal answers 201", async () => {
  const {page} = person;
  await open("orders.create", {
    body: {
      intent: "CAPTURE",
      purchase_units: [{amount: {currency_code: "USD", value: "10.00"}}],
      payment_source: {card: {name: "CCREJECT-IF", number: "4111111111111111", expiry: "2035-01", security_code: "123"}},
    },
  });
  await person.button("Run").click();
  await page.getByRole("dialog").getByText("10.00 USD").first().waitFor();
  await person.look("confirm");
  await person.button("Yes, run it").click();
  await page.getByText("The payment was declined: no money moved").waitFor();
  // What is copied has no card.
  await page.getByText("Copy as a command or a program").click();
  assert.equal((await page.locator("main pre, main .snippet").allInnerTexts()).join("\n").includes("4111111111111111"), false);
  await person.look("declined");
});

test("an answer that is lost on its way to the page is repeated with the same key: the money is taken once", async () => {
  const {page} = person;
  const id = await approved();
  let lost = 0;
  await page.route("**/actions/orders.capture", async (route) => {
    if (lost++) return route.continue();
    await route.fetch();
    return route.abort("connectionreset");
  });
  await open("orders.capture", {id});
  await person.button("Run").click();
  await person.button("Yes, run it").click();
  await page.getByText("No answer came: the outcome is unknown").waitFor();
  await person.look("unknown");
  await page.getByRole("region", {name: "Answer"}).or(page.locator(".answer")).getByRole("button", {name: "Repeat with the same key"}).click();
  await page.getByText("The money was taken").first().waitFor();
  await page.unroute("**/actions/orders.capture");
  assert.equal((await captures(id)).length, 1);
  assert.equal(lost, 2);
});

test("a payment that kill -9 cut off is found out on the page, and made once", async () => {
  const {page} = person;
  const [port, simulatorPort] = [server.url, server.simulator].map((it) => new URL(it).port);
  let cut = null;
  for (let round = 0; round < KILLS && !cut; round++) {
    const id = await approved();
    const answer = server.call("POST", "/v1/connections/simulator/actions/orders.capture", {id}).catch(() => null);
    await pause(2 + 2 * round);
    await server.stop("SIGKILL");
    await answer;
    await server.start(port, simulatorPort);
    const {body} = await server.call("GET", "/v1/connections/simulator/calls");
    if (body.unresolved.some((it) => it.parameters?.id === id)) cut = id;
  }
  assert.ok(cut, `none of ${KILLS} kills has cut off a payment`);
  // The session outlives the kill as well.
  await person.visit("/connections/simulator/calls");
  await page.getByText("no known outcome").waitFor();
  await person.look("unresolved");
  await page.getByRole("listitem").filter({hasText: cut}).getByRole("button", {name: "Find out"}).click();
  await page.getByText("It was done, once").waitFor();
  await person.look("found-out");
  assert.deepEqual((await captures(cut)).map((it) => it.status), ["COMPLETED"]);
});

test("on a live connection the sum is typed first, and a read-only one runs nothing that changes", async () => {
  const {page} = person;
  const app = {environment: "live", client_id: "AX-not-a-real-client-id", client_secret: "EX-not-a-real-client-secret"};
  await server.call("PUT", "/v1/connections/till", app);
  const input = {body: {intent: "CAPTURE", purchase_units: [{amount: {currency_code: "EUR", value: "7.00"}}]}};
  let sent = 0;
  page.on("request", (request) => {
    if (request.method() === "POST" && request.url().endsWith("/till/actions/orders.create")) sent++;
  });
  await open("orders.create", input, "till");
  await person.button("Run").click();
  const yes = person.button("Yes, run it");
  assert.equal(await yes.isDisabled(), true);
  await page.getByRole("dialog").getByRole("textbox").fill("7.00 USD");
  assert.equal(await yes.isDisabled(), true);
  await person.look("live");
  await page.getByRole("dialog").getByRole("textbox").fill("7.00 EUR");
  assert.equal(await yes.isDisabled(), false);
  await page.keyboard.press("Escape");
  assert.equal(sent, 0);
  await server.call("PUT", "/v1/connections/till", {...app, read_only: true});
  await open("orders.create", input, "till");
  assert.equal(await person.button("Run").isDisabled(), true);
  await person.look("read-only");
});

test("a forged webhook is listed as not PayPal's, and changes nothing", async () => {
  const {page} = person;
  const forged = {id: "WH-FORGED", event_type: "PAYMENT.CAPTURE.COMPLETED", resource_type: "capture", resource: {id: "X", amount: {currency_code: "USD", value: "9999.00"}, status: "COMPLETED"}};
  const headers = {
    "content-type": "application/json", "paypal-auth-algo": "SHA256withRSA", "paypal-transmission-id": "1", "paypal-transmission-sig": "AAAA",
    "paypal-transmission-time": new Date().toISOString(), "paypal-cert-url": "https://api.paypal.com/v1/notifications/certs/CERT-360caa42-fca2a594-a5cafa77",
  };
  const before = (await server.call("GET", "/v1/connections/simulator/payers")).body;
  const answer = await fetch(`${server.url}/v1/connections/simulator/webhooks`, {method: "POST", headers, body: JSON.stringify(forged)});
  assert.notEqual(answer.status, 200);
  await person.visit("/connections/simulator/events");
  const table = page.getByRole("table");
  await table.getByText(/Not from PayPal|Not verifiable yet|Not verified|Too old/).first().waitFor();
  assert.equal(await table.getByText("9999.00").count() > 0 && await table.getByRole("row").filter({hasText: "9999.00"}).getByText("Verified", {exact: true}).count() > 0, false);
  await person.look("forged");
  assert.deepEqual((await server.call("GET", "/v1/connections/simulator/payers")).body, before);
});
