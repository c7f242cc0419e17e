//! Generates the rules between parameters of an operation (`x-rules`).

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use crate::extensions::{RELATIONS, variant};

/// Constant expressions for the relations in `x-rules`. `is_parameter` recognises the names of the operation's
/// parameters.
pub(crate) fn generate(rules: &Value, is_parameter: impl Fn(&str) -> bool) -> Result<String> {
    let rules = rules.as_array().context("`x-rules` is no list")?;
    let rules: Result<Vec<String>> = rules.iter().map(|rule| relation(rule, &is_parameter)).collect();
    Ok(rules?.join(", "))
}

fn relation(rule: &Value, is_parameter: impl Fn(&str) -> bool) -> Result<String> {
    let name = |name: &Value| {
        let name = name.as_str().context("`x-rules` lacks the name of a parameter")?.to_owned();
        ensure!(is_parameter(&name), "`x-rules` names `{name}`, which is no parameter");
        Ok(name)
    };
    let kind = rule["rule"].as_str().context("`x-rules` lacks a `rule`")?;
    let variant = variant("x-rules", &RELATIONS, kind)?;
    let fields = match kind {
        "range" => format!(
            "{{ start: {:?}, end: {:?}, max_days: {:?} }}",
            name(&rule["start"])?,
            name(&rule["end"])?,
            rule["max-days"].as_u64(),
        ),
        "at-most-one" => {
            let names = rule["parameters"].as_array().context("`at-most-one` has no `parameters`")?;
            let names: Result<Vec<String>> = names.iter().map(name).collect();
            format!("(&{:?})", names?)
        }
        "url-length" => format!("({})", rule["max"].as_u64().context("`url-length` has no `max`")?),
        other => bail!("`{other}` of `x-rules` has no source"),
    };
    Ok(format!("Relation::{variant} {fields}"))
}
