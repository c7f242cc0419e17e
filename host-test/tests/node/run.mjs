// Runs the transpiled connector: a line of JSON with a case comes in, a line with its outcome goes out.

import { createInterface } from "node:readline";
import { actions } from "./connector/paypal_connector.js";

for await (const line of createInterface({ input: process.stdin })) {
  const { action, input, maxAttempts, port } = JSON.parse(line);
  globalThis.testCase = { maxAttempts, port, timeouts: [] };
  const began = performance.now();
  const outcome = invoke(action, input);
  const took = Math.round(performance.now() - began);
  console.log(JSON.stringify({ ...outcome, took, timeouts: globalThis.testCase.timeouts }));
}

function invoke(action, input) {
  try {
    const { attempts, body } = actions.invoke(action, input);
    return { kind: "reply", requestSent: true, attempts, message: body ?? "" };
  } catch (error) {
    // A failure is the payload; anything else is the shim's or the component's own fault.
    const failure = error.payload ?? error;
    const { kind = "crash", requestSent = false, attempts = 0, message = String(failure) } = failure;
    return { kind, requestSent, attempts, message: kind === "crash" ? `${failure.stack ?? failure}` : message };
  }
}
