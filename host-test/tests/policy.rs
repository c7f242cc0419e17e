//! The host lets a component send exactly the catalogue's requests.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test panics to fail")]

use std::{collections::BTreeSet, env, fmt::Write as _, fs};

use connector_host::{Operation, Policy};
use serde_json::Value;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
const FILE: &str = "crates/connector-host/src/outbound/policy/paypal.rs";

/// Returns the source file with the catalogue's requests and their header fields.
fn source(catalogue: &Value) -> String {
    let (mut operations, mut headers) = (String::new(), BTreeSet::new());
    let paths = catalogue["paths"].as_object().unwrap();
    for (path, methods) in paths.iter().filter(|(path, _)| !path.starts_with("/connector/")) {
        for (method, operation) in methods.as_object().unwrap() {
            let reads = operation["x-effects"] == serde_json::json!(["read"]);
            let pages = operation["x-paging"] == "next-link";
            writeln!(operations, "    ({:?}, {path:?}, {reads}, {pages}),", method.to_uppercase()).unwrap();
            for parameter in operation["parameters"].as_array().into_iter().flatten() {
                let parameter = match parameter["$ref"].as_str() {
                    Some(pointer) => catalogue.pointer(pointer.strip_prefix('#').unwrap()).unwrap(),
                    None => parameter,
                };
                if parameter["in"] == "header" {
                    headers.insert(parameter["name"].as_str().unwrap().to_lowercase());
                }
            }
        }
    }
    let headers: String = headers.iter().map(|header| format!("    {header:?},\n")).collect();
    format!(
        "//! The requests of PayPal's catalogue, `openapi.json`. Made by `UPDATE_POLICY=1 cargo test --test policy`.\n\n\
         /// Method, path, whether it only reads, and whether its answers link to further pages.\n\
         pub(super) const OPERATIONS: &[(&str, &str, bool, bool)] = &[\n{operations}];\n\n\
         /// Header fields beside the usual ones.\n\
         pub(super) const HEADERS: &[&str] = &[\n{headers}];\n"
    )
}

#[test]
fn the_policy_is_the_catalogue() {
    let catalogue = fs::read_to_string(format!("{ROOT}/openapi.json")).unwrap();
    let expected = source(&serde_json::from_str(&catalogue).unwrap());
    let file = format!("{ROOT}/{FILE}");
    if env::var_os("UPDATE_POLICY").is_some() {
        fs::write(&file, &expected).unwrap();
    }
    let actual = fs::read_to_string(&file).unwrap();
    assert!(actual == expected, "{FILE} is out of date; renew it: UPDATE_POLICY=1 cargo test --test policy");
}

#[test]
fn an_unknown_operation_is_named_in_the_error() {
    let operation = Operation { method: "TRACE", path: "/v2/orders", reads: true, pages: false };
    assert!(Policy::new([operation], []).unwrap_err().to_string().contains("TRACE"));
    let operation = Operation { method: "GET", path: "orders", reads: true, pages: false };
    assert!(Policy::new([operation], []).unwrap_err().to_string().contains("orders"));
    assert!(Policy::new([], ["no name"]).unwrap_err().to_string().contains("no name"));
}
