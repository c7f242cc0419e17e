//! Subscriptions.

use proptest::prelude::*;
use serde_json::json;

use super::{Call, Part, Pick, index, part};
use crate::{
    book::{Book, Running, Subscription},
    changes::{describe, mails},
};

#[derive(Clone, Debug)]
pub(crate) enum SubscriptionAct {
    Create(Pick),
    Suspend(Pick),
    Activate(Pick),
    Cancel(Pick),
    Get(Pick),
    /// Take the outstanding balance of failed payments.
    Capture {
        subscription: Pick,
        part: Part,
    },
}

pub(crate) fn act() -> impl Strategy<Value = SubscriptionAct> {
    let pick = any::<Pick>;
    prop_oneof![
        3 => pick().prop_map(SubscriptionAct::Create),
        2 => pick().prop_map(SubscriptionAct::Suspend),
        2 => pick().prop_map(SubscriptionAct::Activate),
        1 => pick().prop_map(SubscriptionAct::Cancel),
        1 => pick().prop_map(SubscriptionAct::Get),
        2 => (pick(), part()).prop_map(|(subscription, part)| SubscriptionAct::Capture { subscription, part }),
    ]
}

impl SubscriptionAct {
    /// Returns the call, unless there is nothing to act on.
    pub(crate) fn call(&self, book: &Book) -> Option<Call> {
        use Running::{Active, Cancelled, Suspended};
        let at = |pick| index(pick, book.subscriptions.len());
        Some(match *self {
            Self::Create(pick) => {
                let plan = index(pick, book.plans.len())?;
                let input = json!({"body": {"plan_id": book.plans[plan].id}});
                let effect = vec!["subscription APPROVAL_PENDING".to_owned()];
                Call::write("subscriptions.create", input, book.plans[plan].active, effect)
                    .replies(|subscription| subscription["status"] == "APPROVAL_PENDING")
                    .then(move |book, changes| {
                        let id = changes.id("subscriptions.create").unwrap();
                        book.subscriptions.push(Subscription {
                            id,
                            plan,
                            running: Running::Pending,
                            begun: 0,
                            owed: 0,
                        });
                    })
            }
            Self::Suspend(pick) => turn(book, at(pick)?, "subscriptions.suspend", &[Active], Suspended),
            Self::Activate(pick) => turn(book, at(pick)?, "subscriptions.activate", &[Suspended], Active),
            Self::Cancel(pick) => turn(book, at(pick)?, "subscriptions.cancel", &[Active, Suspended], Cancelled),
            Self::Capture { subscription, part } => capture(book, at(subscription)?, part),
            Self::Get(pick) => {
                let Subscription { id, running, .. } = &book.subscriptions[at(pick)?];
                let status = running.status();
                Call::read("subscriptions.get", json!({"id": id}), move |it| it["status"] == status)
            }
        })
    }
}

fn turn(book: &Book, at: usize, action: &'static str, from: &[Running], to: Running) -> Call {
    let Subscription { id, running, .. } = &book.subscriptions[at];
    let input = json!({"id": id, "body": {"reason": "As an example"}});
    let effect = vec![format!("subscription {}", to.status()), mails(1, id)];
    Call::write(action, input, from.contains(running), effect)
        .looked_up(json!({"id": id}), move |it| it["status"] == to.status())
        .then(move |book, _| book.subscriptions[at].running = to)
}

fn capture(book: &Book, at: usize, part: Part) -> Call {
    let Subscription { id, plan, running, owed, .. } = &book.subscriptions[at];
    let currency = book.plans[*plan].currency;
    let amount = part.of(*owed).unwrap_or(*owed);
    let input = json!({"id": id, "body": {
        "note": "As an example",
        "capture_type": "OUTSTANDING_BALANCE",
        "amount": {"currency_code": currency.code(), "value": currency.value(amount)},
    }});
    let allowed = matches!(running, Running::Active | Running::Suspended) && *owed > 0 && amount <= *owed;
    let effect = vec![describe("charged", currency.code(), amount, id), mails(1, id)];
    Call::write("subscriptions.capture", input, allowed, effect).then(move |book, _| {
        book.subscriptions[at].owed -= amount;
        book.earn(currency, amount);
    })
}
