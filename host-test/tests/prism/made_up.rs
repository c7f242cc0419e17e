//! Inputs for what PayPal's files have no example of, or only a poor one.

use serde_json::{Value, json};

/// The same bodies by the names of the report: the first is the least that makes sense, the last has everything.
pub(crate) fn named(action: &str) -> Vec<(String, Value)> {
    let bodies = bodies(action);
    let last = bodies.len().saturating_sub(1);
    let name = |index| match index {
        _ if last == 0 => "ours".to_owned(),
        0 => "ours, minimal".to_owned(),
        _ if index == last => "ours, full".to_owned(),
        _ => format!("ours, no. {}", index + 1),
    };
    bodies.into_iter().enumerate().map(|(index, body)| (name(index), body)).collect()
}

/// Good bodies for an action.
pub(crate) fn bodies(action: &str) -> Vec<Value> {
    match action {
        "orders.create" => vec![order()],
        "orders.update" => vec![update()],
        "orders.authorize" | "orders.capture" => vec![saved_agreement(), card()],
        "orders.add-tracking" => vec![parcel()],
        "payments.find-eligible-methods" => vec![payer()],
        "plans.update" | "subscriptions.update" => vec![description()],
        "products.update" => vec![description()],
        "trackers.add-batch" | "trackers.add" => vec![json!({"trackers": [shipment()]})],
        "trackers.update" => vec![shipment()],
        "vault.create-payment-token" => vec![saved_card()],
        _ => Vec::new(),
    }
}

/// The query parameters without which PayPal does not answer.
pub(crate) fn query(action: &str) -> &'static [(&'static str, &'static str)] {
    match action {
        "subscriptions.list-transactions" => {
            &[("start_time", "2026-01-01T00:00:00Z"), ("end_time", "2026-01-31T00:00:00Z")]
        }
        "trackers.list" => &[("transaction_id", "8MC585209K746392H")],
        "vault.list-payment-tokens" => &[("customer_id", "customer_4029352050")],
        _ => &[],
    }
}

fn money(value: &str) -> Value {
    json!({"currency_code": "USD", "value": value})
}

fn address() -> Value {
    json!({"address_line_1": "2211 N First Street", "admin_area_2": "San Jose", "admin_area_1": "CA",
        "postal_code": "95131", "country_code": "US"})
}

fn order() -> Value {
    json!({
        "intent": "AUTHORIZE",
        "purchase_units": [{
            "reference_id": "cups",
            "invoice_id": "INVOICE-7",
            "amount": {
                "currency_code": "USD",
                "value": "21.50",
                "breakdown": {"item_total": money("20.00"), "tax_total": money("1.50")},
            },
            "items": [
                {"name": "Cup", "quantity": "4", "unit_amount": money("5.00"), "category": "PHYSICAL_GOODS"},
            ],
            "shipping": {"name": {"full_name": "Ada Byron"}, "address": address()},
        }],
        "payment_source": card()["payment_source"],
    })
}

fn card() -> Value {
    json!({"payment_source": {"card": {
        "number": "4111111111111111", "expiry": "2035-02", "security_code": "123", "billing_address": address(),
        "stored_credential": {"payment_initiator": "CUSTOMER", "payment_type": "ONE_TIME"},
    }}})
}

fn saved_agreement() -> Value {
    json!({"payment_source": {"token": {"id": "B-8KK84517", "type": "BILLING_AGREEMENT"}}})
}

fn update() -> Value {
    json!([
        {"op": "replace", "path": "/purchase_units/@reference_id=='default'/amount", "value": money("110.00")},
        {"op": "remove", "path": "/purchase_units/@reference_id=='default'/invoice_id"},
    ])
}

fn parcel() -> Value {
    json!({
        "capture_id": "8MC585209K746392H", "tracking_number": "443844607820", "carrier": "FEDEX", "notify_payer": false,
        "items": [{"name": "Cup", "quantity": "4", "sku": "cup-1", "upc": {"type": "UPC-A", "code": "042100005264"}}],
    })
}

fn description() -> Value {
    json!([{"op": "replace", "path": "/description", "value": "Cups, once a month"}])
}

fn shipment() -> Value {
    json!({"transaction_id": "8MC585209K746392H", "tracking_number": "443844607820", "status": "SHIPPED", "carrier": "FEDEX",
        "shipment_date": "2026-03-02", "notify_buyer": false})
}

fn saved_card() -> Value {
    json!({
        "customer": {"id": "customer_4029352050"},
        "payment_source": {"card": {"number": "4111111111111111", "expiry": "2035-02", "name": "Ada Byron",
            "billing_address": address()}},
    })
}

fn payer() -> Value {
    json!({"customer": {"country_code": "US"}, "purchase_units": [{"amount": money("149.90")}]})
}
