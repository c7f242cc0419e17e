// Where an answer leads: the payer's page, other actions with the id filled in, the history.

import {html} from "../core/html.js";
import {go, Link, to, webLink} from "../core/router.js";
import {names} from "../forms/pointer.js";
import {obvious, PAYER_PAGE} from "./obvious.js";

/** Relations of links that a payer opens. */
const PAYER = ["approve", "payer-action", "payer-view", "edit_approve"];
/** What ends something comes last: it is seldom what comes next. */
const ENDS = /(^|-)(cancel|close|deactivate|delete|suspend|terminate|void)(-|$)/;
/** So many actions are offered. */
const OFFERED = 8;

/** Returns the payer's page of an answer; null if there is none. */
function payerPage(body) {
  if (body === null || typeof body !== "object") return null;
  const direct = PAYER.includes(body.link_rel) ? webLink(body.link) : null;
  if (direct) return direct;
  // A draft has its link already, and nobody can pay it.
  if (body.status === "DRAFT") return null;
  const links = [body, ...list(body.links), ...list(body.order?.links)];
  return webLink(links.find((it) => PAYER.includes(it?.rel))?.href) ?? webLink(body.detail?.metadata?.recipient_view_url);
}

const list = (value) => (Array.isArray(value) ? value : []);

/**
 * Returns the actions that can be called next with an id of the answer, `[{action, input}]`: those that its links lead to, and those
 * of the same resource that need nothing but its id.
 */
function following(actions, action, schemas, body) {
  if (body === null || typeof body !== "object") return [];
  const found = new Map();
  const offer = (it, input) => {
    if (it.id !== action.id && !it.deprecated && !found.has(it.id)) found.set(it.id, {action: it, input});
  };
  // A link names an operation by its method and path.
  for (const link of [...list(body.links), ...list(body.order?.links), ...payments(body)]) {
    const path = typeof link?.href === "string" && URL.canParse(link.href) ? new URL(link.href).pathname : null;
    if (path) actions.forEach((it) => match(it, schemas, link.method ?? "GET", path, offer));
  }
  const collection = collectionOf(action);
  if (collection && typeof body.id === "string") {
    // Where there are links, they say what its state allows.
    const linked = list(body.links).length > 0;
    for (const it of actions.filter((other) => other.path.startsWith(`${collection}/{`) && (other.method === "GET" || !linked))) {
      const parameter = onlyId(schemas, it);
      if (parameter) offer(it, {[parameter]: body.id});
    }
  }
  const ends = ({action: it}) => it.effects.includes("irreversible") || ENDS.test(it.id.split(".").at(-1));
  return [...found.values()].sort((a, b) => Number(ends(a)) - Number(ends(b))).slice(0, OFFERED);
}

/** The links of the payments in an order. */
function payments(body) {
  return list(body.purchase_units ?? body.order?.purchase_units).flatMap((unit) => ["captures", "authorizations", "refunds"].flatMap((name) => list(unit?.payments?.[name])))
    .flatMap((it) => list(it?.links));
}

function match(action, schemas, method, path, offer) {
  if (action.method !== method) return;
  const expected = names(action.path);
  const given = names(path);
  if (expected.length !== given.length || action.path.startsWith("/connector/")) return;
  const input = {};
  for (const [at, part] of expected.entries()) {
    const parameter = /^\{(.*)\}$/.exec(part)?.[1];
    if (parameter) input[nameOf(schemas, action, parameter)] = decoded(given[at]);
    else if (part !== given[at]) return;
  }
  const required = schemas.one(schemas.at(action.input_schema)).members.filter((it) => it.required && it.name !== "body");
  if (Object.keys(input).length && required.every((it) => Object.hasOwn(input, it.name))) offer(action, input);
}

/** A part of PayPal's path. One that cannot be decoded stays as it is. */
function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** The member of an input for a parameter of a path. */
function nameOf(schemas, action, parameter) {
  const members = schemas.one(schemas.at(action.input_schema)).members;
  return members.some((it) => it.name === parameter) ? parameter : (members.find((it) => it.name.replaceAll("-", "_") === parameter.replaceAll("-", "_"))?.name ?? parameter);
}

