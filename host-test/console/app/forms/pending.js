// Calls that run or whose answer was lost, with the key that each was sent under. They outlive the page that made them, as long as
// the window is open; after that the list of calls has those that move money.

/**
 * @typedef {object} Pending
 * @property {string} text the input as it was sent
 * @property {string | null} key null if PayPal recognises no key of the action
 * @property {"running" | "lost"} state
 * @property {number} since in milliseconds since 1970
 */

/** By connection and action, and then by the input's meaning. @type {Map<string, Map<string, Pending>>} */
const all = new Map();

const place = (connection, action) => `${connection}\n${action}`;

/** Returns a text that two inputs share if they differ in the order of members and in spaces alone. */
function meaning(text) {
  const sorted = (value) => {
    if (Array.isArray(value)) return value.map(sorted);
    if (value === null || typeof value !== "object") return value;
    return Object.keys(value).sort().map((name) => [name, sorted(value[name])]);
  };
  // A number keeps its digits: two that JavaScript cannot tell apart are not the same input.
  const exact = JSON.parse(text, (_name, value, context) => (typeof value === "number" ? [context?.source ?? value] : value));
  return JSON.stringify(sorted(exact));
}

export function note(connection, action, pending) {
  const at = place(connection, action);
  if (!all.has(at)) all.set(at, new Map());
  all.get(at).set(meaning(pending.text), pending);
}

/** Forgets a call whose outcome is known. Others of the same action stay. */
export function forget(connection, action, text) {
  const of = all.get(place(connection, action));
  of?.delete(meaning(text));
  if (of?.size === 0) all.delete(place(connection, action));
}

/** Returns the call of an input, if it is pending. */
export function pendingOf(connection, action, text) {
  return all.get(place(connection, action))?.get(meaning(text)) ?? null;
}

/** Returns all calls of an action that are pending. */
export function pendingCalls(connection, action) {
  return [...(all.get(place(connection, action))?.values() ?? [])];
}

// Whoever closes the window is asked by the browser while an outcome is not known.
addEventListener("beforeunload", (event) => {
  if (all.size) event.preventDefault();
});
