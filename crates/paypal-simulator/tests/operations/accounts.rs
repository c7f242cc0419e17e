//! Several merchants and payers, tokens, scopes, and partners.

use base64::{
    Engine as _,
    prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD},
};
use bytes::Bytes;
use paypal_simulator::{Credentials, NewMerchant, NewPayer, bytes};
use serde_json::{Value, json};

use crate::sandbox::{Answer, Sandbox};

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");
const TOKEN: &str = "/v1/oauth2/token";

fn basic(app: &Credentials) -> String {
    format!("Basic {}", BASE64_STANDARD.encode(format!("{}:{}", app.client_id, app.client_secret)))
}

/// Posts a form as an app with its id and secret.
fn oauth(paypal: &Sandbox, app: &Credentials, path: &str, form: &str) -> Answer {
    let headers = [FORM, ("authorization", &*basic(app))];
    paypal.send_bytes("POST", path, &headers, Bytes::from(form.to_owned()))
}

fn grant(paypal: &Sandbox, app: &Credentials, form: &str) -> Value {
    oauth(paypal, app, TOKEN, form).ok()
}

/// Returns `Authorization` of an app.
pub(crate) fn bearer(paypal: &Sandbox, app: &Credentials) -> String {
    let answer = grant(paypal, app, "grant_type=client_credentials");
    format!("Bearer {}", answer["access_token"].as_str().unwrap())
}

fn as_app(paypal: &Sandbox, bearer: &str, method: &str, path: &str, body: &Value) -> Answer {
    paypal.send(method, path, &[("authorization", bearer)], body)
}

fn order(paypal: &Sandbox, bearer: &str) -> String {
    let amount = json!({"currency_code": "USD", "value": "10.00"});
    let body = json!({"intent": "CAPTURE", "purchase_units": [{"amount": amount}]});
    as_app(paypal, bearer, "POST", "/v2/checkout/orders", &body).ok()["id"].as_str().unwrap().to_owned()
}

pub(crate) fn assertion(app: &Credentials, merchant: &str) -> String {
    let part = |document: Value| BASE64_URL_SAFE_NO_PAD.encode(document.to_string());
    let claims = json!({"iss": app.client_id, "payer_id": merchant});
    format!("{}.{}.", part(json!({"alg": "none"})), part(claims))
}

#[test]
fn accounts_are_added_and_listed_without_secrets() {
    let paypal = Sandbox::new();
    let shop = json!({"name": "Tea House", "email": "tea@example.com", "scopes": ["openid"]});
    let shop = paypal.control("merchants", &shop);
    assert_eq!(shop.status, 201);
    let secret = shop.body["client_secret"].as_str().unwrap().to_owned();
    let payer = paypal.control("payers", &json!({"given_name": "Jo", "surname": "Smith", "country": "DE"})).ok();
    assert_eq!(payer["name"], json!({"given_name": "Jo", "surname": "Smith"}));

    let list = paypal.get("/simulator/accounts");
    assert_eq!(list.body["merchants"][1]["name"], "Tea House");
    assert_eq!(list.body["merchants"][1]["client_id"], shop.body["client_id"]);
    assert_eq!(list.body["merchants"][1]["scopes"], json!(["openid"]));
    assert_eq!(list.body["payers"][1]["id"], payer["id"]);
    let text = String::from_utf8(list.bytes.to_vec()).unwrap();
    for merchant in paypal.0.merchants() {
        assert!(!text.contains(&merchant.client_secret));
    }
    assert_eq!(paypal.0.merchants()[1].client_secret, secret);

    for (path, body, field) in [
        ("merchants", json!({"email": "tea@example.com"}), "/email"),
        ("merchants", json!({"scope": []}), "/scope"),
        ("merchants", json!({"scopes": "openid"}), "/scopes"),
        ("merchants", json!({"name": 4}), "/name"),
        ("merchants", json!([]), "/"),
        ("payers", json!({"country": "Germany"}), "/country"),
        ("payers", json!({"name": "Jo"}), "/name"),
    ] {
        let refused = paypal.control(path, &body);
        assert_eq!((refused.status, refused.body["details"][0]["field"].as_str()), (400, Some(field)), "{body}");
    }
    assert_eq!(paypal.get("/simulator/accounts").body, list.body);
}

