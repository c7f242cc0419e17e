//! What others do to the merchant: payers, buyers, PayPal, and time.

use std::time::Duration;

use paypal_simulator::Effects;

use super::{
    act::{Act, index},
    book::{
        Currency, DAY, Running,
        dispute::Standing,
        funds::{Paid, Payout},
    },
    merchant::{Merchant, hold},
};

/// The reason of a dispute that begins as an inquiry, and of one that begins as a claim.
const INQUIRY: &str = "MERCHANDISE_OR_SERVICE_NOT_AS_DESCRIBED";
const CLAIM: &str = "INCORRECT_AMOUNT";

impl Merchant<'_> {
    /// Does what is not done by a call, and enters it in the books.
    pub(crate) fn experience(&mut self, act: &Act) -> Result<(), String> {
        let before = self.sandbox.effects();
        match *act {
            Act::Approve(pick) => {
                if let Some(at) = index(pick, self.book.orders.len()) {
                    let order = &mut self.book.orders[at];
                    let approved = self.sandbox.approve_order(&order.id);
                    hold!(approved != order.approved, "the payer approves {}: {approved}", order.id);
                    if approved {
                        (order.approved, order.changed) = (true, self.book.day);
                    }
                }
            }
            Act::Wait(days) => (0..days).for_each(|_| self.pass_day()),
            Act::Subscribe(pick) => {
                if let Some(at) = index(pick, self.book.subscriptions.len()) {
                    let subscription = &mut self.book.subscriptions[at];
                    let approved = self.sandbox.approve_subscription(&subscription.id);
                    hold!(
                        approved == (subscription.running == Running::Pending),
                        "the subscriber approves: {approved}"
                    );
                    if approved {
                        (subscription.running, subscription.begun) = (Running::Active, self.book.day);
                    }
                    self.enter_renewals(&before);
                }
            }
            Act::MissPayment(pick) => {
                if let Some(at) = index(pick, self.book.subscriptions.len()) {
                    let subscription = &mut self.book.subscriptions[at];
                    let missed = self.sandbox.miss_payment(&subscription.id);
                    // Nothing is billed, and so nothing is missed, unless it is active.
                    hold!(missed == (subscription.running == Running::Active), "a payment is missed: {missed}");
                    if missed {
                        subscription.owed += self.book.plans[subscription.plan].price;
                    }
                }
            }
            Act::Dispute { capture, claim } => self.dispute(capture, claim)?,
            Act::Decide { dispute, for_buyer } => {
                if let Some(at) = index(dispute, self.book.disputes.len()) {
                    let expected = matches!(self.book.disputes[at].standing, Standing::Claim | Standing::Review);
                    let decided = self.sandbox.decide_dispute(&self.book.disputes[at].id, for_buyer);
                    hold!(decided == expected, "PayPal decides: {decided}");
                    if decided {
                        self.book.decide(at, for_buyer);
                    }
                }
            }
            Act::Claim(pick) => {
                if let Some(at) = index(pick, self.book.payouts.len()) {
                    let Payout { item, state, .. } = &mut self.book.payouts[at];
                    let claimed = item.as_ref().is_some_and(|item| self.sandbox.claim_payout_item(item));
                    hold!(claimed == (*state == Paid::Unclaimed), "the receiver claims: {claimed}");
                    if claimed {
                        *state = Paid::Success;
                    }
                }
            }
            _ => {}
        }
        self.balance()
    }

    fn dispute(&mut self, capture: u8, claim: bool) -> Result<(), String> {
        let Some(at) = index(capture, self.book.captures.len()) else { return Ok(()) };
        let reason = if claim { CLAIM } else { INQUIRY };
        let opened = self.sandbox.open_dispute(&self.book.captures[at].id, reason);
        hold!(opened.is_some() == self.book.is_disputable(at), "the buyer disputes: {opened:?}");
        if let Some(id) = opened {
            self.book.dispute(id, at, claim);
        }
        Ok(())
    }

    fn pass_day(&mut self) {
        let before = self.sandbox.effects();
        self.sandbox.advance(Duration::from_secs(DAY));
        self.book.pass_day();
        self.enter_renewals(&before);
        let paid = self.sandbox.effects().payout_items;
        for payout in self.book.payouts.iter_mut().filter(|payout| payout.item.is_none()) {
            payout.item = paid.iter().find(|(_, moved)| moved.of == payout.id).map(|(item, _)| item.clone());
        }
    }

    /// Enters the payments of subscriptions since.
    fn enter_renewals(&mut self, before: &Effects) {
        for (id, moved) in self.sandbox.effects().subscription_payments {
            if !before.subscription_payments.contains_key(&id) {
                let currency = if moved.currency == "USD" { Currency::Usd } else { Currency::Jpy };
                self.book.earn(currency, moved.minor_units);
            }
        }
    }
}
