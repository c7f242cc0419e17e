//! On whose behalf a connection acts.

/// An app that acts for another account; see `kosha:connector/connection.delegation`. Not `Debug`: it names a merchant.
#[derive(Clone)]
pub(crate) struct Delegation {
    /// The client id of the app, for which the tokens are.
    pub client_id: String,
    /// The account that it acts for, by PayPal's merchant id.
    pub account_id: String,
}