/** The only required parameter of an action, if it is an id. */
function onlyId(schemas, action) {
  const required = schemas.one(schemas.at(action.input_schema)).members.filter((it) => it.required);
  return required.length === 1 && /(^|_)id$/.test(required[0].name) ? required[0].name : null;
}

/** The path of the resources to which the id of an answer belongs: of an action that makes one, or reads or changes one as a whole. */
function collectionOf({method, path}) {
  if (path.startsWith("/connector/")) return null;
  if (!path.includes("{")) return method === "POST" ? path : null;
  return /^[^{}]*\/\{[^{}]*\}$/.test(path) ? path.slice(0, path.indexOf("/{")) : null;
}

/** The kinds of resources that have a page with their history, by what an action notes in the journal. */
const HISTORIES = ["order", "subscription"];

export function Follow({actions, action, connection, schemas, reply, input, extras}) {
  const body = reply.body;
  const page = payerPage(body);
  const steps = obvious(action, body, input)
    .map((it) => (typeof it === "string" ? page && it : {action: actions.find((other) => other.id === it.id), input: it.input}))
    .filter((it) => (typeof it === "string" ? it : it?.action));
  const known = steps.map((it) => (typeof it === "string" ? it : it.action.id));
  const others = following(actions, action, schemas, body).filter((it) => !known.includes(it.action.id));
  const order = action.group === "payments" ? orderOf(body, extras) : null;
  const history = order ? {kind: "order", id: order} : historyOf(action, schemas, body, input);
  // What the table says comes before what the answer has besides.
  const all = [...steps, ...(page && !known.includes(PAYER_PAGE) ? [PAYER_PAGE] : []), ...others];
  if (!all.length && !history) return null;
  const leads = all[0] === PAYER_PAGE || steps.length > 0;
  const draw = (it, first) => (typeof it === "string"
    ? html`<a class=${first ? "button main payer-page" : "button small"} href=${page} target="_blank" rel="noreferrer">Open the payer's page</a>`
    : html`<button type="button" class=${first ? "main" : "small"} onClick=${() => go(to(connection.name, "actions", it.action.id), {state: {input: it.input, extras: order ? {order_id: order} : {}}})}>${it.action.summary}</button>`);
  const rest = leads ? all.slice(1) : all;
  return html`<div class="follow">
    ${leads && html`<p>${draw(all[0], true)}</p>`}
    ${(rest.length > 0 || history) && html`<h3>Go on</h3><ul>
      ${rest.map((it) => html`<li key=${typeof it === "string" ? it : it.action.id}>${draw(it, false)}</li>`)}
      ${history && html`<li><${Link} class="button small" href=${to(connection.name, "timeline", history.kind, history.id)}>History of the ${history.kind}<//></li>`}
    </ul>`}
  </div>`;
}

/** The order of a payment: it says so itself, or by a link; or its captures were listed to choose from. */
function orderOf(body, extras) {
  const related = body?.supplementary_data?.related_ids?.order_id;
  if (typeof related === "string") return related;
  const paths = list(body?.links).map((it) => (URL.canParse(it?.href) ? names(new URL(it.href).pathname) : []));
  const linked = paths.find((it) => it.length === 4 && it[1] === "checkout" && it[2] === "orders")?.[3];
  return linked ?? (typeof extras.order_id === "string" && extras.order_id ? extras.order_id : null);
}

function historyOf(action, schemas, body, input) {
  const journal = schemas.at(action.definition)?.["x-journal"];
  const kind = journal?.subject ?? {orders: "order", subscriptions: "subscription"}[action.group];
  if (!HISTORIES.includes(kind)) return null;
  const id = input?.[journal?.id ?? "id"] ?? body?.order_id ?? body?.id;
  return typeof id === "string" ? {kind, id} : null;
}
