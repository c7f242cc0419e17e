//! A capture: money that is taken.

use serde_json::{Value, json};

use crate::{
    base::{clock::Moment, links::link},
    world::{card::processor::Processor, effects::Moved, money::Money, pending::Pending},
};

pub(crate) struct Capture {
    pub(crate) id: String,
    pub(crate) details: Details,
    /// While the money is not there yet.
    pub(crate) pending: Option<Pending>,
    /// Why it was denied in the end.
    pub(crate) denied: Option<&'static str>,
    /// Minor units that refunds have given back, and those of refunds that are pending.
    pub(crate) refunded: i64,
    pub(crate) refunding: i64,
    /// Minor units that PayPal holds until they are paid out to the seller.
    pub(crate) held: i64,
    pub(crate) created: Moment,
    pub(crate) updated: Moment,
}

/// The details of a capture.
pub(crate) struct Details {
    pub(crate) order: String,
    pub(crate) unit: usize,
    pub(crate) authorization: Option<String>,
    pub(crate) amount: Money,
    /// Whether it is the last one of its authorization or order.
    pub(crate) last: bool,
    pub(crate) declined: bool,
    /// Whether PayPal holds the money for the seller.
    pub(crate) delayed: bool,
    /// What the issuer of the card has answered.
    pub(crate) processor: Option<Processor>,
    pub(crate) invoice_id: Option<String>,
    pub(crate) custom_id: Option<String>,
    pub(crate) note: Option<String>,
}

impl Capture {
    /// Whether it has taken the money: it is neither declined nor pending nor denied.
    pub(crate) fn is_completed(&self) -> bool {
        !self.details.declined && self.pending.is_none() && self.denied.is_none()
    }

    /// Returns the amount that it took, if it is completed.
    pub(crate) fn taken(&self) -> Option<Moved> {
        let Details { order, authorization, amount, .. } = &self.details;
        self.is_completed().then(|| amount.moved(authorization.as_ref().unwrap_or(order)))
    }

    /// Returns what PayPal holds of it.
    pub(crate) fn undisbursed(&self) -> Option<Moved> {
        let amount = self.details.amount;
        (self.held > 0).then(|| amount.with(self.held).moved(&self.details.order))
    }

    /// Returns what is left of it after PayPal's fee.
    pub(crate) fn net(&self) -> Money {
        let amount = self.details.amount;
        amount.with(amount.minor - fee(amount).minor)
    }

    pub(crate) fn status(&self) -> &'static str {
        match self.refunded {
            _ if self.details.declined || self.denied.is_some() => "DECLINED",
            _ if self.pending.is_some() => "PENDING",
            0 => "COMPLETED",
            refunded if refunded == self.details.amount.minor => "REFUNDED",
            _ => "PARTIALLY_REFUNDED",
        }
    }

    pub(crate) fn document(&self) -> Value {
        let path = format!("/v2/payments/captures/{}", self.id);
        let Details { order, authorization, amount, last, declined, .. } = &self.details;
        let mut links = vec![link("self", "GET", &path)];
        if self.is_completed() {
            links.push(link("refund", "POST", &format!("{path}/refund")));
        }
        links.push(match authorization {
            Some(id) => link("up", "GET", &format!("/v2/payments/authorizations/{id}")),
            None => link("up", "GET", &format!("/v2/checkout/orders/{order}")),
        });
        let mut document = json!({
            "id": self.id,
            "status": self.status(),
            "amount": amount.document(),
            "final_capture": last,
            "seller_protection": {"status": if *declined || self.denied.is_some() { "NOT_ELIGIBLE" } else { "ELIGIBLE" }},
            "supplementary_data": {"related_ids": {"order_id": order}},
            "create_time": self.created.rfc3339(),
            "update_time": self.updated.rfc3339(),
            "links": links,
        });
        if let Some(processor) = &self.details.processor {
            document["processor_response"] = processor.document();
            if let Some(reference) = processor.reference(authorization.as_ref().unwrap_or(&self.id)) {
                document["network_transaction_reference"] = reference;
            }
        }
        if let Some(reason) = self.pending.as_ref().map(|pending| pending.reason).or(self.denied) {
            document["status_details"] = json!({"reason": reason});
        }
        if !declined && self.denied.is_none() {
            let categories = json!(["ITEM_NOT_RECEIVED", "UNAUTHORIZED_TRANSACTION"]);
            document["seller_protection"]["dispute_categories"] = categories;
        }
        // There is no breakdown while it is pending.
        if self.is_completed() {
            let fee = fee(*amount);
            document["seller_receivable_breakdown"] = json!({
                "gross_amount": amount.document(),
                "paypal_fee": fee.document(),
                "net_amount": self.net().document(),
            });
        }
        if self.details.delayed {
            document["disbursement_mode"] = "DELAYED".into();
        }
        if let Some(id) = authorization {
            document["supplementary_data"]["related_ids"]["authorization_id"] = id.as_str().into();
        }
        let Details { invoice_id, custom_id, note, .. } = &self.details;
        for (name, value) in [("invoice_id", invoice_id), ("custom_id", custom_id), ("note_to_payer", note)] {
            if let Some(value) = value {
                document[name] = value.as_str().into();
            }
        }
        document
    }
}

/// Returns PayPal's fee: 3.49 % to the nearest minor unit, and 0.49 if the currency has decimals; at most the amount.
pub(crate) fn fee(amount: Money) -> Money {
    // Debts of subscriptions may be larger than any one payment.
    let part = (i128::from(amount.minor) * 349 + 5_000) / 10_000;
    let fixed = if amount.value().contains('.') { 49 } else { 0 };
    amount.with(i64::try_from(part + fixed).unwrap_or(i64::MAX).min(amount.minor))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fee_is_exactly_3_49_percent_and_0_49() {
        let fee = |currency, minor| fee(Money { currency, minor }).minor;
        // With 3.48 or 3.50 percent these would be other amounts.
        assert_eq!([fee("USD", 10_000), fee("USD", 999_999_999)], [349 + 49, 34_900_000 + 49]);
        assert_eq!([fee("USD", 144), fee("USD", 157), fee("USD", 158)], [5 + 49, 5 + 49, 6 + 49], "rounded");
        assert_eq!([fee("JPY", 10_000), fee("HUF", 14), fee("TWD", 15)], [349, 0, 1], "no fixed part");
        assert_eq!([fee("USD", 49), fee("USD", 1)], [49, 1], "at most the amount");
        assert_eq!(fee("USD", i64::MAX), i64::try_from((i128::from(i64::MAX) * 349 + 5_000) / 10_000).unwrap() + 49);
    }
}
