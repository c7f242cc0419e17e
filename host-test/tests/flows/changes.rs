//! The effects in the simulator between two moments.

use std::{collections::BTreeMap, fmt};

use paypal_simulator::{Effects, Moved};

/// One effect.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Change {
    /// What happened, without the id of anything new, such as `captured USD 1000 of 5O19`.
    pub(crate) what: String,
    /// The id of the resource that was created or changed.
    pub(crate) id: String,
}

/// The placeholder for the id of a new order.
pub(crate) const ITSELF: &str = "ITSELF";

/// The effects between two moments.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Changes(Vec<Change>);

impl Changes {
    /// Compares two moments.
    pub(crate) fn between(before: &Effects, after: &Effects) -> Self {
        let mut changes = Vec::new();
        let new = |id: &&String| !before.orders.contains(*id);
        // An order that is paid when it is created has no id before, so the expected payment cannot name it.
        let of = |moved: &Moved| {
            if after.orders.contains(&moved.of) && new(&&moved.of) { ITSELF.to_owned() } else { moved.of.clone() }
        };
        for (verb, before, after) in [
            ("authorized", &before.authorized, &after.authorized),
            ("captured", &before.captured, &after.captured),
            ("refunded", &before.refunded, &after.refunded),
            ("released", &before.voided, &after.voided),
            ("invoice payment", &before.invoice_payments, &after.invoice_payments),
            ("invoice refund", &before.invoice_refunds, &after.invoice_refunds),
            ("charged", &before.subscription_payments, &after.subscription_payments),
            ("paid out", &before.payout_items, &after.payout_items),
            ("held", &before.held, &after.held),
            ("settled", &before.dispute_settlements, &after.dispute_settlements),
            ("fined", &before.dispute_fees, &after.dispute_fees),
        ] {
            moved(verb, before, after, of, &mut changes);
        }
        for (what, before, after) in [
            ("order", &before.orders, &after.orders),
            ("product", &before.products, &after.products),
            ("plan", &before.plans, &after.plans),
            ("webhook", &before.webhooks, &after.webhooks),
        ] {
            changes.extend(after.difference(before).map(|id| change(what.to_owned(), id)));
            changes.extend(before.difference(after).map(|id| change(format!("no {what}"), id)));
        }
        for (what, before, after) in [
            ("invoice", &before.invoices, &after.invoices),
            ("subscription", &before.subscriptions, &after.subscriptions),
            ("tracker", &before.trackers, &after.trackers),
            ("payment token", &before.payment_tokens, &after.payment_tokens),
            ("payout", &before.payouts, &after.payouts),
            ("dispute", &before.disputes, &after.disputes),
        ] {
            let changed = after.iter().filter(|(id, status)| before.get(*id) != Some(*status));
            changes.extend(changed.map(|(id, status)| change(format!("{what} {status}"), id)));
            let gone = before.keys().filter(|id| !after.contains_key(*id));
            changes.extend(gone.map(|id| change(format!("no {what}"), id)));
        }
        for (id, count) in &after.emails {
            let sent = count - before.emails.get(id).unwrap_or(&0);
            changes.extend((sent > 0).then(|| change(mails(sent, id), id)));
        }
        for ((action, id), count) in &after.done {
            match count - before.done.get(&(action.clone(), id.clone())).unwrap_or(&0) {
                0 => {}
                1 => changes.push(change(action.clone(), id)),
                many => changes.push(change(format!("{action} {many} times"), id)),
            }
        }
        if changes.is_empty() && before != after {
            changes.push(change("something else".to_owned(), ""));
        }
        changes.sort();
        Self(changes)
    }

    /// Whether nothing has happened.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether exactly these effects have happened.
    pub(crate) fn are(&self, expected: &[String]) -> bool {
        let mut expected = expected.to_vec();
        expected.sort();
        self.0.iter().map(|change| &change.what).eq(&expected)
    }

    /// Returns the id of the resource that was created or changed.
    pub(crate) fn id(&self, what: &str) -> Option<String> {
        self.0.iter().find(|change| change.what.starts_with(what)).map(|change| change.id.clone())
    }
}

impl fmt::Display for Changes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("nothing");
        }
        let mut separator = "";
        for Change { what, id } in &self.0 {
            write!(f, "{separator}{what} ({id})")?;
            separator = ", ";
        }
        Ok(())
    }
}

fn change(what: String, id: &str) -> Change {
    Change { what, id: id.to_owned() }
}

fn moved(
    verb: &str,
    before: &BTreeMap<String, Moved>,
    after: &BTreeMap<String, Moved>,
    of: impl Fn(&Moved) -> String,
    changes: &mut Vec<Change>,
) {
    for (id, moved) in after {
        let what = describe(verb, &moved.currency, moved.minor_units, &of(moved));
        match before.get(id) {
            None => changes.push(change(what, id)),
            Some(earlier) if earlier != moved => changes.push(change(format!("now {what}"), id)),
            Some(_) => {}
        }
    }
    let gone = before.keys().filter(|id| !after.contains_key(*id));
    changes.extend(gone.map(|id| change(format!("no longer {verb}"), id)));
}

/// Describes an amount that moved, in minor units.
pub(crate) fn describe(verb: &str, currency: &str, minor: i64, of: &str) -> String {
    format!("{verb} {currency} {minor} of {of}")
}

/// Describes e-mails about a resource.
pub(crate) fn mails(count: u32, about: &str) -> String {
    format!("{count} e-mails about {about}")
}
