//! The extensions of the catalogue, where they are allowed, and their values. `docs/catalogue.md` explains each, and a
//! test compares that page with the tables here.

use anyhow::{Result, bail};
use serde_json::{Map, Value};

/// The extensions of an operation.
pub(crate) const OF_OPERATIONS: [&str; 15] = [
    "x-answer-id",
    "x-composed",
    "x-confirm",
    "x-effects",
    "x-flat-body",
    "x-idempotency",
    "x-issues",
    "x-journal",
    "x-lookup",
    "x-paging",
    "x-paypal-operation-id",
    "x-raw-member",
    "x-rules",
    "x-sample",
    "x-sandbox-only",
];

/// The extensions of a schema.
pub(crate) const OF_SCHEMAS: [&str; 6] = ["x-extensible-enum", "x-kept", "x-max-bytes", "x-options", "x-own", "x-rule"];

/// The members of extensions that are an object, or a list of objects.
pub(crate) const MEMBERS: [(&str, &[&str]); 6] = [
    ("x-answer-id", &["member", "parameter"]),
    ("x-idempotency", &["header", "max-length", "required-when", "retention-seconds"]),
    ("x-journal", &["answer", "id", "subject"]),
    ("x-options", &["action", "fixed", "found", "input", "items", "label", "value"]),
    ("x-rules", &["end", "max", "max-days", "parameters", "rule", "start"]),
    ("x-sample", &["input", "reply"]),
];

/// A value in the catalogue, and its variant in Rust.
pub(crate) type Word = (&'static str, &'static str);

/// The values of `x-effects`: variants of `Effect`.
pub(crate) const EFFECTS: [Word; 5] = [
    ("read", "Read"),
    ("write", "Write"),
    ("moves-money", "MovesMoney"),
    ("irreversible", "Irreversible"),
    ("notifies-customer", "NotifiesCustomer"),
];

/// The values of `x-paging`: variants of `Paging`.
pub(crate) const PAGING: [Word; 3] = [("next-link", "NextLink"), ("page-count", "PageCount"), ("cursor", "Cursor")];

/// The values of `subject` and `answer` in `x-journal`: variants of `Kind`.
pub(crate) const KINDS: [Word; 6] = [
    ("authorization", "Authorization"),
    ("capture", "Capture"),
    ("order", "Order"),
    ("refund", "Refund"),
    ("subscription", "Subscription"),
    ("transaction", "Transaction"),
];

/// The values of `x-rule`: variants of `Rule`.
pub(crate) const RULES: [Word; 17] = [
    ("amount-breakdown", "AmountBreakdown"),
    ("billing-cycles", "BillingCycles"),
    ("date-time", "DateTime"),
    ("https-url", "HttpsUrl"),
    ("items-total", "ItemsTotal"),
    ("money", "Money"),
    ("one-currency", "OneCurrency"),
    ("one-payment-source", "OnePaymentSource"),
    ("order-update", "OrderUpdate"),
    ("patch-path", "PatchPath"),
    ("patch-pointer", "PatchPointer"),
    ("payment-source", "PaymentSource"),
    ("plan-ids", "PlanIds"),
    ("purchase-units", "PurchaseUnits"),
    ("sender-batch-id", "SenderBatchId"),
    ("trackers", "Trackers"),
    ("vault-source", "VaultSource"),
];

/// The values of `rule` in `x-rules`: variants of `Relation`.
pub(crate) const RELATIONS: [Word; 3] = [("at-most-one", "AtMostOne"), ("range", "Range"), ("url-length", "UrlLength")];

/// The variant of a value.
///
/// # Errors
/// If the extension does not have the value.
pub(crate) fn variant(extension: &str, words: &[Word], word: &str) -> Result<&'static str> {
    if let Some((_, variant)) = words.iter().find(|(known, _)| *known == word) {
        return Ok(variant);
    }
    let known: Vec<_> = words.iter().map(|(known, _)| format!("`{known}`")).collect();
    bail!("`{extension}` does not know `{word}`; it knows {}", known.join(", "))
}

/// Checks that every extension in the document is known and allowed there, and has known members only.
///
/// # Errors
/// Lists each that is not, one per line, with its JSON Pointer.
pub(crate) fn check(openapi: &Value) -> Result<()> {
    let mut problems = Vec::new();
    for (section, value) in members(openapi) {
        match &**section {
            "paths" => members(value).for_each(|(path, item)| {
                for (method, operation) in members(item) {
                    let place = format!("/paths/{}/{method}", path.replace('~', "~0").replace('/', "~1"));
                    if let Some(operation) = operation.as_object() {
                        visit(operation, &place, &OF_OPERATIONS, &mut problems);
                    }
                }
            }),
            _ => descend(value, &format!("/{section}"), &mut problems),
        }
    }
    if problems.is_empty() { Ok(()) } else { bail!(problems.join("\n")) }
}

fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

fn descend(value: &Value, place: &str, problems: &mut Vec<String>) {
    match value {
        Value::Object(object) => visit(object, place, &OF_SCHEMAS, problems),
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(index, item)| descend(item, &format!("{place}/{index}"), problems));
        }
        _ => {}
    }
}

/// Checks an object that may have these extensions. Below it, only those of schemas are allowed.
fn visit(object: &Map<String, Value>, place: &str, known: &[&str], problems: &mut Vec<String>) {
    for (keyword, value) in object {
        let place = format!("{place}/{keyword}");
        match &**keyword {
            // Names of properties may begin like an extension.
            "properties" => members(value).for_each(|(name, it)| descend(it, &format!("{place}/{name}"), problems)),
            // Data.
            "default" | "enum" | "example" | "examples" => {}
            extension if extension.starts_with("x-") => {
                let elsewhere = OF_OPERATIONS.contains(&extension) || OF_SCHEMAS.contains(&extension);
                match known.contains(&extension) {
                    true => check_members(extension, value, &place, problems),
                    false if elsewhere => problems.push(format!("{place}: the extension has no meaning here")),
                    false => problems.push(format!("{place}: unknown extension; docs/catalogue.md lists them all")),
                }
            }
            _ => descend(value, &place, problems),
        }
    }
}

fn check_members(extension: &str, value: &Value, place: &str, problems: &mut Vec<String>) {
    let Some((_, known)) = MEMBERS.iter().find(|(name, _)| *name == extension) else { return };
    let objects = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
    for (member, _) in objects.iter().flat_map(members).filter(|(member, _)| !known.contains(&&***member)) {
        problems.push(format!("{place}: `{member}` is not a member; it has {}", known.join(", ")));
    }
}
