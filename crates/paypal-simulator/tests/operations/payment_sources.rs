//! Payment sources of orders: cards, 3-D Secure, wallets, banks, and what is saved.

use serde_json::{Value, json};

use crate::sandbox::{Answer, Sandbox};

const ORDERS: &str = "/v2/checkout/orders";

fn amount(value: &str, currency: &str) -> Value {
    json!({"amount": {"currency_code": currency, "value": value}})
}

fn card() -> Value {
    json!({"name": "Alex Example", "number": "4012888888881881", "expiry": "2029-04", "security_code": "123"})
}

fn order(intent: &str, source: &Value) -> Value {
    json!({"intent": intent, "purchase_units": [amount("10.00", "EUR")], "payment_source": source})
}

/// Sends a request with a key of its own.
fn send(paypal: &Sandbox, path: &str, body: &Value) -> Answer {
    let key = format!("{path}{body}");
    let key: String = key.bytes().fold(5_381_u64, |hash, byte| hash.wrapping_mul(33) ^ u64::from(byte)).to_string();
    paypal.send("POST", path, &[("paypal-request-id", &key), ("prefer", "return=representation")], body)
}

fn create(paypal: &Sandbox, intent: &str, source: &Value) -> Answer {
    send(paypal, ORDERS, &order(intent, source))
}

fn path(order: &Value, action: &str) -> String {
    format!("{ORDERS}/{}{action}", order["id"].as_str().unwrap())
}

fn capture_of(order: &Value) -> &Value {
    &order["purchase_units"][0]["payments"]["captures"][0]
}

fn control(paypal: &Sandbox, order: &Value, action: &str, body: &Value) -> Answer {
    paypal.control(&format!("orders/{}/{action}", order["id"].as_str().unwrap()), body)
}

#[test]
fn a_card_pays_at_once_and_shows_no_number() {
    let paypal = Sandbox::new();
    let paid = create(&paypal, "CAPTURE", &json!({"card": card()})).ok();
    let shown = json!({
        "name": "Alex Example", "last_digits": "1881", "expiry": "2029-04", "brand": "VISA", "type": "CREDIT",
    });
    assert_eq!((&paid["status"], &paid["payment_source"]["card"]), (&json!("COMPLETED"), &shown));
    assert!(paid["payer"].is_null(), "a card has no PayPal account");
    let processor = &capture_of(&paid)["processor_response"];
    assert_eq!(processor, &json!({"cvv_code": "M", "response_code": "0000"}));
    let reference = json!({"id": capture_of(&paid)["id"], "network": "VISA"});
    assert_eq!(capture_of(&paid)["network_transaction_reference"], reference);
    assert!(!paid.to_string().contains("4012888888881881"), "a card's number is shown");
    assert_eq!(paypal.0.effects().captured_of(paid["id"].as_str().unwrap()), 1000);
}

#[test]
fn each_documented_name_declines_with_its_code() {
    let paypal = Sandbox::new();
    let codes = [
        ("CCREJECT-REFUSED", "0500"),
        ("CCREJECT-SF", "9500"),
        ("CCREJECT-EC", "5400"),
        ("CCREJECT-IRC", "5180"),
        ("CCREJECT-IF", "5120"),
        ("CCREJECT-LS", "9520"),
        ("CCREJECT-IA", "1330"),
        ("CCREJECT-BANK_ERROR", "5100"),
        ("CCREJECT-CVV_F", "00N7"),
    ];
    for (name, code) in codes {
        let mut card = card();
        card["name"] = name.into();
        let declined = create(&paypal, "CAPTURE", &json!({"card": card}));
        assert_eq!((declined.status, &declined.body["status"]), (201, &json!("COMPLETED")));
        assert_eq!(capture_of(&declined.body)["status"], "DECLINED");
        let processor = &capture_of(&declined.body)["processor_response"];
        assert_eq!(processor, &json!({"avs_code": "G", "cvv_code": "P", "response_code": code}));
        assert!(capture_of(&declined.body)["network_transaction_reference"].is_null());

        let denied = create(&paypal, "AUTHORIZE", &json!({"card": card})).ok();
        let authorization = &denied["purchase_units"][0]["payments"]["authorizations"][0];
        assert_eq!(
            (&authorization["status"], &authorization["processor_response"]["response_code"]),
            (&json!("DENIED"), &json!(code))
        );
        let path = format!("/v2/payments/authorizations/{}", authorization["id"].as_str().unwrap());
        assert_eq!(paypal.post(&format!("{path}/capture"), &json!({})).refusal(), (422, "AUTHORIZATION_DENIED"));
        assert_eq!(paypal.post(&format!("{path}/void"), &json!({})).refusal(), (422, "CANNOT_BE_VOIDED"));
    }
    let effects = paypal.0.effects();
    assert!(effects.captured.is_empty() && effects.authorized.is_empty() && effects.voided.is_empty());
}

