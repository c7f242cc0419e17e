//! Errors of fetching certificates.

use crate::transport::Error;

/// Why a certificate of webhook events cannot be fetched now.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CertificateError {
    /// The response has a status other than 200.
    #[error("PayPal answered {0} for it")]
    Status(u16),
    /// The connection has used up its allowance for the last minute.
    #[error("too many certificates were fetched in the last minute")]
    TooMany,
    /// It has more than 64 KiB.
    #[error("it is too large")]
    TooLarge,
    /// There was no response, or the policy does not allow the address.
    #[error("it cannot be read: {0}")]
    Unreadable(#[source] Error),
}
