//! The text that PayPal signs for a delivery, and its verification.

use base64::{Engine as _, prelude::BASE64_STANDARD};

use super::{delivery::Delivery, rsa::Key};
use crate::base::checksum::CRC_32;

/// The webhook id that PayPal's webhooks simulator signs with, for every webhook.
/// <https://developer.paypal.com/api/rest/webhooks/simulator/>
pub(crate) const SIMULATOR: &str = "WEBHOOK_ID";

/// The only algorithm that PayPal names: RSA by PKCS #1 v1.5 over SHA-256. Case-insensitive, like algorithm names in
/// Java.
#[must_use]
pub(crate) fn is_known_algorithm(name: &str) -> bool {
    name.eq_ignore_ascii_case("SHA256withRSA")
}

/// A signature with the signed parts of its delivery, except the webhook's id.
///
/// PayPal signs only the CRC-32 of the body. It detects accidental changes, but is not a cryptographic digest: with a
/// signed delivery, anybody can make another body that fits it. TLS keeps deliveries from others.
pub(crate) struct Signed<'a> {
    id: &'a str,
    time: &'a str,
    body: u32,
    signature: Vec<u8>,
}

impl<'a> Signed<'a> {
    /// Reads the signature of a delivery. Returns `None` if it is not base64 (RFC 4648 section 4, with padding).
    #[must_use]
    pub(crate) fn read(delivery: &Delivery<'a>) -> Option<Self> {
        let signature = BASE64_STANDARD.decode(delivery.signature).ok()?;
        Some(Self { id: delivery.id, time: delivery.time, body: CRC_32.checksum(delivery.body), signature })
    }

    /// Whether a key has signed this for the webhook with that id.
    #[must_use]
    pub(crate) fn is_by(&self, key: &Key, webhook_id: &str) -> bool {
        key.has_signed(self.message(webhook_id).as_bytes(), &self.signature)
    }

    /// The signed text: transmission id, time, webhook id, and the CRC-32 of the body in decimal.
    fn message(&self, webhook_id: &str) -> String {
        format!("{}|{}|{webhook_id}|{}", self.id, self.time, self.body)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        base::date,
        events::{chain, samples::Sample},
        platform::environment::Environment,
    };

    #[test]
    fn the_algorithm_is_known_in_any_case() {
        assert!(is_known_algorithm("SHA256withRSA") && is_known_algorithm("sha256WITHrsa"));
        assert!(!["", "SHA256", "SHA1withRSA", "SHA256withRSA/PSS", "none"].into_iter().any(is_known_algorithm));
    }

    #[test]
    fn the_signature_is_padded_base64_alone() {
        let read = |signature| {
            let (id, time, certificate_url, algorithm, body) = ("1", "2", "3", "4", &b""[..]);
            Signed::read(&Delivery { id, time, signature, certificate_url, algorithm, body }).is_some()
        };
        assert!(read("c2lnbmF0dXJlcw==") && read("+/+/"));
        for text in ["c2lnbmF0dXJlcw", "c2lnbmF0dXJlcw=", "c2lnbmF0dXJlcx==", "-_-_", "c2ln c2ln", "c2ln\u{e9}", "?"] {
            assert!(!read(text), "{text}");
        }
    }

    /// A text with one bit of one character changed.
    fn changed(text: &str, place: usize, bit: u8) -> String {
        let mut bytes = text.as_bytes().to_vec();
        bytes[place] ^= 1 << bit;
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn paypal_s_deliveries_hold_and_none_that_is_changed() {
        for sample in Sample::all() {
            let headers = sample.headers();
            let delivery = Delivery::read(&headers, &sample.body).unwrap();
            let time = date::parse(delivery.time).unwrap();
            let key = chain::verify(&sample.certificate(), &[], time, Environment::Sandbox).unwrap().key;
            let holds = |delivery: &Delivery, webhook_id: &str| {
                Signed::read(delivery).is_some_and(|signed| signed.is_by(&key, webhook_id))
            };
            let signed = Signed::read(&delivery).unwrap();
            assert_eq!(signed.message(&sample.webhook_id), sample.message, "{}", sample.name);
            assert!(holds(&delivery, &sample.webhook_id), "{}", sample.name);
            assert!(!holds(&delivery, "3RN13029J36659324"), "{}", sample.name);

            // One of the lower seven bits, since the eighth breaks UTF-8: a different one at each position.
            let bit = |place| (place % 7) as u8;
            for place in 0..delivery.signature.len() {
                let signature = &*changed(delivery.signature, place, bit(place));
                assert!(!holds(&Delivery { signature, ..delivery }, &sample.webhook_id), "signature, {place}");
            }
            for place in 0..delivery.id.len() {
                let id = &*changed(delivery.id, place, bit(place));
                assert!(!holds(&Delivery { id, ..delivery }, &sample.webhook_id), "id, {place}");
            }
            for place in 0..delivery.time.len() {
                let time = &*changed(delivery.time, place, bit(place));
                assert!(!holds(&Delivery { time, ..delivery }, &sample.webhook_id), "time, {place}");
            }
            for place in 0..sample.webhook_id.len() {
                let webhook_id = changed(&sample.webhook_id, place, bit(place));
                assert!(!holds(&delivery, &webhook_id), "webhook id, {place}");
            }
            // Every bit of the body changes the signed text; some of them are checked against the signature too.
            let mut body = sample.body.clone();
            for place in 0..body.len() {
                for bit in 0..8 {
                    body[place] ^= 1 << bit;
                    let other = Delivery { body: &body, ..delivery };
                    assert_ne!(Signed::read(&other).unwrap().body, signed.body, "body, {place}");
                    if bit == place % 8 && place % (sample.body.len() / 64) == 0 {
                        assert!(!holds(&other, &sample.webhook_id), "body, {place}");
                    }
                    body[place] ^= 1 << bit;
                }
            }
            for body in [&sample.body[..sample.body.len() - 1], &[&sample.body[..], b"\n"].concat(), b""] {
                assert!(!holds(&Delivery { body, ..delivery }, &sample.webhook_id));
            }
        }
    }
}
