//! Bodies that PayPal's schema forbids, each a valid one with one change.

use serde_json::{Value, json};

use crate::catalogue::PayPal;

/// The maximum length of the strings and arrays that are made too long.
const LONGEST: u64 = 5000;

/// A forbidden body.
pub(crate) struct Body {
    pub(crate) body: Value,
    /// The JSON pointer of the value that was changed or left out.
    pub(crate) pointer: String,
    /// What is wrong with it.
    pub(crate) what: String,
}

/// Makes forbidden bodies from those that Prism has accepted.
pub(crate) fn derive<'a>(paypal: &PayPal, good: impl Iterator<Item = &'a Value>) -> Vec<Body> {
    if paypal.schema().is_null() {
        return Vec::new();
    }
    let validator = paypal.validator();
    let mut forbidden: Vec<Body> = Vec::new();
    for body in good {
        if let Err(error) = validator.validate(body) {
            panic!("Prism has accepted what PayPal's schema forbids: {error} in {body}");
        }
        let mut changes = Changes { paypal, whole: body, made: Vec::new() };
        changes.walk(paypal.schema(), body, "");
        // A change may be allowed by another branch of an `anyOf`, or be made twice through an `allOf`.
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
                    self.remove(pointer, name);
                }
                for (name, value) in members {
                    self.walk(&schema["properties"][name], value, &member(pointer, name));
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

    fn remove(&mut self, pointer: &str, name: &str) {
        let mut body = self.whole.clone();
        let object = body.pointer_mut(pointer).and_then(Value::as_object_mut).expect("a pointer to an object");
        object.remove(name);
        self.made.push(Body { body, pointer: member(pointer, name), what: "a required member left out".to_owned() });
    }

    fn replace(&mut self, pointer: &str, what: &str, value: Value) {
        let mut body = self.whole.clone();
        *body.pointer_mut(pointer).expect("a pointer into the body") = value;
        self.made.push(Body { body, pointer: pointer.to_owned(), what: what.to_owned() });
    }
}

/// Returns the JSON pointer of an object's member.
fn member(pointer: &str, name: &str) -> String {
    format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1"))
}

fn limit(schema: &Value, keyword: &str) -> Option<usize> {
    schema[keyword].as_u64().filter(|limit| *limit <= LONGEST).and_then(|limit| usize::try_from(limit).ok())
}
