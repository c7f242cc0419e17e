//! Orders that nobody pays.

use serde_json::{Value, json};

use crate::sandbox::Sandbox;

fn order(paypal: &Sandbox, source: Option<Value>) -> String {
    let amount = json!({"currency_code": "EUR", "value": "10.00"});
    let mut order = json!({"intent": "CAPTURE", "purchase_units": [{"amount": amount}]});
    if let Some(source) = source {
        order["payment_source"] = source;
    }
    paypal.post("/v2/checkout/orders", &order).ok()["id"].as_str().unwrap().to_owned()
}

fn status(paypal: &Sandbox, id: &str) -> Option<String> {
    let answer = paypal.get(&format!("/v2/checkout/orders/{id}"));
    if answer.status == 404 {
        assert_eq!(answer.refusal(), (404, "INVALID_RESOURCE_ID"));
        return None;
    }
    Some(answer.ok()["status"].as_str().unwrap().to_owned())
}

const HOURS: u64 = 3600;

#[test]
fn an_order_is_gone_72_hours_after_its_last_change() {
    let paypal = Sandbox::new();
    let [left, changed, approved] = [(), (), ()].map(|()| order(&paypal, None));
    let paid = paypal.paid_order("10.00")["id"].as_str().unwrap().to_owned();
    paypal.seconds(40 * HOURS);
    assert!(paypal.0.approve_order(&approved));
    let amount = json!({"currency_code": "EUR", "value": "11.00"});
    let patch = json!([{"op": "replace", "path": "/purchase_units/@reference_id=='default'/amount", "value": amount}]);
    assert_eq!(paypal.send("PATCH", &format!("/v2/checkout/orders/{changed}"), &[], &patch).status, 204);
    paypal.seconds(32 * HOURS - 1);
    assert_eq!(status(&paypal, &left).as_deref(), Some("CREATED"));
    paypal.seconds(1);
    assert_eq!(status(&paypal, &left), None);
    assert!(!paypal.0.approve_order(&left));
    assert_eq!(status(&paypal, &changed).as_deref(), Some("CREATED"));
    paypal.seconds(40 * HOURS - 1);
    assert_eq!(status(&paypal, &approved).as_deref(), Some("APPROVED"));
    paypal.seconds(1);
    assert_eq!((status(&paypal, &approved), status(&paypal, &changed)), (None, None));
    let capture = paypal.post(&format!("/v2/checkout/orders/{approved}/capture"), &json!({}));
    assert_eq!(capture.refusal(), (404, "INVALID_RESOURCE_ID"));
    paypal.days(1000);
    assert_eq!(status(&paypal, &paid).as_deref(), Some("COMPLETED"));
    assert_eq!(paypal.effects().orders.into_iter().collect::<Vec<_>>(), [paid]);
    let names: Vec<_> = paypal.events().into_iter().map(|(name, _)| name).collect();
    assert!(!names.contains(&"CHECKOUT.PAYMENT-APPROVAL.REVERSED".to_owned()), "no money was taken: {names:?}");
}

#[test]
fn a_bank_s_payment_is_reversed_if_it_is_not_captured() {
    let paypal = Sandbox::new();
    let ideal = json!({"ideal": {"name": "Alex Example", "country_code": "NL"}});
    let [approved, left] = [(), ()].map(|()| order(&paypal, Some(ideal.clone())));
    assert!(paypal.0.approve_order(&approved));
    paypal.days(3);
    assert_eq!((status(&paypal, &approved), status(&paypal, &left)), (None, None));
    let reversed: Vec<_> =
        paypal.events().into_iter().filter(|(name, _)| name == "CHECKOUT.PAYMENT-APPROVAL.REVERSED").collect();
    assert_eq!(reversed.len(), 1);
    let resource = &reversed[0].1;
    assert_eq!(
        (&resource["order_id"], &resource["purchase_units"][0]["amount"]["value"]),
        (&json!(approved), &json!("10.00"))
    );
    assert!(resource["payment_source"]["ideal"].is_object());
}
