//! A document against a schema of the catalogue.

use std::fmt::Write as _;

use crate::{
    catalogue::{Location, Parameter, Rule, Schema, Shape},
    document::Document,
    failure::Issue,
    pointer,
};

use super::{
    codes::Codes, currency, moment, money, order_update, patch, payment_source, payout, plan, purchase_unit, tracker,
    webhook,
};

/// More violations than this are not listed: a person needs no more, and a hostile document could have millions.
const MOST: usize = 100;

pub(super) fn check_body(schema: &Schema, document: &Document, codes: &'static Codes, issues: &mut Vec<Issue>) {
    Walk { location: Location::Body, codes, issues }.value(schema, document, &Place::Root);
}

pub(super) fn check_parameter(parameter: &Parameter, value: &Document, codes: &'static Codes, issues: &mut Vec<Issue>) {
    let place = Place::Member(&Place::Root, parameter.name);
    Walk { location: parameter.location, codes, issues }.value(parameter.schema, value, &place);
}

/// Where in the document the walk is. It lives on the stack: only a violation makes a string of it.
pub(super) enum Place<'a> {
    Root,
    Member(&'a Place<'a>, &'a str),
    Item(&'a Place<'a>, usize),
}

impl Place<'_> {
    /// The JSON Pointer (RFC 6901).
    fn pointer(&self) -> String {
        match self {
            Self::Root => String::new(),
            Self::Member(parent, name) => parent.pointer() + &pointer::member(name),
            Self::Item(parent, index) => {
                let mut pointer = parent.pointer();
                // Writing to a string does not fail.
                let _ = write!(pointer, "/{index}");
                pointer
            }
        }
    }
}

pub(super) struct Walk<'a> {
    location: Location,
    codes: &'static Codes,
    issues: &'a mut Vec<Issue>,
}

