//! PayPal's two environments.

/// The environment of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Environment {
    /// Test accounts and play money.
    Sandbox,
    /// Real accounts and real money.
    Live,
}

impl Environment {
    /// The host of PayPal's REST API, always reached by HTTPS.
    #[must_use]
    pub fn authority(self) -> &'static str {
        match self {
            Self::Sandbox => "api-m.sandbox.paypal.com",
            Self::Live => "api-m.paypal.com",
        }
    }
}
