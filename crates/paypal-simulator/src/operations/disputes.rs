//! Disputes (Disputes v1): what merchants do by the API, and what buyers and PayPal do under `/simulator/disputes`.

mod change;
mod document;
mod evidence;
mod files;
mod list;
mod money;
mod offers;
pub(crate) mod open;
pub(crate) mod resolve;
mod test_values;
#[cfg(test)]
mod tests;

use serde_json::{Value, json};

use crate::{
    base::scopes,
    operations::{
        disputes::change::{Party, allowed, change, enter, find, text, updated},
        operation::{Control, Operation, control, operation},
    },
    request::{answer::Answer, call::Call, patch, refusal::Refusal},
    world::{
        World,
        dispute::{Stage, State},
        dispute_rules::Action,
    },
};

/// The operations. PayPal ignores keys here.
pub(crate) static OPERATIONS: &[Operation] = &[
    operation("disputes.list", "GET", "/v1/customer/disputes", scopes::DISPUTES_READ, list::list),
    operation("disputes.create", "POST", "/v1/customer/disputes", scopes::DISPUTES_CREATE, open::create).with_files(),
    operation("disputes.get", "GET", "/v1/customer/disputes/*", scopes::DISPUTES_READ, get),
    operation("disputes.update", "PATCH", "/v1/customer/disputes/*", scopes::DISPUTES_SELLER, update),
    action("disputes.adjudicate", "/v1/customer/disputes/*/adjudicate", resolve::adjudicate),
    action("disputes.require-evidence", "/v1/customer/disputes/*/require-evidence", resolve::require_evidence),
    action("disputes.escalate", "/v1/customer/disputes/*/escalate", |world, call| escalate(world, call, Party::Seller)),
    action("disputes.make-offer", "/v1/customer/disputes/*/make-offer", offers::make),
    buyer_action("disputes.accept-offer", "/v1/customer/disputes/*/accept-offer", offers::accept),
    buyer_action("disputes.deny-offer", "/v1/customer/disputes/*/deny-offer", offers::deny),
    partner_action("disputes.provide-evidence", "/v1/customer/disputes/*/provide-evidence", |world, call| {
        evidence::provide(world, call, Party::Seller)
    }),
    action("disputes.appeal", "/v1/customer/disputes/*/appeal", evidence::appeal).with_files(),
    seller_action("disputes.accept-claim", "/v1/customer/disputes/*/accept-claim", offers::accept_claim),
    action("disputes.send-message", "/v1/customer/disputes/*/send-message", |world, call| {
        evidence::message(world, call, Party::Seller)
    })
    .with_files(),
    seller_action(
        "disputes.acknowledge-return-item",
        "/v1/customer/disputes/*/acknowledge-return-item",
        offers::acknowledge,
    ),
    partner_action(
        "disputes.provide-supporting-info",
        "/v1/customer/disputes/*/provide-supporting-info",
        evidence::support,
    ),
];

/// What buyers do, and PayPal's decision at any time.
pub(crate) static CONTROLS: &[Control] = &[
    control("disputes", open::by_buyer),
    control("disputes/*/adjudicate", adjudicate),
    control("disputes/*/buyer/send-message", |world, call| {
        entered(world, call, |world, call| evidence::message(world, call, Party::Buyer))
    }),
    control("disputes/*/buyer/escalate", |world, call| {
        entered(world, call, |world, call| escalate(world, call, Party::Buyer))
    }),
    control("disputes/*/buyer/provide-evidence", |world, call| {
        entered(world, call, |world, call| evidence::provide(world, call, Party::Buyer))
    }),
    control("disputes/*/buyer/accept-offer", |world, call| entered(world, call, offers::accept)),
    control("disputes/*/buyer/deny-offer", |world, call| entered(world, call, offers::deny)),
    control("disputes/*/buyer/return-item", |world, call| entered(world, call, offers::return_item)),
    control("disputes/*/buyer/cancel", |world, call| entered(world, call, resolve::cancel)),
];

type Run = fn(&mut World, &Call) -> Result<Answer, Refusal>;

const fn action(action: &'static str, path: &'static str, run: Run) -> Operation {
    operation(action, "POST", path, scopes::DISPUTES_PARTIES, run)
}

const fn buyer_action(action: &'static str, path: &'static str, run: Run) -> Operation {
    operation(action, "POST", path, scopes::DISPUTES_BUYER, run)
}

const fn seller_action(action: &'static str, path: &'static str, run: Run) -> Operation {
    operation(action, "POST", path, scopes::DISPUTES_SELLER, run).with_files()
}

const fn partner_action(action: &'static str, path: &'static str, run: Run) -> Operation {
    operation(action, "POST", path, scopes::DISPUTES_PARTIES_AND_PARTNERS, run).with_files()
}

/// Does something in the books that have the dispute.
fn entered(world: &mut World, call: &Call, run: Run) -> Result<Answer, Refusal> {
    enter(world, call);
    run(world, call)
}

/// PayPal decides a claim.
pub(crate) fn adjudicate(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    entered(world, call, resolve::adjudicate_at_once)
}

fn get(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    test_values::check("get", call.id(0))?;
    let dispute = find(world, call)?;
    Ok(Answer::ok(dispute.document(&world.books, world.now())))
}

/// Changes the merchant's contact details, or adds what a partner has done.
fn update(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let dispute = allowed(world, call, Action::Update)?;
    let (id, time) = (dispute.id.clone(), world.now().rfc3339_millis());
    let mut members = dispute.members.clone();
    if members["partner_actions"].is_null() {
        members["partner_actions"] = json!([]);
    }
    patch::apply(&call.body, &mut members, &patch::DISPUTE)?;
    if members["partner_actions"].as_array().is_some_and(Vec::is_empty) {
        members.as_object_mut().and_then(|members| members.remove("partner_actions"));
    }
    let details = &mut members["communication_details"];
    if details.is_null() {
        members.as_object_mut().and_then(|members| members.remove("communication_details"));
    } else if !details.is_object() {
        let description = "This must be an object.";
        return Err(Refusal::invalid("/0/value", details.take(), "INVALID_PARAMETER_SYNTAX", description));
    } else {
        text(&details["note"], "/0/value/note", false)?;
        text(&details["email"], "/0/value/email", false)?;
        details["time_posted"] = time.into();
    }
    change(world, &id, |dispute| dispute.members = members);
    updated(world, &id);
    Ok(Answer::none().about(id))
}

/// A party turns an inquiry into a claim. PayPal asks the merchant if the buyer does, and reviews it if the merchant does.
fn escalate(world: &mut World, call: &Call, party: Party) -> Result<Answer, Refusal> {
    let dispute = allowed(world, call, Action::Escalate)?;
    let note = text(&call.body["note"], "/note", false)?.map(str::to_owned);
    let id = dispute.id.clone();
    change(world, &id, |dispute| {
        (dispute.stage, dispute.state, dispute.due) = (Stage::Chargeback, State::UnderReview, None);
    });
    if let Some(note) = note {
        let piece: Value = json!({"evidence_type": "OTHER", "notes": note});
        evidence::submit(world, &id, party, vec![piece]);
    }
    if party == Party::Buyer {
        open::ask(world, &id);
    }
    world.mail(&id, 1);
    Ok(updated(world, &id))
}
