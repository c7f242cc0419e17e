//! `payers.history`: what a payer has paid and got back.

use crate::{
    call::arguments::Arguments,
    journal::payer,
    paypal::party::Party,
    platform::{failure::Failure, interface::Platform, reply::Reply},
};

/// Reads the credits of a payer, by PayPal's id of the payer or the e-mail address, and their sum per currency.
///
/// # Errors
/// `invalid-input` if the payer or the receiver is neither an id nor an address; `connection-unavailable` if the journal
/// cannot be read.
pub(crate) fn history(platform: &dyn Platform, arguments: &Arguments) -> Result<Reply, Failure> {
    let name = |parameter| match arguments.parameter(parameter) {
        None => Ok(None),
        Some(text) => match Party::name(&text) {
            Some(name) => Ok(Some(name)),
            None => Err(Failure::wrong_value(parameter, "must be PayPal's id of an account, or an e-mail address")),
        },
    };
    let payer = name("payer")?.unwrap_or_default();
    payer::history(platform, &payer, name("receiver")?.as_deref())
}

#[cfg(test)]
mod tests;
