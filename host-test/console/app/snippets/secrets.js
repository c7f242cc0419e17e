// What is in an input that does not belong into a command: card numbers and the like, and the bytes of files. A placeholder takes
// its place.

import {Digits} from "../forms/json-text.js";
import {below, isObject} from "../forms/pointer.js";
import {isSecret} from "../forms/schema.js";

/** The bytes of a file, which a program reads from it. */
export class FileBytes {
  constructor(name) {
    this.name = name;
  }
}

/**
 * Returns the input with placeholders, and what to say about them.
 *
 * @param {import("../forms/schema.js").Schemas} schemas
 * @param {object} schema of the input
 * @param {object} input
 * @returns {{input: any, notes: string[]}} bytes of files are `FileBytes`
 */
export function withoutSecrets(schemas, schema, input) {
  const notes = [];
  const replace = (value, pointer, name) => {
    if (Array.isArray(value)) return value.map((it, at) => replace(it, below(pointer, at), String(at)));
    if (isObject(value)) {
      const file = /^\/files\/\d+$/.test(pointer) && typeof value.data === "string";
      if (file) notes.push(`The bytes of ${value.name} are read from the file, or go in its place in base64.`);
      return Object.fromEntries(Object.entries(value).map(([member, it]) => [member, file && member === "data" ? new FileBytes(String(value.name)) : replace(it, below(pointer, member), member)]));
    }
    if (typeof value !== "string") return value;
    const found = schemas.of(schema, pointer);
    const hidden = (found && isSecret(name, schemas.one(found))) || PRIVATE.test(name) || isCard(value);
    if (!hidden) return value;
    const placeholder = (name === "number" ? "card_number" : name).toUpperCase();
    notes.push(`Put the secret in the place of ${placeholder}.`);
    return placeholder;
  };
  return {input: replace(input, "", ""), notes: [...new Set(notes)]};
}

/** Names of what is nobody else's, also where no schema knows the member. */
const PRIVATE = /assertion|secret|passw|cryptogram|cvv|cvc|security_code|account_number|identification_number|date_of_birth|^(pan|iban)$/i;

/** Whether a text has a card's number: its digits are right by their last one (ISO/IEC 7812-1, annex B). */
function isCard(text) {
  if (!CARD.test(text.trim())) return false;
  const digits = text.replace(/\D/g, "");
  const sum = [...digits].reverse().reduce((total, digit, at) => {
    const value = Number(digit) * (at % 2 ? 2 : 1);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return sum % 10 === 0;
}

/** Names of what the browser's history never keeps, wherever it stands: it is written to the disk. */
const NEVER = /secret|token|cryptogram|cvv|cvc|passw|assertion|payment_data|security_code|^(files|pan)$/i;
/** The digits of a card, however they are grouped. */
const CARD = /^\d(?:[ -]?\d){11,18}$/;

/**
 * Returns an input without secrets, files and bytes: their members are left out, and have to be typed again.
 *
 * @param {import("../forms/schema.js").Schemas} schemas
 * @param {object} schema of the input
 * @param {any} input
 */
export function kept(schemas, schema, input) {
  const isKept = (value, pointer, name) => {
    if (NEVER.test(name)) return false;
    if (typeof value !== "string") return true;
    const found = schemas.of(schema, pointer);
    const node = found ? schemas.one(found) : {};
    return !isSecret(name, node) && node.format !== "byte" && !CARD.test(value.trim());
  };
  const copy = (value, pointer) => {
    if (Array.isArray(value)) return value.map((it, at) => (isKept(it, below(pointer, at), String(at)) ? copy(it, below(pointer, at)) : null));
    if (!isObject(value)) return value instanceof Digits && CARD.test(value.text) ? null : value;
    return Object.fromEntries(Object.entries(value).filter(([name, it]) => isKept(it, below(pointer, name), name)).map(([name, it]) => [name, copy(it, below(pointer, name))]));
  };
  return copy(input, "");
}