impl Walk<'_> {
    pub(super) fn found(&mut self, place: &Place, code: &str, description: String) -> Option<&mut Issue> {
        let field = place.pointer();
        // Parts of a composed schema may say the same of one value.
        let issue = Issue::found(&field, self.location, code, description);
        let said = |it: &Issue| (&it.field, &it.location, &it.issue) == (&issue.field, &issue.location, &issue.issue);
        if self.issues.len() >= MOST || self.issues.iter().any(said) {
            return None;
        }
        self.issues.push(issue);
        self.issues.last_mut()
    }

    fn value(&mut self, schema: &Schema, value: &Document, place: &Place) {
        if schema.nullable && *value == Document::Null {
            return;
        }
        self.shape(&schema.shape, value, place);
        match schema.rule {
            None => {}
            Some(Rule::Money) => money::check_money(value, place, self),
            Some(Rule::AmountBreakdown) => money::check_breakdown(value, place, self),
            Some(Rule::ItemsTotal) => money::check_items(value, place, self),
            Some(Rule::SenderBatchId) => payout::check_batch(value, place, self),
            Some(Rule::DateTime) => moment::check_moment(value, place, self),
            Some(Rule::PurchaseUnits) => purchase_unit::check_units(value, place, self),
            Some(Rule::OrderUpdate) => order_update::check_update(value, place, self),
            Some(Rule::BillingCycles) => plan::check_cycles(value, place, self),
            Some(Rule::OneCurrency) => currency::check_one(value, place, "CURRENCY_MISMATCH", self),
            Some(Rule::PlanIds) => plan::check_ids(value, place, self),
            Some(Rule::Trackers) => tracker::check_trackers(value, place, self),
            Some(Rule::PatchPath) => patch::check_changes(value, place, &patch::COMMON, self),
            Some(Rule::PatchPointer) => patch::check_changes(value, place, &patch::ORDERS, self),
            Some(Rule::PaymentSource) => {
                payment_source::check_source(schema, value, place, &payment_source::ORDER, self);
            }
            Some(Rule::OnePaymentSource) => {
                payment_source::check_source(schema, value, place, &payment_source::CONFIRMATION, self);
            }
            Some(Rule::VaultSource) => {
                payment_source::check_source(schema, value, place, &payment_source::VAULT, self);
            }
            Some(Rule::HttpsUrl) => webhook::check_url(value, place, self),
        }
    }

    fn shape(&mut self, shape: &Shape, value: &Document, place: &Place) {
        match (shape, value) {
            (Shape::Open, _) | (Shape::Boolean, Document::Boolean(_)) => {}
            (Shape::Same(schema), _) => self.value(schema, value, place),
            (Shape::All(schemas), _) => schemas.iter().for_each(|schema| self.value(schema, value, place)),
            (Shape::Any(schemas), _) => self.any(schemas, value, place),
            (Shape::Object { properties, required }, Document::Object(_)) => {
                self.object(properties, required, value, place);
            }
            (Shape::Array { items, min, max }, Document::Array(array)) => {
                self.count(array.len(), *min, *max, place);
                for (index, item) in array.iter().enumerate() {
                    self.value(items, item, &Place::Item(place, index));
                }
            }
            (Shape::Text { min, max, characters }, Document::Text(text)) => {
                let length = text.chars().count();
                if length < *min as usize || length > *max as usize {
                    let description = format!("has {length} characters; {} allowed", range(*min, *max));
                    self.found(place, "INVALID_STRING_LENGTH", description);
                } else if let Some(characters) = characters
                    && !text.chars().all(|character| characters.has(character))
                {
                    let description = "holds a character that PayPal's values never hold".to_owned();
                    self.found(place, "INVALID_PARAMETER_SYNTAX", description);
                }
            }
            (Shape::Number { integer, bounds }, Document::Number(number)) => {
                let number = number.as_f64();
                if *integer && number.fract() != 0.0 {
                    self.found(place, "INVALID_PARAMETER_SYNTAX", "must be a whole number".to_owned());
                } else if let Some((min, max)) = bounds
                    && !(*min as f64..=*max as f64).contains(&number)
                {
                    let code = if number < *min as f64 { self.codes.below } else { self.codes.above };
                    self.found(place, code, format!("is out of range: from {min} to {max}"));
                }
            }
            (expected, actual) => {
                let description = format!("must be {}, not {}", kind(expected), actual.kind());
                self.found(place, "INVALID_PARAMETER_SYNTAX", description);
            }
        }
    }

    fn object(&mut self, properties: &[(&str, Schema)], required: &[&str], object: &Document, place: &Place) {
        for name in required {
            if object.get(name).is_none() {
                let description = "is required and missing".to_owned();
                self.found(&Place::Member(place, name), "MISSING_REQUIRED_PARAMETER", description);
            }
        }
        for (name, schema) in properties {
            if let Some(value) = object.get(name) {
                self.value(schema, value, &Place::Member(place, name));
            }
        }
    }

    /// Accepts what one of the schemas accepts; otherwise reports what the nearest of them has against it: one that is for
    /// values of this type, and among these the one with the fewest complaints.
    fn any(&mut self, schemas: &[Schema], value: &Document, place: &Place) {
        let complaints = |schema: &Schema| {
            let mut issues = Vec::new();
            Walk { location: self.location, codes: self.codes, issues: &mut issues }.value(schema, value, place);
            (!is_for(&schema.shape, value), issues)
        };
        let nearest = |(other_type, issues): &(bool, Vec<Issue>)| (!issues.is_empty(), *other_type, issues.len());
        if let Some((_, fewest)) = schemas.iter().map(complaints).min_by_key(nearest) {
            self.issues.extend(fewest);
        }
    }

    fn count(&mut self, items: usize, min: u32, max: u32, place: &Place) {
        let code = match items {
            _ if items < min as usize => "INVALID_ARRAY_MIN_ITEMS",
            _ if items > max as usize => "INVALID_ARRAY_MAX_ITEMS",
            _ => return,
        };
        self.found(place, code, format!("has {items} items; {} allowed", range(min, max)));
    }
}

/// Whether the shape is for values of this type, whatever else it asks of them.
fn is_for(shape: &Shape, value: &Document) -> bool {
    match (shape, value) {
        (Shape::Same(schema), _) => is_for(&schema.shape, value),
        (Shape::All(schemas), _) => schemas.iter().all(|schema| is_for(&schema.shape, value)),
        (Shape::Any(schemas), _) => schemas.iter().any(|schema| is_for(&schema.shape, value)),
        (Shape::Open, _)
        | (Shape::Object { .. }, Document::Object(_))
        | (Shape::Array { .. }, Document::Array(_))
        | (Shape::Text { .. }, Document::Text(_))
        | (Shape::Number { .. }, Document::Number(_))
        | (Shape::Boolean, Document::Boolean(_)) => true,
        _ => false,
    }
}

fn range(min: u32, max: u32) -> String {
    match (min, max) {
        (min, max) if min == max => format!("exactly {min}"),
        (min, u32::MAX) => format!("at least {min}"),
        (0, max) => format!("at most {max}"),
        (min, max) => format!("{min} to {max}"),
    }
}

