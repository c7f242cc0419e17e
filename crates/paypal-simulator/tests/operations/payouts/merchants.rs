//! Payouts among merchants.

use paypal_simulator::NewMerchant;
use serde_json::{Value, json};

use super::{PAYOUTS, body, create, item_id, state};
use crate::{
    accounts::bearer,
    sandbox::Sandbox,
    transactions::{infos, no_lag, search},
};

#[test]
fn a_payout_to_a_merchant_is_in_both_ledgers() {
    let paypal = Sandbox::new();
    no_lag(&paypal);
    let email = Some("tea@example.com".to_owned());
    let shop = paypal.0.add_merchant(NewMerchant { email, ..NewMerchant::default() }).unwrap();
    let bearer = bearer(&paypal, &shop);
    let as_shop =
        |method: &str, path: &str, body: &Value| paypal.send(method, path, &[("authorization", &bearer)], body);
    let id = create(
        &paypal,
        "share",
        &[("TEA@example.com", "10.00"), (&shop.merchant_id, "5.00"), ("new@example.com", "1.00")],
    );
    paypal.seconds(5);
    let statuses: Vec<_> = state(&paypal, &id).2.into_iter().map(|(status, _)| status).collect();
    assert_eq!(statuses, ["SUCCESS", "SUCCESS", "UNCLAIMED"]);
    let range = "start_date=2026-03-02T09:00:00Z&end_date=2026-03-03T09:00:00Z";
    let theirs = as_shop("GET", &format!("/v1/reporting/transactions?{range}"), &Value::Null).ok();
    assert_eq!(infos(&theirs, "transaction_event_code"), ["T0001", "T0001"]);
    assert_eq!(infos(&theirs, "fee_amount"), [Value::Null, Value::Null], "the receiver pays no fee");
    assert_eq!(infos(&theirs, "ending_balance")[1], json!({"currency_code": "USD", "value": "15.00"}));
    assert_eq!(infos(&theirs, "paypal_account_id")[0], "WDJJHEBZ4X2LY");
    assert_eq!(theirs["account_number"], *shop.merchant_id);
    let own = search(&paypal, "&transaction_type=T0001").ok();
    assert_eq!(infos(&own, "paypal_account_id")[..2], [&*shop.merchant_id, &*shop.merchant_id]);
    // What leaves one arrives at the other; only the fees and what is unclaimed are gone.
    assert_eq!(paypal.0.effects().balances["USD"], 10_000_000 - 100 - 75);
    // Neither sees nor cancels what is the other's.
    let item = item_id(&paypal, &id, 2);
    let foreign = |method: &str, path: &str| as_shop(method, path, &Value::Null).status;
    assert_eq!(foreign("GET", &format!("{PAYOUTS}/{id}")), 404);
    assert_eq!(foreign("GET", &format!("/v1/payments/payouts-item/{item}")), 404);
    assert_eq!(foreign("POST", &format!("/v1/payments/payouts-item/{item}/cancel")), 404);
    // The shop pays out of its own balance, whose ids of batches are its own.
    let refused = as_shop("POST", PAYOUTS, &body("share", &[("payer@example.com", "14.76")]));
    assert_eq!((refused.status, &refused.body["name"]), (422, &json!("INSUFFICIENT_FUNDS")));
    as_shop("POST", PAYOUTS, &body("share", &[("payer@example.com", "14.75")])).ok();
    paypal.seconds(5);
    let balances = as_shop("GET", "/v1/reporting/balances", &Value::Null).ok();
    assert_eq!(balances["balances"][0]["total_balance"]["value"], "0.00");
    // Deposits go to the merchant who is named.
    let deposit = json!({"currency_code": "USD", "value": "7.00", "merchant_id": shop.merchant_id});
    paypal.control("balance/deposit", &deposit).ok();
    let balances = as_shop("GET", "/v1/reporting/balances", &Value::Null).ok();
    assert_eq!(balances["balances"][0]["total_balance"]["value"], "7.00");
}

#[test]
fn an_app_without_the_scope_may_not_use_payouts_or_reports() {
    let paypal = Sandbox::new();
    let shop = paypal.0.add_merchant(NewMerchant { scopes: Some(vec!["openid".to_owned()]), ..NewMerchant::default() });
    let bearer = bearer(&paypal, &shop.unwrap());
    let refused = |method: &str, path: &str| paypal.send(method, path, &[("authorization", &bearer)], &Value::Null);
    for (method, path) in [("GET", "/v1/payments/payouts/X"), ("POST", PAYOUTS), ("GET", "/v1/reporting/balances")] {
        assert_eq!(refused(method, path).status, 403, "{path}");
    }
    let search = refused("GET", "/v1/reporting/transactions");
    assert_eq!((search.status, &search.body["name"]), (403, &json!("PERMISSION_DENIED")));
    assert_eq!(search.body["details"][0]["field"], Value::Null);
}
