//! The payment source of an order.

use serde_json::{Map, Value, json};

use crate::request::refusal::Refusal;

/// How a payment source pays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// Not given: the payer picks one when approving.
    None,
    /// The payer has to approve.
    Payer,
    /// At once, by a card or something saved.
    AtOnce { declined: bool },
}

pub(crate) fn kind(source: &Value) -> Result<Source, Refusal> {
    let methods = match source {
        Value::Null => return Ok(Source::None),
        Value::Object(methods) => methods,
        _ => {
            let description = "It must be an object.";
            return Err(Refusal::invalid("/payment_source", "", "INVALID_PARAMETER_SYNTAX", description));
        }
    };
    let mut methods = methods.iter();
    let Some((name, method)) = methods.next() else { return Ok(Source::None) };
    if methods.next().is_some() {
        let description = "There must be only one method.";
        return Err(Refusal::invalid("/payment_source", "", "INVALID_PARAMETER_SYNTAX", description));
    }
    let verified = method["attributes"]["verification"]["method"] == "SCA_ALWAYS";
    let saved = ["vault_id", "billing_agreement_id"].iter().any(|name| method[name].is_string());
    Ok(match &**name {
        "card" if verified => Source::Payer,
        "card" | "token" => Source::AtOnce { declined: is_rejected(source) },
        _ if saved => Source::AtOnce { declined: false },
        _ => Source::Payer,
    })
}

/// A card whose holder's name begins with `CCREJECT-` is declined (negative testing).
pub(crate) fn is_rejected(source: &Value) -> bool {
    source["card"]["name"].as_str().is_some_and(|name| name.starts_with("CCREJECT-"))
}

/// Returns a payment source as PayPal shows it, with only the last digits of a card's number.
pub(crate) fn shown(source: &Value) -> Option<Value> {
    let (name, method) = source.as_object()?.iter().next()?;
    let mut shown = Map::new();
    if name == "card" {
        let number = method["number"].as_str().unwrap_or("4111111111111111");
        let last = number.len().checked_sub(4).and_then(|from| number.get(from..)).unwrap_or_default();
        shown.insert("last_digits".to_owned(), last.into());
        for name in ["name", "expiry"] {
            if let Some(value) = method.get(name) {
                shown.insert(name.to_owned(), value.clone());
            }
        }
        shown.insert("brand".to_owned(), "VISA".into());
        shown.insert("type".to_owned(), "CREDIT".into());
    } else if let Some(address) = method.get("email_address") {
        shown.insert("email_address".to_owned(), address.clone());
    }
    Some(json!({name.as_str(): shown}))
}