#[test]
fn a_payer_passes_or_fails_3_d_secure() {
    let paypal = Sandbox::new();
    let with = |number: &str, method: &str| {
        let mut card = card();
        card["number"] = number.into();
        card["attributes"] = json!({"verification": {"method": method}});
        json!({"card": card})
    };
    for (number, shift, status, enrollment, capture) in [
        ("4868719166101368", "POSSIBLE", json!("Y"), "Y", 201),
        ("4868719181895556", "NO", json!("N"), "Y", 422),
        ("4868719581920723", "POSSIBLE", json!("A"), "Y", 201),
        ("4868719557718580", "NO", json!("U"), "Y", 201),
        ("4868719081564153", "NO", json!("R"), "Y", 422),
        ("4868719488651967", "NO", Value::Null, "U", 201),
        // Any other card passes.
        ("4012888888881881", "POSSIBLE", json!("Y"), "Y", 201),
    ] {
        let order = create(&paypal, "CAPTURE", &with(number, "SCA_ALWAYS"));
        assert_eq!((order.status, &order.body["status"]), (201, &json!("PAYER_ACTION_REQUIRED")));
        assert_eq!(order.body["links"][1]["rel"], "payer-action");
        let order = order.body;
        assert_eq!(paypal.post(&path(&order, "/capture"), &json!({})).refusal(), (422, "ORDER_NOT_APPROVED"));
        assert!(paypal.0.approve_order(order["id"].as_str().unwrap()));
        let approved = paypal.get(&path(&order, "")).ok();
        let result = &approved["payment_source"]["card"]["authentication_result"];
        assert_eq!((&approved["status"], &result["liability_shift"]), (&json!("APPROVED"), &json!(shift)), "{number}");
        let details = &result["three_d_secure"];
        assert_eq!((&details["authentication_status"], &details["enrollment_status"]), (&status, &json!(enrollment)));
        let captured = paypal.post(&path(&order, "/capture"), &json!({}));
        assert_eq!(captured.status, capture, "{number}");
        if capture == 422 {
            assert_eq!(captured.refusal().1, "CONTINGENCY_NOT_SUCCESSFUL");
        }
    }
    let order = create(&paypal, "CAPTURE", &with("4868719166101368", "SCA_WHEN_REQUIRED")).ok();
    assert_eq!(order["status"], "PAYER_ACTION_REQUIRED");
    let paid = create(&paypal, "CAPTURE", &with("4012888888881881", "SCA_WHEN_REQUIRED")).ok();
    assert_eq!(paid["status"], "COMPLETED");
    let asked = json!({"authentication_status": "U", "enrollment_status": "B", "liability_shift": "UNKNOWN"});
    let refused = control(&paypal, &order, "authenticate", &json!({"liability_shift": "MAYBE"}));
    assert_eq!(refused.refusal(), (400, "INVALID_PARAMETER_VALUE"));
    control(&paypal, &order, "authenticate", &asked).ok();
    let result = &paypal.get(&path(&order, "")).ok()["payment_source"]["card"]["authentication_result"];
    let details = json!({"authentication_status": "U", "enrollment_status": "B"});
    assert_eq!(result, &json!({"liability_shift": "UNKNOWN", "three_d_secure": details}));
}

#[test]
fn a_capture_with_a_card_may_need_the_payer_first() {
    let paypal = Sandbox::new();
    let order = paypal.post(ORDERS, &json!({"intent": "CAPTURE", "purchase_units": [amount("10.00", "EUR")]})).ok();
    let mut card = card();
    card["attributes"] = json!({"verification": {"method": "SCA_ALWAYS"}});
    let refused = paypal.post(&path(&order, "/capture"), &json!({"payment_source": {"card": card}}));
    assert_eq!(refused.refusal(), (422, "PAYER_ACTION_REQUIRED"));
    assert_eq!(refused.body["links"][1]["rel"], "payer-action");
    assert_eq!(paypal.get(&path(&order, "")).ok()["status"], "PAYER_ACTION_REQUIRED");
    control(&paypal, &order, "authenticate", &Value::Null).ok();
    assert_eq!(paypal.post(&path(&order, "/capture"), &json!({})).status, 201);
}

