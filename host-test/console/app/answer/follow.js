// Where an answer leads: the payer's page, other actions with the id filled in, the history.

import {html} from "../core/html.js";
import {go, Link, to, webLink} from "../core/router.js";
import {names} from "../forms/pointer.js";

/** Relations of links that a payer opens. */
const PAYER = ["approve", "payer-action", "payer-view", "edit_approve"];
/** So many actions are offered. */
const OFFERED = 8;

/** Returns the payer's page of an answer; null if there is none. */
export function payerPage(body) {
  if (body === null || typeof body !== "object") return null;
  const direct = PAYER.includes(body.link_rel) ? webLink(body.link) : null;
  if (direct) return direct;
  const links = [...list(body.links), ...list(body.order?.links)];
  return webLink(links.find((it) => PAYER.includes(it?.rel))?.href) ?? webLink(body.detail?.metadata?.recipient_view_url);
}

const list = (value) => (Array.isArray(value) ? value : []);

/**
 * Returns the actions that can be called next with an id of the answer, `[{action, input}]`: those of the same group that need
 * nothing but one id, if the path at PayPal of this action's answer is theirs: by the links of the answer, or by the id in it.
 */
export function following(actions, action, schemas, body) {
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
  const id = idOf(body);
  for (const it of id ? actions.filter((other) => other.group === action.group) : []) {
    const parameter = onlyId(schemas, it);
    if (parameter && names(it.path).length === 3 + Number(names(it.path).length === 4)) offerById(it, parameter, id);
  }
  function offerById(it, parameter, value) {
    const ours = schemas.at(action.definition)?.["x-journal"]?.subject;
    const theirs = schemas.at(it.definition)?.["x-journal"]?.subject;
    if (ours && theirs && ours === theirs) offer(it, {[parameter]: value});
  }
  return [...found.values()].slice(0, OFFERED);
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
    if (parameter) input[nameOf(schemas, action, parameter)] = decodeURIComponent(given[at]);
    else if (part !== given[at]) return;
  }
  const required = schemas.one(schemas.at(action.input_schema)).members.filter((it) => it.required && it.name !== "body");
  if (Object.keys(input).length && required.every((it) => Object.hasOwn(input, it.name))) offer(action, input);
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

function idOf(body) {
  const id = body.order_id ?? body.id;
  return typeof id === "string" ? id : null;
}

/** The kinds of resources that have a page with their history, by what an action notes in the journal. */
const HISTORIES = ["order", "subscription"];

export function Follow({actions, action, connection, schemas, reply, input}) {
  const body = reply.body;
  const page = payerPage(body);
  const offered = following(actions, action, schemas, body);
  const history = historyOf(action, schemas, body, input);
  if (!page && !offered.length && !history) return null;
  return html`<div class="follow">
    ${page && html`<p><a class="button main payer-page" href=${page} target="_blank" rel="noreferrer">Open the payer's page</a></p>`}
    ${(offered.length > 0 || history) && html`<h3>Go on</h3><ul>
      ${offered.map((it) => html`<li key=${it.action.id}><button type="button" class="small" onClick=${() => go(to(connection.name, "actions", it.action.id), {state: {input: it.input}})}>${it.action.summary}</button></li>`)}
      ${history && html`<li><${Link} class="button small" href=${to(connection.name, "timeline", history.kind, history.id)}>History of the ${history.kind}<//></li>`}
    </ul>`}
  </div>`;
}

function historyOf(action, schemas, body, input) {
  const journal = schemas.at(action.definition)?.["x-journal"];
  const kind = journal?.subject ?? (action.group === "orders" ? "order" : action.group === "subscriptions" ? "subscription" : null);
  if (!HISTORIES.includes(kind)) return null;
  const id = input?.[journal?.id ?? "id"] ?? input?.order_id ?? body?.order_id ?? body?.id;
  return typeof id === "string" ? {kind, id} : null;
}
