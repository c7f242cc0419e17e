//! How disputes end: by PayPal's decision, by agreement, by the buyer's withdrawal, or as time passes.

use std::time::Duration;

use serde_json::json;

use crate::{
    base::clock::Moment,
    operations::{
        disputes::{
            change::{allowed, answer, change, emit, one_of, updated},
            evidence,
            money::{self, Cause},
        },
        operation::{DAY, HOUR},
    },
    request::{answer::Answer, call::Call, refusal::Refusal},
    world::{
        World,
        dispute::{Dispute, Outcome, Stage, State},
        dispute_rules::Action,
        money::Money,
    },
};

/// How long a party has to answer, in days: in general, and after PayPal has asked once more.
pub(super) const ANSWER_DAYS: u64 = 10;
pub(super) const FURTHER_DAYS: u64 = 3;

/// How long the merchant can appeal a decision.
const APPEAL: Duration = Duration::from_secs(10 * DAY);

/// Lets a dispute wait for a party, for some days at most.
pub(super) fn wait(world: &mut World, id: &str, state: State, days: u64) {
    let due = end_of_day(world.now(), days);
    change(world, id, |dispute| (dispute.state, dispute.due) = (state, Some(due)));
    world.schedule(due, expire, id);
}

/// The last second, in California's summer, of the day that is so many days later: PayPal's due dates are those.
fn end_of_day(now: Moment, days: u64) -> Moment {
    let day = Duration::from_secs((days + 1) * DAY - 7 * HOUR);
    Moment::parse(&format!("{}T06:59:59Z", now.after(day).date())).unwrap_or(now.after(day))
}

/// Ends a dispute.
fn close(world: &mut World, id: &str, code: &'static str, reason: Option<&'static str>, refunded: Option<Money>) {
    money::release(world, id);
    change(world, id, |dispute| {
        dispute.state = State::Resolved;
        dispute.due = None;
        dispute.outcome = Some(Outcome { code, reason, refunded: refunded.filter(|amount| amount.minor > 0) });
    });
    emit(world, id, "CUSTOMER.DISPUTE.RESOLVED");
}

/// Refunds what the parties have agreed on, and ends the dispute.
pub(super) fn settle(world: &mut World, id: &str, amount: Money, invoice_id: Option<String>, reason: &'static str) {
    money::release(world, id);
    let refunded = amount.with(money::take(world, id, amount.minor, Cause::Agreed, invoice_id));
    let code = if refunded.minor > 0 { "RESOLVED_BUYER_FAVOUR" } else { "RESOLVED_SELLER_FAVOUR" };
    close(world, id, code, Some(reason), Some(refunded));
}

/// Notes a decision of PayPal.
fn adjudicated(world: &mut World, id: &str, kind: &str, reason: &str) {
    let time = world.now().rfc3339_millis();
    change(world, id, |dispute| {
        let stage = dispute.stage.name();
        let entry =
            json!({"type": kind, "adjudication_time": time, "reason": reason, "dispute_life_cycle_stage": stage});
        dispute.add("adjudications", entry);
    });
}

/// PayPal decides for the buyer. The merchant can appeal.
fn favor_buyer(world: &mut World, id: &str, reason: &'static str) {
    let Some(dispute) = world.books.disputes.get(id) else { return };
    let (is_settled, is_claim) = (dispute.is_settled(), dispute.stage != Stage::Inquiry);
    let cause = if dispute.is_external { Cause::Chargeback } else { Cause::Decided };
    // For an item that was sent back the parties had agreed on the amount.
    let agreed = dispute.offer.as_ref().filter(|_| dispute.state == State::Returned);
    let amount = agreed.map_or(dispute.amount, |offer| offer.amount);
    let until = world.now().after(APPEAL);
    adjudicated(world, id, if is_settled { "PAYOUT_TO_BUYER" } else { "RECOVER_FROM_SELLER" }, reason);
    money::release(world, id);
    let refunded = if is_settled {
        // It is an appeal: the buyer has the money.
        amount
    } else {
        let refunded = amount.with(money::take(world, id, amount.minor, cause, None));
        if is_claim {
            money::charge_fee(world, id);
        }
        refunded
    };
    change(world, id, |dispute| dispute.appealable = is_claim.then_some(until));
    close(world, id, "RESOLVED_BUYER_FAVOUR", Some(reason), Some(refunded));
}

