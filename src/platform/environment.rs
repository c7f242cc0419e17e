//! PayPal's two environments.

use std::fmt;

/// The environment of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Environment {
    /// Test accounts and play money.
    Sandbox,
    /// Real accounts and real money.
    Live,
}

impl fmt::Display for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sandbox => "sandbox",
            Self::Live => "live",
        })
    }
}

impl Environment {
    /// The other environment.
    #[must_use]
    pub(crate) fn other(self) -> Self {
        match self {
            Self::Sandbox => Self::Live,
            Self::Live => Self::Sandbox,
        }
    }

    /// The host of PayPal's REST API, always reached by HTTPS.
    #[must_use]
    pub(crate) fn authority(self) -> &'static str {
        match self {
            Self::Sandbox => "api-m.sandbox.paypal.com",
            Self::Live => "api-m.paypal.com",
        }
    }
}
