//! What the parties send: messages, evidence, appeals and supporting information, with files.

use serde_json::{Value, json};

use crate::{
    operations::disputes::{
        change::{Party, allowed, change, text, updated},
        files::{self, MAX_DOCUMENTS, MAX_WITH_MESSAGE},
    },
    request::{answer::Answer, call::Call, refusal::Refusal},
    world::{
        World,
        dispute::{Dispute, Stage, State},
        dispute_rules::Action,
    },
};

/// Asks a party for evidence of these types.
pub(super) fn request(world: &mut World, id: &str, state: State, types: &[&str]) {
    let date = world.now().rfc3339_millis();
    let source = if state == State::BuyerEvidence { "REQUESTED_FROM_BUYER" } else { "REQUESTED_FROM_SELLER" };
    change(world, id, |dispute| {
        let stage = dispute.stage.name();
        for kind in types {
            let entry =
                json!({"evidence_type": kind, "source": source, "date": date, "dispute_life_cycle_stage": stage});
            dispute.add("evidences", entry);
        }
    });
}

/// Reads the pieces of evidence of a request, with their documents. Files that none of them names belong to the first; files
/// alone are a piece of their own.
pub(super) fn read(call: &Call, dispute: &Dispute) -> Result<Vec<Value>, Refusal> {
    files::check(call, MAX_DOCUMENTS)?;
    let mut uploaded = files::documents(call, &dispute.id);
    let given = match &call.body["evidences"] {
        Value::Null => &[],
        Value::Array(list) if list.len() <= MAX_DOCUMENTS => list.as_slice(),
        Value::Array(_) => {
            let description = "There can be at most 100 of them.";
            return Err(Refusal::invalid("/evidences", Value::Null, "INVALID_ARRAY_MAX_ITEMS", description));
        }
        other => {
            let description = "This must be a list.";
            return Err(Refusal::invalid("/evidences", other.clone(), "INVALID_PARAMETER_SYNTAX", description));
        }
    };
    let mut pieces = Vec::new();
    for (index, evidence) in given.iter().enumerate() {
        pieces.push(piece(evidence, &format!("/evidences/{index}"), &mut uploaded)?);
    }
    if !uploaded.is_empty() {
        if pieces.is_empty() {
            pieces.push(json!({"evidence_type": "OTHER"}));
        }
        let own = pieces[0]["documents"].as_array().cloned().unwrap_or_default();
        pieces[0]["documents"] = own.into_iter().chain(uploaded).take(MAX_DOCUMENTS).collect();
    }
    Ok(pieces)
}

/// Reads a piece of evidence. Takes the documents that it names out of the uploaded ones.
fn piece(evidence: &Value, field: &str, uploaded: &mut Vec<Value>) -> Result<Value, Refusal> {
    let refuse = |member: &str, issue: &str, description: &str| {
        Err(Refusal::validation("body", &format!("{field}/{member}"), issue, description))
    };
    let is_code = |text: &&str| {
        (1..=255).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
    };
    let Some(kind) = evidence["evidence_type"].as_str().filter(is_code) else {
        return refuse("evidence_type", "MISSING_EVIDENCE_TYPE", "The evidence needs its type.");
    };
    let info = &evidence["evidence_info"];
    let is_text = |value: &Value| value.as_str().is_some_and(|text| !text.is_empty());
    if matches!(kind, "PROOF_OF_FULFILLMENT" | "PROOF_OF_REFUND") && !info.is_object() {
        return refuse("evidence_info", "MISSING_EVIDENCE_INFO", "This type needs what it says.");
    }
    let parcels = info["tracking_info"].as_array().map(Vec::as_slice).unwrap_or_default();
    let is_parcel = |it: &Value| is_text(&it["carrier_name"]) && is_text(&it["tracking_number"]);
    if kind == "PROOF_OF_FULFILLMENT" && (parcels.is_empty() || !parcels.iter().all(is_parcel)) {
        let description = "A parcel needs its carrier and its number.";
        return refuse("evidence_info/tracking_info", "MISSING_TRACKING_INFO", description);
    }
    let refunds = info["refund_ids"].as_array().map(Vec::as_slice).unwrap_or_default();
    if kind == "PROOF_OF_REFUND" && (refunds.is_empty() || !refunds.iter().all(is_text)) {
        return refuse("evidence_info/refund_ids", "MISSING_REFUND_ID", "The id of the refund is needed.");
    }
    let mut piece = json!({"evidence_type": kind});
    if info.as_object().is_some_and(|info| !info.is_empty()) {
        piece["evidence_info"] = info.clone();
    }
    for name in ["notes", "item_id"] {
        if let Some(value) = text(&evidence[name], &format!("{field}/{name}"), false)? {
            piece[name] = value.into();
        }
    }
    let named = evidence["documents"].as_array().map(Vec::as_slice).unwrap_or_default();
    let mut own = Vec::new();
    for name in named.iter().filter_map(|document| document["name"].as_str()).map(files::document_name) {
        let at = uploaded.iter().position(|document| document["name"] == *name);
        own.push(at.map_or_else(|| json!({"name": name}), |at| uploaded.remove(at)));
    }
    if !own.is_empty() {
        piece["documents"] = own.into_iter().take(MAX_DOCUMENTS).collect();
    }
    Ok(piece)
}

