// Access tokens: where they come from, and how they are kept. The component never sees one, only a placeholder.

import {randomUUID} from "node:crypto";
import type {Route} from "./route.js";
import type {Answer, ErrorCode, Transport} from "./transport.js";

/** An access token. Never log it. */
export interface AccessToken {
  value: string;
  /** Unknown if not given: then it is used until PayPal refuses it. */
  expiresInSeconds?: number;
  /** The OAuth 2.0 scopes that it was granted with, if they are known. */
  scopes?: string[];
}

/** What a token source may use. */
export interface TokenRequest {
  /** Whether PayPal has refused the token that the source gave before. */
  refused: boolean;
  /** Asks PayPal's token endpoint: a grant of client `id` with `secret`, such as `grant_type=client_credentials`. */
  grant(id: string, secret: string, form: string): Promise<AccessToken>;
}

/** Where tokens come from. One `obtain` is in flight at a time, for all calls that wait for it. */
export interface TokenSource {
  /** @throws TokenError */
  obtain(request: TokenRequest): Promise<AccessToken>;
}

/** Why there is no token: what is missing, PayPal's refusal, or that its endpoint cannot be reached now. */
export class TokenError extends Error {
  constructor(
    readonly reason: "not-configured" | "refused" | "unreachable",
    message: string,
  ) {
    super(message);
    this.name = "TokenError";
  }
}

/** Tokens by client id and secret. */
export function clientCredentials(id: string | undefined, secret: string | undefined): TokenSource {
  return {
    async obtain({grant}) {
      if (!id || !secret) throw new TokenError("not-configured", `there is no client ${id ? "secret" : "id"}`);
      return grant(id, secret, "grant_type=client_credentials");
    },
  };
}

/** A token that somebody else obtains and renews. */
export function staticToken(value: string | undefined): TokenSource {
  return {
    async obtain({refused}) {
      if (!value) throw new TokenError("not-configured", "there is no access token");
      if (refused) throw new TokenError("refused", "PayPal refuses the access token, and there is no other");
      return {value};
    },
  };
}

/** What the component gets. */
export interface Placeholder {
  value: string;
  scopes: string[] | undefined;
}

/**
 * A token is renewed this long before it expires, in milliseconds. Until then calls use it, so that they neither wait for the
 * renewal nor fail with it.
 */
const MARGIN = 60_000;
/** How long a renewal that has failed is not tried again, in milliseconds, while the token has not expired. */
const PAUSE = 5_000;
/** How many tokens are kept: a call that began before a renewal goes on with its own. */
const REMEMBERED = 8;
/** A shorter token could be part of any answer. */
const SHORTEST = 16;
const TIMEOUTS = {connect: 10_000, firstByte: 30_000, betweenBytes: 30_000};
const MAX_WORDS = 1000;

interface Granted {
  placeholder: Placeholder;
  value: string;
  expiresAt: number;
  /** Whether the source knew that the token before was refused. */
  informed: boolean;
}

/** One tenant's tokens. */
export class Tokens {
  /** The newest last. */
  #granted: Granted[] = [];
  #renewAt = 0;
  #pending: {refused: boolean; outcome: Promise<Placeholder>} | undefined;

  constructor(
    readonly source: TokenSource,
    readonly route: Route,
    readonly transport: Transport,
  ) {}

