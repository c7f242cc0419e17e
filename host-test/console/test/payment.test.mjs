// A first payment as a newcomer makes it: a link, the payer's page, the capture, the event, the timeline, the credit.

import assert from "node:assert/strict";
import {after, before, test} from "node:test";
import {signIn} from "./person.mjs";
import {startServer} from "./server.mjs";

let server, person, order;

before(async () => {
  server = await startServer();
  person = await signIn(server);
});

after(async () => {
  await person?.leave();
  await server?.remove();
});

test("a link is made, the payer pays at it, and the money is taken once the payer has agreed", async () => {
  const {page} = person;
  await person.visit("/connections/simulator");
  await page.getByLabel("Amount").fill("12.345");
  await person.button("Make the link").click();
  await page.getByRole("alert").waitFor();
  await page.getByLabel("Amount").fill("24.50");
  await person.button("Make the link").click();
  await person.button("Capture").click();
  await person.button("Take 24.50 USD").click();
  await page.getByText("The payer has not agreed yet").waitFor();
  const opening = page.context().waitForEvent("page");
  await page.getByRole("link", {name: "Open the payment page"}).click();
  const payer = await opening;
  await payer.getByRole("button", {name: /^(Pay|Agree)/}).first().click();
  await payer.close();
  await page.getByText("The payer has agreed").waitFor();
  await person.button("Capture").click();
  await person.button("Take 24.50 USD").click();
  await page.getByText("The capture is COMPLETED").waitFor();
  await page.getByText("PAYMENT.CAPTURE.COMPLETED: COMPLETED").waitFor();
  await person.look("overview");
  await page.getByRole("link", {name: "Open the timeline"}).click();
  await page.waitForURL("**/timeline/order/*");
  order = page.url().split("/").at(-1);
  await person.settled();
  for (const entry of ["orders.create", "CHECKOUT.ORDER.APPROVED", "orders.capture", "PAYMENT.CAPTURE.COMPLETED"]) {
    await page.getByText(entry).first().waitFor();
  }
  await person.look("timeline");
});

test("the events are listed as they come, and one that is sent again counts once", async () => {
  const {page} = person;
  await person.visit("/connections/simulator/events");
  await page.getByText("Listening", {exact: true}).waitFor();
  const row = page.getByRole("row").filter({hasText: "PAYMENT.CAPTURE.COMPLETED"});
  await row.getByText("Verified").waitFor();
  await row.getByRole("button", {name: /^Send/}).click();
  await row.getByText("2 deliveries").waitFor();
  // Another one comes while the page is open.
  const other = await server.act("orders.create-link", {currency: "USD", amount: "1.00"});
  await fetch(`${server.simulator}/simulator/orders/${other.order_id}/approve`, {method: "POST"});
  await page.getByRole("row").filter({hasText: other.order_id}).filter({hasText: "CHECKOUT.ORDER.APPROVED"}).waitFor();
  await person.look("events");
  await row.getByRole("link").first().click();
  await page.waitForURL("**/events/*");
  await person.settled();
  await person.look("event");
});

test("the payer has the credit once", async () => {
  const {page} = person;
  await person.visit("/connections/simulator/payers");
  await person.look("payers");
  await page.getByRole("table").getByRole("link").first().click();
  await page.waitForURL("**/payers/*");
  await person.settled();
  await page.getByText("24.50 USD").first().waitFor();
  await person.look("payer");
  const {body} = await server.call("GET", "/v1/connections/simulator/payers");
  assert.deepEqual([body.payers[0].credits, body.payers[0].sums], [1, [{currency_code: "USD", value: "24.50"}]]);
});

test("an event is triggered from the page", async () => {
  const {page} = person;
  await person.visit("/connections/simulator/events");
  await person.button("Trigger one").click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("combobox").selectOption("INVOICING.INVOICE.PAID");
  await dialog.getByRole("button", {name: "Bring it about"}).click();
  await page.getByRole("row").filter({hasText: "INVOICING.INVOICE.PAID"}).waitFor();
});

test("a call is exported as a fixture, in which nothing personal is left", async () => {
  const {page} = person;
  await person.visit("/connections/simulator/calls?action=orders.capture&outcome=reply");
  await person.look("calls");
  await page.getByRole("table").getByRole("row").nth(1).getByRole("link").first().click();
  await page.waitForURL("**/calls/*");
  await person.settled();
  await person.button("Export as fixture").click();
  const downloading = page.waitForEvent("download");
  await page.getByRole("link", {name: /^Download call-/}).click();
  const download = await downloading;
  const chunks = [];
  for await (const chunk of await download.createReadStream()) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString();
  assert.equal(JSON.parse(text).exchanges[0].request.method, "POST");
  assert.equal(text.includes(order), false);
  await person.look("call");
});
