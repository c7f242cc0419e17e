//! Payment links, and exchange rates.

use serde_json::{Value, json};

use super::{Played, text, usd};

const UNKNOWN: &str = "PLB-8H2K9J3N5P7Q";
const GONE: &str = "INVALID_RESOURCE_ID";

fn tin(price: &str) -> Value {
    json!({
        "integration_mode": "LINK",
        "type": "BUY_NOW",
        "line_items": [{"name": "Tin", "unit_amount": usd(price)}],
    })
}

pub(super) async fn play(paypal: &Played) {
    let it = |id: &str| json!({"id": id});
    let replace = |id: &str, price: &str| json!({"id": id, "body": tin(price)});
    let id = text(&paypal.call("payment-links.create", json!({"body": tin("12.50")})).await["id"]);
    paypal.refused("payment-links.create", json!({"body": tin("0.00")}), 422, "CANNOT_BE_ZERO_OR_NEGATIVE").await;
    paypal.call("payment-links.create", json!({"body": tin("1.00")})).await;
    let first = paypal.reply("payment-links.list", json!({"page_size": 1})).await;
    assert_eq!(first.body["resources"][0]["id"], id);
    let last = paypal.reply("payment-links.list", first.next.unwrap()).await;
    assert_eq!((last.body["resources"].as_array().unwrap().len(), last.next), (1, None));
    paypal.forbidden("payment-links.list", json!({}), "PERMISSION_DENIED").await;
    paypal.call("payment-links.update", replace(&id, "13.50")).await;
    paypal.refused("payment-links.update", replace(UNKNOWN, "13.50"), 404, GONE).await;
    let shown = paypal.call("payment-links.get", it(&id)).await;
    assert_eq!(shown["line_items"][0]["unit_amount"], usd("13.50"));
    paypal.refused("payment-links.get", it(UNKNOWN), 404, GONE).await;
    let paid = paypal.control(&format!("payment-links/{id}/pay"), &Value::Null);
    assert_eq!(paypal.sandbox().effects().captured[paid["capture_id"].as_str().unwrap()].minor_units, 1350);
    paypal.call("payment-links.delete", it(&id)).await;
    paypal.refused("payment-links.delete", it(&id), 404, GONE).await;

    let pair = |quoted: &str| json!({"body": {"quote_items": [{"base_currency": "USD", "base_amount": "10.00", "quote_currency": quoted}]}});
    let quoted = paypal.call("exchange-rates.quote", pair("EUR")).await;
    assert_eq!(quoted["exchange_rate_quotes"][0]["quote_amount"], json!({"currency_code": "EUR", "value": "8.60"}));
    paypal.refused("exchange-rates.quote", pair("XXX"), 422, "INVALID_CURRENCY_CODE").await;
}
