// Where requests go: to PayPal, or to a simulator on this machine. Everything else is denied before a socket is opened.

import {OPERATIONS, PAYPAL_HEADERS} from "./generated/operations.js";

/** PayPal's environments: play money, and real money. */
export type Environment = "sandbox" | "live";

/** What the component wants to send. */
export interface Asked {
  method: string;
  authority: string;
  /** With the query. */
  path: string;
  headers: readonly [name: string, value: string][];
}

/** Where it goes instead, and whether the token goes with it. */
export interface Allowed {
  origin: URL;
  token: boolean;
}

const HOSTS = {sandbox: "api-m.sandbox.paypal.com", live: "api-m.paypal.com"} as const;
const POSTBACK_HOSTS = {sandbox: "ipnpb.sandbox.paypal.com", live: "ipnpb.paypal.com"} as const;
const LIVE_CERTIFICATES = ["api.paypal.com", HOSTS.live];
const SANDBOX_CERTIFICATES = ["api.sandbox.paypal.com", HOSTS.sandbox];
/** With it, `test-connection` recognises a token that belongs to the other environment. */
const PROBE = "/v1/notifications/webhooks-event-types";
const USUAL = new Set(["accept", "authorization", "content-length", "content-type", "user-agent"]);
/** The way of one tenant's requests. */
export class Route {
  readonly #to: URL | undefined;

  /** @throws TypeError if the base URL is not `http` or `https`, a loopback host and a port. */
  constructor(
    readonly environment: Environment,
    baseUrl?: string,
  ) {
    if (environment !== "sandbox" && environment !== "live") {
      throw new TypeError("`environment` is \"sandbox\" or \"live\"");
    }
    this.#to = baseUrl === undefined ? undefined : loopback(baseUrl);
  }

  /** The origin of the REST API. */
  get origin(): URL {
    return this.#to ?? new URL(`https://${HOSTS[this.environment]}`);
  }

  /** Returns where a request may go, or undefined if it is denied. */
  allow({method, authority, path, headers}: Asked): Allowed | undefined {
    const names = headers.map(([name]) => name.toLowerCase());
    if (new Set(names).size !== names.length) return undefined;
    const at = (host: string) => this.#to ?? new URL(`https://${host}`);
    const [pathname = ""] = path.split("?", 1);
    if (!/^[\x21-\x7e]+$/.test(path) || path.includes("#")) return undefined;
    if (!names.includes("authorization")) {
      if (!names.every((name) => USUAL.has(name))) return undefined;
      return this.#isOpen(method, authority, path) ? {origin: at(authority), token: false} : undefined;
    }
    if (!names.every((name) => USUAL.has(name) || PAYPAL_HEADERS.includes(name))) return undefined;
    const other = HOSTS[this.environment === "live" ? "sandbox" : "live"];
    if (authority === other && !this.#to) {
      return method === "GET" && path === PROBE ? {origin: at(other), token: true} : undefined;
    }
    if (authority !== HOSTS[this.environment] || !isOperation(method, pathname)) return undefined;
    return {origin: this.origin, token: true};
  }

  /** Returns whether PayPal serves it to anybody: a certificate of webhook events, or the check of an IPN message. */
  #isOpen(method: string, authority: string, path: string): boolean {
    if (method === "POST") return authority === POSTBACK_HOSTS[this.environment] && path === "/cgi-bin/webscr";
    // PayPal's webhook simulator signs with a key of the live environment.
    const hosts = this.environment === "live" ? LIVE_CERTIFICATES : [...LIVE_CERTIFICATES, ...SANDBOX_CERTIFICATES];
    return method === "GET" && hosts.includes(authority) && /^\/v1\/notifications\/certs\/[A-Za-z0-9-]{1,100}$/.test(path);
  }
}

/** Returns whether the catalogue has this operation, or a list whose links lead here. */
function isOperation(method: string, path: string): boolean {
  const asked = path.split("/").slice(1);
  const begins = (segments: readonly string[]) =>
    segments.every((segment, n) => (segment.startsWith("{") ? isSegment(asked[n] ?? "") : segment === asked[n]));
  return OPERATIONS.some(([allowed, template, pages]) => {
    if (allowed !== method) return false;
    const segments = template.split("/").slice(1);
    if (segments.length === asked.length && begins(segments)) return true;
    if (!pages) return false;
    const parameter = segments.findIndex((segment) => segment.startsWith("{"));
    const fixed = parameter < 0 ? segments : segments.slice(0, parameter);
    const rest = asked.slice(fixed.length);
    if (rest.at(-1) === "") rest.pop();
    return begins(fixed) && rest.every((segment) => isSegment(segment, "!$&'()*+,=:@"));
  });
}

/**
 * Returns whether every reader takes a path segment as the same single value, however often they decode it: unreserved
 * characters (RFC 3986 section 2.3) and `more`, or escapes of ASCII that is no separator and no escape; and not only dots.
 */
function isSegment(segment: string, more = ""): boolean {
  const plain = segment.replace(/%([0-9A-Fa-f]{2})/g, (escape, hex: string) => {
    const character = String.fromCharCode(parseInt(hex, 16));
    return character >= " " && character <= "~" && !"/\\.%?#;".includes(character) ? "a" : escape;
  });
  return !/^\.*$/.test(plain) && [...plain].every((it) => /[A-Za-z0-9._~-]/.test(it) || more.includes(it));
}

/** Returns the origin of a simulator on this machine. */
function loopback(baseUrl: string): URL {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined;
  if (!url || (url.protocol !== "http:" && url.protocol !== "https:")) {
    throw new TypeError("`baseUrl` is a URL such as http://127.0.0.1:4010");
  }
  if (url.username || url.password || url.pathname !== "/" || url.search || url.hash) {
    throw new TypeError("`baseUrl` ends after the host and port, and has no user name");
  }
  if (url.hostname !== "localhost" && url.hostname !== "[::1]" && !/^127\.\d+\.\d+\.\d+$/.test(url.hostname)) {
    throw new TypeError("`baseUrl` is for a simulator on this machine: 127.0.0.0/8, [::1] or localhost");
  }
  return url;
}
