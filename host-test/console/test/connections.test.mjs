// A person makes a connection, tests it, saves it, changes it, and deletes it; and makes a key.

import assert from "node:assert/strict";
import {readdirSync, readFileSync} from "node:fs";
import {join} from "node:path";
import {after, before, test} from "node:test";
import {signIn} from "./person.mjs";
import {startServer} from "./server.mjs";

const SECRET = "EX-a-secret-that-must-not-be-seen-again";
let server, person;

before(async () => {
  server = await startServer();
  person = await signIn(server);
});

after(async () => {
  await person?.leave();
  await server?.remove();
});

test("a connection is made with the simulator's credentials, tested and saved, and its secret is never shown again", async () => {
  const {page} = person;
  const merchant = await newMerchant();
  await person.visit("/connections");
  await page.getByRole("link", {name: "New connection"}).click();
  await person.button("Test and save").click();
  await page.getByText("Something is missing or wrong").waitFor();
  await person.field("Name required").fill("tea-shop");
  await page.getByRole("radio", {name: /Simulator/}).check();
  await page.getByLabel("Client ID", {exact: true}).fill(merchant.id);
  await page.getByLabel("Client secret", {exact: true}).fill(SECRET);
  await person.button("Generate token").click();
  await page.getByRole("alert").waitFor();
  await person.look("connection-refused");
  await page.getByLabel("Client secret", {exact: true}).fill(merchant.secret);
  await person.button("Generate token").click();
  await page.getByText("It works").waitFor();
  await person.look("connection-tested");
  await person.button("Test and save").click();
  await page.waitForURL("**/connections/tea-shop");
  await person.visit("/connections/tea-shop/settings");
  assert.equal(await page.getByLabel("Client secret", {exact: true}).inputValue(), "");
  assert.equal((await page.content()).includes(merchant.secret), false);
  // It is sealed in the file. The simulator, which stands for PayPal, has its own.
  for (const file of readdirSync(server.data).filter((it) => !it.startsWith("simulator"))) {
    assert.equal(readFileSync(join(server.data, file)).includes(merchant.secret), false, file);
  }
});

test("what is wrong is said at its field, and nothing is saved", async () => {
  const {page} = person;
  await person.visit("/new-connection");
  await person.field("Name required").fill("Tea Shop");
  await page.getByText("Advanced").click();
  await page.getByLabel("Concurrency level").fill("99");
  await page.getByLabel("Merchant ID", {exact: true}).fill("short");
  await person.button("Save without a test").click();
  for (const label of ["Name required", "Concurrency level", "Merchant ID"]) {
    await person.isWrong(label);
  }
  await person.look("connection-wrong");
  const {body} = await server.call("GET", "/v1/connections");
  assert.deepEqual(body.connections.map((it) => it.name).sort(), ["simulator", "tea-shop"]);
});

test("a live connection is marked on every page, and can be made read only", async () => {
  const {page} = person;
  await server.call("PUT", "/v1/connections/till", {environment: "live", client_id: "AX-not-a-real-client-id", client_secret: SECRET});
  for (const path of ["", "/actions", "/settings"]) {
    await person.visit(`/connections/till${path}`);
    await page.getByRole("banner").getByText("Live: real money").waitFor();
  }
  await page.getByLabel("Read only").check();
  await person.button("Save without a test").click();
  await page.waitForURL("**/connections/till");
  await page.getByRole("banner").getByText("read only").waitFor();
  const {body} = await server.call("GET", "/v1/connections/till");
  assert.deepEqual([body.read_only, body.secrets], [true, ["client_secret"]]);
});

test("a connection from which another one borrows cannot be deleted before it", async () => {
  const {page} = person;
  await server.call("PUT", "/v1/connections/second", {environment: "simulator", borrow_concurrency_from: "tea-shop"});
  await person.visit("/connections/tea-shop/settings");
  await person.button("Delete").click();
  await page.getByRole("dialog").getByRole("button", {name: "Delete"}).click();
  await page.getByRole("alert").getByText("second").waitFor();
  await person.look("connection-lent");
  await page.keyboard.press("Escape");
  await person.visit("/connections/second/settings");
  await person.button("Delete").click();
  await page.getByRole("dialog").getByRole("button", {name: "Delete"}).click();
  await page.waitForURL("**/connections");
  const {body} = await server.call("GET", "/v1/connections");
  assert.equal(body.connections.some((it) => it.name === "second"), false);
});

test("a key is made, shown once, works, and is revoked", async () => {
  const {page} = person;
  await person.visit("/keys");
  await person.button("New key").click();
  await person.button("Make the key").click();
  await person.isWrong("Name required");
  await person.field("Name required").fill("till");
  await page.getByLabel("simulator").check();
  await person.look("key-new");
  await person.button("Make the key").click();
  const key = await page.locator("dialog .command code").innerText();
  await person.button("Done").click();
  const session = () => fetch(`${server.url}/v1/session`, {headers: {authorization: `Bearer ${key}`}});
  assert.deepEqual((await (await session()).json()).connections, ["simulator"]);
  assert.equal((await page.content()).includes(key), false);
  await person.visit("/keys");
  await person.look("keys");
  await person.button("Revoke till").click();
  await person.button("Revoke").click();
  await page.getByRole("dialog").waitFor({state: "detached"});
  assert.equal((await session()).status, 401);
});

test("signing out ends the session, also in another tab, and a link is of use once", async () => {
  const link = server.link();
  const second = await person.page.context().newPage();
  await second.goto(link);
  await second.waitForURL("**/connections/**");
  await second.getByRole("button", {name: "Sign out"}).click();
  await second.waitForURL("**/sign-in");
  await person.page.reload();
  await person.page.getByText("host-test serve sign-in").waitFor();
  await second.goto(link);
  await second.getByRole("alert").getByText("was used already").waitFor();
  await second.close();
  await person.look("sign-in");
});

/** Makes a merchant in the simulator. */
async function newMerchant() {
  const made = await (await fetch(`${server.simulator}/simulator/merchants`, {method: "POST", body: "{}", headers: {"content-type": "application/json"}})).json();
  return {id: made.client_id, secret: made.client_secret};
}
