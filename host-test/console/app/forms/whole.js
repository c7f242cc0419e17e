// The input as a form sends it: an object that is required and may be empty is there without anything typed into it.

import {pruned} from "./draft.js";
import {isObject, withMember} from "./pointer.js";
import {kindOf} from "./schema.js";

/** How deep it is looked: a schema may have itself inside. */
const DEPTH = 12;

/**
 * Returns an input with all required objects that need no member, as far as what they are in is given. A list or an object with
 * members that are missing is not made: what is missing is said in its place.
 *
 * @param {import("./schema.js").Schemas} schemas
 * @param {any} schema of the value
 * @param {any} value
 * @returns {any}
 */
export function whole(schemas, schema, value, depth = 0) {
  if (schema === undefined || depth > DEPTH) return value;
  const node = schemas.one(schema);
  if (Array.isArray(value)) return node.items ? value.map((it) => whole(schemas, node.items, it, depth + 1)) : value;
  if (!isObject(value)) return value;
  let found = value;
  for (const member of node.members) {
    const given = Object.hasOwn(value, member.name) ? value[member.name] : member.required ? emptyOf(schemas, member.schema, depth) : undefined;
    if (given !== undefined) found = withMember(found, member.name, whole(schemas, member.schema, given, depth + 1));
  }
  return found;
}

/** `{}` for an object that may be empty, or has only such objects in it. */
function emptyOf(schemas, schema, depth) {
  const node = schemas.one(schema);
  if (depth > DEPTH || kindOf(node) !== "object") return undefined;
  return node.members.filter((it) => it.required).every((it) => emptyOf(schemas, it.schema, depth + 1)) ? {} : undefined;
}

/** Returns the input of a form, without what was left empty. */
export function inputOf(schemas, schema, input) {
  return whole(schemas, schema, pruned(input) ?? {});
}
