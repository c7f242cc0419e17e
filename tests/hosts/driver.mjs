// Calls the npm package as it is asked to by lines on stdin, and prints the outcomes. Run in the directory that has it.

import {createInterface} from "node:readline";
import {PayPal, clientCredentials, staticToken} from "paypal-connector";

const lines = createInterface({input: process.stdin})[Symbol.asyncIterator]();
const {value: first} = await lines.next();
const {url, authorities, client_id, client_secret, token} = JSON.parse(first);
const tenant = (tokens) => new PayPal({environment: "sandbox", tokens, baseUrl: url, certificateAuthorities: [authorities]});
const tenants = {default: tenant(clientCredentials(client_id, client_secret)), static: tenant(staticToken(token))};

for await (const line of lines) {
  const {connection, action, input} = JSON.parse(line);
  if (action === "events.receive") input.body = new Uint8Array(Buffer.from(input.body, "base64"));
  const outcome = await tenants[connection].invoke(action, input);
  console.log(JSON.stringify(outcome.ok ? {reply: outcome.reply} : {failure: outcome.failure}));
}
await Promise.all(Object.values(tenants).map((paypal) => paypal.close()));
