// A webhook endpoint in Express. Give it a journal that lasts: by it an event that PayPal delivers again is recognised.
//
//     WEBHOOK_ID=... node webhook-express.mjs

import express from "express";
import {connect} from "./connection.mjs";

/** Returns an app that calls `handle` for each new event. */
export function webhooks(paypal, webhookId, handle) {
  const app = express();
  // The signature is over the bytes as they came: no JSON parser before it.
  app.post("/webhooks", express.raw({type: () => true, limit: "12mb"}), async (request, response) => {
    const headers = [];
    for (let n = 0; n < request.rawHeaders.length; n += 2) {
      headers.push({name: request.rawHeaders[n], value: request.rawHeaders[n + 1]});
    }
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const received = await paypal.events.receive({headers, body, webhook_id: webhookId});
    // PayPal delivers again what is not answered 2xx.
    if (!received.ok) return void response.sendStatus(503);
    const {outcome, duplicate, event} = received.reply.body;
    if (outcome === "unverifiable") return void response.sendStatus(503);
    if (outcome !== "valid") return void response.sendStatus(400);
    if (duplicate !== true) {
      await handle(event);
      // Only now: if the process dies before, PayPal delivers again, and the event is still new.
      // An event without an id cannot be recognised again.
      if (event.id === null) return void response.sendStatus(200);
      const acknowledged = await paypal.events.acknowledge({webhook_id: webhookId, event_id: event.id});
      if (!acknowledged.ok) return void response.sendStatus(503);
    }
    response.sendStatus(200);
  });
  return app;
}

if (process.env.WEBHOOK_ID) {
  const app = webhooks(connect(), process.env.WEBHOOK_ID, async (event) => console.log(event.type, event.subject?.id));
  app.listen(Number(process.env.PORT ?? 4020), "127.0.0.1");
}
