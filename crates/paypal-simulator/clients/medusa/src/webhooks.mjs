import assert from "node:assert/strict";
import {createServer} from "node:http";
import {once} from "node:events";
import {setting} from "./client.mjs";
import {answered, post, refused, test} from "./recorder.mjs";

const id = setting("PAYPAL_CLIENT_ID");
const basic = Buffer.from(`${id}:${setting("PAYPAL_CLIENT_SECRET")}`).toString("base64");

/** A token, for what the client has no method for. */
async function token() {
  const headers = {Authorization: `Basic ${basic}`, "Content-Type": "application/x-www-form-urlencoded"};
  const call = {method: "POST", headers, body: "grant_type=client_credentials"};
  return (await (await fetch(`${setting("PAYPAL_URL")}/v1/oauth2/token`, call)).json()).access_token;
}

/** Receives the next event that is delivered. */
async function delivered(server) {
  const [request, response] = await once(server, "request");
  const parts = await request.toArray();
  response.end();
  return {headers: request.headers, body: Buffer.concat(parts).toString()};
}

export async function webhooks() {
  await test("an event is delivered with a signature that is PayPal's, and is not when it is changed", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    try {
      await once(server, "listening");
      const url = `http://127.0.0.1:${server.address().port}/paypal/hooks`;
      const events = {url, event_types: [{name: "CHECKOUT.ORDER.APPROVED"}]};
      const webhook = await post("/v1/notifications/webhooks", events, await token());
      const delivery = delivered(server);
      const units = [{amount: {currency_code: "USD", value: "3.00"}}];
      const order = await answered(201, "createOrder", {intent: "AUTHORIZE", purchase_units: units});
      await post(`/simulator/orders/${order.id}/approve`);
      const {headers, body} = await delivery;
      const event = JSON.parse(body);
      assert.deepEqual([event.event_type, event.resource.id], ["CHECKOUT.ORDER.APPROVED", order.id]);
      const signed = {
        auth_algo: headers["paypal-auth-algo"],
        cert_url: headers["paypal-cert-url"],
        transmission_id: headers["paypal-transmission-id"],
        transmission_sig: headers["paypal-transmission-sig"],
        transmission_time: headers["paypal-transmission-time"],
        webhook_id: webhook.id,
        webhook_event: event,
      };
      assert.equal((await answered(200, "verifyWebhook", signed)).verification_status, "SUCCESS");
      const changed = {...signed, webhook_event: {...event, id: "WH-1"}};
      assert.equal((await answered(200, "verifyWebhook", changed)).verification_status, "FAILURE");
      const unsigned = {...signed, transmission_sig: undefined};
      await refused("400 VALIDATION_ERROR", "verifyWebhook", unsigned);
    } finally {
      server.close();
    }
  });
}
