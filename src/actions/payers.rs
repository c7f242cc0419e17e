//! `payers.history`: what a payer has paid and got back.

use crate::{
    base::pointer,
    call::arguments::Arguments,
    journal::payer,
    paypal::party::Party,
    platform::{
        failure::{Failure, Issue, Location},
        interface::Platform,
        reply::Reply,
    },
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
            None => Err(neither(parameter)),
        },
    };
    let payer = name("payer")?.unwrap_or_default();
    payer::history(platform, &payer, name("receiver")?.as_deref())
}

fn neither(parameter: &str) -> Failure {
    let description = "must be PayPal's id of an account, or an e-mail address".to_owned();
    let field = pointer::member(parameter);
    Failure::invalid_input(vec![Issue::found(&field, Location::Query, "INVALID_PARAMETER_VALUE", description)])
}

#[cfg(test)]
mod tests;