#[test]
fn a_card_is_entered_in_the_merchant_s_form() {
    let paypal = Sandbox::new();
    let empty = json!({"card": {"attributes": {"verification": {"method": "SCA_WHEN_REQUIRED"}}}});
    let order = paypal.post(ORDERS, &order("CAPTURE", &empty)).ok();
    assert_eq!(order["status"], "CREATED");
    let confirm = path(&order, "/confirm-payment-source");
    assert_eq!(paypal.post(&confirm, &json!({"payment_source": empty})).refusal(), (422, "CARD_NUMBER_REQUIRED"));
    let mut dateless = card();
    dateless.as_object_mut().unwrap().remove("expiry");
    let refused = paypal.post(&confirm, &json!({"payment_source": {"card": dateless}}));
    assert_eq!(refused.refusal(), (422, "CARD_EXPIRY_REQUIRED"));
    let both = json!({"payment_source": {"card": card(), "paypal": {}}});
    assert_eq!(paypal.post(&confirm, &both).refusal(), (422, "ONLY_ONE_PAYMENT_SOURCE_ALLOWED"));
    assert_eq!(paypal.post(&confirm, &json!({"payment_source": {}})).refusal(), (422, "NO_PAYMENT_SOURCE_PROVIDED"));
    let confirmed = paypal.post(&confirm, &json!({"payment_source": {"card": card()}})).ok();
    assert_eq!(confirmed["status"], "APPROVED");
    assert_eq!(paypal.post(&path(&order, "/capture"), &json!({})).status, 201);
    let again = paypal.post(&confirm, &json!({"payment_source": {"card": card()}}));
    assert_eq!(again.refusal(), (422, "ORDER_ALREADY_CAPTURED"));
}

#[test]
fn a_payment_method_is_saved_with_a_purchase_and_used_again() {
    let paypal = Sandbox::new();
    let save = json!({"vault": {"store_in_vault": "ON_SUCCESS"}, "customer": {"merchant_customer_id": "shop-7"}});
    let mut saved = card();
    saved["attributes"] = save.clone();
    let paid = create(&paypal, "CAPTURE", &json!({"card": saved})).ok();
    let vault = &paid["payment_source"]["card"]["attributes"]["vault"];
    assert_eq!((&vault["status"], &vault["customer"]["merchant_customer_id"]), (&json!("VAULTED"), &json!("shop-7")));
    let id = vault["id"].as_str().unwrap();
    let rels: Vec<_> = vault["links"].as_array().unwrap().iter().map(|link| link["rel"].as_str().unwrap()).collect();
    assert_eq!(rels, ["self", "delete", "up"]);
    let token = paypal.get(&format!("/v3/vault/payment-tokens/{id}")).ok();
    assert_eq!(
        (&token["customer"], &token["payment_source"]["card"]["last_digits"]),
        (&vault["customer"], &json!("1881"))
    );
    let created: Vec<_> = paypal.events().into_iter().filter(|(name, _)| name.starts_with("VAULT")).collect();
    assert_eq!((created.len(), &created[0].1["metadata"]["order_id"]), (1, &paid["id"]));

    let credential = json!({"payment_initiator": "MERCHANT", "payment_type": "RECURRING", "usage": "SUBSEQUENT"});
    let source = json!({"card": {"vault_id": id, "stored_credential": credential}});
    let again = create(&paypal, "CAPTURE", &source).ok();
    assert_eq!(
        (&again["status"], &again["payment_source"]["card"]["last_digits"]),
        (&json!("COMPLETED"), &json!("1881"))
    );
    assert_eq!(again["payment_source"]["card"]["stored_credential"], credential);
    assert_eq!(
        capture_of(&again)["processor_response"],
        json!({"response_code": "0000"}),
        "no security code was given"
    );
    let by_token = create(&paypal, "AUTHORIZE", &json!({"token": {"id": id, "type": "PAYMENT_METHOD_TOKEN"}})).ok();
    assert_eq!(by_token["purchase_units"][0]["payments"]["authorizations"][0]["status"], "CREATED");
    assert_eq!(paypal.0.effects().payment_tokens.len(), 1, "using it does not save it again");

    // A card that waits for 3-D Secure is saved when it has paid.
    saved["attributes"]["verification"] = json!({"method": "SCA_ALWAYS"});
    let waiting = create(&paypal, "AUTHORIZE", &json!({"card": saved})).ok();
    assert!(waiting["payment_source"]["card"]["attributes"].is_null());
    control(&paypal, &waiting, "authenticate", &Value::Null).ok();
    let paid = send(&paypal, &path(&waiting, "/authorize"), &json!({})).ok();
    assert_eq!(paid["payment_source"]["card"]["attributes"]["vault"]["status"], "VAULTED");
    assert_eq!(paypal.0.effects().payment_tokens.len(), 2);
    saved["attributes"] = save;

    // A declined card is not saved.
    saved["name"] = "CCREJECT-IF".into();
    let declined = create(&paypal, "CAPTURE", &json!({"card": saved})).ok();
    assert!(declined["payment_source"]["card"]["attributes"].is_null());
    assert_eq!(paypal.0.effects().payment_tokens.len(), 2);
}

