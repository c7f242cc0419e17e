//! A payment card: what is kept of it. Its number and security code are not.

pub(crate) mod authentication;
pub(crate) mod brand;
pub(crate) mod processor;
mod test_numbers;

use serde_json::{Map, Value, json};

use crate::{
    base::{clock::Moment, documents::pick},
    request::refusal::Refusal,
};

use {authentication::Authentication, brand::Brand, processor::Processor};

#[derive(Clone, Debug)]
pub(crate) struct Card {
    pub(crate) name: Option<String>,
    pub(crate) last_digits: String,
    pub(crate) brand: Brand,
    /// The last month in which it is valid, such as `2029-04`.
    pub(crate) expiry: Option<String>,
    pub(crate) billing_address: Option<Value>,
    /// What its issuer answers to a payment.
    pub(crate) processor: Processor,
    /// How 3-D Secure ends by PayPal's documents, if it is one of the test cards.
    pub(crate) three_d_secure: Option<Authentication>,
}

impl Card {
    /// Reads the card at `field`, which has a number. Checks what the schema of the request does not, as PayPal does of a
    /// card that is only saved.
    ///
    /// # Errors
    /// If a member has a wrong form, or the security code has not the length of the brand's. No error has a value.
    pub(crate) fn read(document: &Value, field: &str) -> Result<Self, Refusal> {
        let at = |name: &str| format!("{field}/{name}");
        let text = |name: &str| document[name].as_str();
        let number = text("number").ok_or_else(|| Refusal::missing(&at("number")))?;
        if !is_digits(number) {
            return Err(Refusal::syntax(&at("number"), "It must be digits only."));
        }
        let expiry = text("expiry");
        if !expiry.is_none_or(is_month) {
            return Err(Refusal::syntax(&at("expiry"), "It must be a year and a month, such as 2029-04."));
        }
        let brand = Brand::of(number);
        let security_code = text("security_code");
        if let Some(code) = security_code {
            if !is_digits(code) {
                return Err(Refusal::syntax(&at("security_code"), "It must be digits only."));
            }
            if brand.security_code().is_some_and(|length| length != code.len()) {
                let description = "It has another length on cards of this brand.";
                return Err(Refusal::unfit(&at("security_code"), "INVALID_SECURITY_CODE_LENGTH", description));
            }
        }
        let billing_address = read_address(&document["billing_address"], &at("billing_address"))?;
        Ok(Self {
            name: text("name").map(str::to_owned),
            last_digits: number.get(number.len().saturating_sub(4)..).unwrap_or_default().to_owned(),
            brand,
            expiry: expiry.map(str::to_owned),
            processor: Processor::of(brand, text("name"), billing_address.is_some(), security_code.is_some()),
            billing_address,
            three_d_secure: test_numbers::result(number),
        })
    }

    /// Reads the card at `field`, which is to pay.
    ///
    /// # Errors
    /// As [`Card::read`]; and if the number is misprinted or the card has expired.
    pub(crate) fn read_paying(document: &Value, field: &str, now: Moment) -> Result<Self, Refusal> {
        let card = Self::read(document, field)?;
        let number = document["number"].as_str().unwrap_or_default();
        if card.three_d_secure.is_none() && !brand::has_check_digit(number) {
            return Err(Refusal::unfit(
                &format!("{field}/number"),
                "VALIDATION_ERROR",
                "The card number is not valid.",
            ));
        }
        if card.is_expired(now) {
            return Err(Refusal::unfit(&format!("{field}/expiry"), "CARD_EXPIRED", "The card has expired."));
        }
        Ok(card)
    }

    /// The card that a payer enters who is not asked for one: a Visa test card of PayPal's, valid for four years.
    pub(crate) fn visa(now: Moment) -> Self {
        let year = now.date().get(..4).and_then(|year| year.parse::<u32>().ok()).unwrap_or_default();
        Self {
            name: None,
            last_digits: "1881".to_owned(),
            brand: Brand::Visa,
            expiry: Some(format!("{:04}-12", year.saturating_add(4))),
            billing_address: None,
            processor: Processor::of(Brand::Visa, None, false, true),
            three_d_secure: None,
        }
    }

    /// Returns the same card as it pays again, with or without its security code.
    pub(crate) fn presented(&self, security_code: bool) -> Self {
        let (name, address) = (self.name.as_deref(), self.billing_address.is_some());
        Self { processor: Processor::of(self.brand, name, address, security_code), ..self.clone() }
    }

    pub(crate) fn is_expired(&self, now: Moment) -> bool {
        self.expiry.as_deref().is_some_and(|month| now.date().get(..7).is_some_and(|today| month < today))
    }

    /// As an order shows it.
    pub(crate) fn document(&self) -> Map<String, Value> {
        let mut document = Map::new();
        let mut add = |name: &str, value: Value| _ = document.insert(name.to_owned(), value);
        if let Some(name) = self.name.as_ref().filter(|name| name.chars().count() > 1) {
            add("name", name.as_str().into());
        }
        add("last_digits", self.last_digits.as_str().into());
        if let Some(expiry) = &self.expiry {
            add("expiry", expiry.as_str().into());
        }
        add("brand", self.brand.name().into());
        add("type", self.brand.kind().into());
        document
    }

