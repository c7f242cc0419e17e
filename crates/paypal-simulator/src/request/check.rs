//! Checks a request against PayPal's schemas, before its operation sees it.
//!
//! Like the connector, it is lenient where PayPal may be: unknown members pass, a number may stand for a string and the other
//! way round, and null or an empty string for a member that is left out. The operation sees the types of the schema.

use std::collections::BTreeMap;

use serde_json::{Map, Number, Value};

use crate::request::{
    refusal::{Issue, Refusal},
    schemas::{self, Kind, Parts, Schema},
};

const SYNTAX: (&str, &str) = ("INVALID_PARAMETER_SYNTAX", "It has another type than this.");

/// How many violations are reported.
const MOST: usize = 20;

/// Members whose values are not repeated in an answer.
const SECRETS: [&str; 5] = ["number", "security_code", "cryptogram", "emv_data", "pin"];

struct Check {
    location: &'static str,
    /// The codes of a number that is too small or too large.
    bounds: [&'static str; 2],
    /// The codes of a text that is too short or too long.
    lengths: [&'static str; 2],
    issues: Vec<Issue>,
}

/// Checks the body of a request to an operation, and gives its members the types of the schema.
///
/// # Errors
/// 400 with all violations.
pub(crate) fn body(action: &str, body: &mut Value) -> Result<(), Refusal> {
    let Some(parts) = schemas::of(action) else { return Ok(()) };
    let Some(schema) = &parts.body else { return Ok(()) };
    if body.is_null() {
        return if parts.body_required { Err(Refusal::missing("/")) } else { Ok(()) };
    }
    let mut check = Check::new("body", parts);
    check.value(schema, body, "");
    check.done()
}

/// Checks the query.
///
/// # Errors
/// As [`body`].
pub(crate) fn query(action: &str, query: &BTreeMap<String, String>) -> Result<(), Refusal> {
    let Some(parts) = schemas::of(action) else { return Ok(()) };
    let Some(schema) = &parts.query else { return Ok(()) };
    let mut given = query.iter().map(|(name, value)| (name.clone(), value.as_str().into())).collect();
    let mut check = Check::new("query", parts);
    check.object(schema, &mut given, "");
    for issue in &mut check.issues {
        issue.field = issue.field.take().map(|field| field.trim_start_matches('/').to_owned());
    }
    check.done()
}

impl Check {
    fn new(location: &'static str, parts: &Parts) -> Self {
        Self { location, bounds: parts.bounds(), lengths: parts.lengths(), issues: Vec::new() }
    }

    fn done(self) -> Result<(), Refusal> {
        if self.issues.is_empty() { Ok(()) } else { Err(Refusal::all_of(self.issues)) }
    }

    fn found(&mut self, field: &str, value: Option<&Value>, (issue, description): (&str, &str)) {
        if self.issues.len() < MOST {
            // Documents are not repeated in an answer.
            let secret = field.rsplit('/').next().is_some_and(|name| SECRETS.contains(&name));
            let value = value.filter(|value| !secret && !value.is_object() && !value.is_array()).cloned();
            let field = if field.is_empty() { "/" } else { field };
            self.issues.push(Issue {
                field: Some(field.to_owned()),
                value,
                location: self.location,
                issue: issue.to_owned(),
                description: description.to_owned(),
                link: None,
            });
        }
    }

    fn value(&mut self, schema: &Schema, value: &mut Value, field: &str) {
        let schema = schema.resolve();
        schema.all_of.iter().for_each(|part| self.value(part, value, field));
        if !schema.any_of.is_empty() && !schema.any_of.iter().any(|part| fits(part, value)) {
            self.found(field, Some(value), ("INVALID_PARAMETER_VALUE", "It has none of the forms that are possible."));
        }
        match (schema.kind, &mut *value) {
            (Some(kind), _) => self.kind(kind, schema, value, field),
            // Parts of a schema do not say again that it is of an object.
            (None, Value::Object(members)) => self.object(schema, members, field),
            (None, _) => {}
        }
        if !schema.values.is_empty() && !schema.values.contains(value) && !value.is_null() {
            self.found(field, Some(value), ("INVALID_PARAMETER_VALUE", "It is none of the values that are possible."));
        }
    }

    fn kind(&mut self, kind: Kind, schema: &Schema, value: &mut Value, field: &str) {
        match (kind, &mut *value) {
            (Kind::Object, Value::Object(members)) => self.object(schema, members, field),
            (Kind::Array, Value::Array(items)) => self.array(schema, items, field),
            // A list in a query has commas.
            (Kind::Array, Value::String(_)) if self.location == "query" => {}
            (Kind::Object | Kind::Array, _) | (_, Value::Object(_) | Value::Array(_) | Value::Null) => {
                self.found(field, Some(value), SYNTAX);
            }
            (Kind::String, Value::String(text)) => {
                let length = text.chars().count();
                self.length(schema, length, field, value);
            }
            (Kind::String, other) => {
                let text = other.to_string();
                let length = text.chars().count();
                *value = text.into();
                self.length(schema, length, field, value);
            }
            (Kind::Boolean, Value::Bool(_)) => {}
            (Kind::Boolean, other) => match other.as_str().map(str::to_lowercase).as_deref() {
                Some("true") => *value = true.into(),
                Some("false") => *value = false.into(),
                _ => self.found(field, Some(value), SYNTAX),
            },
            (Kind::Number | Kind::Integer, other) => {
                let number = match other {
                    Value::String(text) => text.trim().parse::<Number>().ok(),
                    Value::Number(number) => Some(number.clone()),
                    _ => None,
                };
                match number {
                    Some(number) if kind == Kind::Integer && number.is_f64() => self.found(field, Some(value), SYNTAX),
                    Some(number) => {
                        self.bounds(schema, &number, field);
                        *value = number.into();
                    }
                    None => self.found(field, Some(value), SYNTAX),
                }
            }
        }
    }

    fn object(&mut self, schema: &Schema, members: &mut Map<String, Value>, field: &str) {
        members.retain(|_, value| !value.is_null());
        for name in &schema.required {
            if !members.contains_key(name) {
                let description = "This is required and missing.";
                self.found(&format!("{field}/{name}"), None, ("MISSING_REQUIRED_PARAMETER", description));
            }
        }
        let mut blank = Vec::new();
        for (name, value) in &mut *members {
            let Some(schema) = schema.properties.get(name) else { continue };
            if *value == "" && self.location == "body" && !schema.takes_blank() {
                blank.push(name.clone());
            } else {
                self.value(schema, value, &format!("{field}/{name}"));
            }
        }
        for name in blank {
            members.remove(&name);
            if schema.required.contains(&name) {
                self.found(
                    &format!("{field}/{name}"),
                    None,
                    ("MISSING_REQUIRED_PARAMETER", "This is required and blank."),
                );
            }
        }
    }

    fn array(&mut self, schema: &Schema, items: &mut [Value], field: &str) {
        let count = items.len();
        if schema.min_items.is_some_and(|min| count < min) {
            self.found(field, None, ("INVALID_ARRAY_MIN_ITEMS", "There are too few."));
        }
        if schema.max_items.is_some_and(|max| count > max) {
            self.found(field, None, ("INVALID_ARRAY_MAX_ITEMS", "There are too many."));
            return;
        }
        if let Some(schema) = &schema.items {
            for (index, item) in items.iter_mut().enumerate() {
                self.value(schema, item, &format!("{field}/{index}"));
            }
        }
    }

    fn length(&mut self, schema: &Schema, length: usize, field: &str, value: &Value) {
        let [short, long] = self.lengths;
        if schema.min_length.is_some_and(|min| length < min) {
            self.found(field, Some(value), (short, "It is too short."));
        }
        if schema.max_length.is_some_and(|max| length > max) {
            self.found(field, None, (long, "It is too long."));
        }
    }

    fn bounds(&mut self, schema: &Schema, number: &Number, field: &str) {
        let value = number.as_f64().unwrap_or(f64::NAN);
        let bound = |bound: &Option<Number>| bound.as_ref().and_then(Number::as_f64);
        let [small, large] = self.bounds;
        let issue = match () {
            () if bound(&schema.minimum).is_some_and(|min| value < min) => small,
            () if bound(&schema.maximum).is_some_and(|max| value > max) => large,
            () => return,
        };
        self.found(field, Some(&number.clone().into()), (issue, "It is not within the bounds."));
    }
}

impl Schema {
    /// Whether an empty string is a value of its own.
    fn takes_blank(&self) -> bool {
        let schema = self.resolve();
        let own = schema.kind == Some(Kind::String) && schema.min_length.is_none_or(|min| min == 0);
        own || schema.all_of.iter().any(Self::takes_blank)
    }
}

fn fits(schema: &Schema, value: &Value) -> bool {
    let mut check = Check { location: "body", bounds: [""; 2], lengths: [""; 2], issues: Vec::new() };
    check.value(schema, &mut value.clone(), "");
    check.issues.is_empty()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn violations(action: &str, mut document: Value) -> Vec<(String, String)> {
        match body(action, &mut document) {
            Ok(()) => Vec::new(),
            Err(refusal) => {
                assert_eq!((refusal.status, refusal.name), (400, "INVALID_REQUEST"));
                let pair = |issue: Issue| (issue.field.unwrap(), issue.issue);
                refusal.issues.into_iter().map(pair).collect()
            }
        }
    }

    fn one(field: &str, issue: &str) -> Vec<(String, String)> {
        vec![(field.to_owned(), issue.to_owned())]
    }

    #[test]
    fn every_violation_is_named_with_its_field() {
        let amount = json!({"currency_code": "USD", "value": "1.00"});
        let order = |unit: Value| json!({"intent": "CAPTURE", "purchase_units": [unit]});
        assert_eq!(violations("orders.create", order(json!({"amount": amount}))), []);
        let missing = order(json!({"amount": {"value": "1.00"}}));
        let field = "/purchase_units/0/amount/currency_code";
        assert_eq!(violations("orders.create", missing), one(field, "MISSING_REQUIRED_PARAMETER"));
        let long = order(json!({"amount": amount, "custom_id": "x".repeat(256)}));
        assert_eq!(violations("orders.create", long), one("/purchase_units/0/custom_id", "INVALID_STRING_LENGTH"));
        let wrong = json!({"intent": "CAPTURE", "purchase_units": "one"});
        assert_eq!(violations("orders.create", wrong), one("/purchase_units", "INVALID_PARAMETER_SYNTAX"));
        let none = json!({"intent": "CAPTURE", "purchase_units": []});
        assert_eq!(violations("orders.create", none), one("/purchase_units", "INVALID_ARRAY_MIN_ITEMS"));
        let address = json!({"billing_info": {"address": {"address_line_1": []}}});
        let invoice = json!({"detail": {"currency_code": "USD"}, "primary_recipients": [address]});
        let field = "/primary_recipients/0/billing_info/address/address_line_1";
        assert_eq!(violations("invoices.create", invoice)[0].0, field);
        assert_eq!(violations("orders.create", Value::Null), one("/", "MISSING_REQUIRED_PARAMETER"));
        assert_eq!(violations("orders.capture", Value::Null), []);
    }

    #[test]
    fn the_number_of_a_card_is_not_repeated() {
        let card = json!({"number": "40128888", "security_code": "1", "expiry": "2029"});
        let mut order = json!({"payment_source": {"card": card}});
        let refusal = body("orders.confirm-payment-source", &mut order).unwrap_err();
        let values: Vec<_> = refusal.issues.iter().map(|issue| (issue.field.as_deref(), issue.value.clone())).collect();
        let expected = [
            (Some("/payment_source/card/expiry"), Some(json!("2029"))),
            (Some("/payment_source/card/number"), None),
            (Some("/payment_source/card/security_code"), None),
        ];
        assert!(expected.iter().all(|it| values.contains(it)) && values.len() == 3, "{values:?}");
    }

    #[test]
    fn null_blank_and_other_scalars_are_taken_as_paypal_takes_them() {
        let unit =
            json!({"amount": {"currency_code": "USD", "value": 1}, "payee": {"merchant_id": ""}, "description": null});
        let mut order = json!({"intent": "CAPTURE", "purchase_units": [unit], "more": {"a": 1}});
        body("orders.create", &mut order).unwrap();
        let expected = json!({"intent": "CAPTURE", "purchase_units": [
            {"amount": {"currency_code": "USD", "value": "1"}, "payee": {}}], "more": {"a": 1}});
        assert_eq!(order, expected);
    }

    #[test]
    fn a_query_is_checked_too() {
        let check = |pairs: &[(&str, &str)]| {
            let pairs = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
            query("plans.list", &pairs).map_err(|refusal| refusal.issues[0].field.clone().unwrap())
        };
        assert_eq!(check(&[("page_size", "20"), ("more", "x")]), Ok(()));
        assert_eq!(check(&[("page_size", "0")]), Err("page_size".to_owned()));
        assert_eq!(check(&[("page", "one")]), Err("page".to_owned()));
        let page = |page: &str| {
            let pairs = [("customer_id", "customer_1"), ("page", page)];
            let pairs = pairs.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
            query("vault.list-payment-tokens", &pairs).map_err(|refusal| refusal.issues[0].issue.clone()).unwrap_err()
        };
        assert_eq!([page("0"), page("11")], ["INVALID_INTEGER_MIN_VALUE", "INVALID_INTEGER_MAX_VALUE"]);
    }
}
