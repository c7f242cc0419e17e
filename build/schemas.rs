//! Generates the `static` items of the catalogue's JSON schemas, reduced to what the local check uses.

use std::{collections::BTreeMap, fmt::Write as _};

use anyhow::{Context, Result, bail};
use serde_json::{Map, Value};

use crate::extensions::{RULES, variant};

/// The schemas found so far. A named schema becomes one `static`, however often it is referred to.
pub(crate) struct Schemas<'a> {
    components: &'a Value,
    named: BTreeMap<&'a str, String>,
}

impl<'a> Schemas<'a> {
    pub(crate) fn new(openapi: &'a Value) -> Self {
        Self { components: &openapi["components"]["schemas"], named: BTreeMap::new() }
    }

    /// A constant expression for the schema of a request body.
    pub(crate) fn of_body(&mut self, schema: &'a Value) -> Result<String> {
        self.expression(schema, Patterns::Ignored)
    }

    /// A constant expression for the schema of a parameter.
    pub(crate) fn of_parameter(&mut self, schema: &'a Value, location: &str) -> Result<String> {
        // A query or a form can contain any character, percent-encoded.
        let patterns = if matches!(location, "Query" | "Form") { Patterns::Ignored } else { Patterns::Checked };
        self.expression(schema, patterns)
    }

    /// The statics of the named schemas.
    pub(crate) fn into_source(self) -> String {
        self.named.into_values().collect()
    }

    fn expression(&mut self, schema: &'a Value, patterns: Patterns) -> Result<String> {
        if let Some(reference) = schema["$ref"].as_str() {
            return self.reference(reference);
        }
        let object = schema.as_object().context("a schema is no object")?;
        let shape = self.shape(object, patterns)?;
        let nullable = schema["nullable"].as_bool().unwrap_or(false);
        let rule = match schema["x-rule"].as_str() {
            None => "None".to_owned(),
            Some(rule) => format!("Some(Rule::{})", variant("x-rule", &RULES, rule)?),
        };
        Ok(format!("Schema {{ shape: {shape}, nullable: {nullable}, rule: {rule} }}"))
    }

    /// A schema with only a shape. Written out, because a reference to a function's result is not constant.
    fn plain(shape: &str) -> String {
        format!("Schema {{ shape: {shape}, nullable: false, rule: None }}")
    }

    fn reference(&mut self, reference: &'a str) -> Result<String> {
        let name = reference.strip_prefix("#/components/schemas/").context("a reference to no schema")?;
        let identifier = format!("SCHEMA_{}", name.replace(['-', '.'], "_").to_uppercase());
        if !self.named.contains_key(name) {
            // Inserted before it is generated, so that a recursive schema ends.
            self.named.insert(name, String::new());
            let components = self.components;
            let schema = components.get(name).with_context(|| format!("there is no schema `{name}`"))?;
            let expression = self.expression(schema, Patterns::Ignored).with_context(|| name.to_owned())?;
            self.named.insert(name, format!("static {identifier}: Schema = {expression};\n"));
        }
        // A static cannot be copied into another static, but it can be referred to.
        Ok(Self::plain(&format!("Shape::Same(&{identifier})")))
    }

    fn shape(&mut self, schema: &'a Map<String, Value>, patterns: Patterns) -> Result<String> {
        let mut parts = Vec::new();
        for part in schema.get("allOf").and_then(Value::as_array).into_iter().flatten() {
            // The member that a parameter becomes at PayPal has its own rules.
            parts.push(self.expression(part, Patterns::Ignored)?);
        }
        for key in ["oneOf", "anyOf"] {
            if let Some(options) = schema.get(key).and_then(Value::as_array) {
                let options: Result<Vec<_>> = options.iter().map(|it| self.expression(it, patterns)).collect();
                parts.push(Self::plain(&format!("Shape::Any(&[{}])", options?.join(", "))));
            }
        }
        let own = self.own_shape(schema, patterns)?;
        Ok(match (parts.is_empty(), own) {
            (true, own) => own.unwrap_or_else(|| "Shape::Open".into()),
            (false, None) => format!("Shape::All(&[{}])", parts.join(", ")),
            (false, Some(own)) => format!("Shape::All(&[{}, {}])", Self::plain(&own), parts.join(", ")),
        })
    }

