//! A partner invites a seller, who agrees.

use paypal_simulator::NewMerchant;
use serde_json::{Value, json};

use crate::{
    accounts::{assertion, bearer},
    pages::{open, send},
    sandbox::Sandbox,
};

const REFERRALS: &str = "/v2/customer/partner-referrals";

fn referral() -> Value {
    let details = json!({"features": ["PAYMENT", "REFUND"]});
    let rest =
        json!({"integration_method": "PAYPAL", "integration_type": "THIRD_PARTY", "third_party_details": details});
    json!({
        "email": "mona@example.com",
        "tracking_id": "seller-4711",
        "partner_config_override": {"return_url": "https://market.example/sellers"},
        "business_entity": {"names": [{"business_name": "Mona's Teas", "type": "LEGAL_NAME"}]},
        "operations": [{"operation": "API_INTEGRATION", "api_integration_preference": {"rest_api_integration": rest}}],
        "products": ["PPCP"],
        "legal_consents": [{"type": "SHARE_DATA_CONSENT", "granted": true}],
    })
}

/// Returns the path of one of the links of an answer.
fn path(links: &Value, rel: &str) -> String {
    let link = links["links"].as_array().unwrap().iter().find(|link| link["rel"] == rel).unwrap();
    link["href"].as_str().unwrap().split_once(".com").unwrap().1.to_owned()
}

/// Returns the path of the partner's sellers.
fn sellers(paypal: &Sandbox) -> String {
    format!("/v1/customer/partners/{}/merchant-integrations", paypal.0.merchants()[0].merchant_id)
}

#[test]
fn a_seller_agrees_on_the_page_and_the_status_shows_what_was_granted() {
    let paypal = Sandbox::new();
    let invited = paypal.post(REFERRALS, &referral());
    assert_eq!(invited.status, 201);
    let shown = paypal.get(&path(&invited.body, "self")).ok();
    assert_eq!(shown["referral_data"]["tracking_id"], "seller-4711");
    assert_eq!(shown["submitter_client_id"], paypal.0.client_id());
    let (sellers, entry) = (sellers(&paypal), path(&invited.body, "action_url"));
    let find = format!("{sellers}?tracking_id=seller-4711");
    assert_eq!(paypal.get(&find).refusal(), (404, "INVALID_RESOURCE_ID"), "the seller has not agreed yet");

    let page = open(&paypal, &entry);
    assert!(page.has("Simulated Shop invites you to sell") && page.has("Refund"), "{}", page.html);
    assert!(send(&paypal, &entry, "do=cancel").has("You have not agreed"));
    assert_eq!(paypal.get(&find).status, 404);
    let back = send(&paypal, &entry, "do=agree&merchant=");
    let seller = paypal.get(&find).ok()["merchant_id"].as_str().unwrap().to_owned();
    let told = format!(
        "https://market.example/sellers?merchantId=seller-4711&merchantIdInPayPal={seller}&permissionsGranted=true"
    );
    assert!(back.status == 303 && back.location.as_ref().unwrap().starts_with(&told), "{:?}", back.location);

    let status = paypal.get(&format!("{sellers}/{seller}")).ok();
    assert_eq!((&status["payments_receivable"], &status["primary_email_confirmed"]), (&json!(true), &json!(true)));
    assert_eq!((&status["legal_name"], &status["primary_email"]), (&json!("Mona's Teas"), &json!("mona@example.com")));
    let grant = &status["oauth_integrations"][0]["oauth_third_party"][0];
    assert_eq!(grant["partner_client_id"], paypal.0.client_id());
    assert_eq!(grant["scopes"].as_array().unwrap().len(), 3);
    let events = paypal.events();
    let (_, event) = events.iter().find(|(name, _)| name == "MERCHANT.ONBOARDING.COMPLETED").unwrap();
    assert_eq!((&event["merchant_id"], &event["tracking_id"]), (&json!(seller), &json!("seller-4711")));

    // The partner sells for the seller.
    let partner = &paypal.0.merchants()[0];
    let amount = json!({"currency_code": "USD", "value": "10.00"});
    let order = json!({"intent": "CAPTURE", "purchase_units": [{"amount": amount}]});
    let assertion = assertion(partner, &seller);
    let headers = [("authorization", &*bearer(&paypal, partner)), ("paypal-auth-assertion", &*assertion)];
    let order = paypal.send("POST", "/v2/checkout/orders", &headers, &order).ok();
    assert_eq!(paypal.get(&format!("/v2/checkout/orders/{}", order["id"].as_str().unwrap())).status, 404);
    // Whoever it acts for, its sellers are the partner's.
    assert_eq!(paypal.send("GET", &find, &headers, &Value::Null).status, 200);
}

