//! Reads a rule. The types of its members are checked before.

use serde_json::Value;

use crate::{
    base::{clock::Moment, documents::pick},
    operations::{conditional_rules::owner::Owner, invoices::days},
    request::{call::Call, refusal::Refusal},
    world::{
        World,
        conditional_rule::{ConditionalRule, Kind},
    },
};

/// The members that a merchant gives.
const GIVEN: [&str; 4] =
    ["conditional_rule_type", "conditional_rule_value", "conditional_rule_value_type", "rule_expiry_terms"];

/// Reads a rule that is at `field`, without an id.
pub(super) fn read(
    world: &World,
    call: &Call,
    owner: Owner,
    given: &Value,
    field: &str,
) -> Result<ConditionalRule, Refusal> {
    days::check(given, field)?;
    let name = &given["conditional_rule_type"];
    let kind = name.as_str().and_then(Kind::named);
    let kind = kind.ok_or_else(|| Refusal::missing(&format!("{field}/conditional_rule_type")))?;
    let terms = &given["rule_expiry_terms"];
    let condition = &terms["rule_expiry_condition"];
    if !condition.as_str().is_some_and(|condition| kind.takes(condition)) {
        let at = format!("{field}/rule_expiry_terms/rule_expiry_condition");
        let description = "A discount ends after the date of issue, a cancellation comes after the due date.";
        return Err(Refusal::invalid(&at, condition.clone(), "INVALID_PARAMETER_VALUE", description));
    }
    let end = terms["condition_rule_end_date"].as_str().filter(|_| owner == Owner::Invoice);
    let end = end.and_then(|day| Moment::parse(&format!("{day}T00:00:00Z")));
    if owner == Owner::Invoice && end.is_none() {
        return Err(Refusal::missing(&format!("{field}/rule_expiry_terms/condition_rule_end_date")));
    }
    let now = world.now();
    let members = pick(given, &GIVEN);
    let rule = ConditionalRule { id: String::new(), kind, members, end, applied: false, created: now, updated: now };
    if kind == Kind::EarlyPaymentDiscount {
        for name in ["conditional_rule_value", "conditional_rule_value_type"] {
            if given[name].is_null() {
                return Err(Refusal::missing(&format!("{field}/{name}")));
            }
        }
        let (at, amounts) = (format!("{field}/conditional_rule_value"), owner.amounts(world, call)?);
        if rule.discount(amounts, &at)? >= amounts.total.minor {
            let (value, description) = (given["conditional_rule_value"].clone(), "Nothing would be left to pay.");
            return Err(Refusal::business_at(&at, value, "INVALID_CONDITIONAL_RULE_VALUE", description));
        }
    }
    Ok(rule)
}
