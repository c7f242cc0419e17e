//! A rule of an invoice, or of each invoice of a series: a discount for who pays early, or the cancellation of what is not paid.

use std::time::Duration;

use serde_json::{Value, json};

use crate::{
    base::{clock::Moment, links::link},
    request::refusal::Refusal,
    world::invoice_amounts::Amounts,
};

const DAY: u64 = 86_400;

/// What a rule does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    EarlyPaymentDiscount,
    AutoCancel,
}

/// What the days of a condition are counted from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Base {
    IssueDate,
    DueDate,
}

/// The conditions that are not a date of their own.
const CONDITIONS: [(&str, Base, u64); 8] = [
    ("THREE_DAYS_AFTER_ISSUE_DATE", Base::IssueDate, 3),
    ("SEVEN_DAYS_AFTER_ISSUE_DATE", Base::IssueDate, 7),
    ("FIFTEEN_DAYS_AFTER_ISSUE_DATE", Base::IssueDate, 15),
    ("THIRTY_DAYS_AFTER_ISSUE_DATE", Base::IssueDate, 30),
    ("ONE_DAY_AFTER_DUE_DATE", Base::DueDate, 1),
    ("SEVEN_DAYS_AFTER_DUE_DATE", Base::DueDate, 7),
    ("FIFTEEN_DAYS_AFTER_DUE_DATE", Base::DueDate, 15),
    ("THIRTY_DAYS_AFTER_DUE_DATE", Base::DueDate, 30),
];

#[derive(Clone)]
pub(crate) struct ConditionalRule {
    pub(crate) id: String,
    pub(crate) kind: Kind,
    /// What the merchant has sent.
    pub(crate) members: Value,
    /// When its last day begins; `None` for a series, whose invoices have days of their own.
    pub(crate) end: Option<Moment>,
    /// Whether it has taken effect.
    pub(crate) applied: bool,
    pub(crate) created: Moment,
    pub(crate) updated: Moment,
}

impl Kind {
    pub(crate) fn named(name: &str) -> Option<Self> {
        match name {
            "EARLY_PAYMENT_DISCOUNT" => Some(Self::EarlyPaymentDiscount),
            "AUTO_CANCEL" => Some(Self::AutoCancel),
            _ => None,
        }
    }

    /// Whether its days may be counted so: a discount's from the date of issue, a cancellation's from the due date.
    pub(crate) fn takes(self, condition: &str) -> bool {
        let wanted = if self == Self::AutoCancel { Base::DueDate } else { Base::IssueDate };
        known(condition).is_none_or(|(from, _)| from == wanted)
    }
}

/// Returns what the days of a condition are counted from, and how many there are.
fn known(condition: &str) -> Option<(Base, u64)> {
    CONDITIONS.iter().find(|(name, ..)| *name == condition).map(|(_, from, days)| (*from, *days))
}

impl ConditionalRule {
    /// Whether it still applies at a time: to the end of its last day.
    pub(crate) fn applies(&self, now: Moment) -> bool {
        self.end.is_none_or(|end| now < end.after(Duration::from_secs(DAY)))
    }

    /// Returns what it takes off an invoice, in minor units.
    pub(crate) fn discount(&self, amounts: &Amounts, field: &str) -> Result<i64, Refusal> {
        let value = &self.members["conditional_rule_value"];
        let discount = match (self.kind, self.members["conditional_rule_value_type"].as_str()) {
            (Kind::AutoCancel, _) => return Ok(0),
            (Kind::EarlyPaymentDiscount, Some("AMOUNT")) => {
                json!({"amount": {"currency_code": amounts.total.currency, "value": value}})
            }
            (Kind::EarlyPaymentDiscount, _) => json!({"percent": value}),
        };
        amounts.off(&discount, field)
    }

    /// Returns the rule of an invoice that a series with this rule has made.
    pub(crate) fn of_invoice(&self, id: String, issued: Moment, due: Option<Moment>) -> Self {
        let condition = self.members["rule_expiry_terms"]["rule_expiry_condition"].as_str().unwrap_or_default();
        let (from, days) = known(condition).unwrap_or((Base::IssueDate, 0));
        let from = if from == Base::DueDate { due.unwrap_or(issued) } else { issued };
        let end = from.after(Duration::from_secs(days * DAY));
        let mut members = self.members.clone();
        members["rule_expiry_terms"]["condition_rule_end_date"] = end.date().into();
        Self { id, kind: self.kind, members, end: Some(end), applied: false, created: issued, updated: issued }
    }

    /// Returns it as the one to whom it belongs shows it: under its path, with these names of the times.
    pub(crate) fn document(&self, owner: &str, [created, updated]: [&str; 2]) -> Value {
        let path = format!("{owner}/conditional-rules/{}", self.id);
        let mut document = json!({"conditional_rule_id": self.id});
        for (name, value) in self.members.as_object().into_iter().flatten() {
            document[name.as_str()] = value.clone();
        }
        document[created] = self.created.rfc3339().into();
        document[updated] = self.updated.rfc3339().into();
        document["links"] =
            json!([link("self", "GET", &path), link("replace", "PUT", &path), link("delete", "DELETE", &path)]);
        document
    }
}