#[test]
fn the_payer_who_approves_is_the_one_who_is_shown() {
    let paypal = Sandbox::new();
    let id = paypal.0.add_payer(NewPayer { email: Some("jo@example.com".to_owned()), ..NewPayer::default() }).unwrap();
    let bearer = bearer(&paypal, &paypal.0.merchants()[0]);
    let order = order(&paypal, &bearer);
    let approve = format!("orders/{order}/approve");
    let nobody = paypal.control(&approve, &json!({"payer": "nobody@example.com"}));
    assert_eq!((nobody.status, nobody.body["details"][0]["field"].as_str()), (400, Some("/payer")));
    paypal.control(&approve, &json!({"payer": "jo@example.com"})).ok();
    let path = format!("/v2/checkout/orders/{order}");
    let shown = paypal.get(&path).ok();
    assert_eq!((&shown["status"], &shown["payer"]["payer_id"]), (&json!("APPROVED"), &json!(id)));
    assert_eq!(shown["payment_source"]["paypal"]["email_address"], "jo@example.com");
    // Nobody else can take it over.
    assert_eq!(paypal.control(&approve, &Value::Null).status, 409);
    assert_eq!(paypal.get(&path).ok()["payer"]["payer_id"], json!(id));
}

#[test]
fn a_subscription_belongs_to_the_payer_who_approved_it() {
    let paypal = Sandbox::new();
    let id = paypal.0.add_payer(NewPayer { email: Some("jo@example.com".to_owned()), ..NewPayer::default() }).unwrap();
    let product = paypal.post("/v1/catalogs/products", &json!({"name": "Tea", "type": "PHYSICAL"})).ok();
    let cycle = json!({
        "frequency": {"interval_unit": "MONTH", "interval_count": 1},
        "tenure_type": "REGULAR", "sequence": 1, "total_cycles": 0,
        "pricing_scheme": {"fixed_price": {"currency_code": "USD", "value": "5.00"}},
    });
    let plan = json!({
        "product_id": product["id"], "name": "Monthly", "billing_cycles": [cycle],
        "payment_preferences": {"auto_bill_outstanding": true},
    });
    let plan = paypal.post("/v1/billing/plans", &plan).ok();
    let subscription = paypal.post("/v1/billing/subscriptions", &json!({"plan_id": plan["id"]})).ok();
    let key = subscription["id"].as_str().unwrap();
    paypal.control(&format!("subscriptions/{key}/approve"), &json!({"payer": id})).ok();
    let shown = paypal.get(&format!("/v1/billing/subscriptions/{key}")).ok();
    assert_eq!(shown["subscriber"]["payer_id"], json!(id));
    assert_eq!(shown["subscriber"]["email_address"], "jo@example.com");
    let times = "start_time=2000-01-01T00:00:00Z&end_time=2100-01-01T00:00:00Z";
    let payments = paypal.get(&format!("/v1/billing/subscriptions/{key}/transactions?{times}")).ok();
    assert_eq!(payments["transactions"][0]["payer_email"], "jo@example.com");
}

