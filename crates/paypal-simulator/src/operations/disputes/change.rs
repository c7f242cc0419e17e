//! Finds a dispute for an action, and moves it on.

use serde_json::{Value, json};

use crate::{
    operations::disputes::test_values,
    request::{answer::Answer, call::Call, refusal::Refusal},
    world::{World, dispute::Dispute, dispute_rules::Action},
};

/// Who acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Party {
    Buyer,
    Seller,
}

impl Party {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Buyer => "BUYER",
            Self::Seller => "SELLER",
        }
    }
}

pub(super) fn find<'a>(world: &'a World, call: &Call) -> Result<&'a Dispute, Refusal> {
    let id = call.id(0);
    world.books.disputes.get(id).ok_or_else(|| Refusal::not_found("id", id))
}

/// Returns the dispute of an action that is allowed now.
pub(super) fn allowed<'a>(world: &'a World, call: &Call, action: Action) -> Result<&'a Dispute, Refusal> {
    let name = action.link().map_or("", |(_, name)| name);
    test_values::check(name, call.id(0))?;
    let now = world.now();
    let dispute = find(world, call)?;
    if dispute.allows(action, now) {
        return Ok(dispute);
    }
    let issue = "ACTION_NOT_ALLOWED_IN_CURRENT_DISPUTE_STATE";
    Err(Refusal::business(issue, "The links of the dispute name what may be done with it now."))
}

/// Reads the member at `field`, a text of at most 2,000 characters, as notes and messages are.
pub(super) fn text<'a>(value: &'a Value, field: &str, required: bool) -> Result<Option<&'a str>, Refusal> {
    match value {
        Value::Null if required => Err(Refusal::missing(field)),
        Value::Null => Ok(None),
        Value::String(text) if (1..=2000).contains(&text.chars().count()) => Ok(Some(text)),
        Value::String(_) => {
            let description = "It must have 1 to 2000 characters.";
            Err(Refusal::invalid(field, Value::Null, "INVALID_STRING_LENGTH", description))
        }
        other => Err(Refusal::invalid(field, other.clone(), "INVALID_PARAMETER_SYNTAX", "This must be a string.")),
    }
}

/// Reads a member that is one of some names.
pub(super) fn one_of<'a>(body: &'a Value, name: &str, names: &[&str], issue: &str) -> Result<Option<&'a str>, Refusal> {
    match &body[name] {
        Value::Null => Ok(None),
        Value::String(text) if names.contains(&text.as_str()) => Ok(Some(text)),
        other => {
            let description = format!("It must be one of {}.", names.join(", "));
            Err(Refusal::invalid(&format!("/{name}"), other.clone(), issue, &description))
        }
    }
}

/// Changes a dispute, and notes the time.
pub(super) fn change(world: &mut World, id: &str, how: impl FnOnce(&mut Dispute)) {
    let now = world.now();
    if let Some(dispute) = world.books.disputes.get_mut(id) {
        how(dispute);
        dispute.updated = now;
    }
}

pub(super) fn emit(world: &mut World, id: &str, event: &str) {
    let now = world.now();
    if let Some(document) = world.books.disputes.get(id).map(|dispute| dispute.document(&world.books, now)) {
        world.emit(event, "dispute", document);
    }
}

/// Emits the event of a dispute that goes on, and answers with a link to it.
pub(super) fn updated(world: &mut World, id: &str) -> Answer {
    emit(world, id, "CUSTOMER.DISPUTE.UPDATED");
    answer(world, id)
}

/// Answers with a link to the dispute.
pub(super) fn answer(world: &World, id: &str) -> Answer {
    let link = world.books.disputes.get(id).map(Dispute::own_link);
    Answer::ok(json!({"links": [link]})).about(id)
}
