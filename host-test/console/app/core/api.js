// The HTTP API of this server.

import {forget, proof} from "./session.js";

/** An answer that is no success: a document of application/problem+json, or what stands for one. */
export class Problem extends Error {
  /** @param {number} status 0 if there was no answer. */
  constructor(status, document) {
    // A proxy between may answer any JSON.
    const members = document !== null && typeof document === "object" ? document : {};
    super(members.detail ?? members.title ?? `the server has answered ${status}`);
    this.status = status;
    this.document = members;
  }

  /** The failure of an action, if it is one. */
  get failure() {
    return this.document.failure ?? null;
  }

  /** What is wrong with which member: `[{field, description, ...}]`. */
  get details() {
    return (this.failure?.details ?? []).filter((it) => it !== null && typeof it === "object");
  }

  get title() {
    return this.document.title ?? "It did not work";
  }
}

/** Called when the server no longer knows the session. */
let signedOut = () => {};

export function onSignedOut(callback) {
  signedOut = callback;
}

/**
 * Sends a request and returns its answer, whatever its status.
 *
 * @param {string} method
 * @param {string} path with its query
 * @param {{body?: unknown, text?: string, headers?: Record<string, string>, signal?: AbortSignal}} options `body` is sent as JSON;
 *   `text` is JSON already
 */
export async function send(method, path, {body, text, headers = {}, signal} = {}) {
  const document = text ?? (body === undefined ? undefined : JSON.stringify(body));
  const type = document === undefined ? {} : {"Content-Type": "application/json"};
  let response;
  try {
    response = await fetch(path, {method, body: document, headers: {...type, ...proof(), ...headers}, signal});
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Problem(0, {title: "The server does not answer", detail: "Look whether host-test serve runs, and try again."});
  }
  // A link that does not sign in says nothing of the session that there may be.
  if (response.status === 401 && !(method === "POST" && path === "/v1/session")) {
    forget();
    signedOut();
  }
  return response;
}

/** Sends a request, and returns the JSON of its answer; `null` if it has none.
 *
 * @throws {Problem} if it is no success. */
export async function json(method, path, options) {
  const response = await send(method, path, options);
  return read(response);
}

/** Returns the text of an answer. What it answers may have been done, also where the text breaks off.
 *
 * @throws {Problem} if the connection breaks. */
export async function textOf(response) {
  try {
    return await response.text();
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Problem(0, {title: "The answer broke off", detail: "The connection to the server broke. What was asked for may have been done."});
  }
}

/** Returns the JSON of an answer.
 *
 * @throws {Problem} if it is no success. */
export async function read(response) {
  const text = await textOf(response);
  let document = null;
  try {
    document = text ? JSON.parse(text) : null;
  } catch {
    throw new Problem(response.status, {title: "The server's answer cannot be read", detail: text.slice(0, 200)});
  }
  if (!response.ok) throw new Problem(response.status, document);
  return document;
}

/** Returns the path of a connection, or of what is below it: `of("shop", "actions", id)`. */
export function of(connection, ...parts) {
  return ["/v1/connections", connection, ...parts].map((part, at) => (at === 0 ? part : encodeURIComponent(part))).join("/");
}
