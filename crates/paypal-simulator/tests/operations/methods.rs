//! Methods that a path does not have.

use std::collections::BTreeSet;

use paypal_simulator::{Simulator, bytes::Bytes, http::Request};

use crate::{sandbox::Sandbox, schemas::operations};

const METHODS: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/// Sends a request. Returns the status, and `Allow`.
fn ask(paypal: &Simulator, method: &str, path: &str) -> (u16, Option<String>) {
    let request = Request::builder().method(method).uri(path);
    let request = request.header("authorization", format!("Bearer {}", Simulator::token()));
    let answer = paypal.handle(request.body(Bytes::new()).unwrap());
    let allow = answer.headers().get("allow").map(|value| value.to_str().unwrap().to_owned());
    (answer.status().as_u16(), allow)
}

#[test]
fn a_405_names_the_methods_that_are_not_405() {
    let paypal = Sandbox::new().0;
    let beside = [
        "/",
        "/checkoutnow",
        "/webapps/billing/subscriptions",
        "/agreements/approve",
        "/ncp/payment/X",
        "/bizsignup/partner/entry",
        "/invoice/p/X",
        "/simulator/resources/orders",
        "/simulator/resources/orders/X",
        "/simulator/clock",
        "/simulator/orders/X/approve",
        "/simulator/ipn",
        "/simulator/effects",
        "/simulator/requests",
        "/simulator/accounts",
        "/simulator/authorities",
        "/simulator/trigger",
        "/simulator/triggers",
        "/v1/notifications/certs/X",
        "/cgi-bin/webscr",
        "/v1/oauth2/token",
        "/v1/oauth2/token/terminate",
    ];
    let of_api: BTreeSet<_> = operations().iter().map(|operation| operation.path.replace(['{', '}'], "")).collect();
    assert!(of_api.len() > 80, "{}", of_api.len());
    for path in beside.into_iter().chain(of_api.iter().map(String::as_str)) {
        let answers = METHODS.map(|method| (method, ask(&paypal, method, path)));
        let refused = |status: u16| status == 405;
        let allowed: BTreeSet<_> =
            answers.iter().filter(|(_, (status, _))| !refused(*status)).map(|(method, _)| *method).collect();
        assert!(!allowed.is_empty() && allowed.len() < METHODS.len(), "{path}: {allowed:?}");
        for (method, (status, allow)) in &answers {
            let named = allow.as_deref().map(|allow| allow.split(", ").collect::<BTreeSet<_>>());
            let expected = refused(*status).then(|| allowed.clone());
            assert_eq!(named, expected, "{method} {path}");
        }
    }
    assert_eq!(ask(&paypal, "DELETE", "/v2/checkout/orders"), (405, Some("POST".to_owned())));
    assert_eq!(ask(&paypal, "PUT", "/v2/checkout/orders/X"), (405, Some("GET, PATCH".to_owned())));
    for path in ["/simulator/nothing", "/v1/nothing", "/simulator/orders/X/nothing", "/favicon.ico"] {
        assert_eq!(ask(&paypal, "PUT", path), (404, None), "{path}");
    }
}
