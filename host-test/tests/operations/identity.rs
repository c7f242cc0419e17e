//! The account that a token speaks for, and tokens for browsers.

use serde_json::{Value, json};

use super::Played;

pub(super) async fn play(paypal: &Played) {
    let merchant = Value::from(paypal.sandbox().merchants()[0].merchant_id.clone());
    let user = paypal.call("identity.userinfo", json!({"schema": "paypalv1.1"})).await;
    assert_eq!(user["payer_id"], merchant);
    let same = paypal.call("identity.openid-userinfo", json!({"schema": "openid"})).await;
    assert_eq!(same["payer_id"], merchant);
    let token = paypal.call("identity.generate-token", json!({"body": {"customer_id": "customer_1"}})).await;
    assert_eq!(token["expires_in"], 3600);
    for (action, input) in [
        ("identity.userinfo", json!({"schema": "paypalv1.1"})),
        ("identity.openid-userinfo", json!({"schema": "openid"})),
        ("identity.generate-token", json!({"body": {}})),
    ] {
        paypal.unknown_token(action, input).await;
    }
}
