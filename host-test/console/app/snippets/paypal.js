// The request of a dry run as a command: to PayPal itself, without this server.

import {quoted} from "./shell.js";

/** Header fields that curl sends by itself, or that name the connector. */
const LEFT_OUT = ["content-length", "host", "user-agent", "authorization"];

/**
 * @param {{method: string, url: string, headers: Record<string, string>, body: unknown}} request
 * @param {string} bodyText the body as it is sent, if it is JSON
 */
export function curlToPayPal({method, url, headers, body}, bodyText) {
  const lines = [`curl -sS${method === "GET" ? "" : ` -X ${method}`} ${quoted(url)}`, '-H "Authorization: Bearer $ACCESS_TOKEN"'];
  for (const [name, value] of Object.entries(headers ?? {})) {
    if (!LEFT_OUT.includes(name.toLowerCase())) lines.push(`-H ${quoted(`${name}: ${value}`)}`);
  }
  if (body !== null && body !== undefined) lines.push(`--data-binary ${quoted(typeof body === "string" ? body : bodyText)}`);
  return lines.join(" \\\n  ");
}