#[test]
fn an_app_gets_its_token_again_until_it_is_gone() {
    let paypal = Sandbox::new();
    let app = &paypal.0.merchants()[0];
    let first = grant(&paypal, app, "grant_type=client_credentials");
    assert_eq!(first["expires_in"], 32_400);
    let scope: Vec<_> = first["scope"].as_str().unwrap().split(' ').collect();
    assert!(scope.contains(&"openid") && scope.contains(&"https://uri.paypal.com/services/payments/payment"));
    paypal.0.advance(std::time::Duration::from_secs(148));
    let again = grant(&paypal, app, "grant_type=client_credentials");
    assert_eq!((&again["access_token"], &again["expires_in"]), (&first["access_token"], &json!(32_252)));
    let fresh = grant(&paypal, app, "grant_type=client_credentials&ignoreCache=true");
    assert_ne!(fresh["access_token"], first["access_token"]);
    assert_eq!(fresh["expires_in"], 32_400);

    let types = |token: &Value| {
        let bearer = format!("Bearer {}", token["access_token"].as_str().unwrap());
        as_app(&paypal, &bearer, "GET", "/v1/notifications/webhooks-event-types", &Value::Null)
    };
    let form =
        |token: &Value| format!("token={}&token_type_hint=ACCESS_TOKEN", token["access_token"].as_str().unwrap());
    let terminate = "/v1/oauth2/token/terminate";
    let other = paypal.0.add_merchant(NewMerchant::default()).unwrap();
    assert_eq!(oauth(&paypal, &other, terminate, &form(&fresh)).status, 200);
    assert_eq!(types(&fresh).status, 200, "another app terminates nothing");
    let answer = oauth(&paypal, app, terminate, &form(&fresh));
    assert_eq!((answer.status, &*answer.content_type, answer.bytes.len()), (200, "text/plain", 0));
    let refused = types(&fresh);
    assert_eq!((refused.status, &refused.body["error"]), (401, &json!("invalid_token")));
    assert_eq!(types(&first).status, 200);
    assert_ne!(grant(&paypal, app, "grant_type=client_credentials")["access_token"], fresh["access_token"]);

    for (form, error) in [
        ("grant_type=password", "unsupported_grant_type"),
        ("", "invalid_request"),
        ("grant_type=authorization_code", "invalid_request"),
        ("grant_type=authorization_code&code=x", "invalid_grant"),
        ("grant_type=refresh_token&refresh_token=x", "invalid_grant"),
    ] {
        let refused = oauth(&paypal, app, TOKEN, form);
        assert_eq!((refused.status, &refused.body["error"]), (400, &json!(error)), "{form}");
    }
    assert_eq!(oauth(&paypal, app, terminate, "").body["error"], "invalid_request");
    let stranger = Credentials { client_secret: "guessed".to_owned(), ..app.clone() };
    let refused = oauth(&paypal, &stranger, TOKEN, "grant_type=client_credentials");
    assert_eq!((refused.status, &refused.body["error"]), (401, &json!("invalid_client")));
    assert_eq!(oauth(&paypal, &stranger, terminate, &form(&first)).status, 401);
}

#[test]
fn a_payer_logs_in_and_the_app_reads_who_it_is() {
    let paypal = Sandbox::new();
    let payer = paypal.0.add_payer(NewPayer { given_name: Some("Jo".to_owned()), ..NewPayer::default() }).unwrap();
    let app = paypal.0.add_merchant(NewMerchant::default()).unwrap();
    let log_in = json!({"payer": payer, "client_id": app.client_id, "scopes": ["openid", "email"]});
    let code = paypal.control("log-in", &log_in).ok()["code"].as_str().unwrap().to_owned();
    let form = format!("grant_type=authorization_code&code={code}");
    assert_eq!(oauth(&paypal, &paypal.0.merchants()[0], TOKEN, &form).body["error"], "invalid_grant", "another app's");
    let code = paypal.control("log-in", &log_in).ok()["code"].as_str().unwrap().to_owned();
    let form = format!("grant_type=authorization_code&code={code}");
    let token = grant(&paypal, &app, &form);
    assert_eq!(token["scope"], "openid email");
    assert_eq!(oauth(&paypal, &app, TOKEN, &form).body["error"], "invalid_grant", "a code is good once");

    let bearer = format!("Bearer {}", token["access_token"].as_str().unwrap());
    let user = as_app(&paypal, &bearer, "GET", "/v1/identity/oauth2/userinfo?schema=paypalv1.1", &Value::Null).ok();
    assert_eq!(user["emails"][0]["value"], "payer2@example.com");
    assert!(user["name"].is_null() && user["payer_id"].is_null(), "the scopes reach no further: {user}");
    let path = "/v1/identity/openidconnect/userinfo";
    let send =
        |form: &str| paypal.send_bytes("POST", path, &[FORM, ("authorization", &bearer)], Bytes::from(form.to_owned()));
    let openid = send("schema=openid").ok();
    assert_eq!((&openid["email"], &openid["sub"]), (&json!("payer2@example.com"), &user["sub"]));
    assert_eq!(send("schema=paypalv1.1").body["error"], "invalid_request");
    let refused = as_app(&paypal, &bearer, "GET", "/v1/identity/oauth2/userinfo", &Value::Null);
    assert_eq!((refused.status, &refused.body["error"]), (400, &json!("invalid_request")));
    assert_eq!(
        as_app(&paypal, &bearer, "GET", "/v1/notifications/webhooks", &Value::Null).refusal(),
        (403, "The token lacks the scope that this needs.")
    );

    let refresh = format!("grant_type=refresh_token&refresh_token={}", token["refresh_token"].as_str().unwrap());
    let later = grant(&paypal, &app, &refresh);
    assert_ne!(later["access_token"], token["access_token"]);
    assert_eq!(later["scope"], "openid email");
    let refused = paypal.control("log-in", &json!({"scopes": ["everything"]}));
    assert_eq!((refused.status, refused.body["details"][0]["field"].as_str()), (400, Some("/scopes")));

    let own = paypal.get("/v1/identity/oauth2/userinfo?schema=paypalv1.1").ok();
    assert_eq!((&own["payer_id"], &own["verified_account"]), (&json!("WDJJHEBZ4X2LY"), &json!("true")));
    let token = paypal.post("/v1/identity/generate-token", &Value::Null).ok();
    assert_eq!(token["expires_in"], 3600);
    assert!(BASE64_STANDARD.decode(token["client_token"].as_str().unwrap()).is_ok());
    assert_eq!(paypal.post("/v1/identity/generate-token", &json!([])).status, 400);
}

