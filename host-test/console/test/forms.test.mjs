// The form of every action takes the action's example and gives it back; every program that is made of it says the same.

import assert from "node:assert/strict";
import {execFileSync} from "node:child_process";
import {after, before, test} from "node:test";
import vm from "node:vm";
import {signIn} from "./person.mjs";
import {startServer} from "./server.mjs";

let server, person, actions;

before(async () => {
  server = await startServer();
  person = await signIn(server);
  actions = (await server.call("GET", "/v1/actions")).body;
});

after(async () => {
  await person?.leave();
  await server?.remove();
});

test("the form of every action takes its example and gives back the same JSON", async () => {
  const {page} = person;
  const text = page.locator(".json-input");
  const tab = (name) => page.getByRole("tab", {name}).click();
  const changed = [];
  await person.visit("/connections/simulator/actions");
  for (const action of actions) {
    await page.evaluate((path) => {
      history.pushState(null, "", path);
      dispatchEvent(new PopStateEvent("popstate"));
    }, `/connections/simulator/actions/${action.id}`);
    await page.getByRole("heading", {level: 1, name: action.summary, exact: true}).waitFor();
    await person.button("Fill in the example").click();
    await tab("JSON");
    const example = await text.inputValue();
    await tab("Form");
    await page.locator(".input .fields").first().waitFor({state: "attached"});
    await tab("JSON");
    if ((await text.inputValue()) !== example) changed.push(action.id);
  }
  assert.deepEqual(changed, []);
  assert.ok(actions.length > 100);
  await person.look("form");
});

/** Makes programs of the example of every action, in the page: `[{id, input, curl, call, javascript, python}]`. */
function programs() {
  return person.page.evaluate(async () => {
    const base = new URL(".", /** @type {HTMLScriptElement} */ (document.querySelector("script[type=module]")).src).pathname;
    const [{Schemas}, {withDigits}, {withoutSecrets}, shell, literals] = await Promise.all(
      ["forms/schema.js", "forms/json-text.js", "snippets/secrets.js", "snippets/shell.js", "snippets/literal.js"].map((it) => import(base + it)));
    const {json} = await import(`${base}core/api.js`);
    const {openapi} = await json("GET", "/v1/manifest");
    const schemas = new Schemas(openapi);
    const connection = {name: "it's", environment: "sandbox"};
    const awkward = {body: {text: "it's \"$HOME\" `x` \\ \u2028 ü\n#\"#", proto: [], yes: true, no: null, digits: 1}};
    const inputs = [...(await json("GET", "/v1/actions")).map((it) => [it, schemas.at(it.sample).input]), [{id: "orders.create", input_schema: ""}, awkward]];
    return inputs.map(([action, sample]) => {
      const {input} = withoutSecrets(schemas, schemas.at(action.input_schema) ?? {}, withDigits(sample));
      const call = {action, connection, input, origin: "http://127.0.0.1:1"};
      return {
        id: action.id, input: JSON.parse(shell.jsonOf(input)), curl: shell.curl(call), call: shell.hostTest(call),
        javascript: literals.literal(input, literals.JAVASCRIPT), python: literals.literal(input, literals.PYTHON),
      };
    });
  });
}

test("every command and program has the input that the form has, whatever is in it", async () => {
  await person.visit("/connections/simulator/actions");
  const made = await programs();
  const shell = (functions, command) => execFileSync("bash", ["-c", `${functions}\n${command}`], {encoding: "utf8"});
  const readFileSync = (name) => `BASE64_OF ${name}`;
  for (const {id, input, curl, call, javascript} of made) {
    assert.deepEqual(JSON.parse(shell('curl() { printf %s "${!#}"; }', curl)), input, `${id} as curl`);
    if (call.includes("<<")) assert.deepEqual(JSON.parse(shell("host-test() { cat; }", call)), input, `${id} as host-test call`);
    assert.deepEqual(JSON.parse(vm.runInNewContext(`JSON.stringify(${javascript})`, {readFileSync})), input, `${id} in JavaScript`);
  }
  const path = "class Path:\n  def __init__(self, name): self.name = name\n  def read_bytes(self): return 'BASE64_OF ' + self.name\n";
  const program = `import json\n${path}print(json.dumps([${made.map((it) => `(${it.python})`).join(",\n")}]))`;
  assert.deepEqual(JSON.parse(execFileSync("python3", ["-"], {input: program, encoding: "utf8"})), made.map((it) => it.input));
});

