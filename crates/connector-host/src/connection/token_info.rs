//! What a person is told of an access token.

use std::time::Duration;

/// What is known of an access token besides itself.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TokenInfo {
    /// How long it is still valid, if known.
    pub expires_in: Option<Duration>,
    /// PayPal's id of the app that it was granted to, if known.
    pub app_id: Option<String>,
}
