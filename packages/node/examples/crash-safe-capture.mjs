// Takes the money of an approved order exactly once, even if this process is killed at any moment: start it again.
//
//     node crash-safe-capture.mjs ORDER_ID [DIRECTORY]

import {randomUUID} from "node:crypto";
import {open, readFile, rename} from "node:fs/promises";
import {join} from "node:path";
import {setTimeout as sleep} from "node:timers/promises";
import {connect} from "./connection.mjs";

const [order, directory = "."] = process.argv.slice(2);
if (!/^[A-Z0-9]{1,36}$/.test(order ?? "")) throw new Error("usage: node crash-safe-capture.mjs ORDER_ID [DIRECTORY]");
const file = join(directory, `capture-${order}.json`);
const paypal = connect();

// The key is stored before the first request: with the same key PayPal acts once, however often it is asked.
const stored = await readFile(file, "utf8").catch((error) => {
  // A file that is there and cannot be read has a key that may have been used.
  if (error.code !== "ENOENT") throw error;
  return null;
});
const key = stored === null ? await store({key: randomUUID()}) : JSON.parse(stored).key;

let captured = false;
for (let wait = 500; ; wait = Math.min(wait * 2, 30_000)) {
  // PayPal remembers a key for 6 hours. After a crash of any length, the order itself says whether it was paid.
  const status = await paypal.orders.status({id: order});
  if (status.ok && (status.reply.body.paid || captured)) {
    console.log(status.reply.body.summary);
    break;
  }
  const outcome = status.ok ? await paypal.orders.capture({id: order, options: {idempotency_key: key}}) : status;
  if (outcome.ok) {
    captured = true;
    continue;
  }
  const {kind, message, retryable, retry_after_ms} = outcome.failure;
  // `outcome-unknown` is not a failure of the payment. It is repeated with the same key; a new one could pay twice.
  if (!retryable && kind !== "outcome-unknown") throw new Error(`${kind}: ${message}`);
  await sleep(retry_after_ms ?? wait);
}
await paypal.close();

/** Stores what this program must not forget, on the disk. */
async function store(state) {
  const handle = await open(`${file}.new`, "w");
  await handle.writeFile(JSON.stringify(state));
  await handle.sync();
  await handle.close();
  await rename(`${file}.new`, file);
  const parent = await open(directory, "r");
  await parent.sync();
  await parent.close();
  return state.key;
}
