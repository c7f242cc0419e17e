//! Conditional rules of invoices and of series (Invoicing v2).

mod owner;
mod read;

use serde_json::{Value, json};

use crate::{
    base::{links::link, scopes},
    operations::{
        conditional_rules::owner::Owner::{self, Invoice, Series},
        invoices::expiry,
        operation::{HOUR, Operation, operation},
    },
    request::{answer::Answer, call::Call, refusal::Refusal},
    world::{World, conditional_rule::ConditionalRule},
};

/// How long a key is remembered. PayPal does not say.
const REMEMBERED: u64 = 3 * HOUR;

/// The operations on the rules of one kind of owner: the resource of their actions, and the owners' path.
macro_rules! operations {
    ($owner:ident, $resource:literal, $path:literal) => {
        &[
            operation(
                concat!($resource, ".create-rules"),
                "POST",
                concat!($path, "/*/conditional-rules"),
                scopes::INVOICES,
                |world, call| create(world, call, $owner),
            )
            .remembered(REMEMBERED, |world, call, _| shown(world, call, $owner)),
            operation(
                concat!($resource, ".list-rules"),
                "GET",
                concat!($path, "/*/conditional-rules"),
                scopes::INVOICES_READ,
                |world, call| list(world, call, $owner),
            ),
            operation(
                concat!($resource, ".get-rule"),
                "GET",
                concat!($path, "/*/conditional-rules/*"),
                scopes::INVOICES_READ,
                |world, call| get(world, call, $owner),
            ),
            operation(
                concat!($resource, ".update-rule"),
                "PUT",
                concat!($path, "/*/conditional-rules/*"),
                scopes::INVOICES,
                |world, call| update(world, call, $owner),
            ),
            operation(
                concat!($resource, ".delete-rule"),
                "DELETE",
                concat!($path, "/*/conditional-rules/*"),
                scopes::INVOICES,
                |world, call| delete(world, call, $owner),
            ),
        ]
    };
}

/// The operations.
pub(crate) static OF_INVOICES: &[Operation] = operations!(Invoice, "invoices", "/v2/invoicing/invoices");
pub(crate) static OF_SERIES: &[Operation] =
    operations!(Series, "recurring-invoices", "/v2/invoicing/recurring-invoices");

/// Adds rules, of which there is at most one of each type.
fn create(world: &mut World, call: &Call, owner: Owner) -> Result<Answer, Refusal> {
    owner.check_open(world, call)?;
    let given = call.body["rules"].as_array().filter(|rules| !rules.is_empty());
    let given = given.ok_or_else(|| Refusal::missing("/rules"))?;
    let mut all = owner.rules(world, call)?.to_vec();
    for (index, one) in given.iter().enumerate() {
        let field = format!("/rules/{index}");
        let rule = read::read(world, call, owner, one, &field)?;
        if all.iter().any(|before| before.kind == rule.kind) {
            return Err(taken(&format!("{field}/conditional_rule_type"), &one["conditional_rule_type"]));
        }
        all.push(rule);
    }
    // Only now: a refused request changes nothing of the ids of what is made later.
    for rule in all.iter_mut().filter(|rule| rule.id.is_empty()) {
        rule.id = world.ids.conditional_rule();
    }
    *owner.rules_mut(world, call)? = all;
    expiry::schedule(world, call.id(0));
    Ok(shown(world, call, owner).status(201).about(call.id(0)))
}

fn taken(field: &str, value: &Value) -> Refusal {
    Refusal::business_at(
        field,
        value.clone(),
        "CONDITIONAL_RULE_ALREADY_EXISTS",
        "There is a rule of this type already.",
    )
}

fn document(rule: &ConditionalRule, call: &Call, owner: Owner) -> Value {
    rule.document(&owner.path(call), owner.times())
}

/// Shows all rules.
fn shown(world: &World, call: &Call, owner: Owner) -> Answer {
    let rules = owner.rules(world, call).unwrap_or_default();
    let rules: Vec<_> = rules.iter().map(|rule| document(rule, call, owner)).collect();
    let path = format!("{}/conditional-rules", owner.path(call));
    Answer::ok(json!({"rules": rules, "links": [link("self", "GET", &path)]}))
}

fn list(world: &mut World, call: &Call, owner: Owner) -> Result<Answer, Refusal> {
    owner.rules(world, call)?;
    Ok(shown(world, call, owner))
}

/// Returns where the rule of a request is.
fn position(world: &World, call: &Call, owner: Owner) -> Result<usize, Refusal> {
    let place = owner.rules(world, call)?.iter().position(|rule| rule.id == call.id(1));
    place.ok_or_else(|| Refusal::not_found("conditional_rule_id", call.id(1)))
}

fn get(world: &mut World, call: &Call, owner: Owner) -> Result<Answer, Refusal> {
    let at = position(world, call, owner)?;
    Ok(Answer::ok(document(&owner.rules(world, call)?[at], call, owner)))
}

fn update(world: &mut World, call: &Call, owner: Owner) -> Result<Answer, Refusal> {
    let at = position(world, call, owner)?;
    owner.check_open(world, call)?;
    let rule = read::read(world, call, owner, &call.body, "")?;
    let rules = owner.rules_mut(world, call)?;
    if rules.iter().enumerate().any(|(index, other)| index != at && other.kind == rule.kind) {
        return Err(taken("/conditional_rule_type", &call.body["conditional_rule_type"]));
    }
    let before = &mut rules[at];
    *before = ConditionalRule { id: before.id.clone(), created: before.created, ..rule };
    let shown = document(before, call, owner);
    expiry::schedule(world, call.id(0));
    Ok(Answer::ok(shown).about(call.id(1)))
}

fn delete(world: &mut World, call: &Call, owner: Owner) -> Result<Answer, Refusal> {
    let at = position(world, call, owner)?;
    owner.check_open(world, call)?;
    owner.rules_mut(world, call)?.remove(at);
    Ok(Answer::none().about(call.id(1)))
}
