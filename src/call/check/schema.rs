//! Checks a document against a schema of the catalogue.

use crate::{
    base::document::Document,
    catalogue::{Action, Characters, Limits, Parameter, Rule, Schema, Shape},
    platform::failure::{Issue, Location},
};

use super::{
    currency, findings::Findings, money, order_update, patch, path::Path, payment_source, payout, plan, purchase_unit,
    timestamp, tracker, webhook,
};

/// Checks a body, which may be a member of the body that is sent.
pub(super) fn check_body(
    action: &'static Action,
    schema: &Schema,
    document: &Document,
    is_member: bool,
    issues: &mut Vec<Issue>,
) {
    let path = if is_member { Path::Member(&Path::Root, "body") } else { Path::Root };
    Walk::new(action, Location::Body, issues).value(schema, document, &path);
}

pub(super) fn check_parameter(
    action: &'static Action,
    parameter: &Parameter,
    value: &Document,
    issues: &mut Vec<Issue>,
) {
    let path = Path::Member(&Path::Root, parameter.name);
    Walk::new(action, parameter.location, issues).value(parameter.schema, value, &path);
}

struct Walk<'a> {
    location: Location,
    limits: &'static Limits,
    /// Whether the connector itself reads the document: then values must have exactly the types of the schema. PayPal
    /// reads a number in place of a string, and a string in place of a number.
    exact: bool,
    findings: Findings<'a>,
}

/// PayPal's code for a value of the wrong form.
const SYNTAX: &str = "INVALID_PARAMETER_SYNTAX";
/// The limits of an id in a path are always checked: an invalid one would be another path.
static IN_PATHS: Limits = Limits {
    too_short: Some("INVALID_STRING_LENGTH"),
    too_long: Some("INVALID_STRING_LENGTH"),
    too_few: None,
    too_many: None,
    below: None,
    above: None,
};

impl<'a> Walk<'a> {
    fn new(action: &'static Action, location: Location, issues: &'a mut Vec<Issue>) -> Self {
        let limits = if location == Location::Path { &IN_PATHS } else { action.limits };
        let exact = action.composed && location == Location::Body;
        Self { location, limits, exact, findings: Findings::new(location, issues) }
    }

    fn value(&mut self, schema: &Schema, value: &Document, path: &Path) {
        let left_out = !self.exact && matches!(path, Path::Member(..));
        if (schema.nullable || left_out) && *value == Document::Null {
            return;
        }
        self.shape(&schema.shape, value, path);
        match schema.rule {
            None => {}
            Some(Rule::Money) => money::check_money(value, path, &mut self.findings),
            Some(Rule::AmountBreakdown) => money::check_breakdown(value, path, &mut self.findings),
            Some(Rule::ItemsTotal) => money::check_items(value, path, &mut self.findings),
            Some(Rule::SenderBatchId) => payout::check_batch(value, path, &mut self.findings),
            Some(Rule::DateTime) => timestamp::check_timestamp(value, path, &mut self.findings),
            Some(Rule::PurchaseUnits) => purchase_unit::check_units(value, path, &mut self.findings),
            Some(Rule::OrderUpdate) => order_update::check_update(value, path, &mut self.findings),
            Some(Rule::BillingCycles) => plan::check_cycles(value, path, &mut self.findings),
            Some(Rule::OneCurrency) => currency::check_one(value, path, "CURRENCY_MISMATCH", &mut self.findings),
            Some(Rule::PlanIds) => plan::check_ids(value, path, &mut self.findings),
            Some(Rule::Trackers) => tracker::check_trackers(value, path, &mut self.findings),
            Some(Rule::PatchPath) => patch::check_changes(value, path, &patch::COMMON, &mut self.findings),
            Some(Rule::PatchPointer) => patch::check_changes(value, path, &patch::ORDERS, &mut self.findings),
            Some(Rule::PaymentSource) => {
                payment_source::check_source(schema, value, path, &payment_source::ORDER, &mut self.findings);
            }
            Some(Rule::OnePaymentSource) => {
                payment_source::check_source(schema, value, path, &payment_source::CONFIRMATION, &mut self.findings);
            }
            Some(Rule::VaultSource) => {
                payment_source::check_source(schema, value, path, &payment_source::VAULT, &mut self.findings);
            }
            Some(Rule::HttpsUrl) => webhook::check_url(value, path, &mut self.findings),
        }
    }

