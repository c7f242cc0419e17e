//! A dispute as PayPal shows it.

use serde_json::{Value, json};

use crate::{
    base::{clock::Moment, links::link},
    world::{
        books::Books,
        dispute::{Dispute, Outcome},
        dispute_rules::ALL,
        disputed,
    },
};

impl Dispute {
    /// Returns the members that lists show.
    pub(crate) fn summary(&self, now: Moment) -> Value {
        let mut document = json!({
            "dispute_id": self.id,
            "create_time": self.created.rfc3339_millis(),
            "update_time": self.updated.rfc3339_millis(),
            "disputed_transactions": [{
                "buyer_transaction_id": self.transaction,
                "seller_transaction_id": self.transaction,
                "seller": {"merchant_id": self.transaction_members["seller"]["merchant_id"]},
            }],
            "reason": self.reason,
            "status": self.status(),
            "dispute_state": self.state(now),
            "dispute_amount": self.amount.document(),
            "dispute_life_cycle_stage": self.stage.name(),
            "dispute_channel": if self.is_external { "EXTERNAL" } else { "INTERNAL" },
        });
        let due = match self.status() {
            "WAITING_FOR_BUYER_RESPONSE" => Some("buyer_response_due_date"),
            "WAITING_FOR_SELLER_RESPONSE" => Some("seller_response_due_date"),
            _ => None,
        };
        if let Some((name, due)) = due.zip(self.due) {
            document[name] = due.rfc3339_millis().into();
        }
        document["links"] = json!([self.own_link()]);
        document
    }

    pub(crate) fn document(&self, books: &Books, now: Moment) -> Value {
        let mut document = self.summary(now);
        let found = disputed::find(books, &self.transaction);
        let left = found.as_ref().map_or(0, |transaction| transaction.left);
        let mut transaction = self.transaction_members.clone();
        transaction["transaction_status"] = match &found {
            Some(transaction) if transaction.left == transaction.gross.minor => "COMPLETED",
            Some(transaction) if transaction.left > 0 => "PARTIALLY_REFUNDED",
            _ if self.is_reversed => "REVERSED",
            _ => "REFUNDED",
        }
        .into();
        document["disputed_transactions"] = json!([transaction]);
        for (name, list) in &self.lists {
            document[*name] = list.as_slice().into();
        }
        for (name, value) in self.members.as_object().into_iter().flatten() {
            document[name.as_str()] = value.clone();
        }
        if let Some(code) = &self.external_reason {
            document["external_reason_code"] = code.as_str().into();
        }
        if let Some(Outcome { code, reason, refunded }) = &self.outcome {
            let mut outcome = json!({"outcome_code": code});
            if let Some(reason) = reason {
                outcome["outcome_reason"] = (*reason).into();
            }
            if let Some(refunded) = refunded {
                outcome["amount_refunded"] = refunded.document();
            }
            document["dispute_outcome"] = outcome;
        }
        document["offer"] = json!({"buyer_requested_amount": self.amount.document()});
        if let Some(offer) = &self.offer {
            document["offer"]["offer_type"] = offer.kind.as_str().into();
            if offer.amount.minor > 0 {
                document["offer"]["seller_offered_amount"] = offer.amount.document();
            }
        }
        if !self.history.is_empty() {
            document["offer"]["history"] = self.history.as_slice().into();
        }
        document["refund_details"] = json!({"allowed_refund_amount": self.amount.with(left).document()});
        if let options @ Value::Object(_) = self.options(now) {
            document["allowed_response_options"] = options;
        }
        let allowed = ALL.into_iter().filter(|action| self.allows(*action, now));
        let actions = allowed.filter_map(|action| {
            let (rel, name) = action.link()?;
            Some(link(rel, "POST", &format!("{}/{name}", self.path())))
        });
        document["links"] = [self.own_link()].into_iter().chain(actions).collect();
        document
    }
}
