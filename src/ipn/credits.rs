//! The credits of a message: what its payments add to the account's money or take away.
//! <https://developer.paypal.com/api/nvp-soap/ipn/IPNandPDTVariables/>

use super::{
    mass_payment::{self, Payment},
    message::Message,
};
use crate::paypal::{
    credit::{Counted, Credit, Direction, Movement, Reason, Uncounted, is_currency, is_transaction, negated, signed},
    party::Party,
};

/// The payments of a message: one, those of a mass payment, or none, as in a message about a case or a subscription.
pub(crate) fn credits(message: &Message) -> Vec<Counted<'_>> {
    let payments = mass_payment::by_number(message);
    if !payments.is_empty() {
        return payments.iter().filter_map(|payment| sent(message, payment)).collect();
    }
    // A new case names the status of the payment that it is about.
    let is_case = message.get("txn_type") == Some("new_case");
    let status = given(message, "payment_status").filter(|_| !is_case);
    status.map(|status| single(message, status)).into_iter().chain(initial(message)).collect()
}

/// Whether a message is about a mass payment that the account has made.
pub(crate) fn is_mass_payment(message: &Message) -> bool {
    !mass_payment::by_number(message).is_empty()
}

/// Who pays.
pub(crate) fn payer(message: &Message) -> Party<'_> {
    Party::new(message.get("payer_id"), message.get("payer_email"))
}

/// The names of the account that a message is for: its receiver's, and of a mass payment the sender's. They are PayPal's own
/// words, but for `business`, which is what the shop has called itself: PayPal has paid the account of that name.
pub(crate) fn account(message: &Message) -> Vec<String> {
    if is_mass_payment(message) {
        return payer(message).names().collect();
    }
    let business = given(message, "business").and_then(Party::name);
    let receiver = Party::new(message.get("receiver_id"), message.get("receiver_email"));
    receiver.names().chain(business).collect()
}

/// The transaction of a message and the one that it refers to, if it names two.
pub(crate) fn transactions(message: &Message) -> (Option<&str>, Option<&str>) {
    let id = |name| given(message, name).filter(|id| is_transaction(id));
    let own = id("txn_id");
    (own, id("parent_txn_id").filter(|parent| Some(*parent) != own))
}

/// What a payment status means: the movement of money, or why there is none.
fn meaning(status: &str) -> Result<Movement, Reason> {
    Ok(match &*status.to_ascii_lowercase().replace('-', "_") {
        "completed" => Movement::Payment,
        "refunded" => Movement::Refund,
        "reversed" => Movement::Reversal,
        "canceled_reversal" => Movement::CanceledReversal,
        "pending" | "processed" | "created" | "in_progress" => return Err(Reason::Pending),
        "denied" | "failed" | "voided" | "expired" => return Err(Reason::NotPaid),
        _ => return Err(Reason::UnknownStatus),
    })
}

/// The payment of a message that is about one.
fn single<'a>(message: &'a Message, status: &'a str) -> Counted<'a> {
    let (transaction, parent) = transactions(message);
    let uncounted = |reason| Uncounted { transaction, status: Some(status), reason };
    let movement = meaning(status).map_err(uncounted)?;
    // The parent alone is the payment that was reversed, which may be reversed several times.
    let transaction = transaction.ok_or(uncounted(Reason::UnnamedTransaction))?;
    let amount =
        Amount { gross: message.get("mc_gross"), fee: message.get("mc_fee"), currency: message.get("mc_currency") };
    let direction = match movement {
        Movement::CanceledReversal => Some(Direction::In),
        Movement::Refund | Movement::Reversal => Some(Direction::Out),
        // An adjustment may take money.
        _ => None,
    };
    let amount = amount.read(direction).ok_or(uncounted(Reason::UnreadableAmount))?;
    let reason = given(message, "reason_code");
    Ok(amount.credit(movement, transaction, parent, [payer(message), receiver(message)], Some(status), reason))
}

/// The first payment of a subscription, of which only the message about the subscription tells.
fn initial(message: &Message) -> Option<Counted<'_>> {
    let status = given(message, "initial_payment_status")?;
    let transaction = given(message, "initial_payment_txn_id").filter(|id| is_transaction(id));
    let uncounted = |reason| Uncounted { transaction, status: Some(status), reason };
    let read = || {
        let movement = meaning(status).map_err(uncounted)?;
        let transaction = transaction.ok_or(uncounted(Reason::UnnamedTransaction))?;
        let currency = given(message, "mc_currency").or_else(|| given(message, "currency_code"));
        let amount = Amount { gross: message.get("initial_payment_amount"), fee: None, currency };
        // Another status than a payment's would be about a later transaction.
        let direction = (movement == Movement::Payment).then_some(Direction::In);
        let amount = direction.and_then(|direction| amount.read(Some(direction)));
        let amount = amount.ok_or(uncounted(Reason::UnreadableAmount))?;
        Ok(amount.credit(movement, transaction, None, [payer(message), receiver(message)], Some(status), None))
    };
    Some(read())
}

