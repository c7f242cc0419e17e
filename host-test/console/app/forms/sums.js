// The sums in an input, and their total, by decimal digits: money is never a number.

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
    const amount = typeof value.value === "string" ? value.value : typeof value.amount === "string" ? value.amount : null;
    // A text without a currency is one of many things: only the schema knows.
    if (amount !== null && (currency !== null || isMoney(pointer))) found.push({pointer, value: amount, currency, depth});
    return Object.entries(value).forEach(([name, it]) => look(it, below(pointer, name), depth + 1));
  };
  look(input, "", 0);
  return found;
}

/** Returns a sum as it is shown. */
export function sumText({value, currency}) {
  return currency === null ? `${value}, no currency` : `${value} ${currency}`;
}

/**
 * Returns the sum that a call is about: the amounts that stand highest in the input, added up. Null if there are none, if they
 * have several currencies or none, or if one is no decimal number.
 *
 * @returns {string | null} such as `12.50 USD`
 */
export function totalOf(sums) {
  const highest = sums.filter((it) => it.depth === Math.min(...sums.map((other) => other.depth)));
  if (!highest.length || highest.some((it) => it.currency === null) || new Set(highest.map((it) => it.currency)).size > 1) return null;
  if (highest.length === 1) return sumText(highest[0]);
  const parts = highest.map((it) => /^(-?)(\d+)(?:\.(\d+))?$/.exec(it.value));
  if (parts.includes(null)) return null;
  const decimals = Math.max(...parts.map(([, , , fraction]) => (fraction ?? "").length));
  const total = parts.reduce((sum, [, sign, whole, fraction]) => sum + BigInt(`${sign}${whole}${(fraction ?? "").padEnd(decimals, "0")}`), 0n);
  const digits = String(total < 0n ? -total : total).padStart(decimals + 1, "0");
  const text = decimals ? `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}` : digits;
  return `${total < 0n ? "-" : ""}${text} ${highest[0].currency}`;
}