    /// The schema's own keywords, without those of the schemas it is composed of.
    fn own_shape(&mut self, schema: &'a Map<String, Value>, patterns: Patterns) -> Result<Option<String>> {
        let number = |key: &str| schema.get(key).and_then(Value::as_u64);
        let least = |key: &str| number(key).unwrap_or(0);
        let most = |key: &str| number(key).map_or("u32::MAX".to_owned(), |it| it.to_string());
        Ok(Some(match schema.get("type").and_then(Value::as_str) {
            Some("object") => self.object(schema)?,
            None if schema.contains_key("properties") || schema.contains_key("required") => self.object(schema)?,
            None => return Ok(None),
            Some("array") => {
                let items = match schema.get("items") {
                    Some(items) => self.expression(items, patterns)?,
                    None => Self::plain("Shape::Open"),
                };
                format!("Shape::Array {{ items: &{items}, min: {}, max: {} }}", least("minItems"), most("maxItems"))
            }
            // PayPal adds values, and a new one may be longer than those before it.
            Some("string") if schema.contains_key("enum") => {
                format!("Shape::Text {{ min: 0, max: u32::MAX, characters: {} }}", patterns.characters(schema)?)
            }
            Some("string") => format!(
                "Shape::Text {{ min: {}, max: {}, characters: {} }}",
                least("minLength"),
                most("maxLength"),
                patterns.characters(schema)?
            ),
            Some("integer") => format!("Shape::Number {{ integer: true, bounds: {} }}", bounds(schema)?),
            Some("number") => format!("Shape::Number {{ integer: false, bounds: {} }}", bounds(schema)?),
            Some("boolean") => "Shape::Boolean".into(),
            Some(other) => bail!("unknown type `{other}`"),
        }))
    }

    fn object(&mut self, schema: &'a Map<String, Value>) -> Result<String> {
        let empty = Map::new();
        let properties = schema.get("properties").and_then(Value::as_object);
        let mut source = String::from("Shape::Object { properties: &[");
        for (name, property) in properties.into_iter().flatten() {
            // In a request, PayPal ignores members that only the server sets.
            if property["readOnly"].as_bool() == Some(true) {
                continue;
            }
            write!(source, "({name:?}, {}), ", self.expression(property, Patterns::Ignored)?)?;
        }
        // The caller cannot be required to give members that the server sets.
        let read_only = |name: &str| {
            properties.unwrap_or(&empty).get(name).is_some_and(|it| it["readOnly"].as_bool() == Some(true))
        };
        let required = schema.get("required").and_then(Value::as_array).into_iter().flatten();
        let required: Vec<&str> = required.filter_map(Value::as_str).filter(|name| !read_only(name)).collect();
        write!(source, "], required: &{required:?} }}")?;
        Ok(source)
    }
}

/// The bounds of a number, which are integers in all that PayPal publishes.
fn bounds(schema: &Map<String, Value>) -> Result<String> {
    let bound = |key: &str, otherwise: &str| match schema.get(key) {
        None => Ok(otherwise.to_owned()),
        Some(bound) => bound.as_i64().map(|it| it.to_string()).with_context(|| format!("`{key}` is not whole")),
    };
    if !schema.contains_key("minimum") && !schema.contains_key("maximum") {
        return Ok("None".into());
    }
    Ok(format!("Some(&({}, {}))", bound("minimum", "i64::MIN")?, bound("maximum", "i64::MAX")?))
}

/// Whether `pattern` is checked. Mostly it is left to PayPal, whose published patterns are sometimes narrower than what
/// it accepts; in a path it keeps a value from changing the path.
#[derive(Clone, Copy)]
enum Patterns {
    Ignored,
    Checked,
}

impl Patterns {
    /// The set of characters that a pattern of the form `^[...]+$` or `^[...]*$` admits.
    fn characters(self, schema: &Map<String, Value>) -> Result<String> {
        let (Patterns::Checked, Some(pattern)) = (self, schema.get("pattern").and_then(Value::as_str)) else {
            return Ok("None".into());
        };
        let class = pattern.strip_prefix("^[").and_then(|it| it.strip_suffix("]+$").or(it.strip_suffix("]*$")));
        let class: Vec<char> = class.with_context(|| format!("pattern {pattern} is not `^[...]+$`"))?.chars().collect();
        let mut set = 0_u128;
        let mut rest = &class[..];
        while let [first, tail @ ..] = rest {
            let (last, tail) = match tail {
                ['-', last, tail @ ..] => (last, tail),
                _ => (first, tail),
            };
            if *first == '\\' || *first == '^' || !last.is_ascii() || last < first {
                bail!("pattern {pattern} is more than plain characters and ranges");
            }
            for character in *first..=*last {
                set |= 1 << (character as u32);
            }
            rest = tail;
        }
        Ok(format!("Some(&Characters({set:#x}))"))
    }
}
