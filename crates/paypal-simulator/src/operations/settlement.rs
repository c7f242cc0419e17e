//! Settles what is pending: a capture, a refund or a payment of a subscription.

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
    /// What a refusal calls its id, and the code if it is not pending.
    pub(crate) field: &'static str,
    pub(crate) issue: &'static str,
    /// Why the one with an id is pending, if it is; `None` if there is no such one.
    pub(crate) pending: fn(&Books, &str) -> Option<Option<Pending>>,
    pub(crate) settle: fn(&mut World, &str, Outcome),
}

impl Settlement {
    /// Settles it now, by the `outcome` of a control.
    pub(crate) fn now(&self, world: &mut World, call: &Call) -> Result<Answer, Refusal> {
        let id = call.id(0);
        world.enter_where(|books| (self.pending)(books, id).is_some());
        let pending = (self.pending)(&world.books, id).ok_or_else(|| Refusal::not_found(self.field, id))?;
        let outcome = Outcome::read(&call.body["outcome"], self.outcomes)?;
        if pending.is_none() {
            return Err(Refusal::business_at(self.field, id, self.issue, "It is not pending."));
        }
        (self.settle)(world, id, outcome);
        Ok(Answer::none())
    }

    /// Settles it when its time has come, unless it is settled already.
    pub(crate) fn in_time(&self, world: &mut World, id: &str) {
        if let Some(Some(pending)) = (self.pending)(&world.books, id) {
            (self.settle)(world, id, pending.outcome);
        }
    }
}
