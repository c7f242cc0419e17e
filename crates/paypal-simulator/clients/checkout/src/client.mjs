// Where the SDKs are pointed at the simulator: by an environment with another address, which they take as they are.
import checkout from "@paypal/checkout-server-sdk";
import payouts from "@paypal/payouts-sdk";

export function setting(name) {
  if (!process.env[name]) throw new Error(`${name} is not set`);
  return process.env[name];
}

/** A client of one of the two packages. Both remember tokens by the client id, and renew a token that is refused. */
function client({core}, secret = setting("PAYPAL_CLIENT_SECRET")) {
  const url = setting("PAYPAL_URL");
  return new core.PayPalHttpClient(new core.PayPalEnvironment(setting("PAYPAL_CLIENT_ID"), secret, url, url));
}

export const packages = {"@paypal/checkout-server-sdk": checkout, "@paypal/payouts-sdk": payouts};
export const ofCheckout = (secret) => client(checkout, secret);
export const ofPayouts = () => client(payouts);
export const {orders, payments, core} = checkout;
export const {payouts: requests} = payouts;