#[test]
fn a_payer_takes_the_consent_back() {
    let paypal = Sandbox::new();
    let payer = paypal.0.add_payer(NewPayer::default()).unwrap();
    let app = paypal.0.add_merchant(NewMerchant::default()).unwrap();
    let app_token = grant(&paypal, &app, "grant_type=client_credentials");
    let bearer = |token: &Value| format!("Bearer {}", token["access_token"].as_str().unwrap());
    let who = |payer: &str| json!({"payer": payer, "client_id": app.client_id});
    let log_in = |payer: &str| {
        let code = paypal.control("log-in", &who(payer)).ok()["code"].as_str().unwrap().to_owned();
        format!("grant_type=authorization_code&code={code}")
    };
    let refused = paypal.control("revoke-consent", &who(&payer));
    assert_eq!(refused.refusal(), (409, "STATE_NOT_ALLOWED"));
    assert_eq!(
        (&refused.body["details"][0]["field"], &refused.body["state"]),
        (&json!("/payer"), &json!("not granted"))
    );
    let token = grant(&paypal, &app, &log_in(&payer));
    let other = grant(&paypal, &app, &log_in("payer@example.com"));
    let unused = log_in(&payer);
    assert_eq!(paypal.control("revoke-consent", &who(&payer)).status, 204);
    let user = |token: &Value| {
        as_app(&paypal, &bearer(token), "GET", "/v1/identity/oauth2/userinfo?schema=paypalv1.1", &Value::Null).status
    };
    assert_eq!((user(&token), user(&other), user(&app_token)), (401, 200, 200));
    assert_eq!(oauth(&paypal, &app, TOKEN, &unused).body["error"], "invalid_grant", "a code that was not used");
    let refresh =
        |token: &Value| format!("grant_type=refresh_token&refresh_token={}", token["refresh_token"].as_str().unwrap());
    assert_eq!(oauth(&paypal, &app, TOKEN, &refresh(&token)).body["error"], "invalid_grant");
    grant(&paypal, &app, &refresh(&other));
    assert_eq!(paypal.control("revoke-consent", &who(&payer)).status, 409, "it is gone");
    log_in(&payer);
    // The events are the app's, whose merchant is not the first.
    assert!(paypal.events().is_empty());
    let events = as_app(&paypal, &bearer(&app_token), "GET", "/v1/notifications/webhooks-events", &Value::Null).ok();
    let events = events["events"].as_array().unwrap().iter().rev();
    let events: Vec<_> =
        events.map(|it| (it["event_type"].as_str().unwrap(), it["resource"]["payer_id"].clone())).collect();
    let (granted, revoked) = ("IDENTITY.AUTHORIZATION-CONSENT.GRANTED", "IDENTITY.AUTHORIZATION-CONSENT.REVOKED");
    let first = paypal.get("/simulator/accounts").ok()["payers"][0]["id"].clone();
    let payer = json!(payer);
    assert_eq!(events, [(granted, payer.clone()), (granted, first), (revoked, payer.clone()), (granted, payer)]);
}

