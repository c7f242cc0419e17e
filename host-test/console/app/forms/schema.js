// What a schema of the connector's OpenAPI document says about a value, with all that it refers to (docs/catalogue.md, Forms).

import {names} from "./pointer.js";

/**
 * The whole input of an action, from `GET /v1/manifest`. Its schemas have where the choices come from (`x-options`), which the
 * JSON Schemas of `GET /v1/actions/{id}` have not.
 */
export class Schemas {
  /** @param {object} openapi */
  constructor(openapi) {
    this.openapi = openapi;
    this.merged = new WeakMap();
  }

  /** Returns what is at a JSON Pointer of the document. */
  at(pointer) {
    return names(pointer).reduce((it, name) => it?.[name], this.openapi);
  }

  /**
   * Returns a schema as one, without references and `allOf`. Those in its members and items are as they were, so that a schema
   * that has itself inside is no problem.
   *
   * @returns {any} the keywords, and `members`: the properties in the order in which a form shows them, `[{name, schema, required}]`
   */
  one(schema) {
    if (schema === null || typeof schema !== "object") return {members: []};
    const known = this.merged.get(schema);
    if (known) return known;
    const found = {};
    const members = [];
    for (const part of this.parts(schema)) {
      const {properties = {}, required = [], allOf: _parts, $ref: _reference, ...keywords} = part;
      // The first part that says something is the nearest to the place where the schema is used.
      for (const [name, value] of Object.entries(keywords)) found[name] ??= value;
      found.readOnly ||= part.readOnly;
      found.required = [...(found.required ?? []), ...required];
      const sorted = Object.entries(properties).sort(([, a], [, b]) => (a["x-order"] ?? 0) - (b["x-order"] ?? 0));
      for (const [name, property] of sorted) {
        const same = members.find((it) => it.name === name);
        if (same) same.schema = {allOf: [same.schema, property]};
        else members.push({name, schema: property});
      }
    }
    const shown = members.filter(({schema: it}) => !this.one(it).readOnly).map((it) => ({...it, required: found.required.includes(it.name)}));
    found.members = [...shown.filter((it) => it.required), ...shown.filter((it) => !it.required)];
    this.merged.set(schema, found);
    return found;
  }

  /** The schema and those that it consists of, the nearest first. */
  *parts(schema, depth = 0) {
    if (depth > 20) return;
    if (schema.$ref) return yield* this.parts(this.at(schema.$ref.slice(1)) ?? {}, depth + 1);
    yield schema;
    for (const part of schema.allOf ?? []) yield* this.parts(part, depth + 1);
  }

  /** Returns the schema of the value at a pointer of an input; undefined if the schema has none. */
  of(schema, pointer) {
    return names(pointer).reduce((it, name) => {
      if (!it) return undefined;
      const node = this.one(it);
      return node.items && /^\d+$/.test(name) ? node.items : node.members.find((member) => member.name === name)?.schema;
    }, schema);
  }
}

/** What draws a value: `object`, `list`, `money`, `variants`, `choice`, `enumeration`, `boolean`, `number`, `secret`, `bytes`, `text`, or `json`. */
export function kindOf(node) {
  if (isMoney(node)) return "money";
  if (node.members.length) return "object";
  if (node.type === "array" || node.items) return "list";
  const variants = (node.oneOf ?? node.anyOf ?? []).filter((it) => it.type || it.$ref || it.allOf);
  if (variants.length) return "variants";
  if (node["x-options"]?.action) return "choice";
  if (node.enum || node["x-extensible-enum"]) return "enumeration";
  if (node.type === "boolean") return "boolean";
  if (node.type === "integer" || node.type === "number") return "number";
  if (node.type === "string") return node.format === "byte" ? "bytes" : "text";
  return "json";
}

/** What the members of an amount are called. */
export function moneyMembers(node) {
  const has = (name) => node.members.some((it) => it.name === name);
  return [["value", "currency_code"], ["value", "currency"]].find((pair) => pair.every(has)) ?? null;
}

function isMoney(node) {
  return node.type === "object" && moneyMembers(node) !== null;
}

/** Names of members that nobody should read over a shoulder. */
const SECRETS = /^(security_code|client_secret|cryptogram|onl?ine_payment_cryptogram|onlinepayment_cryptogram|payment_data|access_token|refresh_token)$/;
const CARD_NUMBER = /\{13,19\}/;

/** Whether a text is a secret: the number of a card, its code, a token of a wallet. */
export function isSecret(name, node) {
  return SECRETS.test(name) || (name === "number" && CARD_NUMBER.test(node.pattern ?? ""));
}
