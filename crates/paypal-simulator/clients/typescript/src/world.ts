// The controllers of a client, and what a payer, time and another program do.
import * as sdk from "@paypal/paypal-server-sdk";
import {type App, FIRST, LocalClient, setting} from "./client.js";
import type {Recorder} from "./recorder.js";

/** The controllers of a new client, which requests a token of its own unless it is given one. */
export function connect(recorder: Recorder, {app = FIRST, token}: {app?: App; token?: string} = {}) {
  const client = new LocalClient(app, token);
  return {
    tokens: recorder.wrap(new sdk.OAuthAuthorizationController(client)),
    orders: recorder.wrap(new sdk.OrdersController(client)),
    payments: recorder.wrap(new sdk.PaymentsController(client)),
    subscriptions: recorder.wrap(new sdk.SubscriptionsController(client)),
    reports: recorder.wrap(new sdk.TransactionSearchController(client)),
    vault: recorder.wrap(new sdk.VaultController(client)),
  };
}

export type PayPal = ReturnType<typeof connect>;

/** Every public method of every controller that the package exports. */
export function methods(): string[] {
  const controllers = Object.entries(sdk).filter(([name]) => name.endsWith("Controller"));
  return controllers.flatMap(([name, controller]) => {
    const prototype = (controller as {prototype: object}).prototype;
    return Object.getOwnPropertyNames(prototype)
      .filter((it) => it !== "constructor")
      .map((it) => `${name}.${it}`);
  });
}

/** The header of an app, as a request for a token has it. */
export function basic({id, secret}: App): string {
  return `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}`;
}

async function post(path: string, body: string, headers: Record<string, string>): Promise<string> {
  const response = await fetch(setting("PAYPAL_URL") + path, {method: "POST", headers, body});
  const text = await response.text();
  if (!response.ok) throw new Error(`POST ${path}: ${response.status} ${text}`);
  return text;
}

/** A control of the simulator: a payer approves, time passes. */
export async function control(path: string, body: object = {}): Promise<string> {
  return await post(`/simulator/${path}`, JSON.stringify(body), {"Content-Type": "application/json"});
}

/** Another merchant. Its app has all scopes, or those. */
export async function merchant(scopes?: string[]): Promise<{id: string; app: App}> {
  const added = JSON.parse(await control("merchants", {scopes}));
  return {id: added.id, app: {id: added.client_id, secret: added.client_secret}};
}

/** A product, for which this SDK has no method. Returns its id. */
export async function product(name: string): Promise<string> {
  const form = {Authorization: basic(FIRST), "Content-Type": "application/x-www-form-urlencoded"};
  const token = JSON.parse(await post("/v1/oauth2/token", "grant_type=client_credentials", form)).access_token;
  const headers = {Authorization: `Bearer ${token}`, "Content-Type": "application/json"};
  return JSON.parse(await post("/v1/catalogs/products", JSON.stringify({name, type: "SERVICE"}), headers)).id;
}

export function usd(value: string): sdk.Money {
  return {currencyCode: "USD", value};
}

/** A key for `PayPal-Request-Id`, never used before. */
export const key = (): string => crypto.randomUUID();
