//! Methods by which a payer pays at a bank or in another app, after a redirect.

use serde_json::Value;

use super::due::{Due, Next};
use crate::{base::documents::pick, request::refusal::Refusal, world::payment_source::PaymentSource};

/// A method, by PayPal's OpenAPI file and <https://developer.paypal.com/docs/checkout/apm/>.
pub(super) struct Bank {
    pub(super) name: &'static str,
    /// The members of the request that an order shows.
    shown: &'static [&'static str],
    /// The countries of the payers; empty if they are not restricted here.
    countries: &'static [&'static str],
}

const NAMED: &[&str] = &["name", "country_code"];
const MAILED: &[&str] = &["name", "country_code", "email"];
const WITH_BIC: &[&str] = &["name", "country_code", "bic"];
const PIX: &[&str] = &["name", "country_code", "email_address", "phone_number", "tax_info", "currency_code"];

const fn bank(name: &'static str, shown: &'static [&'static str], countries: &'static [&'static str]) -> Bank {
    Bank { name, shown, countries }
}

pub(super) static BANKS: &[Bank] = &[
    bank("bancontact", NAMED, &["BE"]),
    bank("blik", MAILED, &["PL"]),
    bank("eps", NAMED, &["AT"]),
    bank("giropay", NAMED, &["DE"]),
    bank("ideal", WITH_BIC, &["NL"]),
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
    let country = document["country_code"].as_str().unwrap_or_default();
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
    for way in ["level_0", "one_click"] {
        let code = document[way]["auth_code"].as_str();
        if code.is_some_and(|code| !code.bytes().all(|byte| byte.is_ascii_digit())) {
            return Err(Refusal::syntax(&format!("{field}/{way}/auth_code"), "It must be six digits."));
        }
    }
    let one_click = &document["one_click"];
    let first = one_click["auth_code"].is_string() && one_click["alias_label"].is_string();
    if !one_click.is_null() && !first && one_click["alias_key"].is_null() {
        let description = "The first payment needs auth_code and alias_label, a later one alias_key.";
        let issue = "BLIK_ONE_CLICK_MISSING_REQUIRED_PARAMETER";
        return Err(Refusal::unfit(&format!("{field}/one_click"), issue, description));
    }
    Ok(())
}
