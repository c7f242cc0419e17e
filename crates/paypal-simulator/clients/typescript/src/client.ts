// Where the SDK is pointed at the simulator. It has no option for another address.
import {Client, Environment} from "@paypal/paypal-server-sdk";

const PAYPAL = "https://api-m.sandbox.paypal.com";

export function setting(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set`);
  return value;
}

export type App = {id: string; secret: string};

/** The app of the simulator's first merchant. */
export const FIRST: App = {id: setting("PAYPAL_CLIENT_ID"), secret: setting("PAYPAL_CLIENT_SECRET")};

/** A client of the SDK whose requests go to the URL `PAYPAL_URL`, its requests for tokens too. */
export class LocalClient extends Client {
  /** Without a token, the app requests one. */
  constructor({id, secret}: App, accessToken?: string) {
    super({
      environment: Environment.Sandbox,
      clientCredentialsAuthCredentials: {
        oAuthClientId: id,
        oAuthClientSecret: secret,
        ...(accessToken && {oAuthToken: {accessToken, tokenType: "Bearer"}}),
      },
    });
  }

  override getRequestBuilderFactory(): ReturnType<Client["getRequestBuilderFactory"]> {
    const create = super.getRequestBuilderFactory();
    return (...request) => {
      const builder = create(...request);
      builder.interceptRequest((it) => {
        if (!it.url.startsWith(`${PAYPAL}/`)) throw new Error("the SDK has another address of PayPal");
        return {...it, url: setting("PAYPAL_URL") + it.url.slice(PAYPAL.length)};
      });
      return builder;
    };
  }
}
