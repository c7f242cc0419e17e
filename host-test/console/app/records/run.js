// Runs an action for a page that shows what it answers in its own way.

import {json, of} from "../core/api.js";

/**
 * Runs an action and returns its reply: `{status, body, next, ...}`.
 *
 * @param {string} connection
 * @param {string} action
 * @param {object} input
 * @throws {import("../core/api.js").Problem} if it fails
 */
export async function run(connection, action, input) {
  const outcome = await json("POST", of(connection, "actions", action), {body: input});
  return outcome.reply;
}
