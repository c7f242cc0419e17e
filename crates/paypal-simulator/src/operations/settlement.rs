//! Settles what is pending: a capture, a refund or a payment of a subscription.

use serde_json::{Value, json};

use crate::{
    request::{answer::Answer, call::Call, refusal::Refusal},
    world::{
        World,
        books::Books,
        pending::{Outcome, Pending},
    },
};

/// What can be pending.
pub(crate) struct Settlement {
    /// The names of its outcomes, as its statuses.
    pub(crate) outcomes: &'static [(&'static str, Outcome)],
    /// Why the one with an id is pending, if it is; `None` if there is no such one.
    pub(crate) pending: fn(&Books, &str) -> Option<Option<Pending>>,
    pub(crate) settle: fn(&mut World, &str, Outcome),
}

impl Settlement {
    /// Settles it now, by the `outcome` of a control.
    pub(crate) fn now(&self, world: &mut World, call: &Call) -> Result<Answer, Refusal> {
        let outcome = Outcome::read(&call.body["outcome"], self.outcomes)?;
        (self.settle)(world, call.id(0), outcome);
        Ok(Answer::none())
    }

    /// Whether there is one with this id, and it is pending.
    pub(crate) fn is_pending(&self, books: &Books, id: &str) -> bool {
        (self.pending)(books, id).flatten().is_some()
    }

    /// Settles it when its time has come, unless it is settled already.
    pub(crate) fn in_time(&self, world: &mut World, id: &str) {
        if let Some(Some(pending)) = (self.pending)(&world.books, id) {
            (self.settle)(world, id, pending.outcome);
        }
    }
}

/// The only state in which something can be settled.
pub(crate) const PENDING: &[&str] = &["PENDING"];

/// The body with which the next one is pending, as by default.
pub(crate) fn example() -> Value {
    json!({"reason": "ECHECK", "outcome": "COMPLETED", "seconds": 518_400})
}