test("what is wrong with the input is marked in its field, which has the focus", async () => {
  const {page} = person;
  await person.visit("/connections/simulator/actions/orders.create");
  await page.getByLabel("Intent").selectOption("CAPTURE");
  await page.getByLabel("Value").fill("1.005");
  await page.getByLabel("Currency code").fill("USD");
  await person.button("Dry run").click();
  await page.getByText("One thing is wrong with the input").waitFor();
  const value = page.getByLabel("Value");
  await page.waitForFunction(() => document.activeElement?.getAttribute("aria-invalid") === "true");
  assert.equal(await value.getAttribute("aria-invalid"), "true");
  await person.look("wrong");
  await value.fill("1.00");
  await person.button("Dry run").click();
  await page.getByText("This request would be sent. Nothing was sent").waitFor();
  await person.look("dry-run");
});

test("fields are added, found and removed by the keyboard alone", async () => {
  const {page} = person;
  await person.visit("/connections/simulator/actions/orders.create");
  const add = page.getByRole("button", {name: /^Add a field/}).last();
  await add.focus();
  for (const words of ["payment source", "paypal", "experience"]) {
    await page.keyboard.press("Enter");
    await page.getByLabel("Words of a field").waitFor();
    await page.keyboard.type(words);
    await page.keyboard.press("Enter");
    await page.getByLabel("Words of a field").waitFor({state: "detached"});
    await page.waitForFunction(() => document.activeElement !== document.body);
    // The few simple fields of the group come first.
    const isAtAdd = () => page.evaluate(() => document.activeElement.textContent.startsWith("Add a field"));
    for (let fields = 0; fields < 20 && !(await isAtAdd()); fields += 1) await page.keyboard.press("Tab");
  }
  await page.getByRole("group", {name: "Experience context"}).waitFor();
  await page.getByRole("button", {name: "Remove Payment source"}).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("group", {name: "Experience context"}).waitFor({state: "detached"});
});

test("the choices for an id are listed, searched and taken", async () => {
  const {page} = person;
  const product = await server.act("products.create", {body: {name: "Tea", type: "PHYSICAL"}});
  const price = {pricing_scheme: {fixed_price: {value: "5.00", currency_code: "USD"}}};
  const cycle = {frequency: {interval_unit: "MONTH", interval_count: 1}, tenure_type: "REGULAR", sequence: 1, total_cycles: 0, ...price};
  const plans = [];
  for (const name of ["Monthly", "Yearly"]) {
    plans.push(await server.act("plans.create", {body: {product_id: product.id, name, billing_cycles: [cycle], payment_preferences: {auto_bill_outstanding: true}}}));
  }
  await person.visit("/connections/simulator/actions/subscriptions.create");
  const field = page.getByRole("combobox", {name: "Plan ID"});
  await field.fill("year");
  await page.getByRole("option", {name: /Yearly/}).waitFor();
  await page.getByRole("option", {name: /Monthly/}).waitFor({state: "detached"});
  await field.press("ArrowDown");
  await field.press("Enter");
  assert.equal(await field.inputValue(), plans[1].id);
});

test("a required object that may be empty is sent", async () => {
  const {page} = person;
  await person.visit("/connections/simulator/actions/plans.create");
  await page.getByLabel("Name").fill("Monthly");
  await page.getByRole("tab", {name: "JSON"}).click();
  assert.deepEqual(JSON.parse(await page.locator(".json-input").inputValue()), {body: {name: "Monthly", payment_preferences: {}}});
});

test("simple fields are added one after the other", async () => {
  const {page} = person;
  await person.visit("/connections/simulator/actions/orders.create");
  await page.locator(".items > li > fieldset > .fields > .add > button").click();
  const words = page.getByLabel("Words of a field");
  for (const title of ["Custom ID", "Invoice ID"]) {
    await words.fill(title);
    await page.keyboard.press("Enter");
    await page.getByText(`${title} is added.`).waitFor();
    await page.waitForFunction(() => document.activeElement?.ariaLabel === "Words of a field");
  }
  await page.keyboard.press("Escape");
  await words.waitFor({state: "detached"});
  await page.getByRole("textbox", {name: "Custom ID"}).waitFor();
});

