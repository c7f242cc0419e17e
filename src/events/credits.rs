//! The credits of an event: what its payment adds to the account's money or takes away. Only the events of payments
//! themselves have any: an order, an invoice or a dispute tells of money that has events of its own.

use rust_decimal::Decimal;

use super::{event::Event, payer::refunded};
use crate::{
    base::document::Document,
    paypal::{
        credit::{
            Counted, Credit, Direction, Movement, Reason, Uncounted, is_currency, is_transaction, negated, signed,
        },
        kind::Kind,
        party::Party,
        resource::{Amount, at, text},
    },
};

/// What an event says about money.
enum Meaning {
    Moved(Movement),
    /// It has not moved, or not yet.
    Not(Reason),
}

/// The payments of an event: one, or none if it is about something else. There is no money behind a simulated one.
pub(crate) fn credits<'a>(event: &'a Event, simulated: bool) -> Vec<Counted<'a>> {
    let Some((resource, meaning)) = event.resource().zip(event.event_type().and_then(meaning)) else {
        return Vec::new();
    };
    let status = text(resource, "status").or_else(|| text(resource, "state"));
    let status = status.or_else(|| text(resource, "transaction_status"));
    let payment = Payment { event, resource, status };
    vec![match meaning {
        Meaning::Moved(_) if simulated => Err(payment.uncounted(Reason::Simulated)),
        Meaning::Moved(movement) => payment.moved(movement),
        Meaning::Not(reason) => Err(payment.uncounted(reason)),
    }]
}

/// What a type means. `None` for one that is not about a payment.
fn meaning(event_type: &str) -> Option<Meaning> {
    let (of, state) = event_type.rsplit_once('.')?;
    Some(match (of, state) {
        ("PAYMENT.CAPTURE" | "PAYMENT.SALE", "COMPLETED") => Meaning::Moved(Movement::Payment),
        ("PAYMENT.CAPTURE" | "PAYMENT.SALE", "REFUNDED") | ("PAYMENT.REFUND", "COMPLETED") => {
            Meaning::Moved(Movement::Refund)
        }
        ("PAYMENT.CAPTURE" | "PAYMENT.SALE", "REVERSED") => Meaning::Moved(Movement::Reversal),
        ("PAYMENT.PAYOUTS-ITEM", "SUCCEEDED") => Meaning::Moved(Movement::Payout),
        ("PAYMENT.PAYOUTS-ITEM", "REFUNDED") => Meaning::Moved(Movement::RefundedPayout),
        ("PAYMENT.CAPTURE" | "PAYMENT.SALE" | "PAYMENT.REFUND", "PENDING")
        | ("PAYMENT.PAYOUTS-ITEM", "HELD" | "UNCLAIMED") => Meaning::Not(Reason::Pending),
        ("PAYMENT.CAPTURE" | "PAYMENT.SALE" | "PAYMENT.REFUND" | "PAYMENT.PAYOUTS-ITEM", _) => {
            Meaning::Not(if is_failure(state) { Reason::NotPaid } else { Reason::UnknownStatus })
        }
        ("CHECKOUT.ORDER", "COMPLETED")
        | ("INVOICING.INVOICE", "PAID" | "REFUNDED")
        | ("CUSTOMER.DISPUTE", "RESOLVED")
        | ("PAYMENT.PAYOUTSBATCH", "SUCCESS") => Meaning::Not(Reason::AnotherEvent),
        _ => return None,
    })
}

/// Whether a state, of a type or of a resource, means that no money has moved for good.
fn is_failure(state: &str) -> bool {
    ["DENIED", "DECLINED", "FAILED", "CANCELLED", "CANCELED", "BLOCKED", "RETURNED"].contains(&state)
}

/// The payment of an event.
struct Payment<'a> {
    event: &'a Event<'a>,
    resource: &'a Document<'a>,
    status: Option<&'a str>,
}

