//! The gateway's description of itself, an OpenAPI 3.1 document: `openapi.json`, which does not depend on the connector, and the
//! same with an operation for each action.

use http::Response;

use crate::{
    described,
    host::Host,
    outcome,
    problem::{Kind, Problem},
    schema::Catalogue,
};

/// The document without the actions.
pub(crate) const OWN: &str = include_str!("../openapi.json");

/// Returns the document with an operation for each action.
pub(crate) fn full(host: &impl Host) -> Result<Response<Vec<u8>>, Problem> {
    let manifest = host.manifest();
    let catalogue = Catalogue::parse(&manifest.openapi).ok();
    let described = catalogue.and_then(|catalogue| described::document(OWN, &catalogue, &host.actions()));
    let described =
        described.ok_or_else(|| Problem::new(Kind::UNDESCRIBED, "the connector's catalogue cannot be read"))?;
    Ok(outcome::document(described.to_string()))
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::{json as form, outcome::KINDS, route::Route};

    #[test]
    fn its_paths_are_the_routes() {
        let document: Value = serde_json::from_str(OWN).unwrap();
        for (path, item) in document["paths"].as_object().unwrap() {
            let route = Route::parse(&path.replace(['{', '}'], "")).unwrap();
            let methods: Vec<_> = item.as_object().unwrap().keys().map(|it| it.to_ascii_uppercase()).collect();
            assert!(methods.len() == 1 && route.methods().starts_with(&methods[0]), "{path}");
            for operation in item.as_object().unwrap().values() {
                assert_eq!(operation["security"].as_array().unwrap().is_empty(), !route.is_keyed(), "{path}");
            }
        }
        assert_eq!(document["paths"].as_object().unwrap().len(), 13);
    }

    #[test]
    fn its_kinds_are_those_of_failures() {
        let document: Value = serde_json::from_str(OWN).unwrap();
        let kinds = &document["components"]["schemas"]["Failure"]["properties"]["kind"]["enum"];
        assert_eq!(*kinds, Value::from(KINDS.map(form::kind).to_vec()));
    }
}
