// A payer in Chromium. All of it is done twice: with JavaScript and without.

import assert from "node:assert/strict";
import {readFileSync} from "node:fs";
import {createRequire} from "node:module";
import {join} from "node:path";
import {after, before, describe, test} from "node:test";
import {chromium} from "playwright-core";
import {link, startPayPal, usd} from "./paypal.mjs";
import {openShop} from "./shop.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const XSS = `<script>alert(1)</script>"><img src=x onerror=alert(2)><a href="javascript:alert(3)">x</a>' onmouseover='alert(4)`;

let browser, paypal, shop;

before(async () => {
  // Without its sandbox where tests run as root, as in a container.
  browser = await chromium.launch({executablePath: process.env.CHROMIUM, args: ["--no-sandbox", "--disable-dev-shm-usage"]});
  paypal = await startPayPal();
  shop = await openShop();
  await paypal.post("/v1/notifications/webhooks", {url: `${shop.other}/hooks`, event_types: [{name: "*"}]});
});

after(async () => {
  await browser?.close();
  paypal?.stop();
  shop?.close();
});

/** An order of two things. */
function order(context, text = "Two cups of green tea") {
  const item = (name, quantity, price) => ({name, quantity, unit_amount: usd(price), description: text});
  return {
    intent: "CAPTURE",
    application_context: context,
    purchase_units: [{
      description: text,
      custom_id: "cart-7",
      amount: {...usd("24.50"), breakdown: {item_total: usd("20.00"), tax_total: usd("1.50"), shipping: usd("3.00")}},
      items: [item("Tea", "2", "5.00"), item("Pot", "1", "10.00")],
      shipping: {name: {full_name: "Kim Doe"}, address: {address_line_1: "1 Main St", admin_area_2: "Springfield", postal_code: "12345", country_code: "US"}},
    }],
  };
}

for (const javaScriptEnabled of [true, false]) {
  describe(javaScriptEnabled ? "a payer" : "a payer without JavaScript", () => {
    let page, dialogs;

    /** Opens a window. */
    async function open(options = {}) {
      const context = await browser.newContext({javaScriptEnabled, ...options});
      page = await context.newPage();
      page.setDefaultTimeout(20_000);
      dialogs = [];
      page.on("dialog", (dialog) => {
        dialogs.push(dialog.message());
        return dialog.dismiss();
      });
    }

    before(() => open());
    after(() => page.context().close());

    /** Follows the shop's link. */
    async function follow(address) {
      assert.ok(address.startsWith(`${paypal.url}/`), address);
      shop.pay = address;
      shop.visits.length = 0;
      await page.goto(shop.url);
      await page.click("text=Pay");
      await page.waitForURL(address);
    }

    /** Takes a picture, and looks for what makes a page hard to use. */
    async function look(name) {
      if (!javaScriptEnabled) return;
      await page.screenshot({path: join(process.env.SCREENSHOTS, `${name}.png`), fullPage: true});
      await page.evaluate(AXE);
      const {violations} = await page.evaluate(() => globalThis.axe.run());
      assert.deepEqual(violations.map(({id, nodes}) => [id, nodes.map((node) => node.html)]), [], name);
    }

    /** Presses a button of the payer's page. */
    async function press(button, at) {
      await page.getByRole("button", {name: button, exact: true}).click();
      if (at) await page.waitForURL(at);
    }

    async function text() {
      return page.locator("main").innerText();
    }

    test("pays an order, and the shop gets the money and an event", async () => {
      const created = await paypal.post("/v2/checkout/orders", order({...shop.context, user_action: "PAY_NOW"}));
      await follow(link(created, "approve"));
      assert.match(await text(), /Pay Tea & Pots[^]*Tea × 2[^]*5\.00 USD[^]*24\.50 USD[^]*Kim Doe/);
      await look("order");
      await press("Pay now", `${shop.other}/returned`);
      assert.deepEqual(shop.visits, [{page: "return", cart: "7", token: created.id, PayerID: "T4EXM8PLEPY3R"}]);
      const paid = await paypal.post(`/v2/checkout/orders/${created.id}/capture`);
      assert.equal(paid.status, "COMPLETED");
      const [capture] = paid.purchase_units[0].payments.captures;
      const {event, headers} = await shop.event("PAYMENT.CAPTURE.COMPLETED", capture.id);
      assert.deepEqual(event.resource.amount, usd("24.50"));
      assert.match(headers["paypal-cert-url"], /^https:\/\/api\.sandbox\.paypal\.com\//);
      assert.ok(event.links.every(({href}) => href.startsWith(paypal.url)));
      await page.goto(paypal.url);
      await page.getByRole("link", {name: created.id}).click();
      assert.match(await text(), /"status": "COMPLETED"/);
      await look("resource");
    });

    test("cancels", async () => {
      const created = await paypal.post("/v2/checkout/orders", order(shop.context));
      await follow(link(created, "approve"));
      await press("Cancel", `${shop.other}/canceled`);
      assert.deepEqual(shop.visits, [{page: "cancel", cart: "7", token: created.id}]);
      assert.equal((await paypal.get(`/v2/checkout/orders/${created.id}`)).status, "CREATED");
    });

    test("is declined, and chooses again", async () => {
      const created = await paypal.post("/v2/checkout/orders", order(shop.context));
      await follow(link(created, "approve"));
      await press("Pay, but be declined", `${shop.other}/returned`);
      const {status, body} = await paypal.call("POST", `/v2/checkout/orders/${created.id}/capture`, {});
      assert.deepEqual([status, body.details[0].issue], [422, "INSTRUMENT_DECLINED"]);
      await follow(link(body, "redirect"));
      assert.match(await text(), /was declined\. Choose again/);
      await look("declined");
      await press("Agree and continue", `${shop.other}/returned`);
      assert.equal((await paypal.post(`/v2/checkout/orders/${created.id}/capture`)).status, "COMPLETED");
    });

    test("subscribes", async () => {
      const product = await paypal.post("/v1/catalogs/products", {name: "Tea", type: "SERVICE"});
      const cycle = {tenure_type: "REGULAR", sequence: 1, total_cycles: 0, frequency: {interval_unit: "MONTH", interval_count: 1}, pricing_scheme: {fixed_price: usd("9.00")}};
      const plan = await paypal.post("/v1/billing/plans", {
        product_id: product.id, name: "Tea every month", description: "A box of tea", billing_cycles: [cycle],
        payment_preferences: {setup_fee: usd("2.00")},
      });
      const created = await paypal.post("/v1/billing/subscriptions", {plan_id: plan.id, application_context: shop.context});
      await follow(link(created, "approve"));
      assert.match(await text(), /Subscribe to Tea & Pots[^]*every month[^]*9\.00 USD[^]*2\.00 USD/);
      await look("subscription");
      await press("Agree and subscribe", `${shop.other}/returned`);
      const [visit] = shop.visits;
      assert.equal(visit.subscription_id, created.id);
      assert.ok(visit.ba_token.startsWith("BA-") && visit.token);
      assert.equal((await paypal.get(`/v1/billing/subscriptions/${created.id}`)).status, "ACTIVE");
    });

    test("pays an invoice", async () => {
      const item = {name: "Work", quantity: "2", unit_amount: usd("50.00")};
      const recipient = {billing_info: {email_address: "kim@example.com"}};
      const created = await paypal.post("/v2/invoicing/invoices", {
        detail: {currency_code: "USD", note: "Thank you"}, items: [item], primary_recipients: [recipient],
      });
      await paypal.post(`/v2/invoicing/invoices/${created.id}/send`);
      const path = `/v2/invoicing/invoices/${created.id}`;
      await follow((await paypal.get(path)).detail.metadata.recipient_view_url);
      assert.match(await text(), /Invoice \d+ from Simulated Shop[^]*Work × 2[^]*100\.00 USD/);
      await look("invoice");
      await press("Pay");
      await page.getByText("You have paid the invoice").waitFor();
      assert.equal((await paypal.get(path)).status, "PAID");
    });

    test("lets the shop save a PayPal account", async () => {
      const source = {paypal: {description: "A box every month", usage_type: "MERCHANT", experience_context: shop.context}};
      const created = await paypal.post("/v3/vault/setup-tokens", {payment_source: source});
      await follow(link(created, "approve"));
      assert.match(await text(), /Let Tea & Pots save your PayPal account[^]*A box every month/);
      await look("agreement");
      await press("Agree and save", `${shop.other}/returned`);
      assert.deepEqual(shop.visits, [{page: "return", cart: "7", approval_token_id: created.id, approval_session_id: created.id}]);
      const token = {payment_source: {token: {id: created.id, type: "SETUP_TOKEN"}}};
      const saved = await paypal.post("/v3/vault/payment-tokens", token);
      assert.equal((await paypal.get(`/v3/vault/payment-tokens/${saved.id}`)).payment_source.paypal.email_address, "payer@example.com");
    });

    test("passes 3-D Secure, or not", async () => {
      for (const [result, shift, status] of [["Y", "POSSIBLE", 201], ["N", "NO", 422]]) {
        const card = {number: "4012888888881881", expiry: "2035-01", security_code: "123", experience_context: shop.context, attributes: {verification: {method: "SCA_ALWAYS"}}};
        const body = {intent: "CAPTURE", purchase_units: [{amount: usd("5.00")}], payment_source: {card}};
        const created = await paypal.post("/v2/checkout/orders", body);
        await follow(link(created, "payer-action"));
        assert.match(await text(), /The bank asks for 3-D Secure/);
        await look("challenge");
        await page.getByLabel("Result").selectOption(result);
        await press("Confirm", `${shop.other}/returned`);
        assert.deepEqual(shop.visits, [{page: "return", cart: "7", state: "undefined", code: "undefined", liability_shift: shift}]);
        assert.equal((await paypal.call("POST", `/v2/checkout/orders/${created.id}/capture`, {})).status, status);
      }
    });

    test("is not attacked by a shop's texts", async () => {
      const unsafe = order({return_url: "javascript:alert(5)", cancel_url: "data:text/html,<script>alert(6)</script>", brand_name: XSS}, XSS);
      const [unit] = unsafe.purchase_units;
      Object.assign(unit, {reference_id: XSS, custom_id: XSS, soft_descriptor: "X"});
      unit.items.forEach((item) => Object.assign(item, {name: XSS, sku: XSS}));
      unit.shipping.name.full_name = XSS;
      unit.shipping.address.address_line_1 = XSS;
      const {status, body: created} = await paypal.call("POST", "/v2/checkout/orders", unsafe);
      assert.equal(status, 201, JSON.stringify(created));
      const payPage = link(created, "approve");
      const ownPage = `${paypal.url}/simulator/resources/orders/${created.id}`;
      const find = `${paypal.url}/simulator/resources/orders?q=${encodeURIComponent(XSS)}`;
      const unknown = `${paypal.url}/checkoutnow?token=${encodeURIComponent(XSS)}`;
      for (const address of [payPage, ownPage, find, unknown, paypal.url]) {
        await page.goto(address);
        assert.equal(await page.locator("script, img, iframe, object, [onerror], [onmouseover], a[href^='javascript:']").count(), 0, address);
      }
      await page.goto(ownPage);
      await look("attack");
      await page.goto(payPage);
      for (const [button, said] of [["Cancel", "You have cancelled"], ["Agree and continue", "You have approved the payment"]]) {
        await page.goto(payPage);
        await press(button);
        await page.getByText(said).waitFor();
        assert.ok(page.url().startsWith(paypal.url), page.url());
      }
      assert.deepEqual(dialogs, []);
    });

    test("sees all on the front page, and moves the clock", async () => {
      await page.goto(paypal.url);
      assert.match(await text(), /Balances[^]*Total[^]*Withheld[^]*USD[^]*Orders \(\d+\)[^]*Deliveries to webhooks[^]*PAYMENT\.CAPTURE\.COMPLETED[^]*200, accepted/);
      await look("home");
      const before = await page.locator("time").innerText();
      await page.locator("#clock-seconds").fill("3600");
      await press("Move the clock forward");
      await page.waitForFunction((old) => document.querySelector("time").innerText !== old, before).catch(() => page.reload());
      assert.equal((Date.parse(await page.locator("time").innerText()) - Date.parse(before)) / 3_600_000 >= 1, true);
      await page.getByLabel("Event", {exact: true}).selectOption("PAYMENT.CAPTURE.COMPLETED");
      await press("Bring about");
      await page.getByRole("link", {name: /^Captures/}).click();
      await page.locator("tbody a").first().click();
      await press("Refund");
      assert.match(await text(), /"status": "REFUNDED"/);
      await look("capture");
      await page.goto(paypal.url);
      await page.getByRole("link", {name: /^Orders/}).click();
      await look("list");
      await page.getByLabel("Id, state or text").fill("completed");
      await press("Find");
      assert.match(await text(), /\d+ found/);
    });

    if (javaScriptEnabled) {
      test("sees pages fit for a phone, in the dark too", async () => {
        const created = await paypal.post("/v2/checkout/orders", order(shop.context));
        for (const colorScheme of ["light", "dark"]) {
          await page.context().close();
          await open({viewport: {width: 360, height: 740}, colorScheme});
          for (const [name, address] of [["order", link(created, "approve")], ["home", paypal.url], ["resource", `${paypal.url}/simulator/resources/orders/${created.id}`]]) {
            await page.goto(address);
            await look(`${name}-phone-${colorScheme}`);
            const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
            assert.equal(wide, 0, `${name} is wider than the phone`);
          }
        }
      });
    }
  });
}
