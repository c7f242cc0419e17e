//! The build's errors about parts of the catalogue that contradict each other.

#[path = "../../../build/integrity.rs"]
mod build;
#[path = "../../../build/problems.rs"]
mod problems;

use anyhow::anyhow;
use serde_json::{Value, json};

use crate::openapi;

/// Returns what the build prints after `change`, of the operation `products.create` or of anything else.
fn lines(change: impl FnOnce(&mut Value)) -> Vec<String> {
    let mut document = openapi();
    change(&mut document);
    build::check(&document).err().map(|error| problems::lines(&error.context("openapi.json"))).unwrap_or_default()
}

fn create(document: &mut Value) -> &mut Value {
    &mut document["paths"]["/v1/catalogs/products"]["post"]
}

#[test]
fn the_catalogue_fits() {
    assert_eq!(lines(|_| ()), [""; 0]);
}

#[test]
fn a_reference_to_nowhere_is_found_wherever_it_is() {
    let found = lines(|document| {
        create(document)["parameters"][0]["$ref"] = "#/components/parameters/preffer".into();
        document["components"]["schemas"]["money"]["properties"]["value"] = json!({"$ref": "money.json"});
    });
    assert_eq!(
        found,
        [
            "openapi.json: /paths/~1v1~1catalogs~1products/post/parameters/0: `#/components/parameters/preffer` points nowhere",
            "openapi.json: /components/schemas/money/properties/value: `money.json` leaves the document",
        ]
    );
}

#[test]
fn an_undeclared_scope_is_found() {
    let found = lines(|document| create(document)["security"] = json!([{"oauth2": ["openid", "opnid"]}]));
    let line = "openapi.json: products.create: `security` names the scope `opnid`, which \
                `components.securitySchemes.oauth2` does not declare";
    assert_eq!(found, [line]);
}

#[test]
fn a_key_has_the_header_that_it_is_sent_in() {
    let without = |document: &mut Value| {
        let parameters = create(document)["parameters"].as_array_mut().unwrap();
        parameters.retain(|parameter| parameter["$ref"] != "#/components/parameters/paypal_request_id");
    };
    let missing = "openapi.json: products.create: `x-idempotency` needs the header parameter `PayPal-Request-Id`; \
                   the headers in `parameters`: `Prefer`";
    assert_eq!(lines(without), [missing]);

    let misspelt = lines(|document| create(document)["x-idempotency"]["header"] = "Paypal-Request-Id".into());
    assert!(
        misspelt.len() == 1 && misspelt[0].contains("needs the header parameter `Paypal-Request-Id`"),
        "{misspelt:?}"
    );

    let too_long = lines(|document| create(document)["x-idempotency"]["max-length"] = 10_001.into());
    let line = "openapi.json: products.create: `x-idempotency` has keys of 10001 characters, and the header parameter \
                `PayPal-Request-Id` takes 10000";
    assert_eq!(too_long, [line]);

    let undeclared = lines(|document| _ = create(document).as_object_mut().unwrap().remove("x-idempotency"));
    let line = "openapi.json: products.create: it has the header parameter `PayPal-Request-Id`, and no `x-idempotency`";
    assert_eq!(undeclared, [line]);
}

#[test]
fn each_problem_is_a_line_with_its_place() {
    let error = anyhow!("one\nother").context("orders.create").context("openapi.json");
    assert_eq!(problems::lines(&error), ["openapi.json: orders.create: one", "openapi.json: orders.create: other"]);
}
