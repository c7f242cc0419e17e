use super::*;
use crate::secret::Secret;

fn read(variables: &[(&str, &str)]) -> Configuration {
    Configuration::read(variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())))
}

fn app(id: &str) -> Settings {
    let credentials =
        Credentials::App { id: id.to_owned(), secret: Secret::new("E-secret".to_owned()), refresh_token: None };
    Settings {
        environment: Environment::Sandbox,
        credentials,
        merchant: None,
        max_attempts: 4,
        concurrency: 10,
        webhooks: Vec::new(),
        ipn_receivers: Vec::new(),
        records_calls: true,
    }
}

const APP: [(&str, &str); 2] = [("PAYPAL_CLIENT_ID", "A-id"), ("PAYPAL_CLIENT_SECRET", "E-secret")];

#[test]
fn the_connections_are_found_by_their_names() {
    let configuration = read(&[
        APP[0],
        APP[1],
        ("PAYPAL_SHOP_ACCESS_TOKEN", "A21"),
        ("PAYPAL_SHOP_ENVIRONMENT", "live"),
        ("PAYPAL_SHOP_CONCURRENCY", "25"),
        ("PAYPAL_SHOP_MAX_ATTEMPTS", "1"),
        ("PAYPAL_SHOP_WEBHOOK_IDS", "1JE4, 5GP0"),
        ("PAYPAL_SHOP_IPN_RECEIVERS", "WDJJHEBZ4X2LY shop@example.com"),
        ("PAYPAL_SHOP_RECORD_CALLS", "off"),
        ("PAYPAL_BASE_URL", "http://127.0.0.1:4010"),
        ("HOME", "/root"),
    ]);
    let shop = Settings {
        environment: Environment::Live,
        credentials: Credentials::Token(Secret::new("A21".to_owned())),
        merchant: None,
        max_attempts: 1,
        concurrency: 25,
        webhooks: vec!["1JE4".to_owned(), "5GP0".to_owned()],
        ipn_receivers: vec!["WDJJHEBZ4X2LY".to_owned(), "shop@example.com".to_owned()],
        records_calls: false,
    };
    assert_eq!(configuration.connections(), Ok(vec![("default", &app("A-id")), ("shop", &shop)]));
    assert_eq!(configuration.connection("shop"), Ok(&shop));
    assert_eq!(configuration.connection("other"), Err(Unusable::Unknown));
    assert_eq!(configuration.simulator.map(|it| it.authority).as_deref(), Some("127.0.0.1:4010"));
}

#[test]
fn a_wrong_variable_is_named_and_its_value_is_not() {
    for (wrong, expected) in [
        (("PAYPAL_ENVIRONMENT", "s3cret"), "PAYPAL_ENVIRONMENT must be `sandbox` or `live`"),
        (("PAYPAL_CONCURRENCY", "26"), "PAYPAL_CONCURRENCY must be a number from 1 to 25"),
        (("PAYPAL_CONCURRENCY", "0"), "PAYPAL_CONCURRENCY must be a number from 1 to 25"),
        (("PAYPAL_MAX_ATTEMPTS", "s3cret"), "PAYPAL_MAX_ATTEMPTS must be a number from 1 to 100"),
        (("PAYPAL_RECORD_CALLS", "s3cret"), "PAYPAL_RECORD_CALLS must be `on` or `off`"),
        (("PAYPAL_WEBHOOK_IDS", "s3cret;"), "PAYPAL_WEBHOOK_IDS must be the ids of webhooks"),
        (("PAYPAL_IPN_RECEIVERS", "s3cret"), "PAYPAL_IPN_RECEIVERS must be at most 10 accounts"),
        (("PAYPAL_CLIENT_SECRET", "s3cret\n"), "PAYPAL_CLIENT_SECRET has a space, a line break"),
        (("PAYPAL_CLIENT_ID", "s3:cret"), "PAYPAL_CLIENT_ID has a space, a line break"),
        (("PAYPAL_REFRESH_TOKEN", "s3 cret"), "PAYPAL_REFRESH_TOKEN has a space, a line break"),
        (("PAYPAL_MERCHANT_ID", "s3 cret"), "PAYPAL_MERCHANT_ID has a space, a line break"),
        (("PAYPAL_ACCESS_TOKEN", "s3cret"), "PAYPAL_ACCESS_TOKEN cannot be set together with CLIENT_ID"),
        (("PAYPAL_CLIENT_SECRET", ""), "PAYPAL_CLIENT_SECRET is not set; it is needed with the client id"),
        (("PAYPAL_CLIENT_ID", ""), "PAYPAL_CLIENT_ID is not set; it is needed with the client secret"),
        (("PAYPAL_BASE_URL", "http://s3cret.example"), "PAYPAL_BASE_URL must be http:// or https://"),
        (("PAYPAL_BASE_URL", ""), "PAYPAL_BASE_URL must be http:// or https://"),
        (("PAYPAL_CERTIFICATE_AUTHORITIES", "s3cret"), "PAYPAL_CERTIFICATE_AUTHORITIES must be certificates"),
        (("PAYPAL_shop_CLIENT_ID", "s3cret"), "PAYPAL_shop_CLIENT_ID names no connection"),
    ] {
        let mut variables: Vec<_> = APP.into_iter().filter(|(name, _)| *name != wrong.0).collect();
        variables.push(wrong);
        let configuration = read(&variables);
        let Err(Unusable::Misconfigured(said)) = configuration.connection("default") else { panic!("{wrong:?}") };
        assert!(said.starts_with(expected) && !said.contains("s3"), "{said}");
        assert_eq!(configuration.connections(), Err(said));
    }
}

