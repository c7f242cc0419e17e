// What the methods did, and what a case may expect of them.
import assert from "node:assert/strict";
import {answers, paypal, setting} from "./client.mjs";

/** Each answer: the method, the request as it was sent, and the status, with the issue or the name of a refusal. */
export const outcomes = [];
export const problems = [];

/** Runs a case. If it fails, that is a problem, and the next one runs all the same. */
export async function test(name, run) {
  try {
    await run();
  } catch (error) {
    problems.push(`${name}: ${error.stack ?? error}`);
  }
}

/** Calls a method, and records its answer, and those for tokens, which the client requests when it is answered 401. */
async function call(name, args) {
  const record = (method, answer, reason) =>
    outcomes.push({method, request: `${answer.method} ${answer.path}`, result: `${answer.status} ${reason}`.trim()});
  answers.length = 0;
  const given = await paypal[name](...args).then(
    (document) => ({document}),
    (error) => ({error}),
  );
  const last = answers.pop();
  for (const answer of answers.filter((it) => it.path === "/v1/oauth2/token")) record("authenticate", answer, "");
  if (given.error && !given.error.response) throw given.error;
  record(name, last, given.error ? reason(given.error.response.data) : "");
  return {...given, status: last.status};
}

/** The code that a program can act on: the issue, or the name of the error. */
function reason({name, details}) {
  const issue = details?.[0]?.issue;
  return issue && /^[A-Z0-9_]+$/.test(issue) ? issue : name;
}

/** Expects success with a status. Returns the document. */
export async function answered(status, name, ...args) {
  const given = await call(name, args);
  assert.equal(given.status, status, JSON.stringify(given.error?.response.data));
  assert.equal(given.error, undefined);
  return given.document;
}

/** Expects that PayPal refuses, with a debug id. */
export async function refused(expected, name, ...args) {
  const {error, status} = await call(name, args);
  assert.ok(error, `nothing was refused with ${expected}`);
  const document = error.response.data;
  assert.equal(`${status} ${reason(document)}`, expected, JSON.stringify(document));
  assert.equal(document.debug_id, error.response.headers["paypal-debug-id"]);
}

/** What another program, a payer or time does: a request without the client. */
export async function post(path, body = {}, token) {
  const headers = {"Content-Type": "application/json", ...(token && {Authorization: `Bearer ${token}`})};
  const response = await fetch(setting("PAYPAL_URL") + path, {method: "POST", headers, body: JSON.stringify(body)});
  const text = await response.text();
  if (!response.ok) throw new Error(`POST ${path}: ${response.status} ${text}`);
  return text && JSON.parse(text);
}
