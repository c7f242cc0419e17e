//! To what rules belong.

use crate::{
    operations::{invoices::change::find as find_invoice, recurring_invoices::find::find as find_series},
    request::{call::Call, refusal::Refusal},
    world::{
        World,
        conditional_rule::ConditionalRule,
        invoice::{self, Stage},
        invoice_amounts::Amounts,
        recurring_invoice,
    },
};

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Owner {
    Invoice,
    Series,
}

impl Owner {
    pub(super) fn rules<'a>(self, world: &'a World, call: &Call) -> Result<&'a [ConditionalRule], Refusal> {
        Ok(match self {
            Self::Invoice => &find_invoice(world, call)?.rules,
            Self::Series => &find_series(world, call)?.rules,
        })
    }

    pub(super) fn rules_mut<'a>(
        self,
        world: &'a mut World,
        call: &Call,
    ) -> Result<&'a mut Vec<ConditionalRule>, Refusal> {
        self.rules(world, call)?;
        let (books, id) = (&mut world.books, call.id(0));
        let rules = match self {
            Self::Invoice => books.invoices.get_mut(id).map(|it| &mut it.rules),
            Self::Series => books.recurring_invoices.get_mut(id).map(|it| &mut it.rules),
        };
        rules.ok_or_else(|| Refusal::not_found("id", id))
    }

    pub(super) fn amounts<'a>(self, world: &'a World, call: &Call) -> Result<&'a Amounts, Refusal> {
        Ok(match self {
            Self::Invoice => &find_invoice(world, call)?.amounts,
            Self::Series => &find_series(world, call)?.amounts,
        })
    }

    /// Refuses a change to the rules of what has ended.
    pub(super) fn check_open(self, world: &World, call: &Call) -> Result<(), Refusal> {
        let has_ended = match self {
            Self::Invoice => {
                let invoice = find_invoice(world, call)?;
                invoice.stage == Stage::Cancelled || !invoice.payments.is_empty()
            }
            Self::Series => find_series(world, call)?.has_ended(),
        };
        match has_ended {
            true => Err(Refusal::business("RULES_NOT_EDITABLE", "It is paid, cancelled or at its end.")),
            false => Ok(()),
        }
    }

    pub(super) fn path(self, call: &Call) -> String {
        let path = if self == Self::Invoice { invoice::PATH } else { recurring_invoice::PATH };
        format!("{path}/{}", call.id(0))
    }

    /// The names of the times in its rules.
    pub(super) fn times(self) -> [&'static str; 2] {
        match self {
            Self::Invoice => ["created_time", "updated_time"],
            Self::Series => ["create_time", "update_time"],
        }
    }
}
