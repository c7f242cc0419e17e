//! The verdict on a delivery: an outcome for programs, and the reason.

use std::borrow::Cow;

use super::{
    chain::CertificateError,
    delivery::{Flaw, Rejection},
};

/// The outcome of a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// PayPal has sent it, unchanged.
    Valid,
    /// It must not be trusted.
    Invalid,
    /// It is unknown whether PayPal has sent it; a later delivery of the same event may show.
    Unverifiable,
    /// PayPal has sent it, longer ago than the caller accepts.
    Stale,
}

impl Outcome {
    /// Its name in the reply.
    #[must_use]
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::Invalid => "invalid",
            Self::Unverifiable => "unverifiable",
            Self::Stale => "stale",
        }
    }
}

/// Why a delivery has its outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reason {
    Verified,
    TooOld,
    FromTheFuture,

    MissingHeader,
    EmptyHeader,
    DoubledHeader,
    MalformedHeader,
    MalformedTime,
    MalformedCertificateUrl,
    MalformedSignature,
    NotJson,
    WrongEnvironment,
    BadSignature,
    Simulated,
    RefusedByPaypal,
    CertificateExpired,
    CertificateNotYetValid,
    CertificateForAnotherName,
    CertificateOfUnknownIssuer,
    CertificateWithBadSignature,
    CertificateWithUnsuitableKey,
    CertificateUnsuitable,

    UnknownAlgorithm,
    CertificateUnreadable,
    CertificateTooLarge,
    CertificateRedirected,
    CertificateNotServed,
    CertificateUnreachable,
    CertificateTimedOut,
    CertificateDenied,
    SimulatedPostback,
    PostbackFailed,
}

impl Reason {
    /// The outcome, a stable code, and a message.
    fn facts(self) -> (Outcome, &'static str, &'static str) {
        use Outcome::{Invalid, Stale, Unverifiable, Valid};
        match self {
            Self::Verified => (Valid, "verified", "PayPal has sent it"),
            Self::TooOld => (Stale, "too-old", "PayPal has sent it, longer ago than `max_age_seconds`"),
            Self::FromTheFuture => (Stale, "from-the-future", "PayPal has sent it, with a time in the future"),

            Self::MissingHeader => (Invalid, "missing-header", "a header of PayPal's is missing"),
            Self::EmptyHeader => (Invalid, "empty-header", "a header of PayPal's is empty"),
            Self::DoubledHeader => (Invalid, "doubled-header", "a header of PayPal's has two values"),
            Self::MalformedHeader => (Invalid, "malformed-header", "a header of PayPal's has an invalid value"),
            Self::MalformedTime => (Invalid, "malformed-time", "the transmission time is not a valid timestamp"),
            Self::MalformedCertificateUrl => {
                (Invalid, "malformed-certificate-url", "the certificate's URL is not PayPal's")
            }
            Self::MalformedSignature => (Invalid, "malformed-signature", "the signature is not base64"),
            Self::NotJson => (Invalid, "not-json", "the body is not a JSON object in UTF-8, or is nested too deeply"),
            Self::WrongEnvironment => {
                (Invalid, "wrong-environment", "it is signed for another environment than the connection's")
            }
            Self::BadSignature => {
                (Invalid, "bad-signature", "the signature does not match the headers, the body and the webhook's id")
            }
            Self::Simulated => (Invalid, "simulated", "it is from the webhooks simulator, which is not accepted here"),
            Self::RefusedByPaypal => (Invalid, "refused-by-paypal", "PayPal says that it has not sent it"),
            Self::CertificateExpired => {
                (Invalid, "certificate-expired", "the certificate was no longer valid at the transmission time")
            }
            Self::CertificateNotYetValid => {
                (Invalid, "certificate-not-yet-valid", "the certificate was not yet valid at the transmission time")
            }
            Self::CertificateForAnotherName => {
                (Invalid, "certificate-for-another-name", "the certificate is not for the name in PayPal's")
            }
            Self::CertificateOfUnknownIssuer => {
                (Invalid, "certificate-of-unknown-issuer", "the certificate has no trusted root")
            }
            Self::CertificateWithBadSignature => {
                (Invalid, "certificate-with-bad-signature", "the certificate is not signed by the issuer that it names")
            }
            Self::CertificateWithUnsuitableKey => {
                (Invalid, "certificate-with-unsuitable-key", "the certificate's key is not RSA with 2048 to 4096 bits")
            }
            Self::CertificateUnsuitable => (
                Invalid,
                "certificate-unsuitable",
                "the certificate, or an issuer's, violates a rule for server certificates",
            ),

            Self::UnknownAlgorithm => {
                (Unverifiable, "unknown-algorithm", "it is signed with an algorithm other than SHA256withRSA")
            }
            Self::CertificateUnreadable => (Unverifiable, "certificate-unreadable", "the certificate cannot be read"),
            Self::CertificateTooLarge => {
                (Unverifiable, "certificate-too-large", "the certificate is larger than 64 KiB")
            }
            Self::CertificateRedirected => {
                (Unverifiable, "certificate-redirected", "the certificate's URL redirects, which is not followed")
            }
            Self::CertificateNotServed => {
                (Unverifiable, "certificate-not-served", "PayPal does not serve the certificate")
            }
            Self::CertificateUnreachable => {
                (Unverifiable, "certificate-unreachable", "the certificate cannot be fetched: PayPal cannot be reached")
            }
            Self::CertificateTimedOut => {
                (Unverifiable, "certificate-timed-out", "the certificate could not be fetched in time")
            }
            Self::CertificateDenied => {
                (Unverifiable, "certificate-denied", "the platform does not allow fetching the certificate")
            }
            Self::SimulatedPostback => {
                (Unverifiable, "simulated-postback", "PayPal does not verify the events of its webhooks simulator")
            }
            Self::PostbackFailed => (Unverifiable, "postback-failed", "PayPal did not answer whether it has sent it"),
        }
    }

