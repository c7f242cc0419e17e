//! What PayPal adds to the members of an invoice, a template or a series.

use serde_json::Value;

use crate::world::World;

/// Adds ids to the lines that have none, and full names to the recipients and the merchant.
pub(crate) fn complete(world: &mut World, members: &mut Value) {
    for item in members.get_mut("items").and_then(Value::as_array_mut).into_iter().flatten() {
        if item.is_object() && item["id"].is_null() {
            item["id"] = format!("ITEM-{}", world.ids.transaction()).into();
        }
    }
    if let Some(invoicer) = members.get_mut("invoicer") {
        add_full_name(invoicer);
    }
    for recipient in members.get_mut("primary_recipients").and_then(Value::as_array_mut).into_iter().flatten() {
        for part in ["billing_info", "shipping_info"] {
            if let Some(info) = recipient.get_mut(part) {
                add_full_name(info);
            }
        }
    }
}

fn add_full_name(person: &mut Value) {
    let Some(name @ Value::Object(_)) = person.get_mut("name") else { return };
    let parts: Vec<_> = ["given_name", "surname"].iter().filter_map(|part| name[part].as_str()).collect();
    if name["full_name"].is_null() && !parts.is_empty() {
        name["full_name"] = parts.join(" ").into();
    }
}
