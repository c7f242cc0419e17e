//! The table of refusals in the documentation: what PayPal documents of each operation, and what the tests here have seen.
//! `UPDATE_REFUSALS=1` writes it.

use std::{
    collections::{BTreeMap, BTreeSet},
    env, fs,
    io::Write,
    path::Path,
    process::Command,
};

use serde_json::Value;

use crate::{
    sandbox::Answer,
    schemas::{action, operations},
};

/// The environment variable that names the file to which refusals are added.
const VARIABLE: &str = "REFUSALS_FILE";

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/simulator-refusals.md");

/// PayPal's lists, which are not in this repository.
const LISTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/paypal");

/// PayPal's APIs by the beginnings of their paths, and why not all of their refusals are played.
const APIS: &[(&str, &[&str], &str)] = &[
    (
        "Orders",
        &["/v2/checkout"],
        "Most others depend on countries, on what an account may do or has agreed with PayPal, on payment methods that are not \
         played, or on the risk that PayPal sees.",
    ),
    (
        "Payments",
        &["/v2/payments"],
        "Most others depend on the state of an account, on partners and their fees, on the processor, or on PayPal's review.",
    ),
    (
        "Subscriptions",
        &["/v1/billing"],
        "Most others depend on the state of an account, on currencies that it cannot take, or on a processor of cards.",
    ),
    ("Catalog", &["/v1/catalogs"], "Most others depend on the state of an account."),
    (
        "Invoices",
        &["/v2/invoicing"],
        "Most others depend on the state of an account, on its country, or on limits that PayPal does not name.",
    ),
    (
        "Vault",
        &["/v3/vault"],
        "Most others depend on payment methods that are not played, on the processor, or on risk.",
    ),
    (
        "Disputes",
        &["/v1/customer/disputes"],
        "Most others depend on PayPal's own decisions, on partners, or on carriers. Some are set by test values, as at PayPal.",
    ),
    (
        "Payouts",
        &["/v1/payments/payouts"],
        "Most others depend on the state of an account or on PayPal's review. Some are set by test values, as at PayPal.",
    ),
    ("Reports", &["/v1/reporting"], "Most others are faults of PayPal's."),
    ("Webhooks", &["/v1/notifications"], "Most others depend on an application's settings at PayPal."),
    ("Tracking", &["/v1/shipping"], "Most others depend on accounts of partners and on carriers."),
    (
        "Partners",
        &["/v2/customer", "/v1/customer/partners"],
        "Most others depend on what PayPal has approved for a partner.",
    ),
    ("Others", &["/"], "Most others depend on the state of an account."),
];

/// Codes, each with its status.
type Codes = BTreeSet<(u16, String)>;

/// Notes the refusals of an answer, for the process that wants to know. Those that a header has asked for are not played.
pub(crate) fn note(method: &str, path: &str, headers: &[(&str, &str)], answer: &Answer) {
    let Some(file) = env::var_os(VARIABLE).filter(|_| answer.status >= 400) else { return };
    if headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("paypal-mock-response")) {
        return;
    }
    let Some(action) = action(method, path) else { return };
    let is_code =
        |text: &&str| text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_');
    let details = answer.body["details"].as_array().into_iter().flatten();
    let mut codes: Vec<_> = details.filter_map(|detail| detail["issue"].as_str().filter(is_code)).collect();
    if codes.is_empty() {
        codes.extend(answer.body["name"].as_str().or_else(|| answer.body["error"].as_str()));
    }
    let lines: String = codes.iter().map(|code| format!("{action} {} {code}\n", answer.status)).collect();
    let mut file = fs::File::options().append(true).create(true).open(file).unwrap();
    // At once: other threads and their lines.
    file.write_all(lines.as_bytes()).unwrap();
}

/// Runs the other tests of this program, and collects their refusals by action.
fn played() -> BTreeMap<String, Codes> {
    let file = env::temp_dir().join(format!("refusals-{}", std::process::id()));
    let mut tests = Command::new(env::current_exe().unwrap());
    // Those that go at random, or send a lot, take long.
    tests
        .args(["--skip", "table_of_refusals", "--skip", "random::", "--skip", "walk::", "--skip", "hostile::"])
        .env(VARIABLE, &file);
    let output = tests.output().unwrap();
    let lines = fs::read_to_string(&file).unwrap_or_default();
    fs::remove_file(&file).unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    let mut played = BTreeMap::<String, Codes>::new();
    for line in lines.lines() {
        let [action, status, code] = line.split(' ').collect::<Vec<_>>()[..] else { panic!("{line}") };
        played.entry(action.to_owned()).or_default().insert((status.parse().unwrap(), code.to_owned()));
    }
    played
}

