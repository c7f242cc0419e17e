//! A delivery that claims to be PayPal's, from the cheap checks to the signature.

use time::Duration;

use super::{
    certificate::CertificateUrl,
    chain,
    delivery::Delivery,
    event,
    signature::{self, SIMULATOR, Signed},
    verdict::{Reason, Verdict},
};
use crate::{
    base::date::{self, OffsetDateTime},
    platform::environment::Environment,
};

/// How far PayPal's clock may be ahead of ours.
const MAX_CLOCK_SKEW: Duration = Duration::minutes(5);

/// A delivery that passed all checks that do not need its certificate.
pub(crate) struct Claim<'a> {
    /// The URL of its certificate.
    pub url: CertificateUrl<'a>,
    /// When it was transmitted.
    pub time: OffsetDateTime,
    /// The body, a JSON object.
    pub text: &'a str,
    environment: Environment,
    signed: Signed<'a>,
}

impl<'a> Claim<'a> {
    /// Checks a delivery for a connection to that environment. Each check is cheap, so that nothing is fetched for what
    /// is obviously not PayPal's event. In the sandbox a live certificate passes: the simulator signs with it.
    ///
    /// # Errors
    /// If something is wrong or cannot be verified.
    pub(crate) fn read(delivery: &Delivery<'a>, environment: Environment) -> Result<Self, Verdict> {
        if !signature::is_known_algorithm(delivery.algorithm) {
            return Err(Reason::UnknownAlgorithm.into());
        }
        let url = CertificateUrl::parse(delivery.certificate_url).ok_or(Reason::MalformedCertificateUrl)?;
        if environment == Environment::Live && url.environment != environment {
            return Err(Reason::WrongEnvironment.into());
        }
        let time = date::parse(delivery.time).ok_or(Reason::MalformedTime)?;
        let signed = Signed::read(delivery).ok_or(Reason::MalformedSignature)?;
        let text = event::text_of(delivery.body).ok_or(Reason::NotJson)?;
        Ok(Self { url, time, text, environment, signed })
    }

    /// Verifies that a certificate in PEM is PayPal's and that its key signed the delivery for the webhook with that
    /// id. `authorities` are trusted in addition to those compiled in. Returns true if it was signed for the webhooks
    /// simulator instead.
    ///
    /// # Errors
    /// If the certificate or the signature is not valid.
    pub(crate) fn verify(&self, pem: &[u8], authorities: &[String], webhook_id: &str) -> Result<bool, Verdict> {
        let signer = chain::verify(pem, authorities, self.time, self.environment)?;
        if webhook_id != SIMULATOR && self.signed.is_by(&signer.key, webhook_id) {
            // Only the simulator signs for the sandbox by the key of live.
            let fits = [self.url.environment, signer.environment] == [self.environment; 2];
            return if fits { Ok(false) } else { Err(Reason::WrongEnvironment.into()) };
        }
        if self.signed.is_by(&signer.key, SIMULATOR) { Ok(true) } else { Err(Reason::BadSignature.into()) }
    }

    /// Checks that it was transmitted at most `max_age_seconds` before `now`, and not after.
    ///
    /// # Errors
    /// If it was transmitted earlier or later.
    pub(crate) fn check_age(&self, now: OffsetDateTime, max_age_seconds: u32) -> Result<(), Verdict> {
        let age = now - self.time;
        if age > Duration::seconds(max_age_seconds.into()) {
            return Err(Reason::TooOld.into());
        }
        if age < -MAX_CLOCK_SKEW { Err(Reason::FromTheFuture.into()) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::events::samples::Sample;

    const HEADERS: [(&str, &str); 5] = [
        ("paypal-transmission-id", "1"),
        ("paypal-transmission-time", "2026-01-01T00:00:00Z"),
        ("paypal-transmission-sig", "c2ln"),
        ("paypal-cert-url", "https://api.sandbox.paypal.com/v1/notifications/certs/CERT-1"),
        ("paypal-auth-algo", "sha256withrsa"),
    ];

    fn read(name: &str, value: &str, environment: Environment) -> Result<OffsetDateTime, &'static str> {
        let headers = HEADERS.map(|(other, old)| (other, if other == name { value } else { old }));
        let body = if name == "body" { value.as_bytes() } else { b"{}" };
        let claim = Claim::read(&Delivery::read(&headers, body).unwrap(), environment);
        claim.map(|claim| claim.time).map_err(|verdict| verdict.reason.as_str())
    }

    #[test]
    fn what_is_wrong_at_first_sight_has_its_reason() {
        assert!(read("", "", Environment::Sandbox).is_ok());
        for (name, value, reason) in [
            ("paypal-auth-algo", "SHA512withRSA", "unknown-algorithm"),
            (
                "paypal-cert-url",
                "http://api.sandbox.paypal.com/v1/notifications/certs/CERT-1",
                "malformed-certificate-url",
            ),
            ("paypal-transmission-time", "2026-13-01T00:00:00Z", "malformed-time"),
            ("paypal-transmission-sig", "c2ln!", "malformed-signature"),
            ("body", "id=1", "not-json"),
            ("body", "[]", "not-json"),
        ] {
            assert_eq!(read(name, value, Environment::Sandbox), Err(reason), "{value}");
        }
        let live = "https://api.paypal.com/v1/notifications/certs/CERT-1";
        assert_eq!(read("", "", Environment::Live), Err("wrong-environment"));
        assert!(read("paypal-cert-url", live, Environment::Live).is_ok());
        assert!(read("paypal-cert-url", live, Environment::Sandbox).is_ok());
    }

    #[test]
    fn age_is_counted_from_the_transmission_to_now() {
        let delivery = Delivery::read(&HEADERS, b"{}").unwrap();
        let claim = Claim::read(&delivery, Environment::Sandbox).unwrap();
        let at = |now, max| claim.check_age(date::parse(now).unwrap(), max).map_err(|verdict| verdict.reason.as_str());
        assert_eq!(at("2026-01-01T00:10:00Z", 600), Ok(()));
        assert_eq!(at("2026-01-01T00:10:01Z", 600), Err("too-old"));
        assert_eq!(at("2026-01-01T00:00:00Z", 0), Ok(()));
        assert_eq!(at("2025-12-31T23:55:00Z", 0), Ok(()));
        assert_eq!(at("2025-12-31T23:54:59Z", 600), Err("from-the-future"));
        assert_eq!(at("9999-12-31T23:59:59Z", u32::MAX), Err("too-old"));
    }

    #[test]
    fn paypal_s_own_hold_for_their_webhook() {
        for sample in Sample::all() {
            let headers = sample.headers();
            let delivery = Delivery::read(&headers, &sample.body).unwrap();
            let verify = |environment, webhook_id: &str| {
                let claim = Claim::read(&delivery, environment).map_err(|verdict| verdict.reason.as_str())?;
                claim.verify(&sample.certificate(), &[], webhook_id).map_err(|verdict| verdict.reason.as_str())
            };
            let simulated = sample.is_simulated();
            assert_eq!(verify(Environment::Sandbox, &sample.webhook_id), Ok(simulated), "{}", sample.name);
            let other = if simulated { Ok(true) } else { Err("bad-signature") };
            assert_eq!(verify(Environment::Sandbox, "96605875FF6516634"), other, "{}", sample.name);
            let live = if simulated { Ok(true) } else { Err("wrong-environment") };
            assert_eq!(verify(Environment::Live, &sample.webhook_id), live, "{}", sample.name);
        }
    }
}
