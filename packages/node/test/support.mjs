// What the tests share: a tenant at the simulator, and a server that fails.

import net from "node:net";
import {PayPal, clientCredentials, money, staticToken} from "paypal-connector";

export const SIMULATOR = process.env.PAYPAL_BASE_URL;
export const ORDER = {
  intent: "CAPTURE",
  purchase_units: [{amount: {currency_code: "USD", value: money("10.00")}}],
};

/** Returns a tenant of the simulator, closed after the test. */
export function tenant(test, more = {}) {
  const tokens = clientCredentials(process.env.PAYPAL_CLIENT_ID, process.env.PAYPAL_CLIENT_SECRET);
  const paypal = new PayPal({environment: "sandbox", tokens, baseUrl: SIMULATOR, ...more});
  test.after(() => paypal.close());
  return paypal;
}

/** Asks the simulator for what payers and tests do. */
export async function simulate(path, method = "POST", body = undefined) {
  const answer = await fetch(`${SIMULATOR}${path}`, {method, body: body && JSON.stringify(body)});
  const text = await answer.text();
  return text && JSON.parse(text);
}

/** Returns how often an action has taken effect on a resource. */
export async function times(action, id) {
  const {done} = await simulate("/simulator/effects", "GET");
  return done.filter(([its, on]) => its === action && on === id).reduce((sum, [, , times]) => sum + times, 0);
}

/** Makes an order that the payer has approved. */
export async function approvedOrder(paypal) {
  const {ok, reply, failure} = await paypal.orders.create({body: ORDER});
  if (!ok) throw new Error(failure.message);
  await simulate(`/simulator/orders/${reply.body.id}/approve`);
  return reply.body.id;
}

/**
 * Starts a server that calls `answer(socket, request)` once a whole request has come, with its text; `accepted(socket)` and
 * `bytes(socket)` before that. Returns a tenant that takes it for PayPal, its requests, and how many bytes it has read.
 */
export async function peer(test, answer, more = {}, {accepted = () => {}, bytes: came = () => {}} = {}) {
  const requests = [];
  const read = {bytes: 0};
  const sockets = new Set();
  const server = net.createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    let text = "";
    accepted(socket);
    socket.on("data", (bytes) => {
      read.bytes += bytes.length;
      came(socket);
      text += bytes.toString("latin1");
      const [head, body] = text.split("\r\n\r\n");
      const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
      if (body === undefined || body.length < length) return;
      requests.push(text);
      text = "";
      answer(socket, requests.at(-1));
    });
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const {port} = server.address();
  const paypal = new PayPal({environment: "sandbox", tokens: staticToken("secret-token"), baseUrl: `http://127.0.0.1:${port}`, ...more});
  test.after(async () => {
    await paypal.close();
    sockets.forEach((socket) => socket.destroy());
    server.close();
  });
  return {paypal, requests, port, read};
}

export function http(status, body, headers = "") {
  return `HTTP/1.1 ${status} X\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n${headers}\r\n${body}`;
}