#[test]
fn a_paypal_account_is_saved_when_its_order_is_captured() {
    let paypal = Sandbox::new();
    for method in ["paypal", "venmo"] {
        let vault = json!({"store_in_vault": "ON_SUCCESS", "usage_type": "MERCHANT", "description": "Box"});
        let order = create(&paypal, "CAPTURE", &json!({method: {"attributes": {"vault": vault}}})).ok();
        assert!(order["payment_source"][method]["attributes"].is_null());
        control(&paypal, &order, "approve", &Value::Null).ok();
        let approved = paypal.get(&path(&order, "")).ok();
        assert_eq!(approved["payment_source"][method]["attributes"]["vault"], json!({"status": "APPROVED"}));
        let paid = send(&paypal, &path(&order, "/capture"), &json!({})).ok();
        let vault = &paid["payment_source"][method]["attributes"]["vault"];
        assert_eq!(vault["status"], "VAULTED");
        let token = paypal.get(&format!("/v3/vault/payment-tokens/{}", vault["id"].as_str().unwrap())).ok();
        let account = &token["payment_source"][method];
        assert_eq!((&account["payer_id"], &account["description"]), (&json!("T4EXM8PLEPY3R"), &json!("Box")));
        let again = create(&paypal, "CAPTURE", &json!({method: {"vault_id": vault["id"]}})).ok();
        assert_eq!((&again["status"], &again["payer"]["payer_id"]), (&json!("COMPLETED"), &json!("T4EXM8PLEPY3R")));
        assert_eq!(again["payment_source"][method]["email_address"], "payer@example.com");
    }
}

