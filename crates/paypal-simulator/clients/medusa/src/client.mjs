// Where the client is pointed at the simulator: in its table of addresses.
import diagnostics from "node:diagnostics_channel";
import core from "medusa-payment-paypal/dist/core/index.js";

export function setting(name) {
  if (!process.env[name]) throw new Error(`${name} is not set`);
  return process.env[name];
}

core.PaypalEnvironmentPaths.SANDBOX = setting("PAYPAL_URL");

export const paypal = new core.PaypalSdk({
  sandbox: true,
  clientId: setting("PAYPAL_CLIENT_ID"),
  clientSecret: setting("PAYPAL_CLIENT_SECRET"),
});

/** The client's methods. */
export const methods = Object.getOwnPropertyNames(core.PaypalSdk.prototype).filter((it) => it !== "constructor");

/** The answers since it was emptied. The client itself does not tell a status. */
export const answers = [];
diagnostics.subscribe("http.client.response.finish", ({request, response}) => {
  answers.push({method: request.method, path: request.path, status: response.statusCode});
});