/// PayPal decides for the merchant.
fn favor_seller(world: &mut World, id: &str, reason: &'static str) {
    let is_settled = world.books.disputes.get(id).is_some_and(Dispute::is_settled);
    adjudicated(world, id, if is_settled { "PAYOUT_TO_SELLER" } else { "DENY_BUYER" }, reason);
    money::reimburse(world, id);
    change(world, id, |dispute| dispute.appealable = None);
    close(world, id, "RESOLVED_SELLER_FAVOUR", Some(reason), None);
}

fn decide(world: &mut World, call: &Call, id: &str) -> Result<Answer, Refusal> {
    let outcomes = ["BUYER_FAVOR", "SELLER_FAVOR"];
    match one_of(&call.body, "adjudication_outcome", &outcomes, "INVALID_PARAMETER_VALUE")? {
        None => return Err(Refusal::missing("/adjudication_outcome")),
        Some("BUYER_FAVOR") => favor_buyer(world, id, "INELIGIBLE_SELLER_PROTECTION_POLICY"),
        Some(_) => favor_seller(world, id, "INELIGIBLE_BUYER_PROTECTION_POLICY"),
    }
    Ok(answer(world, id))
}

/// Decides a dispute that is under review (sandbox only).
pub(super) fn adjudicate(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let id = allowed(world, call, Action::Adjudicate)?.id.clone();
    decide(world, call, &id)
}

/// Decides any claim that is not resolved, as PayPal may.
pub(super) fn adjudicate_at_once(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    decide(world, call, call.id(0))
}

/// Asks a party for more evidence (sandbox only).
pub(super) fn require_evidence(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let id = allowed(world, call, Action::RequireEvidence)?.id.clone();
    let actions = ["BUYER_EVIDENCE", "SELLER_EVIDENCE"];
    let (state, types): (_, &[&str]) = match one_of(&call.body, "action", &actions, "INVALID_PARAMETER_VALUE")? {
        None => return Err(Refusal::missing("/action")),
        Some("BUYER_EVIDENCE") => (State::BuyerEvidence, &["OTHER"]),
        Some(_) => (State::SellerEvidence, &["PROOF_OF_FULFILLMENT", "PROOF_OF_REFUND", "PROOF_OF_DELIVERY_SIGNATURE"]),
    };
    evidence::request(world, &id, state, types);
    wait(world, &id, state, FURTHER_DAYS);
    Ok(updated(world, &id))
}

/// The buyer withdraws.
pub(super) fn cancel(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let id = allowed(world, call, Action::Cancel)?.id.clone();
    close(world, &id, "CANCELED_BY_BUYER", Some("BUYER_CANCELLED_CASE"), None);
    Ok(answer(world, &id))
}

/// The merchant has refunded all of a capture beside the dispute, which has nothing to be about any more.
pub(crate) fn refunded_beside(world: &mut World, capture: &str, amount: Money) {
    let Some(id) = world.books.holding_dispute(capture).map(|dispute| dispute.id.clone()) else { return };
    close(world, &id, "RESOLVED_BUYER_FAVOUR", Some("SELLER_ISSUED_REFUND"), Some(amount));
}

/// A due date passes. A party that has not answered loses; an inquiry ends without a decision, as if the buyer had withdrawn.
pub(super) fn expire(world: &mut World, id: &str) {
    let now = world.now();
    let Some(dispute) = world.books.disputes.get(id).filter(|dispute| dispute.due == Some(now)) else { return };
    match (dispute.stage, dispute.state) {
        (_, State::Resolved | State::UnderReview) => {}
        (_, State::Returned) => favor_buyer(world, id, "NO_SELLER_RESPONSE"),
        (_, State::AwaitingReturn) => favor_seller(world, id, "ITEM_NOT_RETURNED_TO_SELLER"),
        (Stage::Inquiry, _) => close(world, id, "CANCELED_BY_BUYER", None, None),
        (_, State::SellerEvidence | State::OfferDenied | State::Open) => favor_buyer(world, id, "NO_SELLER_RESPONSE"),
        (_, State::BuyerEvidence | State::OfferMade) => favor_seller(world, id, "NO_RESPONSE_FROM_BUYER"),
    }
}
