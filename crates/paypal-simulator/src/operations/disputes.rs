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
        disputes::change::{Party, allowed, change, find, text, updated},
        needs::Subject,
        operation::{Control, Operation, control, operation},
    },
    request::{
        answer::Answer,
        call::Call,
        field::{Field, Kind},
        patch,
        refusal::Refusal,
    },
    world::{
        World,
        dispute::{Stage, State},
        dispute_rules::{Action, NOT_RECEIVED},
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
    control("disputes", open::by_buyer).titled("Dispute a payment").with(|world, _| {
        let newest = world.books.captures.values().max_by_key(|capture| (capture.created, &capture.id));
        let payment = newest.map_or("the id of a capture or of another payment", |capture| &capture.id);
        json!({"disputed_transaction_id": payment, "reason": NOT_RECEIVED})
    }),
    control("disputes/*/adjudicate", resolve::adjudicate_at_once)
        .needs(
            &SUBJECT,
            &["a claim that is not RESOLVED: PayPal decides no INQUIRY, which has to be escalated"],
            |world, id| {
                allows(world, id, Action::Update)
                    && world.books.disputes.get(id).is_some_and(|it| it.stage != Stage::Inquiry)
            },
        )
        .takes(&[Field { name: "adjudication_outcome", kind: Kind::OneOf(&["BUYER_FAVOR", "SELLER_FAVOR"]) }]),
    control("disputes/*/buyer/send-message", |world, call| evidence::message(world, call, Party::Buyer))
        .needs(&SUBJECT, INQUIRY, |world, id| allows(world, id, Action::SendMessage))
        .with(|_, _| json!({"message": "Where is my parcel?"})),
    control("disputes/*/buyer/escalate", |world, call| escalate(world, call, Party::Buyer))
        .needs(&SUBJECT, INQUIRY, |world, id| allows(world, id, Action::Escalate))
        .may_have(|_, _| json!({"note": "I have heard nothing."})),
    control("disputes/*/buyer/provide-evidence", |world, call| evidence::provide(world, call, Party::Buyer))
        .needs(&SUBJECT, &["WAITING_FOR_BUYER_RESPONSE, for evidence"], |world, id| {
            allows(world, id, Action::ProvideBuyerEvidence)
        })
        .with(|_, _| json!({"evidences": [{"evidence_type": "OTHER", "notes": "It has not come."}]})),
    control("disputes/*/buyer/accept-offer", offers::accept)
        .needs(&SUBJECT, OFFER, |world, id| allows(world, id, Action::AcceptOffer))
        .takes(&[]),
    control("disputes/*/buyer/deny-offer", offers::deny)
        .needs(&SUBJECT, OFFER, |world, id| allows(world, id, Action::DenyOffer))
        .with(|_, _| json!({"note": "That is not enough."})),
    control("disputes/*/buyer/return-item", offers::return_item)
        .needs(&SUBJECT, &["WAITING_FOR_BUYER_RESPONSE, to send the item back"], |world, id| {
            allows(world, id, Action::ReturnItem)
        })
        .takes(&[]),
    control("disputes/*/buyer/cancel", resolve::cancel)
        .needs(&SUBJECT, &["a dispute that is not RESOLVED, nor appealed"], |world, id| {
            allows(world, id, Action::Cancel)
        })
        .takes(&[]),
];

static SUBJECT: Subject = Subject {
    name: "dispute",
    field: "id",
    has: |books, id| books.disputes.contains_key(id),
    state: |world, id| world.books.disputes.get(id).map(|it| format!("{} ({})", it.status(), it.stage.name())),
};

const INQUIRY: &[&str] = &["an INQUIRY that is not RESOLVED"];
const OFFER: &[&str] = &["WAITING_FOR_BUYER_RESPONSE, to an offer"];

fn allows(world: &World, id: &str, action: Action) -> bool {
    world.books.disputes.get(id).is_some_and(|dispute| dispute.allows(action, world.now()))
}

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