#[test]
fn a_payment_token_must_exist_and_be_of_the_method() {
    let paypal = Sandbox::new();
    let tokens = "/v3/vault/payment-tokens";
    let id = paypal.post(tokens, &json!({"payment_source": {"card": card()}})).ok()["id"].clone();
    let order = paypal.post(ORDERS, &json!({"intent": "CAPTURE", "purchase_units": [amount("10.00", "EUR")]})).ok();
    let (confirm, capture) = (path(&order, "/confirm-payment-source"), path(&order, "/capture"));
    let refused = |path: &str, source: Value| {
        let body = match path {
            ORDERS => self::order("CAPTURE", &source),
            _ => json!({"payment_source": source}),
        };
        let refused = send(&paypal, path, &body);
        assert_eq!(refused.status, 422, "{source}");
        let detail = &refused.body["details"][0];
        (detail["issue"].as_str().unwrap().to_owned(), detail["field"].as_str().unwrap_or_default().to_owned())
    };
    let of = |issue: &str, field: &str| (issue.to_owned(), format!("/payment_source/{field}"));
    for path in [ORDERS, &confirm, &capture] {
        let unknown = refused(path, json!({"card": {"vault_id": "9p3xs5gj"}}));
        assert_eq!(unknown, of("INVALID_VAULT_ID", "card/vault_id"));
        let mismatched = refused(path, json!({"paypal": {"vault_id": id}}));
        assert_eq!(mismatched, of("MISMATCHED_VAULT_ID_TO_PAYMENT_SOURCE", "paypal/vault_id"));
        let redundant = refused(path, json!({"card": {"vault_id": id, "expiry": "2030-01"}}));
        assert_eq!(redundant, of("INCOMPATIBLE_PARAMETER_VALUE", "card/vault_id"));
    }
    let token = |kind: &str| json!({"token": {"id": "9p3xs5gj", "type": kind}});
    assert_eq!(refused(ORDERS, token("PAYMENT_METHOD_TOKEN")), of("INVALID_VAULT_ID", "token/id"));
    assert_eq!(refused(&capture, token("PAYMENT_METHOD_TOKEN")), of("TOKEN_ID_NOT_FOUND", "token/id"));
    assert_eq!(refused(&capture, token("SETUP_TOKEN")), of("INVALID_VAULT_SETUP_TOKEN", "token/id"));
    paypal.send("DELETE", &format!("{tokens}/{}", id.as_str().unwrap()), &[], &Value::Null).ok();
    assert_eq!(refused(ORDERS, json!({"card": {"vault_id": id}})), of("INVALID_VAULT_ID", "card/vault_id"));

    let context = json!({"return_url": "https://shop.example.com/a", "cancel_url": "https://shop.example.com/b"});
    let setup =
        paypal.post("/v3/vault/setup-tokens", &json!({"payment_source": {"paypal": {"experience_context": context}}}));
    let setup = json!({"token": {"id": setup.ok()["id"], "type": "SETUP_TOKEN"}});
    assert_eq!(refused(ORDERS, setup.clone()), of("PAYMENT_SOURCE_CANNOT_BE_USED", "token/id"));
    assert_eq!(refused(&capture, setup.clone()), of("PAYER_ACTION_REQUIRED", "token/id"));
    assert!(paypal.0.approve_setup_token(setup["token"]["id"].as_str().unwrap()));
    assert_eq!(create(&paypal, "CAPTURE", &setup).ok()["status"], "COMPLETED");

    let reserve = paypal.post(ORDERS, &json!({"intent": "AUTHORIZE", "purchase_units": [amount("10.00", "EUR")]})).ok();
    let authorize = path(&reserve, "/authorize");
    assert_eq!(refused(&authorize, token("SETUP_TOKEN")), of("TOKEN_ID_NOT_FOUND", "token/id"));
    paypal.days(3);
    // Those before are gone.
    let new = |intent: &str, action: &str| {
        let units = [amount("10.00", "EUR")];
        path(&paypal.post(ORDERS, &json!({"intent": intent, "purchase_units": units})).ok(), action)
    };
    let (confirm, capture) = (new("CAPTURE", "/confirm-payment-source"), new("CAPTURE", "/capture"));
    let authorize = new("AUTHORIZE", "/authorize");
    for (path, issue) in [
        (ORDERS, "TOKEN_EXPIRED"),
        (&confirm, "TOKEN_EXPIRED"),
        (&authorize, "TOKEN_EXPIRED"),
        (&capture, "INVALID_VAULT_SETUP_TOKEN"),
    ] {
        assert_eq!(refused(path, setup.clone()), of(issue, "token/id"));
    }

    let soon = json!({"number": "4012888888881881", "expiry": "2026-03"});
    let id = paypal.post(tokens, &json!({"payment_source": {"card": soon}})).ok()["id"].clone();
    paypal.days(40);
    let capture = new("CAPTURE", "/capture");
    assert_eq!(refused(ORDERS, json!({"card": {"vault_id": id}})), of("CARD_EXPIRED", "card/vault_id"));
    assert_eq!(refused(&capture, json!({"card": {"vault_id": id}})), of("REFERENCED_CARD_EXPIRED", "card/vault_id"));
}

