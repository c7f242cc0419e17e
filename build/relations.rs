//! The rules about several parameters of an operation (`x-rules`) as the source of `static` items.

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

/// Constant expressions for the relations in `x-rules`. `is_parameter` tells the names of the operation's parameters.
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
    Ok(match rule["rule"].as_str() {
        Some("range") => format!(
            "Relation::Range {{ start: {:?}, end: {:?}, max_days: {:?} }}",
            name(&rule["start"])?,
            name(&rule["end"])?,
            rule["max-days"].as_u64(),
        ),
        Some("at-most-one") => {
            let names = rule["parameters"].as_array().context("`at-most-one` has no `parameters`")?;
            let names: Result<Vec<String>> = names.iter().map(name).collect();
            format!("Relation::AtMostOne(&{:?})", names?)
        }
        Some("url-length") => {
            format!("Relation::UrlLength({})", rule["max"].as_u64().context("`url-length` has no `max`")?)
        }
        other => bail!("unknown rule in `x-rules`: {other:?}"),
    })
}
