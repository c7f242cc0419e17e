//! JSON Pointers (RFC 6901) in which `*` is each item of a list. Names are without `~` and `/`.

use serde_json::Value;

/// What a pointer leads to.
pub(crate) struct Found<'a> {
    /// Where it is, for a person: `purchase_units[0].amount`.
    pub(crate) place: String,
    pub(crate) value: &'a Value,
}

/// Returns all that a pointer leads to; the whole document for the empty one.
pub(crate) fn all<'a>(document: &'a Value, pointer: &str) -> Vec<Found<'a>> {
    let mut found = vec![Found { place: String::new(), value: document }];
    for name in pointer.split('/').skip(1) {
        found = found.into_iter().flat_map(|it| below(&it, name)).collect();
    }
    found
}

fn below<'a>(from: &Found<'a>, name: &str) -> Vec<Found<'a>> {
    let Found { place, value } = from;
    if name == "*" {
        let items = value.as_array().into_iter().flatten().enumerate();
        return items.map(|(index, value)| Found { place: format!("{place}[{index}]"), value }).collect();
    }
    let dot = if place.is_empty() { "" } else { "." };
    value.get(name).map(|value| Found { place: format!("{place}{dot}{name}"), value }).into_iter().collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_star_is_each_item() {
        let document = json!({"units": [{"amount": 1}, {}, {"amount": 2}], "amount": 3});
        let places =
            |pointer| all(&document, pointer).iter().map(|it| format!("{}={}", it.place, it.value)).collect::<Vec<_>>();
        assert_eq!(places("/units/*/amount"), ["units[0].amount=1", "units[2].amount=2"]);
        assert_eq!(places("/amount"), ["amount=3"]);
        assert_eq!(places("/amount/*"), [""; 0]);
        assert_eq!(all(&document, "")[0].value, &document);
    }
}
