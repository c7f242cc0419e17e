//! Secrets are in no file, no line of the log, and no answer.

use std::fs;

use serde_json::{Value, json};

use crate::{
    service::{Service, order},
    wire::send,
};

#[test]
fn no_secret_is_stored_logged_or_answered() {
    let service = Service::start();
    let secrets =
        ["EX-5ecret-of-the-app-1", "EX-5ecret-of-the-app-2", "R23AA-5ecret-refresh-token", "A21AA-5ecret-access"];
    let document = |secret: &str| {
        json!({"environment": "simulator", "client_id": "AX-not-a-real-id", "client_secret": secret,
            "refresh_token": secrets[2]})
    };
    let mut answers = Vec::new();
    let mut call = |method: &str, target: &str, body: &Value| answers.push(service.call(method, target, body).text());
    let shop = "/v1/connections/shop";
    call("PUT", shop, &document(secrets[0]));
    call("PUT", shop, &document(secrets[1]));
    call("GET", shop, &Value::Null);
    call("GET", "/v1/connections", &Value::Null);
    call("POST", &format!("{shop}/test"), &Value::Null);
    call("POST", &format!("{shop}/test"), &document(secrets[0]));
    call("POST", &format!("{shop}/actions/orders.create"), &order());
    call("POST", &format!("{shop}/actions/orders.create/dry-run"), &order());
    call("POST", &format!("{shop}/paypal/v2/checkout/orders"), &order()["body"]);
    call("GET", &format!("{shop}/calls"), &Value::Null);
    call("PUT", shop, &json!({"environment": "live", "client_secret": secrets[0], "concurrency": 99}));
    call("PUT", shop, &json!({"environment": "simulator", "client_secret": [secrets[0]]}));
    call("PUT", shop, &json!({"environment": "simulator", "client_sekret": secrets[0]}));
    call("PUT", shop, &json!({"environment": "simulator", "client_secret": secrets[0], "access_token": secrets[3]}));
    call("PUT", "/v1/connections/token", &json!({"environment": "simulator", "access_token": secrets[3]}));
    call("POST", "/v1/connections/token/test", &Value::Null);
    call("POST", "/v1/connections/token/actions/orders.create", &order());
    call("GET", "/v1/keys", &Value::Null);
    call("GET", "/metrics", &Value::Null);
    // Where secrets do not belong.
    let wrong = send(service.address, "GET", &format!("/v1/session?key={}", service.admin), &[], b"").text();
    let token = service.token();
    let json = [("content-type", "application/json")];
    let signed = send(service.address, "POST", "/v1/session", &json, json!({"token": token}).to_string().as_bytes());
    let session = signed.header("set-cookie").unwrap().split(['=', ';']).nth(1).unwrap().to_owned();
    let proof = signed.json()["proof"].as_str().unwrap().to_owned();

    let mut hidden: Vec<String> = secrets.map(str::to_owned).to_vec();
    // The id of a key is no secret; the rest is.
    hidden.extend([service.admin[20..].to_owned(), token, session, proof]);
    let contains = |bytes: &[u8], secret: &str| bytes.windows(secret.len()).any(|it| it == secret.as_bytes());
    for secret in &hidden {
        for answer in answers.iter().chain([&wrong]) {
            assert!(!contains(answer.as_bytes(), secret), "{answer}");
        }
        let log = service.log();
        assert!(!contains(log.as_bytes(), secret), "{log}");
    }
    assert!(service.log().contains("\"route\":\"/v1/connections/{name}\""), "{}", service.log());
    // Also what was replaced, after a kill, with the log of the database as it is.
    let data = service.kill();
    let mut files = 0;
    for entry in fs::read_dir(data.path()).unwrap() {
        let path = entry.unwrap().path();
        let bytes = fs::read(&path).unwrap();
        for secret in &hidden {
            assert!(!contains(&bytes, secret), "{}", path.display());
        }
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;

            let mode = fs::metadata(&path).unwrap().permissions().mode();
            assert_eq!(mode & 0o077, 0, "{}", path.display());
        }
        files += 1;
    }
    assert!(files >= 4, "{files}");
}
