//! Methods by which a payer pays at a bank or in another app, after a redirect.

use serde_json::Value;

use super::{Due, Next};
use crate::{
    base::documents::pick,
    request::{refusal::Refusal, text::text},
    world::payment_source::PaymentSource,
};

/// A method, by PayPal's OpenAPI file and <https://developer.paypal.com/docs/checkout/apm/>.
pub(super) struct Bank {
    pub(super) name: &'static str,
    /// The members that a request must have.
    required: &'static [&'static str],
    /// The members of the request that an order shows.
    shown: &'static [&'static str],
    /// The countries of the payers; empty if they are not restricted here.
    countries: &'static [&'static str],
}

const NAMED: &[&str] = &["name", "country_code"];
const MAILED: &[&str] = &["name", "country_code", "email"];
const WITH_BIC: &[&str] = &["name", "country_code", "bic"];
const PIX: &[&str] = &["name", "country_code", "email_address", "phone_number", "tax_info", "currency_code"];

const fn bank(name: &'static str, required: &'static [&'static str], countries: &'static [&'static str]) -> Bank {
    Bank { name, required, shown: required, countries }
}

pub(super) static BANKS: &[Bank] = &[
    bank("bancontact", NAMED, &["BE"]),
    Bank { shown: MAILED, ..bank("blik", NAMED, &["PL"]) },
    bank("eps", NAMED, &["AT"]),
    bank("giropay", NAMED, &["DE"]),
    Bank { shown: WITH_BIC, ..bank("ideal", NAMED, &["NL"]) },
    bank("mybank", NAMED, &["IT"]),
    bank("p24", MAILED, &["PL"]),
    bank("sofort", NAMED, &["AT", "BE", "DE", "ES", "GB", "NL"]),
    bank("trustly", MAILED, &[]),
    bank("swish", NAMED, &[]),
    bank("pix", PIX, &[]),
];

/// Reads a method of the table, or one that is not known here, which is taken as it is.
pub(super) fn read(due: &Due, name: &str, document: &Value, field: &str) -> Result<(PaymentSource, Next), Refusal> {
    let mut source = PaymentSource::new(name);
    let Some(bank) = BANKS.iter().find(|bank| bank.name == name) else { return Ok((source, Next::Approval)) };
    for member in bank.required {
        if document[*member].is_null() {
            return Err(Refusal::missing(&format!("{field}/{member}")));
        }
    }
    text(document, "name", field, 3..=300)?;
    text(document, "email", field, 3..=254)?;
    let country = text(document, "country_code", field, 2..=2)?.unwrap_or_default();
    if !country.bytes().all(|letter| letter.is_ascii_uppercase()) {
        return Err(Refusal::syntax(&format!("{field}/country_code"), "It must be two letters of ISO 3166-1."));
    }
    if !bank.countries.is_empty() && !bank.countries.contains(&country) {
        let description = format!("It must be one of {}.", bank.countries.join(", "));
        let at = format!("{field}/country_code");
        return Err(Refusal::unfit(&at, "COUNTRY_NOT_SUPPORTED_BY_PAYMENT_SOURCE", &description));
    }
    if !due.is_single() {
        let description = "This method pays one purchase unit.";
        let issue = "MULTIPLE_PURCHASE_UNITS_NOT_SUPPORTED_FOR_PAYMENT_SOURCE";
        return Err(Refusal::unfit("/purchase_units", issue, description));
    }
    if name == "blik" {
        check_blik(document, field)?;
    }
    if let Value::Object(members) = pick(document, bank.shown) {
        source.members = members;
    }
    if let Some(reference) = document["one_click"].get("consumer_reference") {
        source.members.insert("one_click".to_owned(), serde_json::json!({"consumer_reference": reference}));
    }
    Ok((source, Next::Approval))
}

/// Checks the code of a payer who confirms in the app: at once, or by a device that is remembered.
fn check_blik(document: &Value, field: &str) -> Result<(), Refusal> {
    let code = |of: &Value, at: &str| -> Result<bool, Refusal> {
        let Some(code) = text(of, "auth_code", at, 6..=6)? else { return Ok(false) };
        let digits = code.bytes().all(|byte| byte.is_ascii_digit());
        let refuse = || Refusal::syntax(&format!("{at}/auth_code"), "It must be six digits.");
        if digits { Ok(true) } else { Err(refuse()) }
    };
    let (seamless, at) = (&document["level_0"], format!("{field}/level_0"));
    if !seamless.is_null() && !code(seamless, &at)? {
        return Err(Refusal::missing(&format!("{at}/auth_code")));
    }
    let (one_click, at) = (&document["one_click"], format!("{field}/one_click"));
    if one_click.is_null() {
        return Ok(());
    }
    let reference = text(one_click, "consumer_reference", &at, 3..=64)?;
    reference.ok_or_else(|| Refusal::missing(&format!("{at}/consumer_reference")))?;
    let first = code(one_click, &at)? && text(one_click, "alias_label", &at, 8..=35)?.is_some();
    if !first && text(one_click, "alias_key", &at, 1..=19)?.is_none() {
        let description = "The first payment needs auth_code and alias_label, a later one alias_key.";
        return Err(Refusal::unfit(&at, "BLIK_ONE_CLICK_MISSING_REQUIRED_PARAMETER", description));
    }
    Ok(())
}
