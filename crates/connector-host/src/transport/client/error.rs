//! Why a client cannot be made.

/// Why a [`Client`](crate::Client) cannot be made as asked for. It repeats nothing of a proxy's address, which can hold credentials.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ClientError {
    /// The address of the proxy, or what is reached without it, is not understood.
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
