// Generates the TypeScript of the actions from the catalogue: an OpenAPI 3.0 document, as the component describes it.

const BYTES = "string | Uint8Array";

/** Returns `actions.ts`. `list` are the actions, as the component lists them. */
export function actionsModule(openapi, list) {
  const writer = new Types(openapi);
  const actions = list.map((action) => {
    const operation = at(openapi, action.definition);
    const input = writer.shape(at(openapi, action.inputSchema), "input");
    const output = action.outputSchema === undefined ? "null" : writer.shape(at(openapi, action.outputSchema), "output");
    const required = (at(openapi, action.inputSchema).required ?? []).length > 0;
    const [resource, verb] = action.id.split(".").map(camel);
    const effects = action.effects.join(", ");
    const key = action.idempotency
      ? `Idempotent by \`options.idempotency_key\`, which PayPal remembers for ${action.idempotency.retentionSeconds} seconds.`
      : undefined;
    const lookup = action.lookup ? `After an unknown outcome look with \`${action.lookup}\` before you repeat it.` : undefined;
    const doc = comment([operation.description, key, lookup, `\`${action.method} ${action.path}\` · ${effects}`], "    ");
    return {...action, resource, verb, input, output, required, doc};
  });
  const schemas = writer.all();
  const names = (action) => `${typeName(action.resource)}${typeName(action.verb)}`;
  const byResource = groupBy(actions, (it) => it.resource);
  const resources = [...byResource].map(([resource, its]) => {
    const functions = its.map((it) => {
      const optional = it.required ? "" : "?";
      const name = names(it);
      return `${it.doc}    ${it.verb}(input${optional}: ${name}Input, options?: CallOptions): Promise<Outcome<${name}Output, ${name}Input>>;\n`;
    });
    return `  readonly ${resource}: {\n${functions.join("")}  };\n`;
  });
  const table = [...byResource].map(([resource, its]) => {
    const entries = its.map((it) => `    ${it.verb}: {id: ${JSON.stringify(it.id)}, reads: ${it.effects.every((effect) => effect === "read")}},\n`);
    return `  ${resource}: {\n${entries.join("")}  },\n`;
  });
  return `// Generated from the catalogue by scripts/types.mjs.

import type {MoneyValue} from "../money.js";
import type {Outcome} from "../outcome.js";
import type {CallOptions} from "../paypal.js";

/** One of PayPal's known values, or one that is new. */
export type Known<Values extends string> = Values | (string & {});

${actions.map((it) => `export type ${names(it)}Input = ${it.input};\nexport type ${names(it)}Output = ${it.output};\n`).join("")}
/** The input and the output of each action, by its id. */
export interface Actions {
${actions.map((it) => `  ${JSON.stringify(it.id)}: {input: ${names(it)}Input; output: ${names(it)}Output};\n`).join("")}}

/** An action's id. */
export type ActionId = keyof Actions;

/** The actions, by resource. */
export interface Resources {
${resources.join("")}}

/** The ids of the functions, and whether they only read. */
export const ACTIONS = {
${table.join("")}} as const satisfies {[Resource in keyof Resources]: {[Verb in keyof Resources[Resource]]: {id: ActionId; reads: boolean}}};

${schemas}`;
}

/**
 * Returns `operations.ts`, the policy's part of the catalogue: what a request may ask, and the header fields it may have. It is
 * that of the repository: what a component says of itself could be false.
 */
export function operationsModule(openapi) {
  const operations = Object.entries(openapi.paths)
    .filter(([path]) => !path.startsWith("/connector/"))
    .flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => [method.toUpperCase(), path, operation["x-paging"] === "next-link"]),
    )
    .map((operation) => `  ${JSON.stringify(operation)},\n`);
  const headers = new Set(
    Object.values(openapi.components.parameters).flatMap((it) => (it.in === "header" ? [it.name.toLowerCase()] : [])),
  );
  return `// Generated from the catalogue by scripts/types.mjs.

/** Method, path, and whether the answers link to further pages. */
export const OPERATIONS: readonly (readonly [method: string, path: string, pages: boolean])[] = [
${operations.join("")}];

/** The header fields of PayPal's that a request may have. */
export const PAYPAL_HEADERS: readonly string[] = ${JSON.stringify([...headers].sort())};
`;
}

/** Writes schemas as types. Those with a name are written once for each use: as part of an input, or of an output. */
class Types {
  #openapi;
  #written = new Map();

  constructor(openapi) {
    this.#openapi = openapi;
  }