/// Adds pieces of evidence to a dispute.
pub(super) fn submit(world: &mut World, id: &str, party: Party, pieces: Vec<Value>) {
    let date = world.now().rfc3339_millis();
    change(world, id, |dispute| {
        for mut piece in pieces {
            piece["source"] = format!("SUBMITTED_BY_{}", party.name()).into();
            piece["date"] = date.as_str().into();
            piece["dispute_life_cycle_stage"] = dispute.stage.name().into();
            dispute.add("evidences", piece);
        }
    });
}

/// Reads what must be at least one piece.
fn some(call: &Call, dispute: &Dispute) -> Result<Vec<Value>, Refusal> {
    let pieces = read(call, dispute)?;
    if pieces.is_empty() { Err(Refusal::missing("/evidences")) } else { Ok(pieces) }
}

/// A party answers PayPal's request. PayPal then decides.
pub(super) fn provide(world: &mut World, call: &Call, party: Party) -> Result<Answer, Refusal> {
    let action = match party {
        Party::Seller => Action::ProvideEvidence,
        Party::Buyer => Action::ProvideBuyerEvidence,
    };
    let dispute = allowed(world, call, action)?;
    let (id, pieces) = (dispute.id.clone(), some(call, dispute)?);
    submit(world, &id, party, pieces);
    change(world, &id, |dispute| (dispute.state, dispute.due) = (State::UnderReview, None));
    Ok(updated(world, &id))
}

/// The merchant appeals a decision with new evidence. PayPal decides again.
pub(super) fn appeal(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let dispute = allowed(world, call, Action::Appeal)?;
    let (id, pieces) = (dispute.id.clone(), some(call, dispute)?);
    change(world, &id, |dispute| {
        let next = if dispute.stage == Stage::Chargeback { Stage::PreArbitration } else { Stage::Arbitration };
        (dispute.stage, dispute.state) = (next, State::UnderReview);
        (dispute.appealable, dispute.outcome) = (None, None);
    });
    submit(world, &id, Party::Seller, pieces);
    Ok(updated(world, &id))
}

/// The merchant adds to the defence while PayPal reviews it.
pub(super) fn support(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let dispute = allowed(world, call, Action::ProvideSupportingInfo)?;
    let notes = text(&call.body["notes"], "/notes", true)?;
    files::check(call, MAX_DOCUMENTS)?;
    let uploaded = files::documents(call, &dispute.id);
    let mut entry = json!({
        "notes": notes,
        "source": "SUBMITTED_BY_SELLER",
        "provided_time": world.now().rfc3339_millis(),
        "dispute_life_cycle_stage": dispute.stage.name(),
    });
    if !uploaded.is_empty() {
        entry["documents"] = uploaded.into();
    }
    let id = dispute.id.clone();
    change(world, &id, |dispute| dispute.add("supporting_info", entry));
    Ok(updated(world, &id))
}

/// A party sends the other one a message.
pub(super) fn message(world: &mut World, call: &Call, party: Party) -> Result<Answer, Refusal> {
    let dispute = allowed(world, call, Action::SendMessage)?;
    let content = text(&call.body["message"], "/message", true)?;
    files::check(call, MAX_WITH_MESSAGE)?;
    let uploaded = files::documents(call, &dispute.id);
    let (id, content) = (dispute.id.clone(), content.unwrap_or_default().to_owned());
    post(world, &id, party, &content, uploaded);
    world.mail(&id, 1);
    Ok(updated(world, &id))
}

/// Adds a message to a dispute.
pub(super) fn post(world: &mut World, id: &str, party: Party, content: &str, documents: Vec<Value>) {
    let time = world.now().rfc3339_millis();
    let mut entry = json!({"posted_by": party.name(), "time_posted": time, "content": content});
    if !documents.is_empty() {
        entry["documents"] = documents.into();
    }
    change(world, id, |dispute| dispute.add("messages", entry));
}