#[test]
fn a_mistake_in_a_card_is_refused_before_anything_happens() {
    let paypal = Sandbox::new();
    for (name, value, refusal) in [
        ("number", json!("4012888888881882"), (422, "VALIDATION_ERROR")),
        ("number", json!("4012-8888-8888-1881"), (400, "INVALID_PARAMETER_SYNTAX")),
        ("expiry", json!("2026-02"), (422, "CARD_EXPIRED")),
        ("expiry", Value::Null, (400, "MISSING_REQUIRED_PARAMETER")),
        ("security_code", json!("1234"), (422, "INVALID_SECURITY_CODE_LENGTH")),
        ("name", json!("x".repeat(301)), (400, "INVALID_STRING_LENGTH")),
        ("stored_credential", json!({"payment_initiator": "CUSTOMER"}), (400, "MISSING_REQUIRED_PARAMETER")),
        (
            "stored_credential",
            json!({"payment_initiator": "MERCHANT", "payment_type": "ONE_TIME"}),
            (422, "MERCHANT_INITIATED_WITH_SECURITY_CODE"),
        ),
        ("attributes", json!({"vault": {}}), (422, "VAULT_INSTRUCTION_REQUIRED")),
        (
            "attributes",
            json!({"vault": {"store_in_vault": "ON_SUCCESS", "confirm_payment_token": "ON_ORDER_COMPLETION"}}),
            (422, "VAULT_INSTRUCTION_DUPLICATED"),
        ),
        ("attributes", json!({"verification": {"method": "X"}}), (400, "INVALID_PARAMETER_VALUE")),
    ] {
        let mut card = card();
        card[name] = value;
        let refused = create(&paypal, "CAPTURE", &json!({"card": card}));
        assert_eq!(refused.refusal(), refusal, "{card}");
        let field = refused.body["details"][0]["field"].as_str().unwrap();
        assert!(field.starts_with("/payment_source/card/"), "{field}");
        assert!(!refused.body.to_string().contains("40128888"), "{}", refused.body);
    }
    let merchant = json!({"payment_initiator": "MERCHANT", "payment_type": "RECURRING"});
    let mut source = card();
    source.as_object_mut().unwrap().remove("security_code");
    source["stored_credential"] = merchant;
    let mut two = order("CAPTURE", &json!({"card": source}));
    two["purchase_units"] = json!([
        {"reference_id": "a", "amount": amount("1.00", "EUR")["amount"]},
        {"reference_id": "b", "amount": amount("2.00", "EUR")["amount"]},
    ]);
    assert_eq!(send(&paypal, ORDERS, &two).refusal(), (422, "MERCHANT_INITIATED_WITH_MULTIPLE_PURCHASE_UNITS"));
    source["attributes"] = json!({"verification": {"method": "SCA_ALWAYS"}});
    let refused = create(&paypal, "CAPTURE", &json!({"card": source}));
    assert_eq!(refused.refusal(), (422, "MERCHANT_INITIATED_WITH_AUTHENTICATION_RESULTS"));
    let network = json!({"number": "4012888888881881", "expiry": "2029-04"});
    let refused = create(&paypal, "CAPTURE", &json!({"card": {"network_token": network}}));
    assert_eq!(refused.refusal(), (422, "MISSING_CRYPTOGRAM"));
    let merchant = json!({"payment_initiator": "MERCHANT", "payment_type": "RECURRING"});
    let source = json!({"card": {"network_token": network, "stored_credential": merchant}});
    assert_eq!(create(&paypal, "CAPTURE", &source).refusal(), (422, "MISSING_PREVIOUS_REFERENCE"));
    assert!(paypal.0.effects().orders.is_empty() && paypal.events().is_empty());

    // The same is taken without the mistake, and a name is a trigger here too.
    let mut good = json!({"network_token": network, "name": "CCREJECT-LS"});
    good["network_token"]["cryptogram"] = "x".repeat(28).into();
    let declined = create(&paypal, "CAPTURE", &json!({"card": good})).ok();
    assert_eq!(capture_of(&declined)["processor_response"]["response_code"], "9520");
}

#[test]
fn a_payer_pays_at_a_bank() {
    let paypal = Sandbox::new();
    for (method, country) in [
        ("bancontact", "BE"),
        ("blik", "PL"),
        ("eps", "AT"),
        ("giropay", "DE"),
        ("ideal", "NL"),
        ("mybank", "IT"),
        ("p24", "PL"),
        ("sofort", "GB"),
        ("trustly", "SE"),
        ("swish", "SE"),
    ] {
        let payer = json!({"name": "Robin Sample", "country_code": country, "email": "robin@example.com"});
        let mut body = order("CAPTURE", &json!({method: payer}));
        body["processing_instruction"] = "ORDER_COMPLETE_ON_PAYMENT_APPROVAL".into();
        let waiting = paypal.post(ORDERS, &body).ok();
        assert_eq!(
            (&waiting["status"], &waiting["links"][1]["rel"]),
            (&json!("PAYER_ACTION_REQUIRED"), &json!("payer-action"))
        );
        assert_eq!(waiting["payment_source"][method]["country_code"], country);
        control(&paypal, &waiting, "approve", &Value::Null).ok();
        let paid = paypal.get(&path(&waiting, "")).ok();
        assert_eq!(
            (&paid["status"], &capture_of(&paid)["status"]),
            (&json!("COMPLETED"), &json!("COMPLETED")),
            "{method}"
        );
        assert_eq!(paypal.post(&path(&waiting, "/capture"), &json!({})).refusal(), (422, "ORDER_ALREADY_CAPTURED"));
        assert_eq!(paypal.0.effects().captured_of(waiting["id"].as_str().unwrap()), 1000);

        // Without the instruction the merchant captures.
        let waiting = paypal.post(ORDERS, &order("CAPTURE", &json!({method: payer}))).ok();
        control(&paypal, &waiting, "approve", &Value::Null).ok();
        assert_eq!(paypal.get(&path(&waiting, "")).ok()["status"], "APPROVED");
        assert_eq!(paypal.post(&path(&waiting, "/capture"), &json!({})).status, 201);
    }
    let events: Vec<_> = paypal.events().into_iter().take(3).map(|(name, _)| name).collect();
    assert_eq!(events, ["CHECKOUT.ORDER.APPROVED", "PAYMENT.CAPTURE.COMPLETED", "CHECKOUT.ORDER.COMPLETED"]);
}