    /// As the vault shows it. A name that PayPal's schema does not allow there is left out.
    pub(crate) fn saved(&self) -> Map<String, Value> {
        let mut document = self.document();
        let is_plain = |name: &str| name.chars().all(|letter| letter.is_ascii_alphabetic() || letter == ' ');
        if !document.get("name").and_then(Value::as_str).is_some_and(is_plain) {
            document.remove("name");
        }
        if let Some(address) = &self.billing_address {
            document.insert("billing_address".to_owned(), address.clone());
        }
        document
    }

    /// As the vault shows that it was checked with its issuer.
    pub(crate) fn verification(&self) -> (&'static str, Value) {
        let status = if self.processor.is_declined() { "FAILED" } else { "VERIFIED" };
        let mut response = self.processor.document();
        if let Some(members) = response.as_object_mut() {
            members.remove("response_code");
        }
        (status, json!({"processor_response": response}))
    }
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a text is a month of RFC 3339.
fn is_month(text: &str) -> bool {
    let Some((year, month)) = text.split_once('-') else { return false };
    let forms = is_digits(year) && is_digits(month) && year.len() == 4 && month.len() == 2;
    forms && month.parse().is_ok_and(|month: u32| (1..=12).contains(&month))
}

/// The members of an address.
const ADDRESS: [&str; 6] =
    ["address_line_1", "address_line_2", "admin_area_2", "admin_area_1", "postal_code", "country_code"];

fn read_address(document: &Value, field: &str) -> Result<Option<Value>, Refusal> {
    let Some(country) = document["country_code"].as_str() else { return Ok(None) };
    if !(country == "C2" || country.bytes().all(|letter| letter.is_ascii_uppercase())) {
        return Err(Refusal::syntax(&format!("{field}/country_code"), "It must be two letters of ISO 3166-1."));
    }
    Ok(Some(pick(document, &ADDRESS)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::clock::Clock;

    fn refused(card: &Value) -> (u16, String, String) {
        let refusal = Card::read_paying(card, "/card", Clock::new().now()).unwrap_err();
        let issue = &refusal.issues[0];
        assert!(issue.value.is_none(), "a value of a card is shown");
        (refusal.status, issue.field.clone().unwrap(), issue.issue.clone())
    }

    #[test]
    fn a_card_is_known_by_its_brand_and_last_digits() {
        let given = json!({
            "number": "371449635398431", "expiry": "2029-11", "security_code": "1234", "name": "Alex Example",
            "billing_address": {"country_code": "US", "postal_code": "04101", "unknown": 1},
        });
        let card = Card::read_paying(&given, "/card", Clock::new().now()).unwrap();
        let shown = json!({
            "name": "Alex Example", "last_digits": "8431", "expiry": "2029-11", "brand": "AMEX", "type": "CREDIT",
        });
        assert_eq!(Value::from(card.document()), shown);
        assert_eq!(card.saved()["billing_address"], json!({"country_code": "US", "postal_code": "04101"}));
        let kept = format!("{card:?}");
        assert!(!kept.contains("37144963539") && !kept.contains("1234"), "{kept}");
    }

    #[test]
    fn each_member_is_checked() {
        let good = json!({"number": "4012888888881881", "expiry": "2029-11", "security_code": "123", "name": "A"});
        Card::read_paying(&good, "/card", Clock::new().now()).unwrap();
        for (name, value, status, issue) in [
            ("number", json!("4012 8888 8888 1881"), 400, "INVALID_PARAMETER_SYNTAX"),
            ("number", Value::Null, 400, "MISSING_REQUIRED_PARAMETER"),
            ("number", json!("4012888888881882"), 422, "VALIDATION_ERROR"),
            ("expiry", json!("11/2029"), 400, "INVALID_PARAMETER_SYNTAX"),
            ("expiry", json!("2029-13"), 400, "INVALID_PARAMETER_SYNTAX"),
            ("expiry", json!("2029-1"), 400, "INVALID_PARAMETER_SYNTAX"),
            ("expiry", json!("2026-02"), 422, "CARD_EXPIRED"),
            ("security_code", json!("12a"), 400, "INVALID_PARAMETER_SYNTAX"),
            ("security_code", json!("1234"), 422, "INVALID_SECURITY_CODE_LENGTH"),
        ] {
            let mut card = good.clone();
            card[name] = value;
            assert_eq!(refused(&card), (status, format!("/card/{name}"), issue.to_owned()));
        }
        let mut card = good.clone();
        card["expiry"] = json!("2026-03");
        card["billing_address"] = json!({"country_code": "us"});
        assert_eq!(refused(&card).2, "INVALID_PARAMETER_SYNTAX");
    }
}
