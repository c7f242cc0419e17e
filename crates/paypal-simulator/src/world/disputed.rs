//! The transactions that can be disputed: captures, payments of subscriptions, and payments of invoices by PayPal.

use std::sync::Arc;

use crate::{
    base::clock::Moment,
    world::{accounts::Payer, books::Books, dispute::Dispute, money::Money},
};

/// What a transaction is a payment of.
pub(crate) enum Kind {
    Capture,
    Sale,
    /// The invoice's id.
    Invoice(String),
}

/// A transaction, as far as a dispute needs it.
pub(crate) struct Disputed {
    pub(crate) kind: Kind,
    pub(crate) gross: Money,
    /// Minor units that have not gone back.
    pub(crate) left: i64,
    pub(crate) created: Moment,
    pub(crate) invoice_id: Option<String>,
    pub(crate) custom_id: Option<String>,
    /// Who has paid, where that is known.
    pub(crate) payer: Option<Arc<Payer>>,
}

/// Returns the transaction with that id, if money was taken by it.
pub(crate) fn find(books: &Books, id: &str) -> Option<Disputed> {
    if let Some(capture) = books.captures.get(id).filter(|capture| capture.taken().is_some()) {
        let details = &capture.details;
        return Some(Disputed {
            kind: Kind::Capture,
            gross: details.amount,
            left: details.amount.minor - capture.refunded - capture.refunding,
            created: capture.created,
            invoice_id: details.invoice_id.clone(),
            custom_id: details.custom_id.clone(),
            payer: books.orders.get(&details.order).and_then(|order| order.payer.clone()),
        });
    }
    if let Some(payment) = books.payments.get(id).filter(|payment| payment.is_there()) {
        return Some(Disputed {
            kind: Kind::Sale,
            gross: payment.amount,
            left: payment.amount.minor - payment.given_back,
            created: payment.time,
            invoice_id: None,
            custom_id: None,
            payer: payment.payer.clone(),
        });
    }
    let paid = books.invoices.values().find_map(|invoice| {
        let payment = invoice.payments.iter().find(|payment| payment.id == id && payment.by_paypal)?;
        Some((invoice, payment))
    });
    let (invoice, payment) = paid?;
    let of_it = books.disputes_of(id);
    Some(Disputed {
        kind: Kind::Invoice(invoice.id.clone()),
        gross: invoice.amounts.total.with(payment.amount),
        left: payment.amount - of_it.map(|dispute| dispute.taken).sum::<i64>(),
        created: payment.time,
        invoice_id: Some(invoice.number().to_owned()),
        custom_id: None,
        payer: None,
    })
}

impl Books {
    /// Returns the dispute that holds money of a transaction. There is one at most.
    pub(crate) fn holding_dispute(&self, transaction: &str) -> Option<&Dispute> {
        self.disputes_of(transaction).find(|dispute| dispute.held > 0)
    }
}