  /** The placeholder of the newest token, if it has not expired. If it is due, it is renewed meanwhile. */
  get current(): Placeholder | undefined {
    const newest = this.#granted.at(-1);
    const now = performance.now();
    if (newest === undefined || now >= newest.expiresAt) return undefined;
    if (now >= this.#renewAt) {
      const again = () => (this.#renewAt = performance.now() + PAUSE);
      this.#request(false).outcome.catch(again);
    }
    return newest.placeholder;
  }

  /** Returns the real token for the value of an `authorization` field, or undefined if it is no placeholder. */
  reveal(authorization: string): string | undefined {
    const token = this.#granted.find(({placeholder}) => authorization === `Bearer ${placeholder.value}`);
    return token && `Bearer ${token.value}`;
  }

  /** Returns an answer without the tokens, which PayPal or what is in between might repeat. */
  redacted(answer: Answer): Answer {
    const secrets = this.#granted.map(({value}) => value).filter((value) => value.length >= SHORTEST);
    const without = (text: string) => secrets.reduce((text, secret) => text.replaceAll(secret, "[redacted]"), text);
    const body = Buffer.from(answer.body.buffer, answer.body.byteOffset, answer.body.byteLength);
    return {
      ...answer,
      headers: answer.headers.map(([name, value]) => [name, without(value)]),
      body: secrets.some((secret) => body.includes(secret)) ? Buffer.from(without(body.toString("latin1")), "latin1") : body,
    };
  }

  /**
   * Returns a placeholder of a token that is not the rejected one.
   *
   * @throws TokenError
   */
  async obtain(rejected?: string): Promise<Placeholder> {
    const refused = this.#isRefused(rejected);
    const current = refused ? undefined : this.current;
    if (current !== undefined) return current;
    const request = this.#request(refused);
    const placeholder = await request.outcome;
    // The request may be older than the refusal, and have led to the same token.
    return !request.refused && this.#isRefused(rejected) ? this.obtain(rejected) : placeholder;
  }

  /**
   * Returns whether PayPal has refused the newest token, if it has refused that of this placeholder. They may be the same: a
   * source that keeps tokens gives one again if it does not know of the refusal.
   */
  #isRefused(rejected: string | undefined): boolean {
    const newest = this.#granted.at(-1);
    const old = this.#granted.find(({placeholder}) => placeholder.value === rejected);
    return newest !== undefined && old !== undefined && (old === newest || (!newest.informed && old.value === newest.value));
  }

  /** Asks the source, once for all that want a token meanwhile. */
  #request(refused: boolean): {refused: boolean; outcome: Promise<Placeholder>} {
    return (this.#pending ??= {refused, outcome: this.#renew(refused).finally(() => (this.#pending = undefined))});
  }

  async #renew(refused: boolean): Promise<Placeholder> {
    const grant = (id: string, secret: string, form: string) => this.#grant(id, secret, form);
    const {value, expiresInSeconds, scopes} = await this.source.obtain({refused, grant});
    if (typeof value !== "string" || !/^[\x21-\x7e]+$/.test(value)) {
      throw new TokenError("not-configured", "the access token cannot be sent");
    }
    const lasts = (expiresInSeconds ?? Infinity) * 1000;
    const placeholder = {value: `placeholder-${randomUUID()}`, scopes};
    const now = performance.now();
    this.#granted.push({placeholder, value, expiresAt: now + lasts, informed: refused});
    this.#renewAt = now + Math.max(lasts - MARGIN, lasts / 2);
    this.#granted.splice(0, this.#granted.length - REMEMBERED);
    return placeholder;
  }

  async #grant(id: string, secret: string, form: string): Promise<AccessToken> {
    const outgoing = {
      origin: this.route.origin,
      method: "POST",
      path: "/v1/oauth2/token",
      headers: {
        accept: "application/json",
        authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}`,
        "content-type": "application/x-www-form-urlencoded",
      },
      body: Buffer.from(form),
      timeouts: TIMEOUTS,
    };
    const unreachable = (what: string) => new TokenError("unreachable", `PayPal's token endpoint ${what}`);
    const {status, body, broken} = await this.transport
      .send(outgoing, true, AbortSignal.timeout(TIMEOUTS.firstByte))
      .catch(({tag}: ErrorCode) => Promise.reject(unreachable(`cannot be reached: ${tag}`)));
    if (broken !== undefined) throw unreachable("broke off its answer");
    const answer = parsed(body);
    const text = (name: string) => (typeof answer[name] === "string" ? answer[name] : undefined);
    const error = text("error");
    if (status >= 400 && status < 500 && status !== 429 && (error !== undefined || status === 401)) {
      const words = error === undefined ? "401 without a reason" : `${error}: ${text("error_description") ?? ""}`;
      throw new TokenError("refused", words.replaceAll(secret, "[secret]").slice(0, MAX_WORDS));
    }
    const value = text("access_token");
    if (status !== 200 || value === undefined) throw unreachable(`answered ${status} without a token`);
    const seconds = answer["expires_in"];
    return {
      value,
      ...(typeof seconds === "number" && seconds >= 0 ? {expiresInSeconds: seconds} : {}),
      ...(text("scope") === undefined ? {} : {scopes: text("scope")!.split(/\s+/).filter(Boolean)}),
    };
  }
}

function parsed(body: Uint8Array): Record<string, unknown> {
  try {
    const answer: unknown = JSON.parse(Buffer.from(body).toString("utf8"));
    return typeof answer === "object" && answer !== null ? (answer as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