    /// The outcome.
    #[must_use]
    pub(crate) fn outcome(self) -> Outcome {
        self.facts().0
    }

    /// The code, in kebab-case. It does not change.
    #[must_use]
    pub(crate) fn as_str(self) -> &'static str {
        self.facts().1
    }
}

impl From<CertificateError> for Reason {
    fn from(error: CertificateError) -> Self {
        match error {
            CertificateError::Unreadable => Self::CertificateUnreadable,
            CertificateError::TooLarge => Self::CertificateTooLarge,
            CertificateError::Expired => Self::CertificateExpired,
            CertificateError::NotYetValid => Self::CertificateNotYetValid,
            CertificateError::WrongName => Self::CertificateForAnotherName,
            CertificateError::UnknownIssuer => Self::CertificateOfUnknownIssuer,
            CertificateError::BadSignature => Self::CertificateWithBadSignature,
            CertificateError::UnsuitableKey => Self::CertificateWithUnsuitableKey,
            CertificateError::Unsuitable => Self::CertificateUnsuitable,
        }
    }
}

/// A reason with its message, which quotes no part of the delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Verdict {
    /// The reason.
    pub reason: Reason,
    /// The message.
    pub message: Cow<'static, str>,
}

impl<T: Into<Reason>> From<T> for Verdict {
    fn from(reason: T) -> Self {
        let reason = reason.into();
        Self { reason, message: reason.facts().2.into() }
    }
}

impl From<Rejection> for Verdict {
    fn from(rejection: Rejection) -> Self {
        let reason = match rejection.flaw {
            Flaw::Missing => Reason::MissingHeader,
            Flaw::Empty => Reason::EmptyHeader,
            Flaw::Doubled => Reason::DoubledHeader,
            Flaw::Malformed => Reason::MalformedHeader,
        };
        Self { reason, message: rejection.to_string().into() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rejected_header_is_named() {
        let verdict = Verdict::from(Rejection { header: "PAYPAL-CERT-URL", flaw: Flaw::Empty });
        assert_eq!(
            (verdict.reason.as_str(), &*verdict.message),
            ("empty-header", "the header PAYPAL-CERT-URL is empty")
        );
    }
}
