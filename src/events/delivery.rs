//! One delivery of a webhook event: PayPal's transmission headers and the body.

use std::fmt;

/// A delivery: five headers for the signature, and the body.
/// <https://developer.paypal.com/api/rest/webhooks/rest/>
#[derive(Clone, Copy, Debug)]
pub(crate) struct Delivery<'a> {
    /// The transmission's id, new for each delivery attempt.
    pub id: &'a str,
    /// When it was transmitted, as written and signed by PayPal.
    pub time: &'a str,
    /// The signature, in base64.
    pub signature: &'a str,
    /// The URL of the signing key's certificate.
    pub certificate_url: &'a str,
    /// The signature algorithm, `SHA256withRSA`.
    pub algorithm: &'a str,
    /// The body, byte for byte.
    pub body: &'a [u8],
}

/// What is wrong with a header of a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flaw {
    /// It is missing.
    Missing,
    /// It is empty.
    Empty,
    /// It appears twice with different values, and it is unknown which one was signed.
    Doubled,
    /// It contains `|`, which separates the parts of the signed text, or a control character.
    Malformed,
}

/// Why headers are not those of a delivery. Never quotes a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rejection {
    /// The header, as PayPal spells it.
    pub header: &'static str,
    /// What is wrong with it.
    pub flaw: Flaw,
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.flaw {
            Flaw::Missing => "is missing",
            Flaw::Empty => "is empty",
            Flaw::Doubled => "appears twice with different values",
            Flaw::Malformed => "contains an invalid character",
        };
        write!(f, "the header {} {what}", self.header)
    }
}

impl<'a> Delivery<'a> {
    /// Finds PayPal's headers among those of a request. Names are case-insensitive; white space around a value is not
    /// part of it (RFC 9110 sections 5.1 and 5.5).
    ///
    /// # Errors
    /// If one of the five is missing, empty, repeated with another value, or contains a character that PayPal's do not.
    pub(crate) fn read(headers: &[(&'a str, &'a str)], body: &'a [u8]) -> Result<Self, Rejection> {
        let value = |header| value(headers, header);
        Ok(Self {
            id: value("PAYPAL-TRANSMISSION-ID")?,
            time: value("PAYPAL-TRANSMISSION-TIME")?,
            signature: value("PAYPAL-TRANSMISSION-SIG")?,
            certificate_url: value("PAYPAL-CERT-URL")?,
            algorithm: value("PAYPAL-AUTH-ALGO")?,
            body,
        })
    }
}

fn value<'a>(headers: &[(&'a str, &'a str)], header: &'static str) -> Result<&'a str, Rejection> {
    let rejected = |flaw| Rejection { header, flaw };
    let of_name = headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case(header));
    let mut values = of_name.map(|(_, value)| value.trim_matches([' ', '\t']));
    let first = values.next().ok_or(rejected(Flaw::Missing))?;
    match first {
        _ if values.any(|other| other != first) => Err(rejected(Flaw::Doubled)),
        "" => Err(rejected(Flaw::Empty)),
        // No header may contain a bar: with one in id or time, a signature would match several ways to split the text.
        _ if first.contains(|character: char| character == '|' || character.is_control()) => {
            Err(rejected(Flaw::Malformed))
        }
        _ => Ok(first),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADERS: [(&str, &str); 6] = [
        ("Paypal-Transmission-Id", "b2384410-f8d2-11e4-8bf3-77339302725b"),
        ("PAYPAL-TRANSMISSION-TIME", "2015-05-12T18:14:14Z"),
        ("paypal-transmission-sig", " c2ln\t"),
        ("PayPal-Cert-Url", "https://api.paypal.com/v1/notifications/certs/CERT-1"),
        ("content-type", "application/json"),
        ("paypal-auth-algo", "SHA256withRSA"),
    ];

    fn rejection(headers: &[(&str, &str)]) -> String {
        Delivery::read(headers, b"{}").unwrap_err().to_string()
    }

    #[test]
    fn headers_are_found_in_any_case() {
        let delivery = Delivery::read(&HEADERS, b"{}").unwrap();
        assert_eq!((delivery.id, delivery.time), ("b2384410-f8d2-11e4-8bf3-77339302725b", "2015-05-12T18:14:14Z"));
        assert_eq!((delivery.signature, delivery.algorithm, delivery.body), ("c2ln", "SHA256withRSA", &b"{}"[..]));
        assert_eq!(delivery.certificate_url, "https://api.paypal.com/v1/notifications/certs/CERT-1");
    }

    #[test]
    fn each_header_is_needed_once_and_not_empty() {
        let names = HEADERS.map(|(name, _)| name).into_iter().filter(|name| *name != "content-type");
        for name in names {
            let upper = name.to_ascii_uppercase();
            let others = HEADERS.into_iter().filter(|(other, _)| *other != name).collect::<Vec<_>>();
            assert_eq!(rejection(&others), format!("the header {upper} is missing"));
            let with = |value| [&others[..], &[(name, value)]].concat();
            assert_eq!(rejection(&with(" ")), format!("the header {upper} is empty"));
            for value in ["a|b", "a\nb", "\u{7f}", "a\u{85}b", "\0"] {
                assert_eq!(rejection(&with(value)), format!("the header {upper} contains an invalid character"));
            }
            let doubled = [&HEADERS[..], &[(&*upper, "other")]].concat();
            assert_eq!(rejection(&doubled), format!("the header {upper} appears twice with different values"));
        }
    }

    #[test]
    fn a_copy_of_a_header_is_the_same_header() {
        let copies = [&HEADERS[..], &HEADERS[..]].concat();
        assert_eq!(Delivery::read(&copies, b"").unwrap().id, HEADERS[0].1);
    }
}
