//! Orders.

use serde_json::{Value, json};

use super::{malformed, refuse, text, with};
use crate::sandbox::Sandbox;

fn usd(value: &str) -> Value {
    json!({"currency_code": "USD", "value": value})
}

fn order(intent: &str) -> Value {
    json!({"intent": intent, "purchase_units": [{"amount": usd("10.00")}]})
}

fn create(paypal: &Sandbox, body: &Value) -> String {
    text(&paypal.post("/v2/checkout/orders", body).ok(), "/id")
}

fn approved(paypal: &Sandbox, body: &Value) -> String {
    let id = create(paypal, body);
    paypal.control(&format!("orders/{id}/approve"), &Value::Null).ok();
    id
}

#[test]
fn an_order_adds_up() {
    let paypal = Sandbox::new();
    let items = |items: Value, breakdown: Value| {
        with(
            &order("CAPTURE"),
            &[("/purchase_units/0/items", items), ("/purchase_units/0/amount/breakdown", breakdown)],
        )
    };
    let item = json!({"name": "Tea", "quantity": "2", "unit_amount": usd("5.00")});
    let taxed = with(&item, &[("/tax", usd("1.00"))]);
    let amount = |amount: Value| with(&order("CAPTURE"), &[("/purchase_units/0/amount", amount)]);
    let units = |units: Value| with(&order("CAPTURE"), &[("/purchase_units", units)]);
    let unit = |id: &str, amount: Value| json!({"reference_id": id, "amount": amount});
    let eur = json!({"currency_code": "EUR", "value": "1.00"});
    let create = "POST /v2/checkout/orders";
    refuse(
        &paypal,
        &[],
        &[
            (create, units(json!([])), 400, "INVALID_ARRAY_MIN_ITEMS"),
            (
                create,
                units((0..11).map(|it| unit(&it.to_string(), usd("1.00"))).collect()),
                400,
                "INVALID_ARRAY_MAX_ITEMS",
            ),
            (create, units(json!([unit("a", usd("1.00")), unit("a", usd("1.00"))])), 422, "DUPLICATE_REFERENCE_ID"),
            (
                create,
                units(json!([unit("a", usd("1.00")), {"amount": usd("1.00")}, {"amount": usd("1.00")}])),
                422,
                "REFERENCE_ID_REQUIRED",
            ),
            (create, units(json!([unit("a", usd("1.00")), unit("b", eur.clone())])), 422, "MULTI_CURRENCY_ORDER"),
            (create, amount(usd("0.00")), 422, "CANNOT_BE_ZERO_OR_NEGATIVE"),
            (create, amount(usd("-1.00")), 422, "CANNOT_BE_NEGATIVE"),
            (create, amount(usd("1.001")), 422, "DECIMAL_PRECISION"),
            (create, amount(usd("99999999999.00")), 422, "MAX_VALUE_EXCEEDED"),
            (create, amount(json!({"currency_code": "XXX", "value": "1"})), 422, "INVALID_CURRENCY_CODE"),
            (create, items(json!([item]), json!(null)), 422, "ITEM_TOTAL_REQUIRED"),
            (
                create,
                items(json!([item]), json!({"item_total": usd("9.00"), "shipping": usd("1.00")})),
                422,
                "ITEM_TOTAL_MISMATCH",
            ),
            (
                create,
                items(json!([item]), json!({"item_total": usd("10.00"), "shipping": usd("1.00")})),
                422,
                "AMOUNT_MISMATCH",
            ),
            (create, items(json!([taxed]), json!({"item_total": usd("10.00")})), 422, "TAX_TOTAL_REQUIRED"),
            (
                create,
                items(
                    json!([taxed]),
                    json!({"item_total": usd("10.00"), "tax_total": usd("1.00"), "discount": usd("1.00")}),
                ),
                422,
                "TAX_TOTAL_MISMATCH",
            ),
            (
                create,
                items(json!([item]), json!({"item_total": usd("10.00"), "discount": usd("-1.00")})),
                422,
                "CANNOT_BE_NEGATIVE",
            ),
        ],
    );
    malformed(&paypal, "POST", "/v2/checkout/orders");
}

