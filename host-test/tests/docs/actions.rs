//! `docs/actions.md`, which is made from the catalogue.

use std::{env, fmt::Write as _, fs, path::Path};

use serde_json::Value;

use crate::{ROOT, openapi, read};

const PAGE: &str = "docs/actions.md";
/// The environment variable that makes the test write the page.
const UPDATE: &str = "UPDATE_ACTIONS";

const HEAD: &str = "\
# Actions

This page is made from [the catalogue](catalogue.md) by

```sh
UPDATE_ACTIONS=1 cargo test --test docs
```

and a test compares the two. `cargo run -- describe orders.create` prints an action with the schemas of its input and output.

## Effects

What running an action can bring about:

| Effect | Meaning |
| --- | --- |
| `read` | it reads only; this effect stands alone |
| `write` | it changes something at PayPal, or in what the journal says of payments and events |
| `moves-money` | it takes, reserves, returns or releases money |
| `irreversible` | no other action undoes it |
| `notifies-customer` | PayPal may write to the payer |

## Idempotency

| Idempotent | Meaning |
| --- | --- |
| by key | PayPal recognises a repeated request by its idempotency key (`PayPal-Request-Id`) for that long, and the repeat has no second effect |
| yes | the action reads, or a repeat of it changes nothing more |
| no | PayPal ignores keys, and the connector refuses one rather than let you rely on it. [Look up](outcomes.md#when-the-outcome-is-unknown) what became of a call before you repeat it |
";

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_else(|| panic!("no {name} in {value}"))
}

fn page(openapi: &Value) -> String {
    let paths = openapi["paths"].as_object().unwrap().iter();
    let operations: Vec<(&str, &str, &Value)> = paths
        .flat_map(|(path, item)| item.as_object().unwrap().iter().map(|(method, it)| (&**path, &**method, it)))
        .collect();
    let mut page = HEAD.to_owned();
    for tag in openapi["tags"].as_array().unwrap() {
        let name = text(tag, "name");
        let actions: Vec<_> = operations.iter().filter(|(_, _, operation)| operation["tags"][0] == name).collect();
        write!(page, "\n## {name}\n\n{}\n\n", text(tag, "description")).unwrap();
        page += "| Action | Summary | Effects | Idempotent |\n| --- | --- | --- | --- |\n";
        for (_, _, operation) in &actions {
            page += &row(operation);
        }
        for (path, method, operation) in actions {
            page += &entry(path, method, operation);
        }
    }
    page
}

fn effects(operation: &Value) -> Vec<&str> {
    operation["x-effects"].as_array().unwrap().iter().map(|effect| effect.as_str().unwrap()).collect()
}

fn row(operation: &Value) -> String {
    let id = text(operation, "operationId");
    let effects = effects(operation);
    let idempotent = match operation["x-idempotency"]["retention-seconds"].as_u64() {
        Some(seconds) => format!("by key, {}", duration(seconds)),
        None if effects == ["read"] || operation["x-lookup"] == id => "yes".to_owned(),
        None => "no".to_owned(),
    };
    let (anchor, summary) = (id.replace('.', ""), text(operation, "summary"));
    format!("| [`{id}`](#{anchor}) | {summary} | {} | {idempotent} |\n", effects.join(", "))
}

/// Formats a duration in hours up to three days, as PayPal does, and in days beyond.
fn duration(seconds: u64) -> String {
    const HOUR: u64 = 3600;
    let (count, unit) = if seconds <= 72 * HOUR { (seconds / HOUR, "hours") } else { (seconds / (24 * HOUR), "days") };
    format!("{count} {unit}")
}

fn entry(path: &str, method: &str, operation: &Value) -> String {
    let mut entry = format!("\n### {}\n\n", text(operation, "operationId"));
    if operation["x-composed"] == true {
        entry += "Made by the connector.\n";
    } else {
        writeln!(entry, "`{} {path}`", method.to_uppercase()).unwrap();
    }
    write!(entry, "\n{}\n", text(operation, "description")).unwrap();
    let mut notes = Vec::new();
    if operation["x-sandbox-only"] == true {
        notes.push("In the sandbox only.".to_owned());
    }
    if !operation["x-paging"].is_null() {
        notes.push("The answer comes in pages.".to_owned());
    }
    if let Some(condition) = operation["x-idempotency"]["required-when"].as_str() {
        let condition = condition.trim_end_matches('.');
        let (first, rest) = condition.split_at(1);
        notes.push(format!("PayPal requires a key if {}{rest}; the connector always sends one.", first.to_lowercase()));
    }
    if operation["x-lookup"] == operation["operationId"] {
        notes.push("If its outcome is unknown, repeat it.".to_owned());
    } else if let Some(lookup) = operation["x-lookup"].as_str() {
        notes.push(format!("Look up an unknown outcome with [`{lookup}`](#{}).", lookup.replace('.', "")));
    }
    if !notes.is_empty() {
        write!(entry, "\n{}\n", notes.join(" ")).unwrap();
    }
    entry
}

#[test]
fn the_page_is_made_from_the_catalogue() {
    let page = page(&openapi());
    if env::var_os(UPDATE).is_some_and(|value| value == "1") {
        fs::write(Path::new(ROOT).join(PAGE), page).unwrap();
        return;
    }
    let committed = read(PAGE);
    let same = committed.lines().zip(page.lines()).take_while(|(old, new)| old == new).count();
    assert!(
        committed == page,
        "{PAGE} is out of date from line {} on; renew it: {UPDATE}=1 cargo test --test docs",
        same + 1
    );
}

#[test]
fn an_action_is_shown_as_the_catalogue_describes_it() {
    let operation = serde_json::json!({
        "operationId": "parcels.add-batch", "summary": "Add parcels", "description": "Adds parcels.",
        "x-effects": ["write", "notifies-customer"], "x-lookup": "parcels.get", "x-sandbox-only": true,
    });
    assert_eq!(
        row(&operation),
        "| [`parcels.add-batch`](#parcelsadd-batch) | Add parcels | write, notifies-customer | no |\n"
    );
    assert_eq!(
        entry("/v1/parcels", "post", &operation),
        "\n### parcels.add-batch\n\n`POST /v1/parcels`\n\nAdds parcels.\n\n\
         In the sandbox only. Look up an unknown outcome with [`parcels.get`](#parcelsget).\n"
    );
    assert_eq!([21_600, 259_200, 2_592_000].map(duration), ["6 hours", "72 hours", "30 days"]);
}