#[test]
fn a_bank_has_its_rules() {
    let paypal = Sandbox::new();
    let payer = json!({"name": "Robin Sample", "country_code": "BE"});
    for (source, refusal, field) in [
        (
            json!({"bancontact": {"name": "Robin Sample"}}),
            (400, "MISSING_REQUIRED_PARAMETER"),
            "bancontact/country_code",
        ),
        (json!({"trustly": payer}), (400, "MISSING_REQUIRED_PARAMETER"), "trustly/email"),
        (json!({"ideal": payer}), (422, "COUNTRY_NOT_SUPPORTED_BY_PAYMENT_SOURCE"), "ideal/country_code"),
        (json!({"eps": {"name": "Jo", "country_code": "AT"}}), (400, "INVALID_STRING_LENGTH"), "eps/name"),
        (
            json!({"blik": {"name": "Robin", "country_code": "PL", "level_0": {"auth_code": "12345x"}}}),
            (400, "INVALID_PARAMETER_SYNTAX"),
            "blik/level_0/auth_code",
        ),
        (
            json!({"blik": {"name": "Robin", "country_code": "PL", "one_click": {"consumer_reference": "abc"}}}),
            (422, "BLIK_ONE_CLICK_MISSING_REQUIRED_PARAMETER"),
            "blik/one_click",
        ),
    ] {
        let refused = create(&paypal, "CAPTURE", &source);
        assert_eq!(refused.refusal(), refusal, "{source}");
        assert_eq!(refused.body["details"][0]["field"], format!("/payment_source/{field}"));
    }
    let mut two = order("CAPTURE", &json!({"bancontact": payer}));
    two["purchase_units"] = json!([
        {"reference_id": "a", "amount": amount("1.00", "EUR")["amount"]},
        {"reference_id": "b", "amount": amount("2.00", "EUR")["amount"]},
    ]);
    let issue = "MULTIPLE_PURCHASE_UNITS_NOT_SUPPORTED_FOR_PAYMENT_SOURCE";
    assert_eq!(send(&paypal, ORDERS, &two).refusal(), (422, issue));
    let pix = json!({
        "name": "Robin Sample", "country_code": "BR", "email_address": "robin@example.com", "currency_code": "BRL",
        "phone_number": {"country_code": "55", "national_number": "11987654321"},
        "tax_info": {"tax_id": "12345678909", "tax_id_type": "BR_CPF"},
    });
    let waiting = create(&paypal, "CAPTURE", &json!({"pix": pix})).ok();
    assert_eq!((&waiting["status"], &waiting["payment_source"]["pix"]), (&json!("PAYER_ACTION_REQUIRED"), &pix));
    let mut complete = order("CAPTURE", &json!({"paypal": {}}));
    complete["processing_instruction"] = "ORDER_COMPLETE_ON_PAYMENT_APPROVAL".into();
    assert_eq!(send(&paypal, ORDERS, &complete).refusal(), (422, "UNSUPPORTED_PROCESSING_INSTRUCTION"));
    let waiting = create(&paypal, "AUTHORIZE", &json!({"bancontact": payer})).ok();
    control(&paypal, &waiting, "approve", &Value::Null).ok();
    let refused = paypal.post(&path(&waiting, "/authorize"), &json!({}));
    assert_eq!(refused.refusal(), (422, "UNSUPPORTED_INTENT_FOR_PAYMENT_SOURCE"));
}