#[test]
fn an_app_may_act_for_a_merchant_and_a_token_may_not() {
    let merchant = ("PAYPAL_MERCHANT_ID", "K7BNP2D5XWR9S");
    let expected = Settings { merchant: Some("K7BNP2D5XWR9S".to_owned()), ..app("A-id") };
    assert_eq!(read(&[APP[0], APP[1], merchant]).connection("default"), Ok(&expected));
    // Nobody knows the client id for which a token is.
    let said = "PAYPAL_MERCHANT_ID needs CLIENT_ID and CLIENT_SECRET in place of a token".to_owned();
    let token = read(&[("PAYPAL_ACCESS_TOKEN", "A21"), merchant]);
    assert_eq!(token.connection("default"), Err(Unusable::Misconfigured(said)));
}

#[test]
fn without_credentials_the_missing_variables_are_named() {
    let expected = "the connection `default` has no credentials: set PAYPAL_CLIENT_ID and PAYPAL_CLIENT_SECRET, or \
                    PAYPAL_ACCESS_TOKEN";
    assert_eq!(read(&[]).connections(), Err(expected.to_owned()));
    assert_eq!(read(&[]).connection("default"), Err(Unusable::Unknown));
    // Those of other software.
    let some = read(&[("PAYPAL_SDK_ENVIRONMENT", "production"), ("PAYPAL_SHOP_WEBHOOK_IDS", "1JE4")]);
    assert_eq!((some.connection("sdk"), some.connection("shop")), (Err(Unusable::Unknown), Err(Unusable::Unknown)));
    assert_eq!(some.connections(), Err(expected.to_owned()));
}

#[test]
fn a_wrong_connection_does_not_hide_the_others() {
    let wrong = ("PAYPAL_SHOP_CLIENT_ID", "A-id");
    let said = "PAYPAL_SHOP_CLIENT_SECRET is not set; it is needed with the client id".to_owned();
    let configuration = read(&[APP[0], APP[1], wrong]);
    assert_eq!(configuration.connections(), Ok(vec![("default", &app("A-id"))]));
    assert_eq!(configuration.connection("shop"), Err(Unusable::Misconfigured(said.clone())));
    assert_eq!(read(&[wrong]).connections(), Err(said));
}

#[test]
fn no_secret_is_printed() {
    let printed = format!("{:?}", read(&[APP[0], APP[1], ("PAYPAL_REFRESH_TOKEN", "R-secret")]));
    assert!(printed.contains("A-id") && !printed.contains("secret\""), "{printed}");
    assert!(!printed.contains("E-secret") && !printed.contains("R-secret"), "{printed}");
}
