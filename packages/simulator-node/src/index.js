// Starts the simulator of PayPal, and does what payers and tests do in it.

import {spawn} from "node:child_process";
import {createInterface} from "node:readline";
import {fileURLToPath} from "node:url";

/** How long the program may take to start, in milliseconds. It takes some ten; with a store it carries out what is in it. */
const PATIENCE = 60_000;

export class ControlError extends Error {
  constructor(path, status, text) {
    super(`/simulator/${path}: ${status} ${text}`);
    this.name = "ControlError";
    this.status = status;
    this.text = text;
  }
}

export class PayPal {
  #child;
  #ended;

  constructor(child, {url, clientId, clientSecret}) {
    this.#child = child;
    this.#ended = new Promise((resolve) => child.once("exit", resolve));
    this.url = url;
    this.clientId = clientId;
    this.clientSecret = clientSecret;
  }

  async approveOrder(id, {payer} = {}) {
    await this.control(`orders/${encodeURIComponent(id)}/approve`, payer === undefined ? {} : {payer});
  }

  async trigger(eventType, set = {}) {
    return await this.control("trigger", {event_type: eventType, set});
  }

  async advance({days = 0, hours = 0, minutes = 0, seconds = 0}) {
    return await this.control("clock", {seconds: ((days * 24 + hours) * 60 + minutes) * 60 + seconds});
  }

  async control(path, body = {}) {
    const answer = await fetch(`${this.url}/simulator/${path}`, {
      method: "POST",
      headers: {"content-type": "application/json"},
      body: JSON.stringify(body),
    });
    const text = await answer.text();
    if (!answer.ok) throw new ControlError(path, answer.status, text);
    return text === "" ? undefined : JSON.parse(text);
  }

  async stop() {
    this.#child.ref();
    this.#child.kill();
    await this.#ended;
  }

  async [Symbol.asyncDispose ?? Symbol.for("Symbol.asyncDispose")]() {
    await this.stop();
  }
}

export async function startPayPal({port = 0, seed, store, args = []} = {}) {
  const program = process.env.PAYPAL_SIMULATOR ?? fileURLToPath(new URL("../bin/paypal-simulator", import.meta.url));
  const options = ["--port", `${port}`];
  if (seed !== undefined) options.push("--seed", `${seed}`);
  if (store !== undefined) options.push("--store", store);
  const child = spawn(program, [...options, ...args], {stdio: ["ignore", "pipe", "pipe"]});
  const kill = () => child.kill();
  process.once("exit", kill);
  child.once("exit", () => process.off("exit", kill));
  try {
    const paypal = new PayPal(child, await started(child, program));
    // A test that forgets to stop it ends nevertheless.
    for (const it of [child, child.stdout, child.stderr]) it.unref();
    return paypal;
  } catch (error) {
    child.kill();
    throw error;
  }
}

/** Waits for the address and the credentials, which the program prints. */
function started(child, program) {
  return new Promise((resolve, reject) => {
    let said = "";
    const fail = (why) => reject(new Error(`${program} does not start: ${why}`));
    const timer = setTimeout(() => fail(`no address within ${PATIENCE} ms`), PATIENCE);
    child.stderr.setEncoding("utf8").on("data", (text) => {
      said = (said + text).slice(-2000);
    });
    child.once("error", (error) => (clearTimeout(timer), fail(error.message)));
    // With `close`, what it has said is there.
    child.once("close", (code) => (clearTimeout(timer), fail(said.trim() || `it ended with ${code}`)));
    const found = {};
    createInterface({input: child.stdout}).on("line", (line) => {
      const [, url] = /(http:\/\/127\.0\.0\.1:\d+)\./.exec(line) ?? [];
      const [, name, value] = /^export PAYPAL_(CLIENT_ID|CLIENT_SECRET)=(\S+)$/.exec(line) ?? [];
      if (url) found.url = url;
      if (name === "CLIENT_ID") found.clientId = value;
      if (name === "CLIENT_SECRET") found.clientSecret = value;
      if (found.clientSecret) {
        clearTimeout(timer);
        resolve(found);
      }
    });
  });
}
