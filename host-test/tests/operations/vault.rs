//! Saved payment methods.

use serde_json::{Value, json};

use super::{Played, order, text};

fn card() -> Value {
    json!({"number": "4012888888881881", "expiry": "2030-04"})
}

pub(super) async fn play(paypal: &Played) {
    let setup = |source: Value| json!({"body": {"customer": {"id": "customer_1"}, "payment_source": source}});
    let made = paypal.call("vault.create-setup-token", setup(json!({"card": card()}))).await;
    assert_eq!(made["status"], "APPROVED");
    // The payer has to come back somewhere.
    let wallet = json!({"paypal": {"usage_type": "MERCHANT"}});
    paypal.refused("vault.create-setup-token", setup(wallet), 400, "MISSING_REQUIRED_PARAMETER").await;
    let it = |id: &str| json!({"id": id});
    let setup_token = text(&made["id"]);
    let shown = paypal.call("vault.get-setup-token", it(&setup_token)).await;
    assert_eq!(shown["payment_source"]["card"]["last_digits"], "1881");
    paypal.refused("vault.get-setup-token", it("5C991763VB2781612"), 404, "INVALID_RESOURCE_ID").await;
    paypal.refused("vault.get-payment-token", it(&setup_token), 422, "SETUP_TOKEN_NOT_TOKENIZED").await;

    let save = json!({"body": {"payment_source": {"token": {"id": setup_token, "type": "SETUP_TOKEN"}}}});
    let saved = text(&paypal.call("vault.create-payment-token", save.clone()).await["id"]);
    paypal.refused("vault.create-payment-token", save, 422, "SETUP_TOKEN_ALREADY_TOKENIZED").await;
    let shown = paypal.call("vault.get-payment-token", it(&saved)).await;
    assert_eq!(shown["customer"]["id"], "customer_1");
    let of = |customer: &str| json!({"customer_id": customer});
    let list = paypal.call("vault.list-payment-tokens", of("customer_1")).await;
    assert_eq!(list["payment_tokens"][0]["id"], saved);
    paypal.refused("vault.list-payment-tokens", of("nobody"), 404, "CUSTOMER_ID_NOT_FOUND").await;

    // A saved card pays until it is deleted.
    let mut body = order("CAPTURE", "9.00");
    body["payment_source"] = json!({"card": {"vault_id": saved}});
    let paid = paypal.call("orders.create", json!({"body": body})).await;
    assert_eq!(paypal.sandbox().effects().captured_of(&text(&paid["id"])), 900);
    paypal.call("vault.delete-payment-token", it(&saved)).await;
    assert_eq!(paypal.sandbox().effects().payment_tokens[&saved], "DELETED");
    paypal.refused("vault.delete-payment-token", it(&saved), 404, "INVALID_RESOURCE_ID").await;
    paypal.refused("orders.create", json!({"body": body}), 422, "INVALID_VAULT_ID").await;
    assert_eq!(paypal.sandbox().effects().captured.len(), 1);
}
