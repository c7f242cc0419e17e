// Finds out what a call did that was cut off, and says what came of it.

import {json, of} from "../core/api.js";

/** How it was found out. */
const FOUND_BY = {
  journal: "That was noted already.",
  key: "PayPal was asked again with the call's key: it had done it already, or has done it now, once in total.",
  lookup: "The resource at PayPal shows it.",
  caller: "Noted as you have said.",
};

/**
 * Asks the server to find out. `text` is more that the action takes, as JSON: `{"outcome": "not-done"}`, or `{"body": …}`.
 *
 * @returns {Promise<any>} the reply's body
 */
export async function resolve(connection, call, text = "{}") {
  const outcome = await json("POST", of(connection, "calls", call, "resolve"), {text});
  return outcome.reply.body;
}

/** What came of it, in words: `{tone, title, lines}`. */
export function resolved(found) {
  const by = FOUND_BY[found.found_by] ?? "";
  const about = [found.resource_id && `The resource is ${found.resource_id}`, found.status && `its status is ${found.status}`].filter(Boolean).join(", ");
  if (found.outcome === "done") {
    return {tone: "good", title: "It was done, once", lines: [by, about && `${about}.`, "Nothing is left to do for this call."]};
  }
  if (found.outcome === "not-done") {
    const refusal = found.failure && `PayPal has refused it: ${found.failure.message ?? found.failure.name ?? found.failure.kind}.`;
    return {tone: "good", title: "It was not done", lines: [by, refusal, "No money has moved by it. If it is still wanted, make a new call."]};
  }
  return {tone: "warn", title: "It cannot be found out by the server", lines: [
    "PayPal has shown the resource that the call is about, if any, but not whether this call was what changed it. Look at it, and say what you make of it.", about && `${about}.`]};
}