#[test]
fn apple_pay_and_google_pay_bring_a_card() {
    let paypal = Sandbox::new();
    let tokenized = json!({"number": "4012888888881881", "expiry": "2029-04"});
    let apple = |value: &str, data: Value| {
        let total = json!({"currency_code": "EUR", "value": value});
        json!({"apple_pay": {"name": "Alex Example", "email_address": "payer@example.com", "decrypted_token": {
            "transaction_amount": total, "tokenized_card": tokenized, "payment_data_type": "3DSECURE", "payment_data": data,
        }}})
    };
    let paid = create(&paypal, "CAPTURE", &apple("10.00", json!({"cryptogram": "abc"}))).ok();
    let shown = &paid["payment_source"]["apple_pay"];
    assert_eq!(
        (&paid["status"], &shown["card"]["last_digits"], &shown["name"]),
        (&json!("COMPLETED"), &json!("1881"), &json!("Alex Example"))
    );
    assert_eq!(
        create(&paypal, "CAPTURE", &apple("9.99", json!({"cryptogram": "abc"}))).refusal(),
        (422, "APPLE_PAY_AMOUNT_MISMATCH")
    );
    assert_eq!(create(&paypal, "CAPTURE", &apple("10.00", json!({}))).refusal(), (422, "CRYPTOGRAM_REQUIRED"));

    let google = |by: &str, attributes: Value| {
        let token = json!({"payment_method": "CARD", "card": tokenized, "authentication_method": by});
        json!({"google_pay": {"name": "Alex Example", "decrypted_token": token, "attributes": attributes}})
    };
    let refused = create(&paypal, "CAPTURE", &google("CRYPTOGRAM_3DS", Value::Null));
    assert_eq!(refused.refusal(), (422, "CRYPTOGRAM_REQUIRED"));
    assert_eq!(create(&paypal, "CAPTURE", &google("PAN_ONLY", Value::Null)).ok()["status"], "COMPLETED");
    let asked = json!({"verification": {"method": "SCA_ALWAYS"}});
    let waiting = create(&paypal, "CAPTURE", &google("PAN_ONLY", asked)).ok();
    assert_eq!(waiting["status"], "PAYER_ACTION_REQUIRED");
    control(&paypal, &waiting, "authenticate", &Value::Null).ok();
    let card = &paypal.get(&path(&waiting, "")).ok()["payment_source"]["google_pay"]["card"];
    assert_eq!(
        (&card["last_digits"], &card["authentication_result"]["liability_shift"]),
        (&json!("1881"), &json!("POSSIBLE"))
    );
    assert_eq!(paypal.post(&path(&waiting, "/capture"), &json!({})).status, 201);
}

#[test]
fn apple_pay_is_saved_for_the_merchant() {
    let paypal = Sandbox::new();
    let source = json!({"apple_pay": {
        "decrypted_token": {"tokenized_card": {"number": "4012888888881881", "expiry": "2029-04"}},
        "attributes": {"vault": {"store_in_vault": "ON_SUCCESS"}},
    }});
    let paid = create(&paypal, "CAPTURE", &source).ok();
    let id = &paid["payment_source"]["apple_pay"]["attributes"]["vault"]["id"];
    let token = paypal.get(&format!("/v3/vault/payment-tokens/{}", id.as_str().unwrap())).ok();
    assert_eq!(token["payment_source"]["apple_pay"]["card"]["last_digits"], "1881");
    let again = create(&paypal, "CAPTURE", &json!({"apple_pay": {"vault_id": id}})).ok();
    assert_eq!(
        (&again["status"], &again["payment_source"]["apple_pay"]["card"]["brand"]),
        (&json!("COMPLETED"), &json!("VISA"))
    );
}

#[test]
fn an_error_can_be_asked_for() {
    let paypal = Sandbox::new();
    let order = paypal.post(ORDERS, &json!({"intent": "CAPTURE", "purchase_units": [amount("10.00", "EUR")]})).ok();
    control(&paypal, &order, "approve", &Value::Null).ok();
    let ask = |path: &str, code: &str| {
        let header = json!({"mock_application_codes": code}).to_string();
        paypal.send("POST", path, &[("paypal-mock-response", &header)], &json!({}))
    };
    let capture = path(&order, "/capture");
    for (code, status, name) in [
        ("INSTRUMENT_DECLINED", 422, "UNPROCESSABLE_ENTITY"),
        ("NOT_ENABLED_FOR_CARD_PROCESSING", 422, "UNPROCESSABLE_ENTITY"),
        ("PERMISSION_DENIED", 403, "NOT_AUTHORIZED"),
        ("INTERNAL_SERVER_ERROR", 500, "INTERNAL_SERVER_ERROR"),
    ] {
        let refused = ask(&capture, code);
        assert_eq!((refused.status, refused.body["name"].as_str()), (status, Some(name)), "{code}");
    }
    let confirm = ask(&path(&order, "/confirm-payment-source"), "NOT_ENABLED_FOR_CARD_PROCESSING");
    assert_eq!(confirm.refusal(), (403, "NOT_ENABLED_FOR_CARD_PROCESSING"));
    assert!(paypal.0.effects().captured.is_empty());
    assert_eq!(ask(&capture, "NO_SUCH_CODE").status, 201, "PayPal answers as without the header");
}
