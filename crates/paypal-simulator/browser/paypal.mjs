// The simulator as a program, and its API as a shop's server calls it.

import {spawn} from "node:child_process";
import {createInterface} from "node:readline";

/** Starts the program on a free port. */
export async function startPayPal(...options) {
  const program = spawn(process.env.PAYPAL_SIMULATOR, ["--port", "0", ...options], {stdio: ["ignore", "pipe", "inherit"]});
  const found = {};
  for await (const line of createInterface({input: program.stdout})) {
    const [, url] = /(http:\/\/127\.0\.0\.1:\d+)/.exec(line) ?? [];
    const [, name, value] = /^export (\w+)=(\w+)$/.exec(line) ?? [];
    if (url) found.url = url;
    if (name) found[name] = value;
    if (name === "PAYPAL_CLIENT_SECRET") break;
  }
  return new PayPal(found.url, found.PAYPAL_CLIENT_ID, found.PAYPAL_CLIENT_SECRET, program);
}

class PayPal {
  #program;
  #token;

  constructor(url, id, secret, program) {
    this.url = url;
    this.#program = program;
    const authorization = `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}`;
    const body = new URLSearchParams({grant_type: "client_credentials"});
    this.#token = fetch(`${url}/v1/oauth2/token`, {method: "POST", headers: {authorization}, body}).then((it) => it.json());
  }

  stop() {
    this.#program.kill();
  }

  /** Calls the API. Returns the status and the document, if there is one. */
  async call(method, path, body) {
    const {access_token: token} = await this.#token;
    const headers = {authorization: `Bearer ${token}`, "content-type": "application/json", prefer: "return=representation", "paypal-request-id": crypto.randomUUID()};
    const answer = await fetch(this.url + path, {method, headers, body: body && JSON.stringify(body)});
    const text = await answer.text();
    return {status: answer.status, body: text ? JSON.parse(text) : undefined};
  }

  /** Does the same. Fails if it is refused. */
  async get(path) {
    return expectOk(await this.call("GET", path));
  }

  async post(path, body = {}) {
    return expectOk(await this.call("POST", path, body));
  }
}

function expectOk({status, body}) {
  if (status < 200 || status > 299) throw new Error(`${status} ${JSON.stringify(body)}`);
  return body;
}

/** The address of a link. */
export function link(document, ...rels) {
  const found = document.links.find((it) => rels.includes(it.rel));
  if (!found) throw new Error(`there is no link ${rels} in ${JSON.stringify(document.links)}`);
  return found.href;
}

export const usd = (value) => ({currency_code: "USD", value});