#[test]
fn an_app_without_a_scope_is_refused() {
    let paypal = Sandbox::new();
    let scopes = Some(vec!["https://uri.paypal.com/services/invoicing/invoices/read".to_owned()]);
    let app = paypal.0.add_merchant(NewMerchant { scopes, ..NewMerchant::default() }).unwrap();
    let token = grant(&paypal, &app, "grant_type=client_credentials");
    assert_eq!(token["scope"], "https://uri.paypal.com/services/invoicing/invoices/read");
    let bearer = bearer(&paypal, &app);
    let send = |method: &str, path: &str| as_app(&paypal, &bearer, method, path, &Value::Null);
    assert_eq!(send("GET", "/v2/invoicing/invoices").status, 200);
    assert_eq!(send("GET", "/v2/checkout/orders/X").refusal(), (403, "PERMISSION_DENIED"));
    let create = as_app(&paypal, &bearer, "POST", "/v2/invoicing/invoices", &json!({}));
    assert_eq!((create.status, &create.body["name"]), (403, &json!("NOT_AUTHORIZED")));
    let user = send("GET", "/v1/identity/oauth2/userinfo?schema=paypalv1.1");
    assert_eq!((user.status, &user.body["error"]), (401, &json!("invalid_token")));
    assert_eq!(send("GET", "/v1/notifications/webhooks-event-types").status, 200, "any token will do");
}

#[test]
fn a_partner_acts_in_the_books_of_the_merchant_that_its_assertion_names() {
    let paypal = Sandbox::new();
    let [partner, shop, other] = [(); 3].map(|()| paypal.0.add_merchant(NewMerchant::default()).unwrap());
    let (own, theirs) = (bearer(&paypal, &partner), bearer(&paypal, &shop));
    let assertion_of = |app: &Credentials| assertion(app, &shop.merchant_id);
    let good = assertion_of(&partner);
    let act = |path: &str, assertion: &str| {
        let headers = [
            ("authorization", &*own),
            ("paypal-auth-assertion", assertion),
            ("paypal-partner-attribution-id", "EXAMPLE_SP_PPCP"),
        ];
        paypal.send("GET", path, &headers, &Value::Null)
    };
    let path = format!("/v2/checkout/orders/{}", order(&paypal, &theirs));
    assert_eq!(act(&path, &good).ok()["status"], "CREATED");
    assert_eq!(as_app(&paypal, &own, "GET", &path, &Value::Null).refusal(), (404, "INVALID_RESOURCE_ID"));
    for bad in [assertion_of(&other), assertion(&partner, "NOBODY"), "not a token".to_owned(), good.replace('.', "")] {
        let refused = act(&path, &bad);
        assert_eq!((refused.status, &refused.body["error"]), (401, &json!("invalid_subject")), "{bad}");
    }
    // Webhooks are the app's, whoever it acts for.
    let hook = json!({"url": "https://partner.example/hooks", "event_types": [{"name": "*"}]});
    let headers = [("authorization", &*own), ("paypal-auth-assertion", &*good)];
    paypal.send("POST", "/v1/notifications/webhooks", &headers, &hook).ok();
    let list = |bearer: &str| as_app(&paypal, bearer, "GET", "/v1/notifications/webhooks", &Value::Null).ok();
    assert_eq!(list(&own)["webhooks"][0]["url"], "https://partner.example/hooks");
    assert_eq!(list(&theirs)["webhooks"], json!([]));
}

#[test]
fn a_webhook_gets_only_the_events_of_its_own_merchant() {
    let paypal = Sandbox::new();
    let apps = [(); 2].map(|()| paypal.0.add_merchant(NewMerchant::default()).unwrap());
    let bearers = [0, 1].map(|index| bearer(&paypal, &apps[index]));
    for (bearer, port) in bearers.iter().zip([4021, 4022]) {
        let hook = json!({"url": format!("http://127.0.0.1:{port}/"), "event_types": [{"name": "*"}]});
        as_app(&paypal, bearer, "POST", "/v1/notifications/webhooks", &hook).ok();
    }
    let ids = [0, 1].map(|index| order(&paypal, &bearers[index]));
    for id in &ids {
        paypal.control(&format!("orders/{id}/approve"), &Value::Null).ok();
    }
    let deliveries = paypal.0.deliveries().unwrap();
    let sent: Vec<_> = deliveries
        .iter()
        .map(|delivery| {
            let event: Value = serde_json::from_slice(&delivery.body).unwrap();
            (&*delivery.url, event["resource"]["id"].as_str().unwrap().to_owned())
        })
        .collect();
    let [first, second] = ids;
    assert_eq!(sent, [("http://127.0.0.1:4021/", first), ("http://127.0.0.1:4022/", second)]);
}
