// What must not go wrong when money moves: declined cards, lost answers, a server that is killed, live connections.

import assert from "node:assert/strict";
import {createServer} from "node:http";
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
  await page.route("**/v1/**/actions/orders.capture", async (route) => {
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
  await page.unroute("**/v1/**/actions/orders.capture");
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
  await page.getByRole("dialog").getByRole("button", {name: "Find out"}).click();
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
  const genuine = await delivered();
  const before = (await server.call("GET", "/v1/connections/simulator/payers")).body;
  // Another amount under PayPal's signature.
  const body = genuine.body.replaceAll("10.00", "9999.00");
  assert.notEqual(body, genuine.body);
  const answer = await fetch(`${server.url}/v1/connections/simulator/webhooks`, {method: "POST", headers: genuine.headers, body});
  assert.equal(answer.status, 400);
  await person.visit("/connections/simulator/events");
  const row = page.getByRole("row").filter({hasText: "Not from PayPal"});
  await row.waitFor();
  assert.equal((await row.innerText()).includes("9999.00"), false, "nothing of it is told as if it were true");
  await person.look("forged");
  assert.deepEqual((await server.call("GET", "/v1/connections/simulator/payers")).body, before);
});

/** Has the simulator deliver an event here, and returns its header fields and its body. */
async function delivered() {
  let resolve;
  const promise = new Promise((it) => (resolve = it));
  const receiver = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    response.end();
    const fields = Object.entries(request.headers).filter(([name]) => name.startsWith("paypal-") || name === "content-type");
    resolve({headers: Object.fromEntries(fields), body: Buffer.concat(chunks).toString()});
  });
  await new Promise((listening) => receiver.listen(0, "127.0.0.1", listening));
  const url = `http://127.0.0.1:${receiver.address().port}/`;
  await server.act("webhooks.create", {body: {url, event_types: [{name: "CHECKOUT.ORDER.APPROVED"}]}});
  await approved();
  const found = await promise;
  receiver.close();
  return found;
}
