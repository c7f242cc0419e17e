// Commands for a POSIX shell.

import {Digits, stringify} from "../forms/json-text.js";
import {isObject} from "../forms/pointer.js";
import {FileBytes} from "./secrets.js";

/** Quotes a word for a shell. */
export function quoted(text) {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** The input as JSON; the place of a file's bytes is named. */
export function jsonOf(value, indent = "  ") {
  return stringify(placeholders(value), indent);
}

function placeholders(value) {
  if (value instanceof FileBytes) return `BASE64_OF ${value.name}`;
  if (Array.isArray(value)) return value.map(placeholders);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, it]) => [name, placeholders(it)]));
}

/** `curl` to this server. */
export function curl({action, connection, input, origin}) {
  const path = `/v1/connections/${encodeURIComponent(connection.name)}/actions/${encodeURIComponent(action.id)}`;
  return [
    `curl -sS ${quoted(origin + path)} \\`,
    `  -H "Authorization: Bearer $KEY" \\`,
    `  -H 'Content-Type: application/json' \\`,
    `  -d '${jsonOf(input).replaceAll("'", "'\\''")}'`,
  ].join("\n");
}

/** `host-test call`. */
export function hostTest({action, connection, input}) {
  const where = {live: "--live", sandbox: "--sandbox"}[connection.environment] ?? `--base-url ${connection.base_url ? quoted(connection.base_url) : '"$SIMULATOR"'}`;
  const names = Object.keys(input);
  if (!names.length) return `host-test call ${action.id} ${where}`;
  // A few short texts are arguments; a comma would make a list of one.
  const simple = names.every((name) => /^[\w.-]+$/.test(name) && (input[name] instanceof Digits || typeof input[name] === "boolean" || (typeof input[name] === "string" && /^[\w@%+=:./ -]+$/.test(input[name]))));
  if (simple && names.length <= 6) {
    return [`host-test call ${action.id}`, ...names.map((name) => quoted(`${name}=${input[name] instanceof Digits ? input[name].text : input[name]}`)), where].join(" ");
  }
  return `host-test call ${action.id} ${where} --input - <<'END'\n${jsonOf(input)}\nEND`;
}
