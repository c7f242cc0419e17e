// What came of a call, in words, and what to do next: for each kind of failure, and for what the list of calls has besides.
// The same as docs/outcomes.md says.

const UNKNOWN_NEXT = "The money may have moved. Do not start over with a new key. Find out what the call did, or send the same input again with the same " +
  "idempotency key: PayPal then returns what it did, or does it now, once in either case.";

/** By the outcome: `[tone, title, next]`. */
const OUTCOMES = {
  "reply": ["info", "Answered", "PayPal has answered with a success. It does not mean that money moved: look at the status of the payment inside."],
  "running": ["info", "Running", "The call has not ended yet."],
  "refused": ["warn", "Not run", "The server did not run the call: nothing was sent."],
  "interrupted": ["bad", "Interrupted", "The server ended before the call did, and PayPal may have acted. If the call moves money, it is among the " +
    "unresolved calls: find out what it did. If not, look at what it was to change before you repeat it."],
  "outcome-unknown": ["bad", "Outcome unknown", UNKNOWN_NEXT],
  "provider-error": ["bad", "PayPal failed", "Nothing has happened. Try again if the failure says that it can be repeated."],
  "timed-out": ["warn", "Timed out", "Nothing has happened. Try again if the failure says that it can be repeated."],
  "unreachable": ["warn", "PayPal was not reached", "Nothing has happened. Check the network, and try again."],
  "rate-limited": ["warn", "Too many calls", "Nothing has happened. Wait, and try again."],
  "malformed-reply": ["bad", "The answer cannot be read", "Nothing has changed. Try again; if it stays so, ask PayPal's support with the debug id."],
  "invalid-input": ["warn", "Input not valid", "Nothing has happened. Correct what is marked or named, and call again."],
  "unprocessable": ["warn", "Refused by PayPal", "Nothing has happened: one of PayPal's rules is against it. The details say which."],
  "conflict": ["warn", "Conflict", "Nothing has happened: the state of the resource does not allow it. Read the resource, and decide."],
  "not-found": ["warn", "Not found", "Check the id, and that it belongs to this environment and this account."],
  "unauthorized": ["bad", "Not authorised", "Nothing has happened. Test the connection in its settings, and look at the PayPal account."],
  "forbidden": ["bad", "Not allowed by PayPal", "Nothing has happened: the app or the account may not do this. Enable the feature for the app in PayPal's dashboard."],
  "connection-unavailable": ["bad", "No connection", "Nothing has happened: no token could be had, or the call could not be noted. Test the connection in its settings."],
  "too-large": ["warn", "Too large", "Nothing has changed. Send or request less."],
  "denied": ["warn", "Denied here", "Nothing was sent. The connection is read only, or the server's policy forbids it."],
};

/**
 * Returns what an outcome means: `{tone, title, next}`. `next` is what to do.
 *
 * @param {string} kind `reply`, the kind of a failure, `running`, `refused`, or `interrupted`
 * @returns {{tone: "good" | "info" | "warn" | "bad" | "", title: string, next: string}}
 */
export function outcomeWords(kind) {
  const [tone, title, next] = OUTCOMES[kind] ?? ["", kind ?? "", ""];
  return {tone, title, next};
}

/** All outcomes that a call can have, as the list of calls names them. */
export const ALL_OUTCOMES = Object.keys(OUTCOMES);
