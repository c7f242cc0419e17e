// The connection of the examples, from the environment. With PAYPAL_BASE_URL it leads to a simulator on this machine.

import {PayPal, clientCredentials} from "paypal-connector";

export function connect(more = {}) {
  const {PAYPAL_CLIENT_ID, PAYPAL_CLIENT_SECRET, PAYPAL_BASE_URL} = process.env;
  return new PayPal({
    environment: "sandbox",
    tokens: clientCredentials(PAYPAL_CLIENT_ID, PAYPAL_CLIENT_SECRET),
    baseUrl: PAYPAL_BASE_URL,
    ...more,
  });
}