    fn shape(&mut self, shape: &Shape, value: &Document, path: &Path) {
        match (shape, value) {
            (Shape::Open, _) | (Shape::Boolean, Document::Boolean(_)) => {}
            (Shape::All(schemas), _) => schemas.iter().for_each(|schema| self.value(schema, value, path)),
            (Shape::Any(schemas), _) => self.any(schemas, value, path),
            (Shape::Object { properties, required }, Document::Object(_)) => {
                self.object(properties, required, value, path);
            }
            (Shape::Array { items, min, max }, Document::Array(array)) => {
                self.count(array.len(), *min, *max, path);
                for (index, item) in array.iter().enumerate() {
                    self.value(items, item, &Path::Item(path, index));
                }
            }
            (Shape::Text { min, max, characters }, Document::Text(text)) => {
                self.text(text, *min, *max, *characters, path);
            }
            (Shape::Number { integer, bounds }, Document::Number(number)) => {
                self.number(number.as_f64(), *integer, *bounds, path);
            }
            _ if !self.exact && self.is_read_as(shape, value, path) => {}
            (expected, actual) => {
                let description = format!("must be {}, not {}", kind(expected), actual.kind());
                self.findings.found(path, SYNTAX, description);
            }
        }
    }

    /// Whether PayPal may read a value of one scalar type as the expected one. It does not document that it refuses
    /// any, and has been seen to accept a number as an amount's value.
    fn is_read_as(&mut self, shape: &Shape, value: &Document, path: &Path) -> bool {
        match (shape, value) {
            (Shape::Text { min, max, characters }, Document::Number(number)) => {
                self.text(number.as_str(), *min, *max, *characters, path);
            }
            (Shape::Number { integer, bounds }, Document::Text(text)) => match text.trim().parse::<f64>() {
                Ok(number) if number.is_finite() => self.number(number, *integer, *bounds, path),
                _ => return text.is_empty(),
            },
            (Shape::Text { .. }, Document::Boolean(_)) | (Shape::Boolean, Document::Number(_)) => {
                return self.location == Location::Body;
            }
            (Shape::Boolean, Document::Text(text)) => {
                return ["", "true", "false"].iter().any(|word| text.eq_ignore_ascii_case(word));
            }
            _ => return false,
        }
        true
    }

    fn text(&mut self, text: &str, min: u32, max: u32, characters: Option<&Characters>, path: &Path) {
        let length = text.chars().count();
        // Minimum lengths are mostly generated, and PayPal reads an empty string as a missing one. So only a code,
        // which has a fixed length, is checked.
        let is_short =
            length < min as usize && (self.exact || self.location == Location::Path || (min == max && length > 0));
        let breach = match () {
            () if is_short => self.limits.too_short,
            () if length > max as usize => self.limits.too_long,
            () => None,
        };
        if let Some(code) = breach {
            self.findings.found(path, code, format!("has {length} characters; {} allowed", range(min, max)));
        } else if let Some(characters) = characters
            && !text.chars().all(|character| characters.has(character))
        {
            self.findings.found(path, SYNTAX, "contains a character that PayPal's values never contain".to_owned());
        }
    }

    fn number(&mut self, number: f64, integer: bool, bounds: Option<&(i64, i64)>, path: &Path) {
        if integer && number.fract() != 0.0 {
            self.findings.found(path, SYNTAX, "must be a whole number".to_owned());
        } else if let Some((min, max)) = bounds {
            let breach = match () {
                () if number < *min as f64 => self.limits.below,
                () if number > *max as f64 => self.limits.above,
                () => None,
            };
            if let Some(code) = breach {
                self.findings.found(path, code, format!("is out of range: from {min} to {max}"));
            }
        }
    }

    fn object(&mut self, properties: &[(&str, &Schema)], required: &[&str], object: &Document, path: &Path) {
        for name in required {
            let value = if self.exact { object.get(name) } else { object.given(name) };
            if value.is_none() {
                let description = "is required and missing".to_owned();
                self.findings.found(&Path::Member(path, name), "MISSING_REQUIRED_PARAMETER", description);
            }
        }
        for (name, schema) in properties {
            if let Some(value) = object.get(name) {
                self.value(schema, value, &Path::Member(path, name));
            }
        }
    }

    /// Accepts what any of the schemas accepts. Otherwise reports the violations of the nearest one: the one for values
    /// of this type with the fewest violations.
    fn any(&mut self, schemas: &[&Schema], value: &Document, path: &Path) {
        let complaints = |schema: &&Schema| {
            let mut issues = Vec::new();
            Walk { findings: self.findings.aside(&mut issues), ..*self }.value(schema, value, path);
            (!is_for(&schema.shape, value), issues)
        };
        let nearest = |(other_type, issues): &(bool, Vec<Issue>)| (!issues.is_empty(), *other_type, issues.len());
        if let Some((_, fewest)) = schemas.iter().map(complaints).min_by_key(nearest) {
            self.findings.extend(fewest);
        }
    }

