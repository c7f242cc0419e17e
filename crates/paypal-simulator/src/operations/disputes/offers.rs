//! How the parties agree: offers, accepted claims, and items that are sent back.

use serde_json::Value;

use crate::{
    operations::disputes::{
        change::{Party, allowed, answer, change, one_of, text, updated},
        evidence, files,
        resolve::{ANSWER_DAYS, settle, wait},
    },
    request::{answer::Answer, call::Call, refusal::Refusal},
    world::{
        World,
        dispute::{Dispute, Offer, Stage, State},
        dispute_rules::{ACKNOWLEDGEMENTS, Action, NOT_RECEIVED},
        disputed,
        money::Money,
    },
};

/// Reads an amount that is to be refunded: at most what is left of the transaction.
fn amount(world: &World, dispute: &Dispute, body: &Value, name: &str) -> Result<Option<Money>, Refusal> {
    if body[name].is_null() {
        return Ok(None);
    }
    let field = format!("/{name}");
    let amount = Money::read_positive(&body[name], &field)?;
    let issue = "INVALID_PARAMETER_VALUE";
    if amount.currency != dispute.amount.currency {
        let description = "It must be the currency of the dispute.";
        return Err(Refusal::invalid(&format!("{field}/currency_code"), amount.currency, issue, description));
    }
    let left = disputed::find(&world.books, &dispute.transaction).map_or(0, |transaction| transaction.left);
    if amount.minor > left {
        let description = "It is more than the allowed refund amount of the dispute.";
        return Err(Refusal::invalid(&format!("{field}/value"), amount.value(), issue, description));
    }
    Ok(Some(amount))
}

/// Reads `invoice_id`, the merchant's id for the refund.
fn invoice_id(body: &Value) -> Result<Option<String>, Refusal> {
    let id = text(&body["invoice_id"], "/invoice_id", false)?;
    if id.is_some_and(|id| id.chars().count() > 127) {
        let description = "It must have at most 127 characters.";
        return Err(Refusal::invalid("/invoice_id", Value::Null, "INVALID_STRING_LENGTH", description));
    }
    Ok(id.map(str::to_owned))
}

/// Whether an address for the return is given.
fn has_address(body: &Value) -> bool {
    body["return_shipping_address"].is_object() || body["return_shipping_address_info"].is_object()
}

/// Puts an offer before the buyer.
fn propose(world: &mut World, id: &str, offer: Offer, note: &str) {
    let now = world.now();
    change(world, id, |dispute| {
        dispute.offer = Some(offer);
        dispute.note_offer("SELLER", "PROPOSED", Some(note), now);
    });
    await_buyer(world, id, State::OfferMade);
}

/// Lets a dispute wait for the buyer. An inquiry with an offer ends when it would end anyway.
fn await_buyer(world: &mut World, id: &str, state: State) {
    let is_inquiry = world.books.disputes.get(id).is_some_and(|dispute| dispute.stage == Stage::Inquiry);
    if is_inquiry && state == State::OfferMade {
        change(world, id, |dispute| dispute.state = state);
    } else {
        wait(world, id, state, ANSWER_DAYS);
    }
}

/// The merchant offers a refund, a replacement, or both. A full refund is paid at once.
pub(super) fn make(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let (dispute, body) = (allowed(world, call, Action::MakeOffer)?, &call.body);
    let note = text(&body["note"], "/note", true)?.unwrap_or_default().to_owned();
    let kind = one_of(body, "offer_type", dispute.offer_types(), "INVALID_OFFER_TYPE")?;
    let kind = kind.ok_or_else(|| Refusal::missing("/offer_type"))?.to_owned();
    let (id, requested) = (dispute.id.clone(), dispute.amount);
    let amount = match &*kind {
        "REPLACEMENT_WITHOUT_REFUND" => requested.with(0),
        _ => amount(world, dispute, body, "offer_amount")?.ok_or_else(|| Refusal::missing("/offer_amount"))?,
    };
    if kind == "REFUND_WITH_RETURN" && !has_address(body) {
        let (field, description) = ("/return_shipping_address", "The address for the return is needed.");
        // The code says the opposite of what it is for.
        return Err(Refusal::validation("body", field, "SHIPPING_ADDRESS_SHOULD_NOT_BE_PASSED", description));
    }
    let is_full = kind == "REFUND" && amount.minor >= requested.minor;
    let offer = Offer { kind, amount, invoice_id: invoice_id(body)? };
    // The buyer sees the note as a message.
    evidence::post(world, &id, Party::Seller, &note, Vec::new());
    world.mail(&id, 1);
    let invoice_id = offer.invoice_id.clone();
    propose(world, &id, offer, &note);
    if is_full {
        settle(world, &id, amount, invoice_id, "SELLER_AGREED_REFUND_WITHOUT_RETURN");
        return Ok(answer(world, &id));
    }
    Ok(updated(world, &id))
}