fn kind(shape: &Shape) -> &'static str {
    match shape {
        Shape::Object { .. } => "an object",
        Shape::Array { .. } => "an array",
        Shape::Text { .. } => "a string",
        Shape::Number { integer: true, .. } => "a whole number",
        Shape::Number { integer: false, .. } => "a number",
        Shape::Boolean => "true or false",
        Shape::Open | Shape::Same(_) | Shape::All(_) | Shape::Any(_) => "something else",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::codes::COMMON;

    const fn plain(shape: Shape) -> Schema {
        Schema { shape, nullable: false, rule: None }
    }

    fn codes(schema: &Schema, text: &str) -> Vec<String> {
        let mut issues = Vec::new();
        check_body(schema, &Document::parse(text).unwrap(), &COMMON, &mut issues);
        let join = |it: Issue| format!("{} {}", it.field.unwrap_or_default(), it.issue.unwrap_or_default());
        issues.into_iter().map(join).collect()
    }

    #[test]
    fn numbers_have_bounds_and_may_have_to_be_whole() {
        let page = plain(Shape::Number { integer: true, bounds: Some(&(1, 1000)) });
        assert_eq!(codes(&page, "1"), [""; 0]);
        assert_eq!(codes(&page, "2.0"), [""; 0]);
        assert_eq!(codes(&page, "2.5"), [" INVALID_PARAMETER_SYNTAX"]);
        assert_eq!(codes(&page, "0"), [" INVALID_PARAMETER_VALUE"]);
        assert_eq!(codes(&page, "1001"), [" INVALID_PARAMETER_VALUE"]);
        assert_eq!(codes(&page, "\"1\""), [" INVALID_PARAMETER_SYNTAX"]);
    }

    #[test]
    fn null_is_a_value_only_where_the_schema_says_so() {
        let flag = plain(Shape::Boolean);
        assert_eq!(codes(&flag, "null"), [" INVALID_PARAMETER_SYNTAX"]);
        assert_eq!(codes(&Schema { nullable: true, ..flag }, "null"), [""; 0]);
    }

    #[test]
    fn any_is_content_with_one_and_reports_the_nearest() {
        static EITHER: [Schema; 2] = [
            plain(Shape::Object { properties: &[], required: &["a", "b"] }),
            plain(Shape::Object { properties: &[], required: &["c"] }),
        ];
        let any = plain(Shape::Any(&EITHER));
        assert_eq!(codes(&any, r#"{"c": 1}"#), [""; 0]);
        assert_eq!(codes(&any, r#"{"a": 1, "b": 1}"#), [""; 0]);
        assert_eq!(codes(&any, "{}"), ["/c MISSING_REQUIRED_PARAMETER"]);
    }

    #[test]
    fn any_reports_what_the_schema_of_the_value_s_type_has_against_it() {
        static FLAG: Schema = plain(Shape::Boolean);
        static EITHER: [Schema; 2] = [
            plain(Shape::Text { min: 1, max: 3, characters: None }),
            plain(Shape::Array { items: &FLAG, min: 1, max: 3 }),
        ];
        let any = plain(Shape::Any(&EITHER));
        assert_eq!(codes(&any, "[]"), [" INVALID_ARRAY_MIN_ITEMS"]);
        assert_eq!(codes(&any, "[1, 2]"), ["/0 INVALID_PARAMETER_SYNTAX", "/1 INVALID_PARAMETER_SYNTAX"]);
        assert_eq!(codes(&any, r#""long""#), [" INVALID_STRING_LENGTH"]);
        assert_eq!(codes(&any, "7"), [" INVALID_PARAMETER_SYNTAX"]);
    }

    #[test]
    fn the_list_of_violations_ends() {
        static FLAG: Schema = plain(Shape::Boolean);
        let flags = plain(Shape::Array { items: &FLAG, min: 0, max: 10 });
        let text = format!("[{}0]", "0,".repeat(5000));
        assert_eq!(codes(&flags, &text).len(), MOST);
        assert_eq!(codes(&flags, &text)[0], " INVALID_ARRAY_MAX_ITEMS");
    }

    #[test]
    fn pointers_escape_names() {
        assert_eq!(Place::Member(&Place::Member(&Place::Root, "a/b"), "c~d").pointer(), "/a~1b/c~0d");
    }
}