/// Reads what PayPal documents, by action; `None` if its lists are not here.
fn documented() -> Option<BTreeMap<String, Codes>> {
    let read = |name: &str| -> Option<Value> {
        let text = fs::read_to_string(Path::new(LISTS).join(name)).ok()?;
        Some(serde_json::from_str(&text).unwrap())
    };
    let (operations, issues) = (read("operations.json")?, read("error_issues.json")?);
    let key = |it: &Value| (it["group"].to_string(), it["operationId"].to_string());
    let paths: BTreeMap<_, _> = operations.as_array().unwrap().iter().map(|it| (key(it), it)).collect();
    let mut documented = BTreeMap::<String, Codes>::new();
    for entry in issues.as_array().unwrap() {
        let Some(operation) = paths.get(&key(entry)) else { continue };
        let Some(action) = action(operation["method"].as_str().unwrap(), operation["path"].as_str().unwrap()) else {
            continue;
        };
        for (status, codes) in entry["issues"].as_object().unwrap() {
            let codes = codes
                .as_array()
                .unwrap()
                .iter()
                .map(|code| (status.parse().unwrap(), code.as_str().unwrap().to_owned()));
            documented.entry(action.to_owned()).or_default().extend(codes);
        }
    }
    Some(documented)
}

/// Lists codes, status by status.
fn list<'a>(codes: impl Iterator<Item = &'a (u16, String)>) -> String {
    let mut by_status = BTreeMap::<u16, Vec<String>>::new();
    for (status, code) in codes {
        by_status.entry(*status).or_default().push(format!("`{code}`"));
    }
    by_status.iter().map(|(status, codes)| format!("{status}: {}", codes.join(", "))).collect::<Vec<_>>().join("<br>")
}

fn page(played: &BTreeMap<String, Codes>, documented: &BTreeMap<String, Codes>) -> String {
    let none = Codes::new();
    let mut sections = vec![(String::new(), 0, 0); APIS.len()];
    for operation in operations() {
        let at = APIS.iter().position(|(_, paths, _)| paths.iter().any(|it| operation.path.starts_with(it))).unwrap();
        let played = played.get(&operation.action).unwrap_or(&none);
        let documented = documented.get(&operation.action).unwrap_or(&none);
        let (rows, known, all) = &mut sections[at];
        let both = list(played.intersection(documented));
        let beyond = list(played.difference(documented));
        let count = played.intersection(documented).count();
        (*known, *all) = (*known + count, *all + documented.len());
        *rows += &format!("| `{}` | {both} | {beyond} | {} |\n", operation.action, documented.len() - count);
    }
    let (known, all) = sections.iter().fold((0, 0), |(known, all), it| (known + it.1, all + it.2));
    let mut page = format!(
        "# Refusals of the simulator

What [the simulator](simulator.md) refuses as PayPal does: for each operation the statuses and issue codes that its tests have seen. A code
without a status of its own in PayPal's documents is the `name` or `error` of the answer. Of the {all} pairs of operation and code that
PayPal documents, {known} are brought about by the state of things or by what is sent; `PayPal-Mock-Response` brings about any of them.
Codes beyond PayPal's lists are those of other pages of PayPal's, and of the checks that hold for all operations.

The page is made by

```sh
UPDATE_REFUSALS=1 cargo test --package paypal-simulator --features program --test operations refusals
```

and compared by each later run.
"
    );
    for ((name, _, why), (rows, known, all)) in APIS.iter().zip(&sections) {
        match all {
            0 => page += &format!("\n## {name}\n\nPayPal's files list no codes.\n\n"),
            _ => page += &format!("\n## {name}\n\n{known} of {all}. {why}\n\n"),
        }
        page += "| Action | In PayPal's list | Beyond it | Not played |\n| --- | --- | --- | --- |\n";
        page += rows;
    }
    page
}

/// Reads from a page what is played.
fn committed(page: &str) -> BTreeMap<String, Codes> {
    let mut played = BTreeMap::new();
    for row in page.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<_> = row.split('|').map(str::trim).collect();
        let mut codes = Codes::new();
        for part in cells[2].split("<br>").chain(cells[3].split("<br>")) {
            if let Some((status, list)) = part.split_once(": ") {
                codes.extend(list.split(", ").map(|code| (status.parse().unwrap(), code.trim_matches('`').to_owned())));
            }
        }
        if !codes.is_empty() {
            played.insert(cells[1].trim_matches('`').to_owned(), codes);
        }
    }
    played
}

#[test]
fn the_table_of_refusals_is_true() {
    let played = played();
    assert!(played.len() > 60, "{} operations have been refused", played.len());
    let documented = documented();
    if env::var_os("UPDATE_REFUSALS").is_some() {
        let documented = documented.as_ref().unwrap();
        fs::write(PAGE, page(&played, documented)).unwrap();
    }
    let text = fs::read_to_string(PAGE).unwrap();
    let hint = "UPDATE_REFUSALS=1 writes docs/simulator-refusals.md";
    let committed = committed(&text);
    let changed: Vec<_> =
        played.keys().chain(committed.keys()).filter(|it| played.get(*it) != committed.get(*it)).collect();
    assert!(changed.is_empty(), "{changed:?} are refused in other ways: {hint}");
    if let Some(documented) = documented {
        assert!(text == page(&played, &documented), "the page is stale: {hint}");
    }
}