impl<'a> Payment<'a> {
    fn uncounted(&self, reason: Reason) -> Uncounted<'a> {
        Uncounted { transaction: self.transaction(), status: self.status, reason }
    }

    /// The transaction: the resource's own id, except for a payout.
    fn transaction(&self) -> Option<&'a str> {
        let id = text(self.resource, "transaction_id").filter(|_| self.subject_is(&[Kind::PayoutItem]));
        id.or_else(|| text(self.resource, "id")).filter(|id| is_transaction(id))
    }

    fn subject_is(&self, kinds: &[Kind]) -> bool {
        self.event.subject().is_some_and(|subject| kinds.contains(&subject.kind))
    }

    /// The payment that a refund or a reversal is about, or the authorization that was captured.
    fn parent(&self) -> Option<&'a str> {
        refunded(self.event).or_else(|| {
            let related = self.event.related();
            related.iter().find(|it| it.kind == Kind::Authorization).map(|it| it.id).filter(|id| is_transaction(id))
        })
    }

    fn moved(&self, movement: Movement) -> Counted<'a> {
        // The event may come late, when the payment has been refunded, or its resource may say otherwise than the type.
        match self.status.map(str::to_ascii_uppercase).as_deref() {
            Some("PENDING" | "ONHOLD" | "UNCLAIMED") => return Err(self.uncounted(Reason::Pending)),
            Some(state) if is_failure(state) => return Err(self.uncounted(Reason::NotPaid)),
            _ => {}
        }
        let transaction = self.transaction().ok_or(self.uncounted(Reason::UnnamedTransaction))?;
        let (currency, written) = self.amount().ok_or(self.uncounted(Reason::UnreadableAmount))?;
        let parent = self.parent();
        let (direction, numbers) = match movement {
            Movement::Payment => (Direction::In, self.received()),
            Movement::CanceledReversal | Movement::RefundedPayout => (Direction::In, Numbers::default()),
            Movement::Payout => (Direction::Out, self.paid_out()),
            Movement::Refund | Movement::Reversal => {
                // Some are told of by the payment itself, with its own id and its whole amount.
                let is_payment = refunded(self.event).is_none() && self.subject_is(&[Kind::Capture, Kind::Sale]);
                if is_payment && !written.is_sign_negative() {
                    return Err(self.uncounted(Reason::UnnamedTransaction));
                }
                (Direction::Out, self.given_back())
            }
        };
        let gross = direction.sign(written.abs());
        let number = |money: Option<&'a Document<'a>>| {
            let amount = money.and_then(Amount::read).filter(|it| it.currency_code == currency)?;
            signed(amount.value).map(|number| number.abs())
        };
        // What is given back of a fee, and what leaves the account for a refund, are positive there.
        let fee = number(numbers.fee);
        let fee = if matches!(movement, Movement::Refund | Movement::Reversal) { fee.map(negated) } else { fee };
        let net = number(numbers.net).map(|net| direction.sign(net));
        let net = net.or_else(|| fee.and_then(|fee| gross.checked_sub(fee)));
        let [payer, receiver] = self.parties(movement);
        let reason = self.event.status_reason();
        let status = self.status;
        Ok(Credit {
            movement,
            direction,
            transaction,
            parent,
            payer,
            receiver,
            currency,
            gross,
            fee,
            net,
            status,
            reason,
        })
    }

    /// Currency and amount as written, with the sign.
    fn amount(&self) -> Option<(&'a str, Decimal)> {
        let amount = self.event.amount().filter(|amount| is_currency(amount.currency_code))?;
        Some((amount.currency_code, signed(amount.value)?))
    }

    /// Fee and net of a capture (v2) or a sale (v1).
    fn received(&self) -> Numbers<'a> {
        let part = |name| at(self.resource, &["seller_receivable_breakdown", name]);
        let fee = part("paypal_fee").or_else(|| self.resource.get("transaction_fee"));
        Numbers { fee, net: part("net_amount") }
    }

    /// The same of a refund or a reversal.
    fn given_back(&self) -> Numbers<'a> {
        let part = |name| at(self.resource, &["seller_payable_breakdown", name]);
        Numbers {
            fee: part("paypal_fee").or_else(|| self.resource.get("refund_from_transaction_fee")),
            net: part("net_amount").or_else(|| self.resource.get("refund_from_received_amount")),
        }
    }

    /// The fee of a payout, which the sender pays in addition.
    fn paid_out(&self) -> Numbers<'a> {
        Numbers { fee: self.resource.get("payout_item_fee"), net: None }
    }

    /// Who pays, and who is paid. The payer of a capture is named by its order only; the `payer` of a refund is the
    /// merchant.
    fn parties(&self, movement: Movement) -> [Party<'a>; 2] {
        if matches!(movement, Movement::Payout | Movement::RefundedPayout) {
            let receiver = at(self.resource, &["payout_item", "receiver"]).and_then(Document::as_text);
            let kind = at(self.resource, &["payout_item", "recipient_type"]).and_then(Document::as_text);
            // A receiver may also be a telephone number or a user's handle.
            let id = receiver.filter(|_| kind == Some("PAYPAL_ID"));
            return [Party::default(), Party::new(id, receiver.filter(|it| it.contains('@')))];
        }
        let payee = |name| at(self.resource, &["payee", name]).and_then(Document::as_text);
        [Party::default(), Party::new(payee("merchant_id"), payee("email_address").or_else(|| payee("email")))]
    }
}

/// The money objects of a resource that has them.
#[derive(Default)]
struct Numbers<'a> {
    fee: Option<&'a Document<'a>>,
    net: Option<&'a Document<'a>>,
}

#[cfg(test)]
mod tests;
