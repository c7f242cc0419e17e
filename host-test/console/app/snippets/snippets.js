// "Copy as": the same call as a command or a program.

import {html, useId, useMemo, useState} from "../core/html.js";
import {Link} from "../core/router.js";
import {stringify} from "../forms/json-text.js";
import {pruned} from "../forms/draft.js";
import {Copy} from "../parts/copy.js";
import {javascript, python, rust} from "./programs.js";
import {withoutSecrets} from "./secrets.js";
import {curl, hostTest} from "./shell.js";

/** Each language: its name, the writer, and what the program needs. */
const LANGUAGES = {
  curl: ["curl", curl, html`KEY is a key of this server: make one at <${Link} href="/keys">Keys<//>.`],
  "host-test": ["host-test call", hostTest, "It calls PayPal itself, with the credentials in PAYPAL_CLIENT_ID and PAYPAL_CLIENT_SECRET."],
  javascript: ["JavaScript", javascript, "With the package in packages/node. It calls PayPal itself."],
  python: ["Python", python, "With the package in packages/python. It calls PayPal itself."],
  rust: ["Rust", rust, "With the crate connector-host. It calls PayPal itself."],
};

/** What a program needs to call the simulator, besides. The credentials of the first connection are the server's own. */
function simulatorWords({base_url: address, client_id: client}, language) {
  const variable = language === "host-test" ? (address ? null : "SIMULATOR") : "PAYPAL_BASE_URL";
  return [
    variable && `The simulator's address goes into ${variable}: ${address ?? "the server printed it when it began"}.`,
    !client && `This connection has no credentials of its own: curl -X POST ${address ?? "ADDRESS"}/simulator/merchants -d '{}' makes an account with some.`,
  ].filter(Boolean).join(" ");
}

const KEY_WORDS = "It has a new idempotency key: run again with the same key, it has one effect. For another payment put in another key.";

function withKey(input, key) {
  return {...input, options: {...input.options, idempotency_key: key}};
}

/** @param {{action: any, connection: any, input: object, schemas: any, schema: any}} props */
export function Snippets({action, connection, input, schemas, schema}) {
  const [open, setOpen] = useState(false);
  const [chosen, choose] = useState("curl");
  const id = useId();
  const [, write, needs] = LANGUAGES[chosen];
  const sent = stringify(pruned(input), "");
  // A new key for another input: with the same one PayPal would do nothing else.
  const key = useMemo(() => crypto.randomUUID(), [sent]);
  const keyed = action.idempotency && action.effects.includes("moves-money") && input.options?.idempotency_key === undefined;
  const made = open ? withoutSecrets(schemas, schema, pruned(input)) : null;
  const text = open ? write({action, connection, input: keyed ? withKey(made.input, key) : made.input, origin: location.origin}) : "";
  const simulator = open && connection.environment === "simulator" && chosen !== "curl" ? simulatorWords(connection, chosen) : null;
  return html`<details class="more snippets" onToggle=${(event) => setOpen(event.target.open)}>
    <summary>Copy as a command or a program</summary>
    ${open && html`<div class="snippet-head"><label for=${id} class="unseen">Language</label>
      <select id=${id} value=${chosen} onChange=${(event) => choose(event.target.value)}>${Object.entries(LANGUAGES).map(([name, [label]]) => html`<option key=${name} value=${name}>${label}</option>`)}</select>
      <${Copy} text=${text} label=${`Copy it as ${LANGUAGES[chosen][0]}`} /></div>
    <pre class="snippet" tabindex="0" role="region" aria-label=${LANGUAGES[chosen][0]}>${text}</pre>
    <p class="hint">${needs} ${[keyed && KEY_WORDS, simulator, ...made.notes].filter(Boolean).join(" ")}</p>`}
  </details>`;
}
