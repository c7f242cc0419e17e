//! What is to be paid, and what follows from how.

use crate::world::{
    World,
    order::{Intent, Unit},
};

/// What follows from a payment source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// The payer has not entered the card yet.
    Entry,
    /// The payer has to approve.
    Approval,
    /// The payer has to pass 3-D Secure.
    Challenge,
    /// It pays at once.
    Payment,
}

/// The request that has the payment source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    Create,
    Confirm,
    /// Capture or authorize.
    Pay(Intent),
}

impl Asked {
    /// Returns the code of an operation for one mistake: of create and confirm, of authorize, and of capture.
    pub(super) fn issue(self, before: &'static str, authorize: &'static str, capture: &'static str) -> &'static str {
        match self {
            Self::Create | Self::Confirm => before,
            Self::Pay(Intent::Authorize) => authorize,
            Self::Pay(Intent::Capture) => capture,
        }
    }
}

/// The order that is to be paid.
pub(crate) struct Due<'a> {
    pub(crate) world: &'a World,
    pub(crate) asked: Asked,
    pub(crate) units: &'a [Unit],
    /// Whether it is to be completed when the payer approves.
    pub(crate) complete: bool,
}

impl Due<'_> {
    /// Whether a payment has one purchase unit.
    pub(super) fn is_single(&self) -> bool {
        self.units.len() <= 1
    }
}
