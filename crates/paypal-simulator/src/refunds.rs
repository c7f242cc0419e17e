//! Refunds: money that is given back (Payments v2).

use serde_json::{Value, json};

use crate::{
    answer::Answer, call::Call, clock::Moment, effects::Moved, events, links::link, money::Money, refusal::Refusal,
    world::World,
};

/// A refund.
pub(super) struct Refund {
    id: String,
    pub(super) made: Made,
    /// What of the capture had been given back with this one, in minor units.
    so_far: i64,
    created: Moment,
}

/// What a refund is made of.
pub(super) struct Made {
    pub(super) capture: String,
    pub(super) amount: Money,
    pub(super) invoice_id: Option<String>,
    pub(super) custom_id: Option<String>,
    pub(super) note: Option<String>,
}

impl Refund {
    pub(super) fn given_back(&self) -> Moved {
        let Made { capture, amount, .. } = &self.made;
        Moved { of: capture.clone(), currency: amount.currency.to_owned(), minor_units: amount.minor }
    }

    pub(super) fn document(&self) -> Value {
        let Made { capture, amount, invoice_id, custom_id, note } = &self.made;
        let mut document = json!({
            "id": self.id,
            "status": "COMPLETED",
            "amount": amount.document(),
            "seller_payable_breakdown": {
                "gross_amount": amount.document(),
                "paypal_fee": amount.with(0).document(),
                "net_amount": amount.document(),
                "total_refunded_amount": amount.with(self.so_far).document(),
            },
            "create_time": self.created.rfc3339(),
            "update_time": self.created.rfc3339(),
            "links": [
                link("self", "GET", &format!("/v2/payments/refunds/{}", self.id)),
                link("up", "GET", &format!("/v2/payments/captures/{capture}")),
            ],
        });
        for (name, value) in [("invoice_id", invoice_id), ("custom_id", custom_id), ("note_to_payer", note)] {
            if let Some(value) = value {
                document[name] = value.as_str().into();
            }
        }
        document
    }
}

/// Gives money back.
pub(super) fn make(world: &mut World, made: Made) -> String {
    let (id, created) = (world.ids.transaction(), world.now());
    let so_far = world.captures.get(&made.capture).map_or(made.amount.minor, |capture| capture.refunded);
    let refund = Refund { id: id.clone(), made, so_far, created };
    let document = refund.document();
    world.refunds.insert(id.clone(), refund);
    events::emit(world, "PAYMENT.CAPTURE.REFUNDED", "refund", document);
    id
}

pub(super) fn get(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let id = call.id(0);
    let refund = world.refunds.get(id).ok_or_else(|| Refusal::not_found("refund_id", id))?;
    Ok(Answer::ok(refund.document()))
}

/// A refund as a write shows it.
pub(super) fn show(world: &World, call: &Call, id: &str) -> Answer {
    let Some(refund) = world.refunds.get(id) else { return Answer::none() };
    let document = refund.document();
    if call.representation {
        return Answer::ok(document);
    }
    Answer::ok(json!({"id": document["id"], "status": document["status"], "links": document["links"]}))
}
