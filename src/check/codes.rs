//! PayPal's codes for numbers out of range, which are not the same in all of its APIs.

use crate::catalogue::Action;

/// The codes of one API.
#[derive(Debug)]
pub(super) struct Codes {
    /// For a number below the least.
    pub(super) below: &'static str,
    /// For a number above the greatest.
    pub(super) above: &'static str,
}

pub(super) static COMMON: Codes = Codes { below: "INVALID_PARAMETER_VALUE", above: "INVALID_PARAMETER_VALUE" };

/// Those of Invoicing v2 (PayPal's file, errors of `invoices.list`).
static INVOICING: Codes = Codes { below: "INVALID_INTEGER_MIN_VALUE", above: "INVALID_INTEGER_MAX_VALUE" };

/// The codes of the API that an action belongs to.
pub(super) fn of(action: &Action) -> &'static Codes {
    if action.path.starts_with("/v2/invoicing/") { &INVOICING } else { &COMMON }
}
