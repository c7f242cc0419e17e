// Whether a field can show a value. Another one, which was written as JSON, is shown as JSON.

import {Digits} from "./json-text.js";
import {isObject} from "./pointer.js";

const isText = (value) => typeof value === "string";
const FITS = {
  object: isObject, money: isObject, list: Array.isArray, choice: isText, text: isText, bytes: isText,
  enumeration: (value) => isText(value) || value instanceof Digits, boolean: (value) => typeof value === "boolean" || value === null,
  number: (value) => value instanceof Digits || isText(value), variants: () => true, json: () => true,
};

/** @param {string} kind of a field @param {unknown} value undefined fits every field */
export function fits(kind, value) {
  return value === undefined || FITS[kind](value);
}