/// One payment of a mass payment, which the account has sent. `None` for numbered fields that are no payment.
fn sent<'a>(message: &'a Message, payment: &Payment<'a>) -> Option<Counted<'a>> {
    let named = |name| payment.get(name).filter(|value| !value.is_empty());
    let transaction = named("masspay_txn_id").filter(|id| is_transaction(id));
    if transaction.is_none() && named("mc_gross").is_none() {
        return None;
    }
    let whole = given(message, "payment_status");
    let status = named("status");
    let uncounted = |reason| Uncounted { transaction, status: status.or(whole), reason };
    let read = || {
        let state = status.map(str::to_ascii_lowercase);
        let reason = match state.as_deref() {
            // Denied as a whole: nothing was sent.
            _ if whole.is_some_and(|whole| whole.eq_ignore_ascii_case("denied")) => Some(Reason::NotPaid),
            Some("completed") => None,
            Some("unclaimed" | "pending" | "processed") => Some(Reason::Pending),
            // Returned and reversed ones were never claimed.
            Some("failed" | "returned" | "reversed" | "blocked" | "denied" | "canceled") => Some(Reason::NotPaid),
            _ => Some(Reason::UnknownStatus),
        };
        reason.map_or(Ok(()), |reason| Err(uncounted(reason)))?;
        let transaction = transaction.ok_or(uncounted(Reason::UnnamedTransaction))?;
        let amount =
            Amount { gross: payment.get("mc_gross"), fee: payment.get("mc_fee"), currency: payment.get("mc_currency") };
        let amount = amount.read(Some(Direction::Out)).ok_or(uncounted(Reason::UnreadableAmount))?;
        let parties = [payer(message), Party::new(None, payment.get("receiver_email"))];
        let credit = amount.credit(Movement::Payout, transaction, None, parties, status, named("reason_code"));
        // The sender pays the fee, in addition.
        let fee = credit.fee.map(|fee| fee.abs());
        Ok(Credit { fee, net: fee.and_then(|fee| credit.gross.checked_sub(fee)), ..credit })
    };
    Some(read())
}

/// Who is paid.
fn receiver(message: &Message) -> Party<'_> {
    let email = given(message, "receiver_email").or_else(|| given(message, "business"));
    Party::new(message.get("receiver_id"), email)
}

/// The value of a field, unless it is empty.
fn given<'a>(message: &'a Message, name: &str) -> Option<&'a str> {
    message.get(name).filter(|value| !value.is_empty())
}

/// An amount as written.
struct Amount<'a> {
    gross: Option<&'a str>,
    fee: Option<&'a str>,
    currency: Option<&'a str>,
}

/// An amount as read, with its direction.
struct Numbers<'a> {
    direction: Direction,
    currency: &'a str,
    gross: rust_decimal::Decimal,
    fee: Option<rust_decimal::Decimal>,
}

impl<'a> Amount<'a> {
    /// Reads it. The direction is that of its sign, unless it is given: then the sign, which older messages leave out,
    /// does not count.
    fn read(&self, direction: Option<Direction>) -> Option<Numbers<'a>> {
        let currency = self.currency.filter(|code| is_currency(code))?;
        let written = signed(self.gross?)?;
        let fee = self.fee.and_then(signed);
        let own = if written.is_sign_negative() { Direction::Out } else { Direction::In };
        let direction = direction.unwrap_or(own);
        let gross = direction.sign(written.abs());
        // A fee has its sign from the same point of view as the amount.
        let fee = if gross == written { fee } else { fee.map(negated) };
        Some(Numbers { direction, currency, gross, fee })
    }
}

impl<'a> Numbers<'a> {
    fn credit(
        &self,
        movement: Movement,
        transaction: &'a str,
        parent: Option<&'a str>,
        [payer, receiver]: [Party<'a>; 2],
        status: Option<&'a str>,
        reason: Option<&'a str>,
    ) -> Credit<'a> {
        let &Self { direction, currency, gross, fee } = self;
        // PayPal defines it so: gross minus fee reaches the account.
        let net = fee.and_then(|fee| gross.checked_sub(fee));
        Credit { movement, direction, transaction, parent, payer, receiver, currency, gross, fee, net, status, reason }
    }
}

#[cfg(test)]
mod tests;