    fn count(&mut self, items: usize, min: u32, max: u32, path: &Path) {
        let breach = match items {
            _ if items < min as usize => self.limits.too_few,
            _ if items > max as usize => self.limits.too_many,
            _ => None,
        };
        if let Some(code) = breach {
            self.findings.found(path, code, format!("has {items} items; {} allowed", range(min, max)));
        }
    }
}

/// Whether the shape is for values of this type.
fn is_for(shape: &Shape, value: &Document) -> bool {
    match (shape, value) {
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
        Shape::Open | Shape::All(_) | Shape::Any(_) => "something else",
    }
}

#[cfg(test)]
mod tests {
    use super::{super::findings::MAX_ISSUES, *};
    use crate::catalogue::PLAIN;

    /// The codes of most of PayPal's operations.
    static LIMITS: Limits = Limits {
        too_short: Some("INVALID_STRING_LENGTH"),
        too_long: Some("INVALID_STRING_LENGTH"),
        too_few: Some("INVALID_ARRAY_MIN_ITEMS"),
        too_many: Some("INVALID_ARRAY_MAX_ITEMS"),
        below: Some("INVALID_PARAMETER_VALUE"),
        above: Some("INVALID_PARAMETER_VALUE"),
    };
    static PAYPALS: Action = Action { limits: &LIMITS, ..PLAIN };
    static OWN: Action = Action { limits: &LIMITS, composed: true, ..PLAIN };
    static WITHOUT_CODES: Action = PLAIN;

    const fn plain(shape: Shape) -> Schema {
        Schema { shape, nullable: false, rule: None, selection: None }
    }

    fn codes(schema: &Schema, text: &str) -> Vec<String> {
        codes_of(&PAYPALS, schema, text)
    }

    fn codes_of(action: &'static Action, schema: &Schema, text: &str) -> Vec<String> {
        let mut issues = Vec::new();
        check_body(action, schema, &Document::parse(text).unwrap(), false, &mut issues);
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
    }

