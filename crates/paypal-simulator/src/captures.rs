//! Captures: money that is taken (Payments v2).

use std::time::Duration;

use serde_json::{Value, json};

use crate::{
    answer::Answer, call::Call, clock::Moment, effects::Moved, events, links::link, money::Money, refunds,
    refusal::Refusal, world::World,
};

/// How long a capture can be refunded.
const REFUNDABLE: Duration = Duration::from_secs(180 * 86_400);

/// A capture.
pub(super) struct Capture {
    pub(super) id: String,
    pub(super) made: Made,
    /// Minor units that refunds have given back.
    pub(super) refunded: i64,
    pub(super) created: Moment,
    pub(super) updated: Moment,
}

/// What a capture is made of.
pub(super) struct Made {
    pub(super) order: String,
    pub(super) unit: usize,
    pub(super) authorization: Option<String>,
    pub(super) amount: Money,
    /// Whether it is the last one of its authorization or order.
    pub(super) last: bool,
    pub(super) declined: bool,
    pub(super) invoice_id: Option<String>,
    pub(super) custom_id: Option<String>,
    pub(super) note: Option<String>,
}

impl Capture {
    /// What it took, if it was not declined.
    pub(super) fn taken(&self) -> Option<Moved> {
        let Made { order, authorization, amount, declined, .. } = &self.made;
        let of = authorization.as_ref().unwrap_or(order).clone();
        (!declined).then(|| Moved { of, currency: amount.currency.to_owned(), minor_units: amount.minor })
    }

    fn status(&self) -> &'static str {
        match self.refunded {
            _ if self.made.declined => "DECLINED",
            0 => "COMPLETED",
            refunded if refunded == self.made.amount.minor => "REFUNDED",
            _ => "PARTIALLY_REFUNDED",
        }
    }

    pub(super) fn document(&self) -> Value {
        let path = format!("/v2/payments/captures/{}", self.id);
        let Made { order, authorization, amount, last, declined, .. } = &self.made;
        let mut links = vec![link("self", "GET", &path)];
        if !declined {
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
            "seller_protection": {"status": if *declined { "NOT_ELIGIBLE" } else { "ELIGIBLE" }},
            "supplementary_data": {"related_ids": {"order_id": order}},
            "create_time": self.created.rfc3339(),
            "update_time": self.updated.rfc3339(),
            "links": links,
        });
        if *declined {
            document["processor_response"] = json!({"avs_code": "Y", "cvv_code": "M", "response_code": "5100"});
        } else {
            let categories = json!(["ITEM_NOT_RECEIVED", "UNAUTHORIZED_TRANSACTION"]);
            document["seller_protection"]["dispute_categories"] = categories;
            let fee = fee(*amount);
            document["seller_receivable_breakdown"] = json!({
                "gross_amount": amount.document(),
                "paypal_fee": fee.document(),
                "net_amount": amount.with(amount.minor - fee.minor).document(),
            });
        }
        if let Some(id) = authorization {
            document["supplementary_data"]["related_ids"]["authorization_id"] = id.as_str().into();
        }
        let Made { invoice_id, custom_id, note, .. } = &self.made;
        for (name, value) in [("invoice_id", invoice_id), ("custom_id", custom_id), ("note_to_payer", note)] {
            if let Some(value) = value {
                document[name] = value.as_str().into();
            }
        }
        document
    }
}

/// PayPal's fee: 3.49 % to the nearest minor unit, and 0.49 where there are decimals; never more than the amount.
pub(super) fn fee(amount: Money) -> Money {
    let part = (amount.minor * 349 + 5_000) / 10_000;
    let fixed = if amount.value().contains('.') { 49 } else { 0 };
    amount.with((part + fixed).min(amount.minor))
}

/// Takes money.
pub(super) fn make(world: &mut World, made: Made) -> String {
    let (id, now) = (world.ids.transaction(), world.now());
    if let Some(unit) = world.orders.get_mut(&made.order).and_then(|order| order.units.get_mut(made.unit)) {
        unit.captures.push(id.clone());
    }
    let capture = Capture { id: id.clone(), made, refunded: 0, created: now, updated: now };
    let (document, declined) = (capture.document(), capture.made.declined);
    world.captures.insert(id.clone(), capture);
    let event = if declined { "PAYMENT.CAPTURE.DECLINED" } else { "PAYMENT.CAPTURE.COMPLETED" };
    events::emit(world, event, "capture", document);
    id
}

/// An invoice id can be paid once.
pub(super) fn refuse_duplicate(world: &World, invoice_id: &str) -> Result<(), Refusal> {
    let paid = |capture: &Capture| !capture.made.declined && capture.made.invoice_id.as_deref() == Some(invoice_id);
    if world.captures.values().any(paid) {
        let description = "An invoice with this id has been paid already.";
        return Err(Refusal::business("DUPLICATE_INVOICE_ID", description));
    }
    Ok(())
}

fn find<'a>(world: &'a World, call: &Call) -> Result<&'a Capture, Refusal> {
    let id = call.id(0);
    world.captures.get(id).ok_or_else(|| Refusal::not_found("capture_id", id))
}

pub(super) fn get(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    Ok(Answer::ok(find(world, call)?.document()))
}

/// Gives all or part of the money back.
pub(super) fn refund(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let capture = find(world, call)?;
    let total = capture.made.amount;
    let left = total.minor - capture.refunded;
    if capture.made.declined {
        return Err(Refusal::business("REFUND_NOT_ALLOWED", "The capture was declined."));
    }
    if left == 0 {
        return Err(Refusal::business("CAPTURE_FULLY_REFUNDED", "All of it has been given back."));
    }
    if world.now().since(capture.created) >= REFUNDABLE {
        return Err(Refusal::business("REFUND_TIME_LIMIT_EXCEEDED", "It could be refunded for 180 days."));
    }
    let amount = match &call.body["amount"] {
        Value::Null => total.with(left),
        document => Money::read_positive(document, "/amount")?,
    };
    if amount.currency != total.currency {
        let description = "The currency must be the capture's.";
        return Err(Refusal::business("REFUND_CAPTURE_CURRENCY_MISMATCH", description));
    }
    if amount.minor > left {
        return Err(Refusal::business("REFUND_AMOUNT_EXCEEDED", "It is more than what is left of the capture."));
    }
    let text = |name: &str| call.body[name].as_str().map(str::to_owned);
    let (id, now) = (capture.id.clone(), world.now());
    let made = refunds::Made {
        capture: id.clone(),
        amount,
        invoice_id: text("invoice_id").or_else(|| capture.made.invoice_id.clone()),
        custom_id: text("custom_id").or_else(|| capture.made.custom_id.clone()),
        note: text("note_to_payer"),
    };
    if let Some(capture) = world.captures.get_mut(&id) {
        capture.refunded += amount.minor;
        capture.updated = now;
    }
    let refund = refunds::make(world, made);
    Ok(refunds::show(world, call, &refund).status(201).about(refund))
}

/// A capture as a write shows it.
pub(super) fn show(world: &World, call: &Call, id: &str) -> Answer {
    let Some(capture) = world.captures.get(id) else { return Answer::none() };
    let document = capture.document();
    if call.representation {
        return Answer::ok(document);
    }
    Answer::ok(json!({"id": document["id"], "status": document["status"], "links": document["links"]}))
}
