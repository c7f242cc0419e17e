//! A partner: it invites a seller, who agrees, sells for the seller, and pays out what PayPal holds.

use connector_host::{ClientCredentials, Delegation, Secret};
use serde_json::{Value, json};

use super::{Played, order, text, usd};
use crate::simulated::Simulated;

const GONE: &str = "INVALID_RESOURCE_ID";

pub(super) async fn play(paypal: &Played) {
    let seller = onboarded(paypal).await;
    sell_for(paypal, &seller).await;
    let held = held(paypal).await;
    let reference = |id: &str| json!({"reference_id": id, "reference_type": "TRANSACTION_ID"});
    let item = |id: &str| json!({"body": reference(id)});
    let paid = paypal.call("referenced-payouts.create-item", item(&held)).await;
    assert_eq!((&paid["processing_state"]["status"], &paid["payout_amount"]), (&json!("SUCCESS"), &usd("96.02")));
    assert!(paypal.sandbox().effects().undisbursed.is_empty());
    paypal.refused("referenced-payouts.create-item", item(&seller), 404, GONE).await;
    let id = text(&paid["item_id"]);
    assert_eq!(paypal.call("referenced-payouts.get-item", json!({"payouts_item_id": id})).await, paid);
    paypal.refused("referenced-payouts.get-item", json!({"payouts_item_id": held}), 404, GONE).await;

    let second = self::held(paypal).await;
    let batch = json!({"body": {"referenced_payouts": [reference(&held), reference(&second)]}});
    let made = paypal.call("referenced-payouts.create", batch.clone()).await;
    let states = |document: &Value| {
        let items = document["referenced_payouts"].as_array().unwrap().iter();
        items.map(|item| text(&item["processing_state"]["status"])).collect::<Vec<_>>()
    };
    assert_eq!(states(&made), ["FAILED", "SUCCESS"]);
    paypal.forbidden("referenced-payouts.create", batch, "PERMISSION_DENIED").await;
    let id = made["links"][0]["href"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
    let shown = paypal.call("referenced-payouts.get", json!({"payouts_batch_id": id})).await;
    assert_eq!(states(&shown), states(&made));
    paypal.refused("referenced-payouts.get", json!({"payouts_batch_id": held}), 404, GONE).await;
}

/// Invites a seller, who agrees. Returns the seller's id.
async fn onboarded(paypal: &Played) -> String {
    let details = json!({"features": ["PAYMENT", "REFUND", "DELAY_FUNDS_DISBURSEMENT"]});
    let rest =
        json!({"integration_method": "PAYPAL", "integration_type": "THIRD_PARTY", "third_party_details": details});
    let operation =
        json!({"operation": "API_INTEGRATION", "api_integration_preference": {"rest_api_integration": rest}});
    let referral = |granted: bool| {
        json!({"body": {
            "tracking_id": "seller-4711",
            "operations": [operation],
            "products": ["PPCP"],
            "legal_consents": [{"type": "SHARE_DATA_CONSENT", "granted": granted}],
        }})
    };
    let made = paypal.call("partner-referrals.create", referral(true)).await;
    paypal.refused("partner-referrals.create", referral(false), 400, "INVALID_PARAMETER_VALUE").await;
    let id = made["links"][0]["href"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
    let shown = paypal.call("partner-referrals.get", json!({"partner_referral_id": id})).await;
    let partner = text(&shown["submitter_payer_id"]);
    paypal.refused("partner-referrals.get", json!({"partner_referral_id": partner}), 404, GONE).await;
    let find = json!({"partner_id": partner, "tracking_id": "seller-4711"});
    paypal.refused("merchant-integrations.find", find.clone(), 404, GONE).await;
    let agreed = paypal.control(&format!("partner-referrals/{id}/agree"), &Value::Null);
    let found = paypal.call("merchant-integrations.find", find).await;
    assert_eq!(found["merchant_id"], agreed["merchant_id"]);
    let seller = text(&found["merchant_id"]);
    let status = |seller: &str| json!({"partner_id": partner, "merchant_id": seller});
    let shown = paypal.call("merchant-integrations.get", status(&seller)).await;
    assert_eq!((&shown["payments_receivable"], &shown["primary_email_confirmed"]), (&json!(true), &json!(true)));
    assert_eq!(shown["oauth_integrations"][0]["oauth_third_party"][0]["scopes"].as_array().unwrap().len(), 4);
    paypal.refused("merchant-integrations.get", status(&partner), 404, GONE).await;
    seller
}

/// Sells something for the seller, by a connection that has the seller's merchant id and nothing else of the seller's: the money is
/// the seller's, and the order is in the seller's books.
async fn sell_for(paypal: &Played, seller: &str) {
    let partner = &paypal.sandbox().merchants()[0];
    let delegation = Delegation { client_id: partner.client_id.clone(), account_id: seller.to_owned() };
    let selling = Simulated::delegated(paypal.sandbox().clone(), delegation);
    let body = order("CAPTURE", "10.00");
    let id = text(&selling.call("orders.create", json!({"body": body})).await.body["id"]);
    paypal.approve(&id);
    let paid = selling.call("orders.capture", json!({"id": id})).await.body;
    assert_eq!(paid["status"], "COMPLETED");
    let shown = selling.call("orders.get", json!({"id": id})).await.body;
    // By the seller's own app.
    let theirs = paypal.sandbox().merchants().into_iter().find(|it| it.merchant_id == seller).unwrap();
    let app = ClientCredentials::new(theirs.client_id, Secret::new(theirs.client_secret));
    let theirs = Simulated::by(paypal.sandbox().clone(), app).call("orders.get", json!({"id": id})).await.body;
    assert_eq!(theirs, shown);
    let capture = json!({"capture_id": shown["purchase_units"][0]["payments"]["captures"][0]["id"]});
    selling.call("payments.refund-capture", capture.clone()).await;

    // The partner's own connection has none of it.
    paypal.refused("orders.get", json!({"id": id}), 404, GONE).await;
    paypal.refused("payments.get-capture", capture, 404, GONE).await;
    // A call that names another account acts for that one, and what takes no assertion is the partner's.
    let nobody = json!({"body": body, "options": {"auth_assertion": "eyJhbGciOiJub25lIn0.eyJpc3MiOiJ4In0."}});
    assert_eq!(selling.fail("orders.create", nobody).await.status, Some(401));
    let status = json!({"partner_id": partner.merchant_id, "merchant_id": seller});
    assert_eq!(selling.call("merchant-integrations.get", status).await.body["merchant_id"], *seller);
}

/// Pays an order of 100.00 dollars whose money PayPal holds. Returns the capture.
async fn held(paypal: &Played) -> String {
    let instruction = json!({"disbursement_mode": "DELAYED"});
    let order = json!({"body": {
        "intent": "CAPTURE",
        "purchase_units": [{"amount": usd("100.00"), "payment_instruction": instruction}],
    }});
    let id = text(&paypal.call("orders.create", order).await["id"]);
    paypal.approve(&id);
    let paid = paypal.call("orders.capture", json!({"id": id})).await;
    text(&paid["purchase_units"][0]["payments"]["captures"][0]["id"])
}