#[test]
fn only_some_of_an_order_can_be_changed() {
    let paypal = Sandbox::new();
    let (open, paid) = (create(&paypal, &order("CAPTURE")), text(&paypal.paid_order("5.00"), "/id"));
    let ids = [("open", open.as_str()), ("paid", paid.as_str())];
    let patch = |op: &str, path: &str, value: Value| json!([{"op": op, "path": path, "value": value}]);
    let unit = "/purchase_units/@reference_id=='default'";
    let at = |rest: &str| format!("{unit}{rest}");
    let (update, another) = ("PATCH /v2/checkout/orders/{open}", "PATCH /v2/checkout/orders/5O190127TN364715T");
    refuse(
        &paypal,
        &ids,
        &[
            (another, patch("replace", "/intent", json!("AUTHORIZE")), 404, "INVALID_RESOURCE_ID"),
            (
                "PATCH /v2/checkout/orders/{paid}",
                patch("replace", "/intent", json!("AUTHORIZE")),
                422,
                "ORDER_ALREADY_COMPLETED",
            ),
            (update, patch("replace", "/create_time", json!("2026-01-01T00:00:00Z")), 422, "NOT_PATCHABLE"),
            (update, patch("replace", "intent", json!("AUTHORIZE")), 422, "INVALID_JSON_POINTER_FORMAT"),
            (update, patch("move", "/intent", json!("AUTHORIZE")), 400, "INVALID_PATCH_OPERATION"),
            (update, json!([{"op": "replace", "value": "AUTHORIZE"}]), 422, "PATCH_PATH_REQUIRED"),
            (update, json!([{"op": "replace", "path": "/intent"}]), 422, "PATCH_VALUE_REQUIRED"),
            (update, json!([{"path": "/intent", "value": "AUTHORIZE"}]), 400, "MISSING_REQUIRED_PARAMETER"),
            (update, json!({"op": "replace"}), 400, "INVALID_PARAMETER_SYNTAX"),
            (
                update,
                patch("replace", "/purchase_units/@reference_id=='none'/description", json!("x")),
                422,
                "REFERENCE_ID_NOT_FOUND",
            ),
            (update, patch("replace", &at("/amount"), usd("0")), 422, "CANNOT_BE_ZERO_OR_NEGATIVE"),
            (update, patch("replace", &at("/amount"), usd("1.001")), 422, "DECIMAL_PRECISION"),
            (
                update,
                patch("replace", &at("/amount"), json!({"currency_code": "XXX", "value": "1"})),
                422,
                "INVALID_CURRENCY_CODE",
            ),
            (
                update,
                patch(
                    "replace",
                    &at("/amount"),
                    with(&usd("9.00"), &[("/breakdown", json!({"item_total": usd("8.00")}))]),
                ),
                422,
                "AMOUNT_MISMATCH",
            ),
            (update, patch("replace", "/intent", json!("SELL")), 422, "UNSUPPORTED_INTENT"),
        ],
    );
    malformed(&paypal, "PATCH", &format!("/v2/checkout/orders/{open}"));
}

#[test]
fn an_order_is_paid_when_it_can_be() {
    let paypal = Sandbox::new();
    let (open, paid) = (create(&paypal, &order("CAPTURE")), text(&paypal.paid_order("5.00"), "/id"));
    let agreed = approved(&paypal, &order("CAPTURE"));
    let reserving = approved(&paypal, &order("AUTHORIZE"));
    let reserved = approved(&paypal, &order("AUTHORIZE"));
    paypal.post(&format!("/v2/checkout/orders/{reserved}/authorize"), &json!({})).ok();
    let unapproved = create(&paypal, &order("AUTHORIZE"));
    let ids = [
        ("open", open.as_str()),
        ("paid", &paid),
        ("agreed", &agreed),
        ("reserving", &reserving),
        ("reserved", &reserved),
        ("unapproved", &unapproved),
    ];
    let confirm = json!({"payment_source": {"paypal": {}}});
    refuse(
        &paypal,
        &ids,
        &[
            ("POST /v2/checkout/orders/{open}/capture", json!({}), 422, "ORDER_NOT_APPROVED"),
            ("POST /v2/checkout/orders/{paid}/capture", json!({}), 422, "ORDER_ALREADY_CAPTURED"),
            ("POST /v2/checkout/orders/{reserving}/capture", json!({}), 422, "ACTION_DOES_NOT_MATCH_INTENT"),
            ("POST /v2/checkout/orders/{agreed}/authorize", json!({}), 422, "ACTION_DOES_NOT_MATCH_INTENT"),
            ("POST /v2/checkout/orders/{unapproved}/authorize", json!({}), 422, "ORDER_NOT_APPROVED"),
            ("POST /v2/checkout/orders/{reserved}/authorize", json!({}), 422, "ORDER_ALREADY_AUTHORIZED"),
            ("POST /v2/checkout/orders/5O190127TN364715T/authorize", json!({}), 404, "INVALID_RESOURCE_ID"),
            (
                "POST /v2/checkout/orders/{unapproved}/authorize",
                json!({"payment_source": 1}),
                400,
                "INVALID_PARAMETER_SYNTAX",
            ),
            ("POST /v2/checkout/orders/{open}/capture", json!({"payment_source": 1}), 400, "INVALID_PARAMETER_SYNTAX"),
            (
                "POST /v2/checkout/orders/{open}/capture",
                json!({"payment_source": {"token": {"type": "BILLING_AGREEMENT"}}}),
                400,
                "MISSING_REQUIRED_PARAMETER",
            ),
            (
                "POST /v2/checkout/orders/{unapproved}/authorize",
                json!({"payment_source": {"token": {"type": "BILLING_AGREEMENT"}}}),
                400,
                "MISSING_REQUIRED_PARAMETER",
            ),
            (
                "POST /v2/checkout/orders/{reserved}/confirm-payment-source",
                confirm.clone(),
                422,
                "ORDER_ALREADY_AUTHORIZED",
            ),
            ("POST /v2/checkout/orders/{paid}/confirm-payment-source", confirm, 422, "ORDER_ALREADY_CAPTURED"),
            (
                "POST /v2/checkout/orders/{open}/confirm-payment-source",
                json!({"payment_source": 1}),
                400,
                "INVALID_PARAMETER_SYNTAX",
            ),
            ("POST /v2/checkout/orders/{open}/confirm-payment-source", json!({}), 400, "MISSING_REQUIRED_PARAMETER"),
        ],
    );
    for path in ["capture", "authorize", "confirm-payment-source"] {
        malformed(&paypal, "POST", &format!("/v2/checkout/orders/{open}/{path}"));
    }
}

