//! The build's errors about unknown extensions.

#[path = "../../../build/extensions.rs"]
mod build;

use serde_json::{Value, json};

use crate::openapi;

pub(crate) use build::{EFFECTS, KINDS, MEMBERS, OF_OPERATIONS, OF_SCHEMAS, PAGING, RELATIONS, RULES, Word};

fn problems(change: impl FnOnce(&mut Value)) -> Vec<String> {
    let mut document = openapi();
    change(&mut document);
    let problems = build::check(&document).err().map(|error| error.to_string()).unwrap_or_default();
    problems.lines().map(str::to_owned).collect()
}

#[test]
fn the_catalogue_has_known_extensions_only() {
    assert_eq!(problems(|_| ()), <[String; 0]>::default());
}

#[test]
fn an_extension_that_is_misspelt_or_misplaced_is_found() {
    let found = problems(|document| {
        document["paths"]["/v2/checkout/orders"]["post"]["x-efects"] = json!(["read"]);
        document["paths"]["/v2/checkout/orders"]["post"]["x-rule"] = json!("money");
        document["components"]["schemas"]["money"]["x-lookup"] = json!("orders.get");
        document["components"]["schemas"]["money"]["items"] = json!({"x-own": true, "x-ruel": "money"});
    });
    let mut found: Vec<&str> = found.iter().map(String::as_str).collect();
    found.sort_unstable();
    assert_eq!(
        found,
        [
            "/components/schemas/money/items/x-ruel: unknown extension; docs/catalogue.md lists them all",
            "/components/schemas/money/x-lookup: the extension has no meaning here",
            "/paths/~1v2~1checkout~1orders/post/x-efects: unknown extension; docs/catalogue.md lists them all",
            "/paths/~1v2~1checkout~1orders/post/x-rule: the extension has no meaning here",
        ]
    );
}

#[test]
fn a_member_that_is_misspelt_is_found() {
    let found = problems(|document| {
        document["paths"]["/v2/checkout/orders"]["post"]["x-answer-id"] = json!({"member": "/id", "paramter": "id"});
        document["paths"]["/v2/checkout/orders"]["post"]["x-rules"] =
            json!([{"rule": "url-length", "max": 9}, {"rule": "range", "max_days": 31}]);
    });
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found[0].ends_with("x-answer-id: `paramter` is not a member; it has member, parameter"), "{found:?}");
    assert!(found[1].contains("x-rules: `max_days` is not a member"), "{found:?}");
}

#[test]
fn names_and_data_may_look_like_extensions() {
    let found = problems(|document| {
        document["components"]["schemas"]["money"] = json!({
            "type": "object",
            "properties": {"x-forwarded-for": {"type": "string", "enum": ["x-a"], "default": {"x-b": 1}}},
            "example": {"x-c": 1},
        });
    });
    assert_eq!(found, <[String; 0]>::default());
}

#[test]
fn the_error_about_an_unknown_word_lists_the_known_ones() {
    let error = build::variant("x-paging", &PAGING, "next_link").unwrap_err().to_string();
    assert_eq!(error, "`x-paging` does not know `next_link`; it knows `next-link`, `page-count`, `cursor`");
    let error = build::variant("x-journal", &KINDS[..2], "ordr").unwrap_err().to_string();
    assert_eq!(error, "`x-journal` does not know `ordr`; it knows `authorization`, `capture`");
    assert_eq!(build::variant("x-rule", &RULES, "money").unwrap(), "Money");
}
