//! Generates the `static` items of the catalogue's JSON schemas, reduced to what the local check uses.

use std::{collections::BTreeMap, fmt::Write as _, mem};

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Map, Value};

use crate::extensions::{RULES, variant};

/// The schemas found so far. Equal ones are one element of `SCHEMAS`, of which there are some hundreds in place of thousands.
pub(crate) struct Schemas<'a> {
    components: &'a Value,
    /// The elements' expressions; `None` while a named schema is generated, so that a recursive one ends.
    elements: Vec<Option<String>>,
    /// The index of each expression.
    indices: BTreeMap<String, usize>,
    /// The index of each named schema.
    named: BTreeMap<&'a str, usize>,
    /// Lists of known values, each a line with tabs between them.
    values: Vec<String>,
}

impl<'a> Schemas<'a> {
    pub(crate) fn new(openapi: &'a Value) -> Self {
        Self {
            components: &openapi["components"]["schemas"],
            elements: Vec::new(),
            indices: BTreeMap::new(),
            named: BTreeMap::new(),
            values: Vec::new(),
        }
    }

    /// A constant expression for a reference to the schema of a request body.
    pub(crate) fn of_body(&mut self, schema: &'a Value) -> Result<String> {
        self.reference(schema, Patterns::Ignored)
    }

    /// A constant expression for a reference to the schema of a parameter.
    pub(crate) fn of_parameter(&mut self, schema: &'a Value, location: &str) -> Result<String> {
        // A query or a form can contain any character, percent-encoded.
        let patterns = if matches!(location, "Query" | "Form") { Patterns::Ignored } else { Patterns::Checked };
        self.reference(schema, patterns)
    }

    /// The lists of known values, one per line, by the numbers that the source has of them.
    pub(crate) fn known_values(&mut self) -> String {
        mem::take(&mut self.values).join("\n")
    }

    /// The source of `SCHEMAS`.
    pub(crate) fn into_source(self) -> String {
        let elements: Vec<String> = self.elements.into_iter().flatten().collect();
        format!("static SCHEMAS: [Schema; {}] = [\n{}\n];\n", elements.len(), elements.join(",\n"))
    }

    fn reference(&mut self, schema: &'a Value, patterns: Patterns) -> Result<String> {
        Ok(Self::element(self.index(schema, patterns)?))
    }

    fn element(index: usize) -> String {
        format!("&SCHEMAS[{index}]")
    }

    /// The index of a schema.
    fn index(&mut self, schema: &'a Value, patterns: Patterns) -> Result<usize> {
        if let Some(reference) = schema["$ref"].as_str() {
            return self.named(reference);
        }
        if let Some(part) = described(schema) {
            return self.index(part, Patterns::Ignored);
        }
        let expression = self.expression(schema, patterns)?;
        Ok(self.add(expression))
    }

    fn add(&mut self, expression: String) -> usize {
        *self.indices.entry(expression).or_insert_with_key(|expression| {
            self.elements.push(Some(expression.clone()));
            self.elements.len() - 1
        })
    }

    fn expression(&mut self, schema: &'a Value, patterns: Patterns) -> Result<String> {
        let object = schema.as_object().context("a schema is no object")?;
        let shape = self.shape(object, patterns)?;
        let nullable = schema["nullable"].as_bool().unwrap_or(false);
        let rule = match schema["x-rule"].as_str() {
            None => "None".to_owned(),
            Some(rule) => format!("Some(Rule::{})", variant("x-rule", &RULES, rule)?),
        };
        let selection = self.selection(object)?;
        Ok(format!("Schema {{ shape: {shape}, nullable: {nullable}, rule: {rule}, selection: {selection} }}"))
    }

    /// A reference to a schema with only a shape.
    fn plain(&mut self, shape: &str) -> String {
        Self::element(self.add(format!("Schema {{ shape: {shape}, nullable: false, rule: None, selection: None }}")))
    }