/// The buyer accepts an offer: PayPal refunds the amount, or the buyer has to send the item back first.
pub(super) fn accept(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let dispute = allowed(world, call, Action::AcceptOffer)?;
    text(&call.body["note"], "/note", false)?;
    let Some(Offer { kind, amount, invoice_id }) = &dispute.offer else { return Err(Refusal::internal()) };
    let (kind, amount, invoice_id) = (kind.clone(), *amount, invoice_id.clone());
    let (id, now) = (dispute.id.clone(), world.now());
    change(world, &id, |dispute| dispute.note_offer("BUYER", "ACCEPTED", None, now));
    let reason = match &*kind {
        "REFUND_WITH_RETURN" => {
            await_buyer(world, &id, State::AwaitingReturn);
            return Ok(updated(world, &id));
        }
        "REFUND_WITH_REPLACEMENT" => "INQUIRY_OFFER_REFUND_WITH_REPLACEMENT",
        "REPLACEMENT_WITHOUT_REFUND" => "INQUIRY_OFFER_ITEM_REPLACED",
        _ => "PARTIAL_REFUND_OFFER_ACCEPTED",
    };
    settle(world, &id, amount, invoice_id, reason);
    Ok(answer(world, &id))
}

/// The buyer denies an offer. An inquiry goes on; a claim is PayPal's to decide.
pub(super) fn deny(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let dispute = allowed(world, call, Action::DenyOffer)?;
    text(&call.body["note"], "/note", true)?;
    let (id, now, is_inquiry) = (dispute.id.clone(), world.now(), dispute.stage == Stage::Inquiry);
    change(world, &id, |dispute| {
        dispute.note_offer("BUYER", "DENIED", None, now);
        dispute.state = if is_inquiry { State::OfferDenied } else { State::UnderReview };
        if !is_inquiry {
            dispute.due = None;
        }
    });
    Ok(updated(world, &id))
}

/// The merchant gives the buyer right. All of the amount is refunded at once, or when the item is back; a part of it needs the
/// buyer's yes.
pub(super) fn accept_claim(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let (dispute, body) = (allowed(world, call, Action::AcceptClaim)?, &call.body);
    let note = text(&body["note"], "/note", true)?.unwrap_or_default().to_owned();
    let types = dispute.claim_types();
    let (given, requested) = (amount(world, dispute, body, "refund_amount")?, dispute.amount);
    let is_part = given.is_some_and(|amount| amount.minor < requested.minor);
    let kind = match one_of(body, "accept_claim_type", types, "INVALID_PARAMETER_VALUE")? {
        None | Some("REFUND") if is_part => "PARTIAL_REFUND",
        None => "REFUND",
        Some(kind) => kind,
    };
    if given.is_some() && !types.contains(&"PARTIAL_REFUND") {
        let description = "A dispute with this reason is refunded in full.";
        return Err(Refusal::validation("body", "/refund_amount", "AMOUNT_SHOULD_NOT_BE_PASSED", description));
    }
    if dispute.reason == NOT_RECEIVED && has_address(body) {
        // The code says the opposite of what it is for.
        let (issue, description) = ("MISSING_RETURN_SHIPPING_ADDRESS", "What was not received cannot be returned.");
        return Err(Refusal::validation("body", "/return_shipping_address", issue, description));
    }
    let missing = match kind {
        "PARTIAL_REFUND" if given.is_none() => Some("/refund_amount"),
        "REFUND_WITH_RETURN_SHIPMENT_LABEL" if !body["return_shipment_info"].is_array() => {
            Some("/return_shipment_info")
        }
        _ => None,
    };
    if let Some(field) = missing {
        return Err(Refusal::missing(field));
    }
    files::check(call, files::MAX_DOCUMENTS)?;
    let (id, amount, invoice_id, with_return) =
        (dispute.id.clone(), given.unwrap_or(requested), invoice_id(body)?, kind.starts_with("REFUND_WITH_RETURN"));
    world.mail(&id, 1);
    if is_part || with_return {
        let kind = if with_return { "REFUND_WITH_RETURN" } else { "REFUND" }.to_owned();
        let amount = if with_return { requested } else { amount };
        propose(world, &id, Offer { kind, amount, invoice_id }, &note);
        if with_return {
            await_buyer(world, &id, State::AwaitingReturn);
        }
        return Ok(updated(world, &id));
    }
    settle(world, &id, amount, invoice_id, "SELLER_AGREED_REFUND_WITHOUT_RETURN");
    Ok(answer(world, &id))
}

/// The buyer has sent the item back. The merchant is to say how it came.
pub(super) fn return_item(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let id = allowed(world, call, Action::ReturnItem)?.id.clone();
    wait(world, &id, State::Returned, ANSWER_DAYS);
    Ok(updated(world, &id))
}

/// The merchant says how an item came back. One that is as it should be is refunded; otherwise PayPal decides.
pub(super) fn acknowledge(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let (dispute, body) = (allowed(world, call, Action::AcknowledgeReturnItem)?, &call.body);
    text(&body["note"], "/note", false)?;
    let kind = one_of(body, "acknowledgement_type", &ACKNOWLEDGEMENTS, "INVALID_PARAMETER_VALUE")?;
    let pieces = evidence::read(call, dispute)?;
    let id = dispute.id.clone();
    let (amount, invoice_id) = match &dispute.offer {
        Some(offer) => (offer.amount, offer.invoice_id.clone()),
        None => (dispute.amount, None),
    };
    evidence::submit(world, &id, Party::Seller, pieces);
    world.mail(&id, 1);
    if kind.is_none_or(|kind| kind == "ITEM_RECEIVED") {
        settle(world, &id, amount, invoice_id, "ITEM_RETURNED_TO_SELLER");
        return Ok(answer(world, &id));
    }
    change(world, &id, |dispute| {
        (dispute.stage, dispute.state) = (dispute.stage.max(Stage::Chargeback), State::UnderReview);
        dispute.due = None;
    });
    Ok(updated(world, &id))
}
