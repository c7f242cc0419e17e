//! Bodies that PayPal's schema forbids, each a good one with one thing changed.

use serde_json::{Value, json};

use crate::catalogue::PayPal;

/// The longest string and the longest array that are made to be too long.
const LONGEST: u64 = 5000;

/// A forbidden body.
pub(crate) struct Body {
    pub(crate) body: Value,
    /// What is wrong with it.
    pub(crate) what: String,
}

/// Makes them from bodies that are good.
pub(crate) fn derive<'a>(paypal: &PayPal, good: impl Iterator<Item = &'a Value>) -> Vec<Body> {
    if paypal.schema().is_null() {
        return Vec::new();
    }
    let validator = paypal.validator();
    let mut forbidden: Vec<Body> = Vec::new();
    for body in good {
        if let Err(error) = validator.validate(body) {
            panic!("PayPal's schema forbids what should be good: {error} in {body}");
        }
        let mut changes = Changes { paypal, whole: body, made: Vec::new() };
        changes.walk(paypal.schema(), body, "");
        // A change may be allowed by another branch of an `anyOf`, or come by two ways of an `allOf`.
        for change in changes.made {
            if !validator.is_valid(&change.body) && !forbidden.iter().any(|it| it.body == change.body) {
                forbidden.push(change);
            }
        }
    }
    forbidden
}

struct Changes<'a> {
    paypal: &'a PayPal<'a>,
    whole: &'a Value,
    made: Vec<Body>,
}

impl Changes<'_> {
    /// Makes every change that the schema suggests for the value at this JSON pointer, and for those inside.
    fn walk(&mut self, schema: &Value, value: &Value, pointer: &str) {
        let schema = self.paypal.resolve(schema);
        for parts in ["allOf", "anyOf", "oneOf"].into_iter().filter_map(|keyword| schema[keyword].as_array()) {
            parts.iter().for_each(|part| self.walk(part, value, pointer));
        }
        match value {
            Value::Object(members) => {
                self.replace(pointer, "an array for an object", json!([]));
                self.replace(pointer, "a string for an object", json!("text"));
                for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
                    let mut rest = members.clone();
                    rest.remove(name);
                    self.replace(pointer, &format!("without `{name}`"), rest.into());
                }
                for (name, member) in members {
                    let schema = &schema["properties"][name];
                    self.walk(schema, member, &format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1")));
                }
            }
            Value::Array(items) => {
                self.replace(pointer, "an object for an array", json!({"0": "text"}));
                if limit(schema, "minItems") > Some(0) {
                    self.replace(pointer, "no items", json!([]));
                }
                if let (Some(most), Some(item)) = (limit(schema, "maxItems"), items.first()) {
                    self.replace(pointer, "too many items", vec![item.clone(); most + 1].into());
                }
                for (index, item) in items.iter().enumerate() {
                    self.walk(&schema["items"], item, &format!("{pointer}/{index}"));
                }
            }
            Value::String(_) => self.text(schema, pointer),
            Value::Bool(_) => self.replace(pointer, "a string for a boolean", json!("yes")),
            Value::Number(_) => self.replace(pointer, "a string for a number", json!("seven")),
            Value::Null => {}
        }
    }

    fn text(&mut self, schema: &Value, pointer: &str) {
        self.replace(pointer, "a number for a string", json!(10.5));
        self.replace(pointer, "an object for a string", json!({}));
        self.replace(pointer, "null for a string", Value::Null);
        if let Some(most) = limit(schema, "maxLength") {
            self.replace(pointer, "too long a string", json!("1".repeat(most + 1)));
        }
        if limit(schema, "minLength") > Some(0) {
            self.replace(pointer, "an empty string", json!(""));
        }
        if schema["pattern"].is_string() {
            self.replace(pointer, "a string against its pattern", json!("1,0 é"));
        }
        if schema["enum"].is_array() {
            self.replace(pointer, "an unknown value", json!("NO_SUCH_VALUE"));
        }
    }

    fn replace(&mut self, pointer: &str, what: &str, value: Value) {
        let mut body = self.whole.clone();
        *body.pointer_mut(pointer).expect("a pointer into the body") = value;
        self.made.push(Body { body, what: format!("`{pointer}`: {what}") });
    }
}

fn limit(schema: &Value, keyword: &str) -> Option<usize> {
    schema[keyword].as_u64().filter(|limit| *limit <= LONGEST).and_then(|limit| usize::try_from(limit).ok())
}