    /// What can be chosen: `x-options`, or else the known values.
    fn selection(&mut self, schema: &Map<String, Value>) -> Result<String> {
        if let Some(options) = schema.get("x-options") {
            return Ok(format!("Some(&Selection::Options({:?}))", options.to_string()));
        }
        let known =
            ["enum", "x-extensible-enum"].iter().filter_map(|keyword| schema.get(*keyword)?.as_array()).flatten();
        let known: Vec<String> = known.filter(|value| !value.is_null()).map(text).collect();
        if known.is_empty() {
            return Ok("None".into());
        }
        ensure!(known.iter().all(|value| !value.contains(['\t', '\n'])), "a known value has a tab or a line break");
        let line = known.join("\t");
        let number = self.values.iter().position(|other| *other == line).unwrap_or_else(|| {
            self.values.push(line);
            self.values.len() - 1
        });
        Ok(format!("Some(&Selection::Known({number}))"))
    }

    fn named(&mut self, reference: &'a str) -> Result<usize> {
        let name = reference.strip_prefix("#/components/schemas/").context("a reference to no schema")?;
        if let Some(index) = self.named.get(name) {
            return Ok(*index);
        }
        let index = self.elements.len();
        self.elements.push(None);
        self.named.insert(name, index);
        let components = self.components;
        let schema = components.get(name).with_context(|| format!("there is no schema `{name}`"))?;
        let expression = self.expression(schema, Patterns::Ignored).with_context(|| name.to_owned())?;
        self.elements[index] = Some(expression);
        Ok(index)
    }

    fn shape(&mut self, schema: &'a Map<String, Value>, patterns: Patterns) -> Result<String> {
        let mut parts = Vec::new();
        for part in schema.get("allOf").and_then(Value::as_array).into_iter().flatten() {
            // The member that a parameter becomes at PayPal has its own rules.
            parts.push(self.reference(part, Patterns::Ignored)?);
        }
        for key in ["oneOf", "anyOf"] {
            if let Some(options) = schema.get(key).and_then(Value::as_array) {
                let options: Result<Vec<_>> = options.iter().map(|it| self.reference(it, patterns)).collect();
                parts.push(self.plain(&format!("Shape::Any(&[{}])", options?.join(", "))));
            }
        }
        let own = self.own_shape(schema, patterns)?;
        Ok(match (parts.is_empty(), own) {
            (true, own) => own.unwrap_or_else(|| "Shape::Open".into()),
            (false, None) => format!("Shape::All(&[{}])", parts.join(", ")),
            (false, Some(own)) => format!("Shape::All(&[{}, {}])", self.plain(&own), parts.join(", ")),
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
            // Of an array only, if it is one: that shows what can be chosen for its items.
            None if schema.contains_key("items") => {
                let items = self.reference(&schema["items"], patterns)?;
                let array = self.plain(&format!("Shape::Array {{ items: {items}, min: 0, max: u32::MAX }}"));
                format!("Shape::Any(&[{array}, {}])", self.plain("Shape::Open"))
            }
            None => return Ok(None),
            Some("array") => {
                let items = match schema.get("items") {
                    Some(items) => self.reference(items, patterns)?,
                    None => self.plain("Shape::Open"),
                };
                format!("Shape::Array {{ items: {items}, min: {}, max: {} }}", least("minItems"), most("maxItems"))
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
            write!(source, "({name:?}, {}), ", self.reference(property, Patterns::Ignored)?)?;
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

/// The schema that this one only describes, in an `allOf` of one part: beside a `$ref` a description would be ignored.
fn described(schema: &Value) -> Option<&Value> {
    let [part] = &schema["allOf"].as_array()?[..] else { return None };
    let mut keywords = schema.as_object()?.keys();
    keywords.all(|it| ["allOf", "description", "example", "title"].contains(&&**it)).then_some(part)
}

/// A value as a text.
fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
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
