//! Which limits of a schema are checked for an action: those whose violation PayPal documents to refuse, with the codes
//! in `x-issues`.

use anyhow::{Result, ensure};
use serde_json::{Map, Value};

use crate::operations::array;

/// Each limit with PayPal's codes for its violation. The first one that the operation has is reported.
const LIMITS: [(&str, [&str; 2]); 6] = [
    ("too_short", ["INVALID_STRING_LENGTH", "INVALID_STRING_MIN_LENGTH"]),
    ("too_long", ["INVALID_STRING_LENGTH", "INVALID_STRING_MAX_LENGTH"]),
    ("too_few", ["INVALID_ARRAY_LENGTH", "INVALID_ARRAY_MIN_ITEMS"]),
    ("too_many", ["INVALID_ARRAY_LENGTH", "INVALID_ARRAY_MAX_ITEMS"]),
    ("below", ["INVALID_INTEGER_MIN_VALUE", "INVALID_PARAMETER_VALUE"]),
    ("above", ["INVALID_INTEGER_MAX_VALUE", "INVALID_PARAMETER_VALUE"]),
];

/// A constant expression for a reference to the limits of an operation.
pub(crate) fn generate(definition: &Map<String, Value>) -> Result<String> {
    let issues: Vec<&str> = definition.get("x-issues").into_iter().flat_map(array).filter_map(Value::as_str).collect();
    for issue in &issues {
        let is_known = LIMITS.iter().any(|(_, codes)| codes.contains(issue));
        ensure!(is_known, "`x-issues`: `{issue}` is the code of no limit");
    }
    let member = |(name, codes): &(&str, [&str; 2])| {
        let code = codes.iter().find(|code| issues.contains(code));
        format!("{name}: {code:?}")
    };
    Ok(format!("&Limits {{ {} }}", LIMITS.iter().map(member).collect::<Vec<_>>().join(", ")))
}