#[test]
fn what_is_shipped_belongs_to_a_capture_of_the_order() {
    let paypal = Sandbox::new();
    let paid = paypal.paid_order("5.00");
    let (order, capture) = (text(&paid, "/id"), text(&paid, "/purchase_units/0/payments/captures/0/id"));
    let another = text(&paypal.paid_order("6.00"), "/purchase_units/0/payments/captures/0/id");
    let shipped = json!({"capture_id": capture, "tracking_number": "443844607820", "carrier": "FEDEX"});
    let tracked = paypal.post(&format!("/v2/checkout/orders/{order}/track"), &shipped).ok();
    assert!(tracked["purchase_units"].is_array());
    let tracker = format!("{capture}-443844607820");
    let ids = [("order", order.as_str()), ("tracker", &tracker)];
    let (track, update) =
        ("POST /v2/checkout/orders/{order}/track", "PATCH /v2/checkout/orders/{order}/trackers/{tracker}");
    refuse(
        &paypal,
        &ids,
        &[
            ("POST /v2/checkout/orders/5O190127TN364715T/track", shipped.clone(), 404, "INVALID_RESOURCE_ID"),
            (track, with(&shipped, &[("/capture_id", json!(another))]), 422, "CAPTURE_ID_NOT_FOUND"),
            (track, with(&shipped, &[("/capture_id", Value::Null)]), 400, "MISSING_REQUIRED_PARAMETER"),
            (track, with(&shipped, &[("/tracking_number", json!("x".repeat(65)))]), 400, "INVALID_STRING_LENGTH"),
            (track, with(&shipped, &[("/carrier", json!("PIGEON"))]), 400, "INVALID_PARAMETER_VALUE"),
            (track, with(&shipped, &[("/items", json!("Tea"))]), 400, "INVALID_PARAMETER_SYNTAX"),
            (update, json!([{"op": "replace", "path": "/tracking_number", "value": "1"}]), 422, "NOT_PATCHABLE"),
            (
                update,
                json!([{"op": "replace", "path": "status", "value": "CANCELLED"}]),
                422,
                "INVALID_JSON_POINTER_FORMAT",
            ),
            (update, json!([{"op": "replace", "value": "CANCELLED"}]), 422, "PATCH_PATH_REQUIRED"),
            (update, json!([{"op": "replace", "path": "/status"}]), 422, "PATCH_VALUE_REQUIRED"),
            (update, json!([{"op": "move", "path": "/status", "value": "CANCELLED"}]), 400, "INVALID_PATCH_OPERATION"),
            (update, json!([{"path": "/status", "value": "CANCELLED"}]), 400, "MISSING_REQUIRED_PARAMETER"),
        ],
    );
    malformed(&paypal, "PATCH", &format!("/v2/checkout/orders/{order}/trackers/{tracker}"));
}
