//! A recurring invoice: a series of invoices that are made on a schedule.

use serde_json::{Value, json};

use crate::{
    base::{clock::Moment, links::link},
    world::{
        calendar::{Calendar, Interval},
        conditional_rule::ConditionalRule,
        invoice_amounts::Amounts,
    },
};

pub(crate) const PATH: &str = "/v2/invoicing/recurring-invoices";

/// What a series does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    Draft,
    Active,
    Cancelled,
    /// It has made all of its invoices.
    Expired,
}

/// When the invoices of a series are made.
pub(crate) struct Plan {
    /// As the merchant has sent it.
    pub(crate) document: Value,
    pub(crate) interval: Interval,
    /// How many invoices there are to be; `None` if there is no end.
    pub(crate) total: Option<u64>,
    /// When the day of the first invoice begins, if one was given.
    pub(crate) start: Option<Moment>,
}

pub(crate) struct RecurringInvoice {
    pub(crate) id: String,
    pub(crate) stage: Stage,
    pub(crate) plan: Plan,
    /// What each invoice has: what the merchant has sent, and what was added to it.
    pub(crate) info: Value,
    pub(crate) amounts: Amounts,
    /// How many invoices it has made.
    pub(crate) completed: u64,
    /// When the next one is made, while it is active.
    pub(crate) next: Option<Calendar>,
    /// The rules that each invoice gets.
    pub(crate) rules: Vec<ConditionalRule>,
    pub(crate) created: Moment,
}

impl RecurringInvoice {
    pub(crate) fn status(&self) -> &'static str {
        match self.stage {
            Stage::Draft => "DRAFT",
            Stage::Active => "ACTIVE",
            Stage::Cancelled => "CANCELLED",
            Stage::Expired => "EXPIRED",
        }
    }

    /// Whether it makes no more invoices, for good.
    pub(crate) fn has_ended(&self) -> bool {
        matches!(self.stage, Stage::Cancelled | Stage::Expired)
    }

    /// Whether it has made all of its invoices.
    pub(crate) fn is_complete(&self) -> bool {
        self.plan.total.is_some_and(|total| total <= self.completed)
    }

    pub(crate) fn document(&self) -> Value {
        let mut plan = self.plan.document.clone();
        plan["completed_cycles"] = self.completed.into();
        // A date has a year of four digits.
        if let Some(day) = self.next.map(|next| next.time().date()).filter(|day| day.len() == 10) {
            plan["next_occurrence_date"] = day.into();
        }
        let mut info = self.info.clone();
        info["amount"] = self.amounts.document();
        if !self.rules.is_empty() {
            info["configuration"]["has_conditional_rule"] = true.into();
        }
        let path = format!("{PATH}/{}", self.id);
        let mut links = vec![link("self", "GET", &path)];
        let mut add = |rel: &str, method: &str, to: String| links.push(link(rel, method, &to));
        match self.stage {
            Stage::Draft => {
                add("activate", "POST", format!("{path}/activate"));
                add("replace", "PUT", path.clone());
                add("delete", "DELETE", path);
            }
            Stage::Active => {
                add("cancel", "POST", format!("{path}/cancel"));
                add("replace", "PUT", path);
            }
            Stage::Cancelled | Stage::Expired => add("delete", "DELETE", path),
        }
        json!({"id": self.id, "status": self.status(), "plan_detail": plan, "recurring_info": info, "links": links})
    }
}
