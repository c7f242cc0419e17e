//! Errors of configuring a client.

/// Why a [`Client`](crate::Client) cannot be configured so. It never contains the proxy's address, which can hold
/// credentials.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ClientError {
    /// The address of the proxy, or the list of hosts to reach without it, is invalid.
    #[error("{name} {reason}")]
    Proxy {
        /// The environment variable, or `the proxy`.
        name: &'static str,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// A root certificate cannot be used.
    #[error("the root certificates: {reason}")]
    RootCertificates {
        /// What is wrong with it.
        reason: String,
    },
}
