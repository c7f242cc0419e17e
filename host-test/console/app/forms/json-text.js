// JSON as it is written: numbers keep their digits, and what is wrong has a line and a column.

/** A number, as it is written: `1.0` and `12345678901234567890` stay so. */
export class Digits {
  /** @param {string} text */
  constructor(text) {
    this.text = text;
  }
}

/** A text that is no JSON. */
export class JsonError extends Error {
  constructor(text, at, message) {
    const before = text.slice(0, at).split("\n");
    super(`Line ${before.length}, column ${before.at(-1).length + 1}: ${message}`);
    this.at = at;
    this.line = before.length;
  }
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
// JSON forbids the control characters in a text.
// Without a choice for each character, which the stack of a regular expression would hold for a file of many megabytes.
const STRING = /"[^"\\\u0000-\u001f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\u0000-\u001f]*)*"/y;
const SPACE = /[ \t\r\n]*/y;
/** @type {[string, unknown][]} */
const WORDS = [["true", true], ["false", false], ["null", null]];
/** How deep a document may be: more is no input, and would end the stack. */
const DEPTH = 200;

/**
 * Reads a document.
 *
 * @param {string} text
 * @returns {{value: any, places: Map<string, [number, number]>}} `places` has for each JSON Pointer where its value begins and ends
 * @throws {JsonError} if it is none
 */
export function parse(text) {
  const places = new Map();
  let at = 0;
  const fail = (message) => {
    throw new JsonError(text, at, message);
  };
  const take = (pattern) => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    if (found !== undefined) at += found.length;
    return found;
  };
  const space = () => take(SPACE);
  const shown = () => (at < text.length ? `\`${text[at]}\`` : "the end");

  const string = () => {
    const found = take(STRING);
    if (found === undefined) fail(text[at] === '"' ? "this text does not end, or has a character that must be escaped" : `expected a name in double quotes, found ${shown()}`);
    return JSON.parse(found);
  };
  const members = (pointer, depth) => {
    const found = [];
    const names = new Set();
    at += 1;
    space();
    if (text[at] === "}") return (at += 1), {};
    for (;;) {
      space();
      const name = string();
      if (names.has(name)) fail(`\`${name}\` is given twice`);
      names.add(name);
      space();
      if (text[at] !== ":") fail(`expected a colon, found ${shown()}`);
      at += 1;
      found.push([name, value(`${pointer}/${escape(name)}`, depth)]);
      space();
      if (text[at] === "}") return (at += 1), Object.fromEntries(found);
      if (text[at] !== ",") fail(`expected a comma or \`}\`, found ${shown()}`);
      at += 1;
    }
  };
  const items = (pointer, depth) => {
    const found = [];
    at += 1;
    space();
    if (text[at] === "]") return (at += 1), found;
    for (;;) {
      found.push(value(`${pointer}/${found.length}`, depth));
      space();
      if (text[at] === "]") return (at += 1), found;
      if (text[at] !== ",") fail(`expected a comma or \`]\`, found ${shown()}`);
      at += 1;
    }
  };
  const word = () => {
    for (const [name, meaning] of WORDS) {
      if (text.startsWith(name, at)) return (at += name.length), meaning;
    }
    const number = take(NUMBER);
    return number === undefined ? fail(`expected a value, found ${shown()}`) : new Digits(number);
  };
  const value = (pointer, depth) => {
    if (depth > DEPTH) fail("too many levels");
    space();
    const from = at;
    const first = text[at];
    const found = first === "{" ? members(pointer, depth + 1) : first === "[" ? items(pointer, depth + 1) : first === '"' ? string() : word();
    places.set(pointer, [from, at]);
    return found;
  };

  const document = value("", 0);
  space();
  if (at < text.length) fail(`expected the end, found ${shown()}`);
  return {value: document, places};
}

/** Writes a document. Members that are undefined are left out. */
export function stringify(value, indent = "  ", level = 0) {
  if (value instanceof Digits) return value.text;
  if (value === null || typeof value !== "object") return JSON.stringify(value ?? null);
  const list = Array.isArray(value);
  const parts = list
    ? value.map((it) => stringify(it, indent, level + 1))
    : Object.entries(value).filter(([, it]) => it !== undefined)
      .map(([name, it]) => `${JSON.stringify(name)}:${indent && " "}${stringify(it, indent, level + 1)}`);
  const [open, close] = list ? "[]" : "{}";
  if (!parts.length) return open + close;
  if (!indent) return open + parts.join(",") + close;
  const inner = `\n${indent.repeat(level + 1)}`;
  return `${open}${inner}${parts.join(`,${inner}`)}\n${indent.repeat(level)}${close}`;
}

/** Makes a value of JavaScript's one with digits, as a form has it. */
export function withDigits(value) {
  return parse(JSON.stringify(value)).value;
}

/** A segment of a JSON Pointer. */
function escape(name) {
  return name.replaceAll("~", "~0").replaceAll("/", "~1");
}
