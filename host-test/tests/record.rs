//! `call --record`: what happens between the program and the simulator becomes a case that `check` plays back.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test panics to fail")]

mod program;

use std::{fs, path::Path};

use paypal_simulator::{Server, Simulator};
use serde_json::{Value, json};

use program::{Run, host_test, host_test_with};

/// A simulator, and a directory of fixtures.
struct Recording {
    sandbox: Simulator,
    url: String,
    directory: tempfile::TempDir,
}

impl Recording {
    fn fixtures(&self) -> &str {
        self.directory.path().to_str().unwrap()
    }

    /// Runs the program with the simulator's credentials.
    fn run(&self, arguments: &[&str], input: &str) -> Run {
        let (id, secret) = (self.sandbox.client_id(), self.sandbox.client_secret());
        let credentials = [("PAYPAL_CLIENT_ID", &*id), ("PAYPAL_CLIENT_SECRET", &*secret)];
        host_test_with(arguments, input, &credentials)
    }

    fn call(&self, action: &str, arguments: &[&str], input: &str) -> Run {
        self.run(&[&["call", action, "--base-url", &self.url], arguments].concat(), input)
    }

    /// Records a call, whose exit code is given. Returns its outcome, and the text of the case.
    fn record(&self, action: &str, case: &str, arguments: &[&str], code: i32) -> (Value, String) {
        let run = self.call(action, &[&["--record", case, "--fixtures", self.fixtures()], arguments].concat(), "");
        assert_eq!(run.code, code, "{action}: {}{}", run.out, run.err);
        assert!(run.err.contains("recorded as"), "{action}: {}", run.err);
        let case = case.rsplit('/').next().unwrap();
        let file = self.directory.path().join(action.replacen('.', "/", 1)).join(format!("{case}.json"));
        (run.json(), fs::read_to_string(file).unwrap())
    }

    /// Runs the cases of an action.
    fn check(&self, action: &str, cases: u64) {
        let run = host_test(&["check", "--only", action, "--fixtures", self.fixtures(), "--json"], "");
        assert_eq!(run.code, 0, "{action}: {}{}", run.out, run.err);
        assert_eq!(run.json()["passed"], cases, "{action}");
    }
}

