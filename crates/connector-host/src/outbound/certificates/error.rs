//! Why a certificate of webhook events cannot be had.

use crate::transport::Error;

/// Why a certificate of webhook events cannot be had now.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CertificateError {
    /// The answer has another status than 200.
    #[error("PayPal answered {0} for it")]
    Status(u16),
    /// The connection has fetched as many in the last minute as it may.
    #[error("too many were asked for in the last minute")]
    TooMany,
    /// It has more than 64 KiB.
    #[error("it is too large")]
    TooLarge,
    /// There was no answer, or the policy allows no such address.
    #[error("it cannot be read: {0}")]
    Unreadable(#[source] Error),
}
