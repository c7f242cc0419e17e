//! The catalogue of the repository, where answers have PayPal's own schemas. They are stricter than those that the component hands
//! out, and our own answers (of fixtures and the simulator) are checked against them.

use std::fs;

use connector_host::schema::Catalogue;
use serde_json::Value;

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../openapi.json");

/// Returns the catalogue, in which read-only members are required of answers like any others.
pub(crate) fn catalogue() -> Catalogue {
    let mut openapi = serde_json::from_str(&fs::read_to_string(FILE).unwrap()).unwrap();
    remove_read_only(&mut openapi);
    Catalogue::parse(&openapi.to_string()).unwrap()
}

fn remove_read_only(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(remove_read_only),
        Value::Object(members) => {
            members.retain(|name, value| name != "readOnly" || !value.is_boolean());
            members.values_mut().for_each(remove_read_only);
        }
        _ => {}
    }
}
