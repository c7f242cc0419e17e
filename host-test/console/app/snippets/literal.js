// Values as literals of a language.

import {Digits} from "../forms/json-text.js";
import {FileBytes} from "./secrets.js";

const WORD = /^[A-Za-z_$][\w$]*$/;

/**
 * Writes a value.
 *
 * @param {any} value
 * @param {{indent: string, name: (name: string) => string, word: (value: boolean | null) => string, file: (name: string) => string}} language
 * @param {string} margin the spaces before the line that it begins in
 */
export function literal(value, language, margin = "") {
  if (value instanceof FileBytes) return language.file(value.name);
  if (value instanceof Digits) return value.text;
  if (value === null || value === undefined || typeof value === "boolean") return language.word(value ?? null);
  // A text of JSON is one of JavaScript and of Python. Python reads a pair of surrogates otherwise: characters stay as they are.
  if (typeof value !== "object") return JSON.stringify(value);
  const inner = `${margin}${language.indent}`;
  const parts = Array.isArray(value)
    ? value.map((it) => literal(it, language, inner))
    : Object.entries(value).map(([name, it]) => `${language.name(name)}: ${literal(it, language, inner)}`);
  const [open, close] = Array.isArray(value) ? "[]" : "{}";
  if (!parts.length) return open + close;
  const line = `${open}${parts.join(", ")}${close}`;
  if (line.length + margin.length < 80 && !line.includes("\n")) return line;
  return `${open}\n${parts.map((it) => `${inner}${it},\n`).join("")}${margin}${close}`;
}

export const JAVASCRIPT = {
  indent: "  ",
  // `__proto__` would be no member.
  name: (name) => (name === "__proto__" ? '["__proto__"]' : WORD.test(name) ? name : JSON.stringify(name)),
  word: String,
  file: (name) => `readFileSync(${JSON.stringify(name)})`,
};

export const PYTHON = {
  indent: "    ",
  name: (name) => JSON.stringify(name),
  word: (value) => ({true: "True", false: "False", null: "None"}[String(value)]),
  file: (name) => `Path(${JSON.stringify(name)}).read_bytes()`,
};
