use super::*;

fn secret(value: &str) -> Secret {
    Secret::new(value.to_owned())
}

#[test]
fn the_grant_is_that_of_the_credentials() {
    let (client_secret, refresh_token) = (secret("E-secret"), secret("R+1/&"));
    let app = App { id: "A-id", secret: &client_secret, refresh_token: None };
    // "A-id:E-secret" in base64.
    assert_eq!(app.authorization().expose(), "Basic QS1pZDpFLXNlY3JldA==");
    assert_eq!(app.form().expose(), "grant_type=client_credentials");
    let app = App { refresh_token: Some(&refresh_token), ..app };
    assert_eq!(app.form().expose(), "grant_type=refresh_token&refresh_token=R%2B1%2F%26");
}

#[test]
fn a_token_is_read_with_what_is_beside_it() {
    let client_secret = secret("E-secret");
    let app = App { id: "A-id", secret: &client_secret, refresh_token: None };
    for (beside, lifetime, scopes) in [
        (r#""expires_in": 32400, "scope": "a b""#, Some(32400), Some(vec!["a", "b"])),
        (r#""expires_in": "32400", "scope": "a\ud83d""#, Some(32400), None),
        (r#""expires_in": -1, "scope": "E-secret A21""#, None, Some(vec!["[redacted]", "[redacted]"])),
        (r#""nonce": "\ud83d""#, None, None),
    ] {
        let body = format!(r#"{{"access_token": "A21", {beside}}}"#);
        let granted = outcome(&app, 200, None, body.as_bytes()).unwrap();
        assert_eq!(granted.token.value.expose(), "A21");
        assert_eq!(granted.lifetime, lifetime.map(Duration::from_secs), "{body}");
        assert_eq!(granted.token.scopes, scopes.map(|it| it.into_iter().map(str::to_owned).collect()), "{body}");
    }
    for body in ["", "[]", "{}", r#"{"access_token": ""}"#, r#"{"access_token": "a b"}"#, r#"{"access_token": "é"}"#] {
        assert_eq!(outcome(&app, 200, None, body.as_bytes()), Err(unreachable("granted no token")), "{body}");
    }
}

#[test]
fn a_refusal_has_paypal_s_words_without_the_secrets() {
    let (client_secret, refresh_token) = (secret("E-secret"), secret("R-secret"));
    let app = App { id: "A-id", secret: &client_secret, refresh_token: Some(&refresh_token) };
    let body = r#"{"error": "invalid_client", "error_description": "no: E-secret R-secret QS1pZDpFLXNlY3JldA=="}"#;
    let Err(TokenError::Refused(said)) = outcome(&app, 401, None, body.as_bytes()) else { panic!() };
    assert_eq!(said, "invalid_client: no: [redacted] [redacted] [redacted]");
    let Err(TokenError::Refused(said)) = outcome(&app, 401, None, b"") else { panic!() };
    assert_eq!(said, "401 without a body");
    let long = format!(r#"{{"error": "{}"}}"#, "x".repeat(5000));
    let Err(TokenError::Refused(said)) = outcome(&app, 400, None, long.as_bytes()) else { panic!() };
    assert_eq!(said.len(), 1000);
}

#[test]
fn what_may_pass_is_no_refusal() {
    let client_secret = secret("E-secret");
    let app = App { id: "A-id", secret: &client_secret, refresh_token: None };
    for (status, header, retry_after) in [
        (429, Some("7"), Some(7)),
        (503, None, None),
        (500, Some("soon"), None),
        (302, Some("-1"), None),
        (403, None, None),
    ] {
        let body: &[u8] = if status == 403 { b"<html>" } else { br#"{"error": "x"}"# };
        let expected = TokenError::Unreachable {
            reason: format!("PayPal's token endpoint answered {status}"),
            retry_after: retry_after.map(Duration::from_secs),
        };
        assert_eq!(outcome(&app, status, header, body), Err(expected), "{status}");
    }
}

#[test]
fn a_retry_after_is_a_number_or_a_date() {
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_770);
    let seconds = |value| wait(value, now).map(|it| it.as_secs());
    assert_eq!(seconds("Sun, 06 Nov 1994 08:49:37 GMT"), Some(7));
    assert_eq!(seconds("Sun, 06 Nov 1994 08:49:00 GMT"), Some(0));
    assert_eq!((seconds(" 30 "), seconds("99999999999999999999")), (Some(30), Some(u64::MAX)));
    assert_eq!((seconds(""), seconds("1.5"), seconds("+5")), (None, None, None));
}

#[test]
fn requests_go_to_the_environment_or_to_the_simulator() {
    let host = |environment, simulator| origin(environment, simulator).authority;
    assert_eq!(host(Environment::Sandbox, None), "api-m.sandbox.paypal.com");
    assert_eq!(host(Environment::Live, None), "api-m.paypal.com");
    let simulator = Origin::parse("http://127.0.0.1:4010").unwrap();
    assert_eq!(host(Environment::Live, Some(&simulator)), "127.0.0.1:4010");
}
