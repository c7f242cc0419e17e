// What the requests did, and what a case may expect of them.
import assert from "node:assert/strict";

/** Each answer: the class of the request, the request, and the status, with the issue or the name of a refusal. */
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

/** Sends a request, and records what comes. */
async function send(client, request) {
  const add = (result) =>
    outcomes.push({
      method: request.constructor.name,
      request: `${request.verb} ${request.path.split("?")[0]}`,
      result,
    });
  try {
    const response = await client.execute(request);
    add(String(response.statusCode));
    return response;
  } catch (error) {
    if (error.statusCode !== undefined) add(`${error.statusCode} ${reason(error)}`);
    throw error;
  }
}

/** The error's document. These SDKs leave it as text. */
function documentOf(error) {
  return JSON.parse(error.message);
}

/** The code that a program can act on: the issue, the name of the error, or OAuth's. */
function reason(error) {
  const document = documentOf(error);
  const issue = document.details?.[0]?.issue;
  return issue && /^[A-Z0-9_]+$/.test(issue) ? issue : (document.name ?? document.error ?? "");
}

/** Expects success with a status. Returns the document. */
export async function answered(status, client, request) {
  const {statusCode, result} = await send(client, request);
  assert.equal(statusCode, status);
  return result;
}

/** Expects that PayPal refuses, with a debug id and with the field at fault. Returns the document of the error. */
export async function refused(expected, client, request, field) {
  const error = await send(client, request).then(
    () => assert.fail(`nothing was refused with ${expected}`),
    (error) => error,
  );
  if (error.statusCode === undefined) throw error;
  assert.equal(`${error.statusCode} ${reason(error)}`, expected, error.message);
  const document = documentOf(error);
  assert.ok(document.error || document.debug_id === error.headers["paypal-debug-id"], error.message);
  if (field !== undefined) assert.equal(document.details[0].field, field, error.message);
  return document;
}

/** A control of the simulator: a payer approves, time passes. */
export async function control(url, path, body = {}) {
  const headers = {"Content-Type": "application/json"};
  const response = await fetch(`${url}/simulator/${path}`, {method: "POST", headers, body: JSON.stringify(body)});
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
}
