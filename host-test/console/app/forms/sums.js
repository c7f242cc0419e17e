// The sums in an input, and their total, by decimal digits: money is never a number.

import {Digits} from "./json-text.js";
import {below, isObject} from "./pointer.js";

/**
 * Returns all amounts in an input: `[{pointer, value, currency, depth}]`. `currency` is null if none is given with it.
 *
 * @param {object} input
 * @param {(pointer: string) => boolean} isMoney whether the schema says so of what is at a pointer
 */
export function sumsOf(input, isMoney) {
  const found = [];
  const look = (value, pointer, depth) => {
    if (Array.isArray(value)) return value.forEach((it, at) => look(it, below(pointer, at), depth + 1));
    if (!isObject(value)) return undefined;
    const given = value.currency_code ?? value.currency;
    const currency = typeof given === "string" ? given : null;
    const amount = written(value.value) ?? written(value.amount);
    // A text without a currency is one of many things: only the schema knows.
    if (amount !== null && (currency !== null || isMoney(pointer))) found.push({pointer, value: amount, currency, depth});
    return Object.entries(value).forEach(([name, it]) => look(it, below(pointer, name), depth + 1));
  };
  look(input, "", 0);
  return found;
}

/** An amount as it is written. One that is a number by mistake is money all the same. */
function written(amount) {
  if (typeof amount === "string") return amount;
  if (amount instanceof Digits) return amount.text;
  return typeof amount === "number" ? String(amount) : null;
}

/** Returns a sum as it is shown. */
export function sumText({value, currency}) {
  return currency === null ? `${value}, no currency` : `${value} ${currency}`;
}

/**
 * Returns the sum that a call is about: the amounts that stand highest in the input, added up. Null if they are not the items of one
 * list, have several currencies or none, one is no decimal number, or another amount in the input is larger than their sum: then
 * nobody can tell from the input alone.
 *
 * @returns {string | null} such as `12.50 USD`
 */
export function totalOf(sums) {
  const top = sums.reduce((least, it) => Math.min(least, it.depth), Infinity);
  const highest = sums.filter((it) => it.depth === top);
  const [first] = highest;
  if (!first || first.currency === null || highest.some((it) => it.currency !== first.currency || pattern(it) !== pattern(first))) return null;
  const decimals = sums.reduce((most, it) => Math.max(most, (DECIMAL.exec(it.value)?.[3] ?? "").length), 0);
  const units = highest.map((it) => unitsOf(it, decimals));
  if (units.includes(null)) return null;
  const total = units.reduce((sum, it) => sum + it, 0n);
  // What is inside of an amount, such as its breakdown, is a part of it.
  const pointers = highest.map((it) => `${it.pointer}/`);
  const others = sums.filter((it) => it.depth > top && !pointers.some((pointer) => it.pointer.startsWith(pointer)));
  if (others.some((it) => (unitsOf(it, decimals) ?? total + 1n) > total)) return null;
  return `${textOf(total, decimals)} ${first.currency}`;
}

/** Returns the largest amount, as it stands in the input; null if there is none that can be compared. */
export function largestOf(sums) {
  const decimals = sums.reduce((most, it) => Math.max(most, (DECIMAL.exec(it.value)?.[3] ?? "").length), 0);
  const comparable = sums.filter((it) => it.currency !== null && unitsOf(it, decimals) !== null);
  const largest = comparable.reduce((most, it) => (most === null || unitsOf(it, decimals) > unitsOf(most, decimals) ? it : most), null);
  return largest && sumText(largest);
}

const DECIMAL = /^(-?)(\d+)(?:\.(\d+))?$/;

/** The pointer of an amount without the places in lists. */
const pattern = ({pointer}) => pointer.replace(/\/\d+(?=\/|$)/g, "/*");

/** An amount in units of so many decimals; null if it is no decimal number. */
function unitsOf({value}, decimals) {
  const parts = DECIMAL.exec(value);
  return parts && BigInt(`${parts[1]}${parts[2]}${(parts[3] ?? "").padEnd(decimals, "0")}`);
}

function textOf(units, decimals) {
  const digits = String(units < 0n ? -units : units).padStart(decimals + 1, "0");
  return `${units < 0n ? "-" : ""}${decimals ? `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}` : digits}`;
}
