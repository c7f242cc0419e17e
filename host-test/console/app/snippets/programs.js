// Programs with the packages of this repository.

import {jsonOf} from "./shell.js";
import {JAVASCRIPT, literal, PYTHON} from "./literal.js";
import {FileBytes} from "./secrets.js";

/** Whether the program reads files. */
function hasFiles(input) {
  return Array.isArray(input.files) && input.files.some((it) => it?.data instanceof FileBytes);
}

const isSimulator = (connection) => connection.environment === "simulator";

/** With `packages/node`. */
export function javascript({action, connection, input}) {
  const environment = connection.environment === "live" ? '"live", // real money' : '"sandbox",';
  return [
    ...(hasFiles(input) ? ['import {readFileSync} from "node:fs";'] : []),
    'import {PayPal, clientCredentials} from "paypal-connector";',
    "",
    "const paypal = new PayPal({",
    `  environment: ${environment}`,
    "  tokens: clientCredentials(process.env.PAYPAL_CLIENT_ID, process.env.PAYPAL_CLIENT_SECRET),",
    ...(isSimulator(connection) ? ["  baseUrl: process.env.PAYPAL_BASE_URL, // the simulator's"] : []),
    ...(connection.merchant_id ? [`  onBehalfOf: {clientId: process.env.PAYPAL_CLIENT_ID, accountId: ${JSON.stringify(connection.merchant_id)}},`] : []),
    "});",
    "",
    `const outcome = await paypal.invoke(${JSON.stringify(action.id)}, ${literal(input, JAVASCRIPT)});`,
    "if (outcome.ok) console.log(outcome.reply.body);",
    "else console.error(outcome.failure.kind, outcome.failure.message, outcome.failure.idempotency_key);",
    "await paypal.close();",
  ].join("\n");
}

/** With `packages/python`. */
export function python({action, connection, input}) {
  const live = connection.environment === "live";
  return [
    "import os",
    ...(hasFiles(input) ? ["from pathlib import Path"] : []),
    "",
    `from paypal_connector import Client, ClientCredentials, ${connection.merchant_id ? "Delegation, " : ""}Environment, Failure, MemoryJournal, PayPalConnection, Secret`,
    "",
    "connection = PayPalConnection(",
    '    ClientCredentials(os.environ["PAYPAL_CLIENT_ID"], Secret(os.environ["PAYPAL_CLIENT_SECRET"])),',
    `    environment=Environment.${live ? "LIVE,  # real money" : "SANDBOX,"}`,
    ...(isSimulator(connection) ? ['    base_url=os.environ["PAYPAL_BASE_URL"],  # the simulator\'s'] : []),
    ...(connection.merchant_id ? [`    on_behalf_of=Delegation(os.environ["PAYPAL_CLIENT_ID"], ${JSON.stringify(connection.merchant_id)}),`] : []),
    ")",
    "paypal = Client(connection, MemoryJournal())",
    "try:",
    `    reply = paypal.invoke(${JSON.stringify(action.id)}, ${literal(input, PYTHON, "    ")})`,
    "    print(reply.body)",
    "except Failure as failure:",
    "    print(failure.kind, failure, failure.idempotency_key)",
  ].join("\n");
}

/** With `crates/connector-host`. */
export function rust({action, connection, input}) {
  const json = jsonOf(input, "    ");
  const environment = connection.environment === "live" ? "Environment::Live" : "Environment::Sandbox";
  const route = isSimulator(connection) ? `Route::loopback(${environment}, &std::env::var("PAYPAL_BASE_URL")?)?` : `Route::paypal(${environment})`;
  const delegation = connection.merchant_id ? [
    "    let delegation = Delegation { client_id: std::env::var(\"PAYPAL_CLIENT_ID\")?, account_id: " + rustText(connection.merchant_id) + ".to_owned() };",
  ] : [];
  return [
    `use connector_host::{Client, ClientCredentials, Connection, Connector, ${delegation.length ? "Delegation, " : ""}Engine, Environment, Route, Secret, Tenant};`,
    "",
    "#[tokio::main]",
    "async fn main() -> Result<(), Box<dyn std::error::Error>> {",
    '    let connector = Connector::load(&Engine::new()?, "paypal_connector.wasm".as_ref())?;',
    "    let client = Client::new();",
    '    let secret = Secret::new(std::env::var("PAYPAL_CLIENT_SECRET")?);',
    '    let source = ClientCredentials::new(std::env::var("PAYPAL_CLIENT_ID")?, secret);',
    ...delegation,
    `    let connection = Connection::new(${route}, source, client.clone())${delegation.length ? ".with_delegation(delegation)" : ""};`,
    "    let tenant = Tenant::new(connection, client);",
    "",
    `    let input = ${raw(json)};`,
    `    let outcome = connector.invoke(&tenant, ${rustText(action.id)}, input).await?;`,
    '    println!("{:?}", outcome.result);',
    "    Ok(())",
    "}",
  ].join("\n");
}

const rustText = (text) => JSON.stringify(text);

/** A raw string: with more hashes than any quote in it is followed by. */
function raw(text) {
  const longest = Math.max(0, ...[...text.matchAll(/"(#*)/g)].map(([, hashes]) => hashes.length));
  const hashes = "#".repeat(longest + 1);
  return `r${hashes}"${text}"${hashes}`;
}