  /** Returns the named types. */
  all() {
    return [...this.#written.values()].map(({name, doc, text}) => `${doc}export type ${name} = ${text};\n`).join("\n");
  }

  shape(schema, use, depth = 0) {
    if (schema.$ref) return this.#named(schema.$ref, use);
    const parts = [...(schema.allOf ?? []), ...(schema.oneOf || schema.anyOf ? [schema] : [])];
    const own = this.#own(schema, use, depth);
    const shapes = [
      ...(own === undefined ? [] : [own]),
      ...(schema.allOf ?? []).map((it) => this.shape(it, use, depth)).filter((it) => it !== "unknown"),
    ];
    if (parts.length > 0 && (schema.oneOf || schema.anyOf)) {
      const choices = (schema.oneOf ?? schema.anyOf).map((it) => this.shape(it, use, depth)).filter((it) => it !== "unknown");
      // A choice that only demands members is left to the local check.
      if (choices.length > 0 && own === undefined) shapes.push(`(${[...new Set(choices)].join(" | ")})`);
    }
    return [...new Set(shapes)].join(" & ") || "unknown";
  }

  #own(schema, use, depth) {
    const values = schema.enum ?? schema["x-extensible-enum"];
    if (schema.type === "string" || (!schema.type && values)) {
      if (schema.format === "byte" || schema.format === "binary") return use === "input" ? BYTES : "string";
      if (!values) return "string";
      const union = values.filter((it) => typeof it === "string").map((it) => JSON.stringify(it)).join(" | ");
      return schema.enum && use === "input" ? `(${union})` : `Known<${union}>`;
    }
    if (schema.type === "integer" || schema.type === "number") return "number";
    if (schema.type === "boolean") return "boolean";
    if (schema.type === "array") {
      const item = this.shape(schema.items ?? {}, use, depth);
      return /[|&]/.test(item) && !item.startsWith("{") ? `(${item})[]` : `${item}[]`;
    }
    if (schema.properties) return this.#object(schema, use, depth);
    if (schema.type === "object") {
      if (schema.allOf || schema.oneOf || schema.anyOf) return undefined;
      const other = typeof schema.additionalProperties === "object" ? this.shape(schema.additionalProperties, use, depth) : "unknown";
      return `{[name: string]: ${other}}`;
    }
    return undefined;
  }

  #object(schema, use, depth) {
    const indent = "  ".repeat(depth + 1);
    const names = Object.keys(schema.properties);
    const isMoney = names.includes("value") && (names.includes("currency_code") || names.includes("currency"));
    const members = Object.entries(schema.properties).map(([name, property]) => {
      const required = (schema.required ?? []).includes(name);
      const money = isMoney && name === "value";
      const shape = money ? "MoneyValue" : this.shape(property, use, depth + 1);
      const nullable = (use === "output" && !required) || property.nullable ? " | null" : "";
      const notes = [property.description, property.deprecated ? "@deprecated" : undefined];
      const optional = required ? "" : "?";
      return `${comment(notes, indent)}${indent}${JSON.stringify(name)}${optional}: ${shape}${nullable};\n`;
    });
    return `{\n${members.join("")}${"  ".repeat(depth)}}`;
  }

  #named(ref, use) {
    const key = `${ref} ${use}`;
    const known = this.#written.get(key);
    if (known) return known.name;
    const schema = at(this.#openapi, ref.slice(1));
    const base = typeName(ref.split("/").at(-1).replace(/\.answer$/, ""));
    const taken = new Set([...this.#written.values()].map((it) => it.name));
    const name = [base, `${base}${use === "output" ? "Answer" : "Request"}`, ...counted(base)].find((it) => !taken.has(it) && !RESERVED.has(it));
    const entry = {name, doc: comment([schema.description], ""), text: ""};
    // Named before it is written: a schema may refer to itself.
    this.#written.set(key, entry);
    entry.text = this.shape(schema, use);
    return name;
  }
}

/** The names that the package itself exports, and those of the language. */
const RESERVED = new Set(["PayPal", "CallOptions", "PayPalOptions", "ConnectionReport", "Environment", "AccessToken", "TokenRequest", "TokenSource", "Entry",
  "Journal", "MoneyValue", "Denied", "Failure", "FailureKind", "Issue", "NotDone", "Outcome", "OutcomeUnknown", "Reply", "Known", "Actions",
  "ActionId", "Resources", "Error", "Event", "Object", "String", "Number", "Date", "Map", "Promise", "Record", "MemoryJournal", "TokenError"]);

function* counted(base) {
  for (let n = 2; n < 100; n += 1) yield `${base}${n}`;
}

function groupBy(items, key) {
  const groups = new Map();
  for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  return groups;
}

/** Returns what a JSON Pointer leads to. */
function at(document, pointer) {
  const steps = pointer.split("/").slice(1).map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
  return steps.reduce((value, step) => value[step], document);
}

function comment(paragraphs, indent) {
  const lines = paragraphs.filter(Boolean).flatMap((it, n) => [...(n > 0 ? [""] : []), ...it.replaceAll("*/", "* /").split("\n")]);
  if (lines.length === 0) return "";
  if (lines.length === 1) return `${indent}/** ${lines[0]} */\n`;
  return `${indent}/**\n${lines.map((line) => `${indent} * ${line}`.trimEnd()).join("\n")}\n${indent} */\n`;
}

/** `create-link` → `createLink`. */
function camel(name) {
  return name.replace(/-(\w)/g, (_, letter) => letter.toUpperCase());
}

/** `plans.billing_cycle` → `PlansBillingCycle`. */
function typeName(name) {
  return name.replace(/(?:^|[._-])(\w)/g, (_, letter) => letter.toUpperCase());
}