async fn recording(seed: u64) -> Recording {
    let sandbox = Simulator::new(seed);
    let server = Server::bind(sandbox.clone(), 0).await.unwrap();
    let url = format!("http://{}", server.address().unwrap());
    tokio::spawn(server.run());
    Recording { sandbox, url, directory: tempfile::tempdir().unwrap() }
}

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_becomes_a_case_that_check_plays_back() {
    let recording = recording(41).await;
    tokio::task::spawn_blocking(move || {
        let body = [
            "body.intent=CAPTURE",
            "body.payer.name.given_name=Annegret",
            "body.payer.email_address=annegret@quitz-webshop.de",
            "body.purchase_units[0].amount.currency_code=USD",
            "body.purchase_units[0].amount.value=10.00",
            "body.purchase_units[0].description=Für Annegret",
            "options.prefer=representation",
        ];
        let (created, case) = recording.record("orders.create", "for-annegret", &body, 0);
        let id = created["reply"]["body"]["id"].as_str().unwrap().to_owned();
        let (address, secret) = (recording.url.clone(), recording.sandbox.client_secret());
        for left in ["nnegret", "quitz", &id, &address, &secret, &recording.sandbox.client_id()] {
            assert!(!case.contains(left), "{left}: {case}");
        }
        let written = parsed(&case);
        let request = &written["exchanges"][0]["request"];
        assert_eq!((&request["method"], &request["path"]), (&json!("POST"), &json!("/v2/checkout/orders")));
        assert_eq!(request["headers"], json!({"paypal-request-id": "<generated>", "prefer": "return=representation"}));
        assert_eq!(
            (&written["reply"]["status"], &written["reply"]["idempotency_key"]),
            (&json!(201), &json!("<generated>"))
        );
        assert_eq!(written["input"]["body"]["intent"], "CAPTURE");
        recording.check("orders.create", 1);

        let by_id = format!("id={id}");
        let (_, found) = recording.record("orders.get", "found", &[&by_id], 0);
        let order = &parsed(&found)["exchanges"][0]["response"]["body"];
        assert_eq!(order["status"], "CREATED");
        let link = order["links"][0]["href"].as_str().unwrap();
        assert!(link.contains(order["id"].as_str().unwrap()) && link.contains("paypal.com/"), "{link}");
        // A refusal is a case, too.
        let (refused, missing) = recording.record("orders.get", "orders/get/missing", &["id=5O190127TN364715T"], 1);
        assert_eq!(refused["failure"]["kind"], "not-found");
        let missing = parsed(&missing);
        assert_eq!(
            (&missing["failure"]["status"], &missing["failure"]["name"]),
            (&json!(404), &json!("RESOURCE_NOT_FOUND"))
        );
        recording.check("orders.get", 2);
        let played = host_test(&["call", "orders.get", "--fixture", "found", "--fixtures", recording.fixtures()], "");
        assert_eq!(played.json()["reply"]["body"]["id"], order["id"]);

        // A key of the caller's, and no capture twice.
        recording.record("orders.capture", "not-approved", &[&by_id, "options.idempotency_key=Annegret-1042"], 1);
        recording.check("orders.capture", 1);
        assert!(recording.sandbox.approve_order(&id));
        let (_, captured) =
            recording.record("orders.capture", "captured", &[&by_id, "options.idempotency_key=Annegret-1043"], 0);
        assert!(!captured.contains("1043") && !captured.contains(&id), "{captured}");
        recording.check("orders.capture", 2);
    })
    .await
    .unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn actions_with_several_requests_pages_and_no_request_are_recorded() {
    let recording = recording(42).await;
    tokio::task::spawn_blocking(move || {
        for name in ["Tea", "Milk", "Zucker"] {
            let arguments = [&format!("body.name={name} of Philomena"), "body.type=PHYSICAL"];
            assert_eq!(recording.call("products.create", &arguments, "").code, 0);
        }
        let (reply, page) = recording.record("products.list", "first-page", &["page_size=2", "total_required=true"], 0);
        assert!(!reply["reply"]["next"].is_null() && !page.contains("Philomena"), "{page}");
        assert!(!parsed(&page)["reply"]["next"].is_null());
        recording.check("products.list", 1);

        let (_, link) = recording.record(
            "orders.create-link",
            "made",
            &["amount=120.25", "currency=INR", "reference=session-7"],
            0,
        );
        assert!(!parsed(&link)["reply"]["body"].is_null(), "{link}");
        recording.check("orders.create-link", 1);

        let url = "url=https://hooks.quitz-webshop.de/paypal";
        let (_, subscribed) = recording.record("triggers.subscribe", "first", &[url, "event_types=*"], 0);
        assert!(
            parsed(&subscribed)["exchanges"].as_array().unwrap().len() > 1 && !subscribed.contains("quitz"),
            "{subscribed}"
        );
        recording.check("triggers.subscribe", 1);

        // Refused before anything is sent.
        let (_, refused) = recording.record("orders.get", "no-id", &["id="], 1);
        assert_eq!(
            (&parsed(&refused)["exchanges"], &parsed(&refused)["failure"]["kind"]),
            (&json!([]), &json!("invalid-input"))
        );
        recording.check("orders.get", 1);
    })
    .await
    .unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_sent_for_a_case_that_cannot_be_written() {
    let recording = recording(43).await;
    tokio::task::spawn_blocking(move || {
        let fixtures = recording.fixtures().to_owned();
        let product = ["body.name=Tea", "body.type=PHYSICAL", "--fixtures", &fixtures, "--record"];
        for (case, what) in
            [("../escaped", "the name of a case"), ("", "the name of a case"), ("orders/get/x", "the name of a case")]
        {
            let run = recording.call("products.create", &[&product[..], &[case]].concat(), "");
            assert!(run.code == 2 && run.out.is_empty() && run.err.contains(what), "{case}: {}", run.err);
        }
        assert_eq!(recording.call("products.create", &[&product[..], &["made"]].concat(), "").code, 0);
        let before = fs::read(Path::new(&fixtures).join("products/create/made.json")).unwrap();
        let run = recording.call("products.create", &[&product[..], &["made"]].concat(), "");
        assert!(run.code == 2 && run.err.contains("made.json exists"), "{}", run.err);
        assert_eq!(fs::read(Path::new(&fixtures).join("products/create/made.json")).unwrap(), before);
        let products = recording.call("products.list", &["total_required=true"], "").json();
        assert_eq!(products["reply"]["body"]["total_items"], 1, "{products}");
        for conflict in [&["--dry-run"][..], &["--journal", "x.db"], &["--all-pages"]] {
            let run = recording.call("products.list", &[&["--record", "x"], conflict].concat(), "");
            assert!(run.code == 2 && run.err.contains("cannot be used with"), "{conflict:?}: {}", run.err);
        }
    })
    .await
    .unwrap();
}
