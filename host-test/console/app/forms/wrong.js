// Which field of a form a detail of a failure is about.

import {names} from "./pointer.js";

/**
 * Returns what is wrong, with the pointer of its field in the input.
 *
 * @param {import("./schema.js").Schemas} schemas
 * @param {object} schema of the whole input
 * @param {any[]} details of a failure: `field` is a JSON Pointer, or PayPal's own way to name a member
 * @returns {{pointer: string | null, text: string, issue: string}[]} `pointer` is null if the input has no such field
 */
export function located(schemas, schema, details) {
  const found = details.map((it) => ({
    pointer: it.field ? pointerOf(schemas, schema, it.field) : null,
    text: [it.description, it.issue && !it.description ? it.issue : null].filter(Boolean).join(" ") || "is not valid",
    issue: it.issue ?? "",
    field: it.field ?? "",
  }));
  return found.filter((it, at) => !found.some((other, place) => place !== at && isSaidBy(it, other, place < at)));
}

/** Whether another line says the same of the same field, or of what is in it. */
function isSaidBy(it, other, isBefore) {
  if (it.pointer === null || other.pointer === null || it.text !== other.text) return false;
  return (isBefore && other.pointer === it.pointer) || other.pointer.startsWith(`${it.pointer}/`);
}

function pointerOf(schemas, schema, field) {
  const pointer = asPointer(field);
  // A detail about the body counts from it.
  const candidates = [`/body${pointer}`, pointer];
  const whole = candidates.find((it) => schemas.of(schema, it) !== undefined);
  if (whole) return whole;
  // The nearest field that there is: of a member that is not in the schema, its object.
  for (const candidate of candidates) {
    for (let at = candidate; names(at).length > 1; at = at.slice(0, at.lastIndexOf("/"))) {
      if (schemas.of(schema, at) !== undefined) return at;
    }
  }
  return null;
}

/** PayPal names members in more than one way: `/a/0/b`, `a[0].b`, `$.a[0].b`. */
function asPointer(field) {
  if (field.startsWith("/")) return field.replace(/\/$/, "");
  const path = field.replace(/^\$\.?/, "").replace(/\[(\d+)\]/g, ".$1");
  return path.split(".").filter(Boolean).map((it) => `/${it}`).join("");
}

/** Returns what is wrong with the field at a pointer; null if nothing is. */
export function wrongAt(wrong, pointer) {
  const found = wrong.filter((it) => it.pointer === pointer);
  return found.length ? found.map((it) => it.text).join("; ") : null;
}

/** Whether something is wrong at a pointer or below it: it must be seen. */
export function isWrongBelow(wrong, pointer) {
  return wrong.some((it) => it.pointer === pointer || it.pointer?.startsWith(`${pointer}/`));
}