    #[test]
    fn a_limit_counts_where_paypal_documents_a_code_for_it() {
        static FLAG: Schema = plain(Shape::Boolean);
        let page = plain(Shape::Number { integer: true, bounds: Some(&(1, 1000)) });
        let code = plain(Shape::Text { min: 3, max: 3, characters: None });
        let flags = plain(Shape::Array { items: &FLAG, min: 1, max: 2 });
        for (schema, breaches) in
            [(&page, ["0", "1001"]), (&code, [r#""US""#, r#""EURO""#]), (&flags, ["[]", "[true, true, true]"])]
        {
            for breach in breaches {
                assert_eq!(codes(schema, breach).len(), 1, "{breach}");
                assert_eq!(codes_of(&WITHOUT_CODES, schema, breach), [""; 0], "{breach}");
            }
        }
        static LONG_ONLY: Action =
            Action { limits: &Limits { too_long: Some("INVALID_STRING_MAX_LENGTH"), ..*PLAIN.limits }, ..PLAIN };
        assert_eq!(codes_of(&LONG_ONLY, &code, r#""EURO""#), [" INVALID_STRING_MAX_LENGTH"]);
        assert_eq!(codes_of(&LONG_ONLY, &code, r#""US""#), [""; 0]);
    }

    #[test]
    fn only_a_code_and_what_is_the_connector_s_own_can_be_too_short() {
        let name = plain(Shape::Text { min: 3, max: 300, characters: None });
        let code = plain(Shape::Text { min: 3, max: 3, characters: None });
        for text in [r#""""#, r#""Li""#] {
            assert_eq!(codes(&name, text), [""; 0], "{text}");
            assert_eq!(codes_of(&OWN, &name, text), [" INVALID_STRING_LENGTH"], "{text}");
        }
        assert_eq!(codes(&code, r#""""#), [""; 0]);
        assert_eq!(codes(&code, r#""US""#), [" INVALID_STRING_LENGTH"]);
    }

    #[test]
    fn paypal_may_read_one_scalar_as_another() {
        let text = plain(Shape::Text { min: 1, max: 4, characters: None });
        let whole = plain(Shape::Number { integer: true, bounds: Some(&(1, 9)) });
        let flag = plain(Shape::Boolean);
        for (schema, value) in [
            (&text, "2"),
            (&text, "2.5"),
            (&text, "true"),
            (&whole, r#""2""#),
            (&whole, r#""""#),
            (&flag, r#""True""#),
            (&flag, "1"),
        ] {
            assert_eq!(codes(schema, value), [""; 0], "{value}");
            assert_eq!(codes_of(&OWN, schema, value), [" INVALID_PARAMETER_SYNTAX"], "{value}");
        }
        for (schema, value, code) in [
            (&text, "12345", " INVALID_STRING_LENGTH"),
            (&text, "{}", " INVALID_PARAMETER_SYNTAX"),
            (&text, "[]", " INVALID_PARAMETER_SYNTAX"),
            (&whole, r#""10""#, " INVALID_PARAMETER_VALUE"),
            (&whole, r#""2.5""#, " INVALID_PARAMETER_SYNTAX"),
            (&whole, r#""two""#, " INVALID_PARAMETER_SYNTAX"),
            (&whole, r#""inf""#, " INVALID_PARAMETER_SYNTAX"),
            (&whole, "true", " INVALID_PARAMETER_SYNTAX"),
            (&flag, r#""yes""#, " INVALID_PARAMETER_SYNTAX"),
        ] {
            assert_eq!(codes(schema, value), [code], "{value}");
        }
    }

    #[test]
    fn null_stands_for_left_out() {
        static PROPERTIES: [(&str, &Schema); 1] = [("a", &plain(Shape::Boolean))];
        let object = plain(Shape::Object { properties: &PROPERTIES, required: &[] });
        let required = plain(Shape::Object { properties: &PROPERTIES, required: &["a"] });
        assert_eq!(codes(&object, r#"{"a": null}"#), [""; 0]);
        assert_eq!(codes(&required, r#"{"a": null}"#), ["/a MISSING_REQUIRED_PARAMETER"]);
        assert_eq!(codes_of(&OWN, &object, r#"{"a": null}"#), ["/a INVALID_PARAMETER_SYNTAX"]);
    }

    #[test]
    fn null_is_a_value_only_if_the_schema_allows_it() {
        let flag = plain(Shape::Boolean);
        assert_eq!(codes(&flag, "null"), [" INVALID_PARAMETER_SYNTAX"]);
        assert_eq!(codes(&Schema { nullable: true, ..flag }, "null"), [""; 0]);
    }

    #[test]
    fn any_is_content_with_one_and_reports_the_nearest() {
        static EITHER: [&Schema; 2] = [
            &plain(Shape::Object { properties: &[], required: &["a", "b"] }),
            &plain(Shape::Object { properties: &[], required: &["c"] }),
        ];
        let any = plain(Shape::Any(&EITHER));
        assert_eq!(codes(&any, r#"{"c": 1}"#), [""; 0]);
        assert_eq!(codes(&any, r#"{"a": 1, "b": 1}"#), [""; 0]);
        assert_eq!(codes(&any, "{}"), ["/c MISSING_REQUIRED_PARAMETER"]);
    }

    #[test]
    fn any_reports_what_the_schema_of_the_value_s_type_has_against_it() {
        static FLAG: Schema = plain(Shape::Boolean);
        static EITHER: [&Schema; 2] = [
            &plain(Shape::Text { min: 1, max: 3, characters: None }),
            &plain(Shape::Array { items: &FLAG, min: 1, max: 3 }),
        ];
        let any = plain(Shape::Any(&EITHER));
        assert_eq!(codes(&any, "[]"), [" INVALID_ARRAY_MIN_ITEMS"]);
        assert_eq!(codes(&any, "[{}, []]"), ["/0 INVALID_PARAMETER_SYNTAX", "/1 INVALID_PARAMETER_SYNTAX"]);
        assert_eq!(codes(&any, r#""long""#), [" INVALID_STRING_LENGTH"]);
        assert_eq!(codes(&any, "{}"), [" INVALID_PARAMETER_SYNTAX"]);
    }

    #[test]
    fn the_list_of_violations_ends() {
        static FLAG: Schema = plain(Shape::Boolean);
        let flags = plain(Shape::Array { items: &FLAG, min: 0, max: 10 });
        let text = format!("[{}[]]", "[],".repeat(5000));
        assert_eq!(codes(&flags, &text).len(), MAX_ISSUES);
        assert_eq!(codes(&flags, &text)[0], " INVALID_ARRAY_MAX_ITEMS");
    }
}
