// A worker thread: an instance of the component, which makes one call after the other for one tenant.

import {parentPort, workerData} from "node:worker_threads";
import {instantiate} from "./component/connector.js";
import {Link} from "./link.js";
import type {Answers, Setup, Task} from "./protocol.js";
import {wasi} from "./wasi.js";

const {modules, counter, environment, maxAttempts, certificateAuthorities, onBehalfOf, recordCalls} = workerData as Setup;
const link = new Link(parentPort!, counter);
let token: {value: string; scopes: string[] | undefined} | undefined;
let memory: WebAssembly.Memory | undefined;

/** Returns the value of an answer, or throws its error as jco expects it. */
function unwrap<K extends keyof Answers>(result: Answers[K]) {
  if ("error" in result) throw {payload: result.error};
  return result.ok as Extract<Answers[K], {ok: unknown}>["ok"];
}

const imports = {
  ...wasi(link),
  "kosha:connector/connection": {
    environment: () => environment,
    onBehalfOf: () => onBehalfOf,
    maxAttempts: () => maxAttempts,
    certificateAuthorities: () => certificateAuthorities,
    // The newest token comes with the call: asking for it would cost every call a crossing.
    accessToken: (rejected?: string) => {
      if (rejected !== undefined || !token) token = unwrap<"token">(link.answerTo<"token">({ask: "token", rejected}));
      return token;
    },
  },
  "kosha:connector/journal": {
    append: (subject: string, entry: never) => unwrap(link.answerTo<"append">({ask: "append", subject, entry})),
    entries: (subject: string) => unwrap(link.answerTo<"entries">({ask: "entries", subject})),
    recordsCalls: () => recordCalls,
  },
};

// Under its whole name: the short one is also that of PayPal's own functions.
const {actions, "kosha:connector/triggers@0.2.0": triggers} = instantiate(
  (name) => modules[name]!,
  imports,
  (module, imports) => {
    const instance = new WebAssembly.Instance(module, imports);
    if (instance.exports["memory"] instanceof WebAssembly.Memory) memory = instance.exports["memory"];
    return instance;
  },
);

function run(task: Task, input: string): unknown {
  switch (task.function) {
    case "invoke":
      return actions.invoke(task.action, input);
    case "options":
      return actions.options(task.action, task.parameter, input, task.search, task.page);
    case "testConnection":
      return actions.testConnection();
    case "listTriggers":
      return triggers.list();
  }
}

for (;;) {
  const call = link.nextCall();
  token = call.token;
  try {
    link.tell({kind: "result", reply: run(call.task, call.input), bytes: memory?.buffer.byteLength ?? 0});
  } catch (error) {
    // jco throws the record of a failure as it is.
    const failure = error as {kind?: unknown} | undefined;
    if (error instanceof Error || typeof failure?.kind !== "string") {
      // A trap, or a mistake of this package. The instance may be in any state.
      link.tell({kind: "crash", message: String(error)});
      break;
    }
    link.tell({kind: "result", failure, bytes: memory?.buffer.byteLength ?? 0});
  }
}
