//! `PayPal-Auth-Assertion`: a JWT with which a partner's app acts for a merchant.
//! <https://developer.paypal.com/api/rest/requests/#http-request-headers>

use base64::{
    Engine as _, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use serde_json::{Value, json};

use crate::world::World;

/// The maximum length that PayPal's reference states.
const MAX_LENGTH: usize = 16_000;

/// Whether it is padded does not matter.
const CONFIG: GeneralPurposeConfig =
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
const URL: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, CONFIG);
/// PayPal's own samples write this alphabet.
const STANDARD: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, CONFIG);

impl World {
    /// Returns the merchant that an app's assertion names, as an index. Every merchant has agreed to every partner. PayPal
    /// recommends assertions that are not signed; a signature is not verified.
    ///
    /// # Errors
    /// The error document, if it is malformed, if another app has issued it, or if no merchant is the one that it names.
    pub(crate) fn subject(&self, app: usize, assertion: &str) -> Result<usize, Value> {
        let refuse = || json!({"error": "invalid_subject", "error_description": "Subject Authentication failed"});
        let claims = read(assertion).ok_or_else(refuse)?;
        if self.merchants.get(app).is_none_or(|partner| claims["iss"] != *partner.client_id) {
            return Err(refuse());
        }
        let named = self.merchants.iter().position(|merchant| match (&claims["payer_id"], &claims["email"]) {
            (Value::String(id), _) => *id == merchant.id,
            (_, Value::String(email)) => email.eq_ignore_ascii_case(&merchant.email),
            _ => false,
        });
        named.ok_or_else(refuse)
    }
}

/// Returns the claims of a JWT.
fn read(assertion: &str) -> Option<Value> {
    let mut parts = assertion.split('.');
    let (header, claims, signature) = (parts.next()?, parts.next()?, parts.next()?);
    if assertion.len() > MAX_LENGTH || parts.next().is_some() {
        return None;
    }
    let decode = |part: &str| -> Option<Value> {
        let bytes = URL.decode(part).or_else(|_| STANDARD.decode(part)).ok()?;
        serde_json::from_slice(&bytes).ok()
    };
    let algorithm = decode(header)?["alg"].as_str()?.to_owned();
    ((algorithm == "none") == signature.is_empty()).then(|| decode(claims)).flatten()
}

#[cfg(test)]
mod tests {
    use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};

    use super::*;
    use crate::world::accounts::NewMerchant;

    #[test]
    fn an_assertion_names_a_merchant_for_the_app_that_issued_it() {
        let mut world = World::new(1);
        let (id, email) = {
            let added = world.add_merchant(NewMerchant::default()).unwrap();
            (added.id.clone(), added.email.clone())
        };
        let partner = world.merchants[0].client_id.clone();
        let url = |document: Value| BASE64_URL_SAFE_NO_PAD.encode(document.to_string());
        let none = url(json!({"alg": "none"}));
        let assertion = |claims: Value| format!("{none}.{}.", url(claims));
        let good = json!({"iss": partner, "payer_id": id});
        assert_eq!(world.subject(0, &assertion(good.clone())), Ok(1));
        assert_eq!(world.subject(0, &assertion(json!({"iss": partner, "email": email}))), Ok(1));
        let padded = [json!({"alg": "none"}), good.clone()].map(|part| BASE64_STANDARD.encode(part.to_string()));
        assert_eq!(world.subject(0, &format!("{}.{}.", padded[0], padded[1])), Ok(1));
        for (app, bad) in [
            (1, assertion(good.clone())),
            (0, assertion(json!({"iss": partner, "payer_id": "NOBODY"}))),
            (0, assertion(json!({"iss": partner}))),
            (0, assertion(json!({"payer_id": id}))),
            (0, assertion(good.clone()).trim_end_matches('.').to_owned()),
            (0, format!("{none}.{}.signature", url(good.clone()))),
            (0, format!("{}.{}.", url(json!({"alg": "HS256"})), url(good.clone()))),
            (0, format!("{none}.!.")),
            (0, format!("{none}.{}..", url(good))),
            (0, String::new()),
        ] {
            assert_eq!(world.subject(app, &bad).unwrap_err()["error"], "invalid_subject", "{bad}");
        }
    }
}
