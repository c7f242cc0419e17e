// A person who uses the console in a browser.

import assert from "node:assert/strict";
import {readFileSync} from "node:fs";
import {createRequire} from "node:module";
import {join} from "node:path";
import {chromium} from "playwright-core";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const PATIENCE_MS = 20_000;

/** Opens a browser, and signs in at a server. */
export async function signIn(server, {colorScheme = "light", viewport = {width: 1280, height: 900}} = {}) {
  // Without its sandbox where tests run as root, as in a container.
  const browser = await chromium.launch({executablePath: process.env.CHROMIUM, args: ["--no-sandbox", "--disable-dev-shm-usage"]});
  const context = await browser.newContext({colorScheme, viewport});
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  const person = new Person(browser, page, server);
  await page.goto(server.link());
  await page.waitForURL(`${server.url}/connections/**`);
  return person;
}

class Person {
  /** What went wrong in the page, by its console and its own errors. */
  wrong = [];
  /** What was asked for from elsewhere than the server. */
  elsewhere = [];

  constructor(browser, page, server) {
    Object.assign(this, {browser, page, server});
    page.on("console", (message) => {
      // A failed request is the server's answer: the page says it, and a test looks for that.
      if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) this.wrong.push(message.text());
    });
    page.on("pageerror", (error) => this.wrong.push(error.stack ?? error.message));
    page.on("dialog", (dialog) => {
      this.wrong.push(`a dialog of a script: ${dialog.message()}`);
      return dialog.dismiss();
    });
    page.on("request", (request) => {
      if (!request.url().startsWith(`${server.url}/`) && !request.url().startsWith("blob:")) this.elsewhere.push(request.url());
    });
  }

  async visit(path) {
    await this.page.goto(this.server.url + path);
    await this.settled();
  }

  /** Waits until nothing is loading. */
  async settled() {
    await this.page.locator("h1").first().waitFor();
    await this.page.waitForFunction(() => !document.querySelector("[aria-busy=true]"));
  }

  button(name, exact = true) {
    return this.page.getByRole("button", {name, exact});
  }

  heading(name) {
    return this.page.getByRole("heading", {name});
  }

  field(label) {
    return this.page.getByLabel(label, {exact: true});
  }

  /** Waits until a field is marked as wrong, and returns what is said of it. */
  async isWrong(label) {
    const field = this.field(label);
    await field.and(this.page.locator("[aria-invalid=true]")).waitFor();
    const [id] = (await field.getAttribute("aria-describedby")).split(" ");
    const said = await this.page.locator(`[id="${id}"]`).innerText();
    assert.notEqual(said, "", label);
    return said;
  }

  /** Takes a picture, and looks for what makes a page hard to use. */
  async look(name) {
    await this.page.screenshot({path: join(process.env.SCREENSHOTS, `${name}.png`), fullPage: true});
    await this.page.evaluate(AXE);
    const {violations} = await this.page.evaluate((tags) => globalThis.axe.run({runOnly: tags}), RULES);
    const found = violations.map((it) => `${it.id}: ${it.nodes.map((node) => node.target.join(" ")).join(", ")}`);
    assert.deepEqual(found, [], `${name}: axe-core`);
    const isWide = await this.page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
    assert.ok(!isWide, `${name}: the page is wider than the window`);
  }

  /** Closes the browser. Fails if something went wrong in the page. */
  async leave() {
    await this.browser.close();
    assert.deepEqual(this.wrong, []);
    assert.deepEqual(this.elsewhere, []);
  }
}