test("nobody is asked about a sum without a currency, and the look before changes nothing", async () => {
  const {page} = person;
  const sent = [];
  const note = (request) => {
    if (request.url().includes("/payments.refund-capture")) sent.push([request.url().split("/").at(-1), request.postData(), request.headers()["idempotency-key"]]);
  };
  await person.visit("/connections/simulator/actions/payments.refund-capture");
  page.on("request", note);
  await page.getByRole("combobox", {name: "Capture ID"}).fill("ABC123");
  await page.getByLabel("Value").fill("3.00");
  await person.button("Run").click();
  await page.locator("[aria-invalid=true]").and(page.getByLabel("Currency code")).waitFor();
  assert.equal(await page.getByRole("dialog").count(), 0);
  await page.getByLabel("Currency code").fill("USD");
  await person.button("Run").click();
  await page.getByRole("dialog").getByText("3.00 USD", {exact: true}).waitFor();
  await person.button("Yes, run it").click();
  await page.getByText("PayPal's reason:").waitFor();
  page.off("request", note);
  assert.deepEqual(sent.map(([what]) => what), ["dry-run", "dry-run", "payments.refund-capture"]);
  assert.equal(sent[2][1], sent[1][1]);
  assert.match(sent[2][2], /^[0-9a-f-]{36}$/);
});

test("what was typed is there after another page and Back, but no secret", async () => {
  const {page} = person;
  await person.visit("/connections/simulator/actions/orders.create");
  const card = {name: "A Payer", number: "4111111111111111", security_code: "123"};
  await page.getByRole("tab", {name: "JSON"}).click();
  await page.locator(".json-input").fill(JSON.stringify({body: {intent: "CAPTURE", payment_source: {card, token: {id: "TOKEN"}}, unknown: {number: "4111 1111 1111 1111"}}}));
  await page.getByRole("link", {name: "Calls"}).click();
  await page.getByRole("heading", {level: 1, name: "Calls"}).waitFor();
  await page.goBack();
  await page.getByLabel("Intent").waitFor();
  assert.equal(await page.getByLabel("Intent").inputValue(), "CAPTURE");
  const kept = await page.evaluate(() => JSON.parse(history.state.draft));
  assert.deepEqual(kept, {body: {intent: "CAPTURE", payment_source: {card: {name: "A Payer"}}, unknown: {}}});
});

test("an answer leads first to what mostly comes next, with the id", async () => {
  const {page} = person;
  await person.visit("/connections/simulator/actions/products.create");
  await page.getByLabel("Name").fill("Coffee");
  await page.getByLabel("Type").selectOption("PHYSICAL");
  await person.button("Run").click();
  await page.locator(".follow button").first().click();
  await page.getByRole("heading", {level: 1, name: "Create a plan"}).waitFor();
  assert.match(await page.getByRole("combobox", {name: "Product ID"}).inputValue(), /^PROD-/);
});

test("a copied command that moves money has a key, and what is selected of a document is JSON", async () => {
  const {page} = person;
  await person.visit("/connections/simulator/actions/payments.refund-capture");
  await page.getByRole("combobox", {name: "Capture ID"}).fill("ABC123");
  await page.getByText("Copy as a command or a program").click();
  assert.match(await page.locator(".snippets .snippet").innerText(), /"idempotency_key": "[0-9a-f-]{36}"/);
  await server.act("products.create", {body: {name: "Cups", type: "PHYSICAL"}});
  await person.visit("/connections/simulator/actions/products.list");
  await person.button("Run").click();
  await page.locator(".answer .json").first().waitFor();
  const selected = await page.evaluate(() => {
    const selection = getSelection();
    selection.selectAllChildren(document.querySelector(".answer .json"));
    return selection.toString();
  });
  assert.ok(Array.isArray(JSON.parse(selected).products));
});
