//! An automatic reminder: when PayPal by itself writes to those who have not paid an invoice.

use serde_json::{Value, json};

use crate::base::{clock::Moment, links::link};

pub(crate) const PATH: &str = "/v2/invoicing/reminders";

const DAY: u64 = 86_400;

/// Whether it is sent before the due date or after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    BeforeDue,
    AfterDue,
}

/// When it is sent, and to whom.
#[derive(Clone, Copy)]
pub(crate) struct Terms {
    /// How many days before or after the due date.
    pub(crate) days: u64,
    /// How often it is sent.
    pub(crate) repetition: u64,
    pub(crate) send_to_invoicer: bool,
}

pub(crate) struct Reminder {
    pub(crate) id: String,
    pub(crate) kind: Kind,
    pub(crate) active: bool,
    pub(crate) terms: Terms,
    pub(crate) created: Moment,
    pub(crate) updated: Moment,
}

impl Kind {
    pub(crate) const ALL: [Self; 2] = [Self::BeforeDue, Self::AfterDue];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::BeforeDue => "BEFORE_DUE",
            Self::AfterDue => "AFTER_DUE",
        }
    }

    /// The terms of one that nobody has asked for.
    /// <https://developer.paypal.com/api/invoicing/v2/auto-reminder-configuration-setup>
    pub(crate) fn default_terms(self) -> Terms {
        let repetition = if self == Self::BeforeDue { 1 } else { 2 };
        Terms { days: 2, repetition, send_to_invoicer: false }
    }
}

impl Reminder {
    /// Whether it is sent on a day for an invoice that is due on another one. Both begin at midnight.
    pub(crate) fn is_for(&self, today: Moment, due: Moment) -> bool {
        let days = |from: Moment, to: Moment| to.since(from).as_secs() / DAY;
        let Terms { days: every, repetition, .. } = self.terms;
        match self.kind {
            Kind::BeforeDue => today < due && days(today, due) == every,
            Kind::AfterDue => {
                let late = days(due, today);
                late > 0 && late.is_multiple_of(every) && late / every <= repetition
            }
        }
    }

    pub(crate) fn document(&self) -> Value {
        let path = format!("{PATH}/{}", self.id);
        json!({
            "id": self.id,
            "type": self.kind.name(),
            "status": if self.active { "ACTIVE" } else { "INACTIVE" },
            "interval": {"unit": "DAY", "value": self.terms.days},
            "repetition": self.terms.repetition,
            "notification": {"send_to_invoicer": self.terms.send_to_invoicer},
            "metadata": {"created_time": self.created.rfc3339(), "updated_time": self.updated.rfc3339()},
            "links": [
                link("self", "GET", &path),
                link("replace", "PUT", &path),
                link("suspend", "POST", &format!("{path}/suspend")),
                link("resume", "POST", &format!("{path}/resume")),
            ],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_days_are_counted_from_the_due_date() {
        let day = |day: &str| Moment::parse(&format!("2026-{day}T00:00:00Z")).unwrap();
        let due = day("03-31");
        let sent = |kind: Kind, days: u64, repetition: u64| -> Vec<String> {
            let terms = Terms { days, repetition, send_to_invoicer: false };
            let (id, created) = (String::new(), due);
            let reminder = Reminder { id, kind, active: true, terms, created, updated: created };
            let all = (20..=31).map(|of| format!("03-{of}")).chain((1..=20).map(|of| format!("04-{of:02}")));
            all.filter(|it| reminder.is_for(day(it), due)).collect()
        };
        assert_eq!(sent(Kind::BeforeDue, 3, 1), ["03-28"]);
        assert_eq!(sent(Kind::AfterDue, 2, 3), ["04-02", "04-04", "04-06"]);
        assert_eq!(sent(Kind::AfterDue, 7, 1), ["04-07"]);
    }
}