#[test]
fn a_known_merchant_agrees_confirms_the_address_and_takes_it_back() {
    let paypal = Sandbox::new();
    let shop = paypal.0.add_merchant(NewMerchant::default()).unwrap();
    let invited = paypal.post(REFERRALS, &referral()).ok();
    let token = path(&invited, "self").rsplit_once('/').unwrap().1.to_owned();
    let agree = |how: Value| paypal.control(&format!("partner-referrals/{token}/agree"), &how);
    for (how, field) in [
        (json!({"merchant": "nobody"}), "/merchant"),
        (json!({"merchant": paypal.0.merchants()[0].merchant_id}), "/merchant"),
        (json!({"primary_email_confirmed": "no"}), "/primary_email_confirmed"),
    ] {
        let refused = agree(how);
        assert_eq!((refused.status, &refused.body["details"][0]["field"]), (400, &json!(field)));
    }
    let agreed = agree(json!({"merchant": shop.merchant_id, "primary_email_confirmed": false})).ok();
    assert_eq!(agreed["merchant_id"], shop.merchant_id);
    let one = format!("{}/{}", sellers(&paypal), shop.merchant_id);
    let confirmed = || paypal.get(&format!("{one}?fields=primary_email_confirmed")).ok();
    assert_eq!(confirmed(), json!({"primary_email_confirmed": false}));
    paypal.control(&format!("merchant-integrations/{}/confirm-email", shop.merchant_id), &Value::Null).ok();
    assert_eq!(confirmed(), json!({"primary_email_confirmed": true}));

    let other = bearer(&paypal, &shop);
    for path in [one.clone(), path(&invited, "self")] {
        let refused = paypal.send("GET", &path, &[("authorization", &other)], &Value::Null);
        assert!(matches!(refused.status, 403 | 404), "another partner reads {path}: {refused:?}");
    }
    paypal.control(&format!("merchant-integrations/{}/revoke", shop.merchant_id), &Value::Null).ok();
    assert_eq!(paypal.get(&one).refusal(), (404, "INVALID_RESOURCE_ID"));
    assert!(paypal.events().iter().any(|(name, _)| name == "MERCHANT.PARTNER-CONSENT.REVOKED"));
    assert_eq!(paypal.control("merchant-integrations/X/revoke", &Value::Null).status, 404);
}

#[test]
fn a_referral_needs_the_seller_s_consent() {
    let paypal = Sandbox::new();
    for consents in [json!([]), json!([{"type": "SHARE_DATA_CONSENT", "granted": false}])] {
        let mut body = referral();
        body["legal_consents"] = consents;
        assert_eq!(paypal.post(REFERRALS, &body).status, 400);
    }
    let mut body = referral();
    body.as_object_mut().unwrap().remove("operations");
    assert_eq!(paypal.post(REFERRALS, &body).refusal(), (400, "MISSING_REQUIRED_PARAMETER"));
    assert_eq!(paypal.get(&format!("{REFERRALS}/X")).refusal(), (404, "INVALID_RESOURCE_ID"));
    assert_eq!(open(&paypal, "/bizsignup/partner/entry?referralToken=X").status, 404);
}
