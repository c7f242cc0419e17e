//! The command line: what it prints, where, and with which exit code.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test panics to fail")]

mod program;

use std::{
    fs,
    io::{BufRead as _, BufReader, Write as _},
    net::TcpListener,
    path::Path,
    process::Command,
    thread,
};

use rsa::sha2::{Digest as _, Sha256};
use serde_json::{Value, json};

use program::{NOBODY, Run};

/// Runs the program to its end.
fn host_test(arguments: &[&str], input: &str, variables: &[(&str, &str)]) -> Run {
    program::host_test_with(arguments, input, variables)
}

/// Calls an action with a token, at a base URL where nobody listens.
fn call(action: &str, input: &str) -> Run {
    let arguments = ["call", action, "--input", "-", "--base-url", NOBODY];
    host_test(&arguments, input, &[("PAYPAL_ACCESS_TOKEN", "secret-token")])
}

fn codes(failure: &Value) -> Vec<&str> {
    failure["details"].as_array().unwrap().iter().filter_map(|issue| issue["issue"].as_str()).collect()
}

#[test]
fn check_runs_every_action_and_prints_a_table_or_json() {
    let run = host_test(&[], "", &[]);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    assert!(run.out.contains("orders.create ") && run.out.contains(" passed "), "{}", run.out);
    assert!(run.err.contains("[1/"), "progress goes to stderr: {}", run.err);

    let document = host_test(&["check", "--json"], "", &[]).json();
    let number = |name: &str| document[name].as_u64().unwrap();
    assert_eq!((number("failed"), &document["failures"]), (0, &json!([])));
    assert!(number("passed") == number("cases") && number("cases") >= 2 * number("actions"));

    let one = host_test(&["check", "--only", "orders.get", "--json"], "", &[]).json();
    assert!(one["actions"] == 1 && one["cases"].as_u64() < document["cases"].as_u64());
    assert_eq!(host_test(&["check", "--only", "orders.fetch"], "", &[]).code, 2);
}

#[test]
fn actions_and_describe_print_the_catalogue() {
    let actions = host_test(&["actions", "--json"], "", &[]).json();
    let create = &actions.as_array().unwrap().iter().find(|action| action["id"] == "orders.create").unwrap();
    assert_eq!((&create["group"], &create["method"]), (&json!("orders"), &json!("POST")));
    assert_eq!(create["path"], "/v2/checkout/orders");
    assert_eq!(create["effects"], json!(["write", "moves-money"]));
    assert!(create["scopes"][0].as_str().unwrap().starts_with("https://uri.paypal.com/"));
    assert_eq!(create["provider_operation_id"], "orders.create");
    assert_eq!(create["idempotency"]["retention_seconds"], 21_600);

    assert_eq!(create["input_schema"], "/paths/~1v2~1checkout~1orders/post/x-input-schema");
    assert!(create["output_schema"].as_str().unwrap().ends_with("/responses/200/content/application~1json/schema"));

    let of_effect = |effect: &str| host_test(&["actions", "--effect", effect, "--json"], "", &[]).json();
    let has = |action: &Value, effect: &str| action["effects"].as_array().unwrap().contains(&json!(effect));
    for effect in ["read", "write", "moves-money", "irreversible", "notifies-customer"] {
        let of_all: Vec<_> = actions.as_array().unwrap().iter().filter(|action| has(action, effect)).cloned().collect();
        assert!(!of_all.is_empty() && of_all.len() < actions.as_array().unwrap().len(), "{effect}");
        assert_eq!(of_effect(effect), Value::Array(of_all), "{effect}");
    }
    let table = host_test(&["actions", "--effect", "moves-money"], "", &[]).out;
    assert!(table.contains("orders.capture ") && !table.contains("orders.get "), "{table}");

    let manifest = host_test(&["describe", "--json"], "", &[]).json();
    assert_eq!(manifest["name"], "paypal");
    assert!(manifest["openapi"]["openapi"].as_str().unwrap().starts_with("3."));
    assert!(!manifest["connection_form"]["fields"].as_array().unwrap().is_empty());
}

#[test]
fn describe_shows_an_action_with_the_schemas_of_its_input_and_output() {
    let list = host_test(&["describe", "vault.list-payment-tokens"], "", &[]).json();
    assert_eq!((&list["id"], &list["paged"]), (&json!("vault.list-payment-tokens"), &json!(true)));
    assert_eq!((&list["effects"], &list["idempotency"]), (&json!(["read"]), &Value::Null));
    assert!(list["description"].as_str().unwrap().contains("payment methods"), "{list}");
    assert_eq!(list["input_schema"]["required"], json!(["customer_id"]));
    assert_eq!(list["output_schema"]["$ref"], "#/$defs/customer_vault_payment_tokens_response");
    assert!(list["output_schema"]["$defs"]["customer_vault_payment_tokens_response"].is_object());

    assert_eq!(host_test(&["describe", "orders.update", "--json"], "", &[]).json()["output_schema"], Value::Null);
    let unknown = host_test(&["describe", "orders.fetch"], "", &[]);
    assert!(unknown.code == 2 && unknown.err.contains("no action `orders.fetch`"), "{}", unknown.err);
}

#[test]
fn every_verb_has_help() {
    for arguments in
        [&["--help"][..], &["check", "--help"], &["actions", "--help"], &["describe", "--help"], &["call", "--help"]]
    {
        let run = host_test(arguments, "", &[]);
        assert!(run.code == 0 && run.out.contains("Usage: "), "{arguments:?}");
    }
}

#[test]
fn shells_complete_verbs_options_and_actions() {
    for (shell, knows_actions) in
        [("bash", true), ("zsh", true), ("fish", true), ("powershell", false), ("elvish", false)]
    {
        let run = host_test(&["completions", shell], "", &[]);
        assert_eq!(run.code, 0, "{shell}: {}", run.err);
        for word in ["listen", "forward-to", "dry-run"] {
            assert!(run.out.contains(word), "{shell} lacks {word}");
        }
        assert!(!knows_actions || run.out.contains("webhooks.list-events"), "{shell} lacks an action");
        assert!(!run.out.contains("bench-server"), "{shell} has a hidden verb");
        assert!(!run.out.contains(env!("CARGO_MANIFEST_DIR")), "{shell} has a path of the build");
    }
    assert_eq!(host_test(&["completions", "cmd"], "", &[]).code, 2);
}

#[test]
fn bash_completes_with_the_script() {
    let script = host_test(&["completions", "bash"], "", &[]).out;
    for (words, expected) in [
        ("host-test cal", "call"),
        ("host-test call orders.capt", "orders.capture"),
        ("host-test call orders.get --dry", "--dry-run"),
        ("host-test test-connection --sand", "--sandbox"),
        ("host-test describe webhooks.get-ev", "webhooks.get-event"),
    ] {
        let last = words.matches(' ').count();
        let complete = format!(
            "COMP_WORDS=({words}); COMP_CWORD={last}; _host__test host-test \"${{COMP_WORDS[$COMP_CWORD]}}\" \
             \"${{COMP_WORDS[$COMP_CWORD - 1]}}\"; echo \"${{COMPREPLY[@]}}\""
        );
        let bash = Command::new("bash").args(["--norc", "-c", &format!("{script}\n{complete}")]).output().unwrap();
        let said = String::from_utf8(bash.stdout).unwrap();
        let offered: Vec<_> = said.split_whitespace().collect();
        assert_eq!(offered, [expected], "{words}: {}", String::from_utf8_lossy(&bash.stderr));
    }
}

#[test]
fn each_verb_has_a_manual_page() {
    let directory = tempfile::tempdir().unwrap();
    let pages = directory.path().join("man1");
    let run = host_test(&["manual", pages.to_str().unwrap()], "", &[]);
    assert!(run.code == 0 && run.out.is_empty(), "{}", run.err);
    for (page, text) in [
        ("host-test.1", "First steps"),
        ("host-test-call.1", "\\-\\-dry\\-run"),
        ("host-test-listen.1", "\\-\\-forward\\-to"),
        ("host-test-simulator.1", "\\-\\-port"),
    ] {
        let page = fs::read_to_string(pages.join(page)).unwrap();
        assert!(page.contains(text), "{text}: {page}");
        assert!(!page.contains(env!("CARGO_MANIFEST_DIR")), "it has a path of the build: {page}");
    }
    assert!(!pages.join("host-test-bench-server.1").exists(), "a hidden verb has none");
    let file = directory.path().join("file");
    fs::write(&file, "").unwrap();
    let run = host_test(&["manual", file.to_str().unwrap()], "", &[]);
    assert!(run.code == 1 && run.err.contains("file"), "{}", run.err);
}

#[test]
fn a_fixture_answers_a_call() {
    let run = host_test(&["call", "orders.create", "--fixture", "minimal"], "", &[]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert_eq!(run.json()["reply"]["status"], 201);
    let spelled = host_test(&["call", "orders.create", "--fixture", "orders/create/unknown-fields"], "", &[]);
    assert!(spelled.out.contains("1.0"), "the spelling of numbers is kept: {}", spelled.out);
    let unknown = host_test(&["call", "orders.create", "--fixture", "none-such"], "", &[]);
    assert!(unknown.code == 2 && unknown.err.contains("minimal"), "{}", unknown.err);
}

#[test]
fn bad_input_is_explained_and_not_sent() {
    let long_id = format!(r#"{{"id": "{}"}}"#, "A".repeat(10_000));
    let long_key = format!(r#"{{"id": "5O19", "options": {{"idempotency_key": "{}"}}}}"#, "k".repeat(10_001));
    let amount = |currency: &str, value: &str| {
        format!(
            r#"{{"body": {{"intent": "CAPTURE", "purchase_units": [{{"amount": {{"currency_code": "{currency}", "value": {value}}}}}]}}}}"#
        )
    };
    for (action, input, code) in [
        ("orders.get", "nonsense", "MALFORMED_REQUEST_JSON"),
        ("orders.get", "", "MALFORMED_REQUEST_JSON"),
        ("orders.get", "[]", "MALFORMED_REQUEST_JSON"),
        ("orders.get", r#"{"id": ""}"#, "INVALID_STRING_LENGTH"),
        ("orders.get", r#"{"id": "../x"}"#, "INVALID_PARAMETER_SYNTAX"),
        ("orders.get", r#"{"id": "a/b?c=d"}"#, "INVALID_PARAMETER_SYNTAX"),
        ("orders.get", &long_id, "INVALID_STRING_LENGTH"),
        ("orders.create", &amount("USD", r#"["10"]"#), "INVALID_PARAMETER_SYNTAX"),
        ("orders.create", &amount("USD", "10.005"), "DECIMAL_PRECISION"),
        ("orders.create", &amount("USD", r#""10.005""#), "DECIMAL_PRECISION"),
        ("orders.create", &amount("USD", r#""1,00""#), "INVALID_PARAMETER_SYNTAX"),
        ("orders.create", &amount("JPY", r#""10.50""#), "DECIMALS_NOT_SUPPORTED"),
        (
            "orders.capture",
            r#"{"id": "5O19", "options": {"client_metadata_id": "a\r\nX: y"}}"#,
            "INVALID_PARAMETER_SYNTAX",
        ),
        ("orders.capture", &long_key, "INVALID_STRING_LENGTH"),
    ] {
        let failure = call(action, input).failure();
        let shown: String = input.chars().take(80).collect();
        assert_eq!((&failure["kind"], &failure["request_sent"]), (&json!("invalid-input"), &json!(false)), "{shown}");
        assert_eq!(codes(&failure), [code], "{shown}");
        assert!(!failure["message"].as_str().unwrap().is_empty());
    }
}

#[test]
fn an_unknown_action_gets_a_suggestion() {
    let failure = call("orders.captrue", "{}").failure();
    assert_eq!(failure["kind"], "invalid-input");
    assert!(failure["message"].as_str().unwrap().contains("did you mean `orders.capture`?"), "{failure}");
}

#[test]
fn enormous_input_is_too_large() {
    let input = format!(r#"{{"body": {{"filler": "{}"}}}}"#, "x".repeat(20_000_000));
    assert_eq!(call("orders.create", &input).failure()["kind"], "too-large");
}

#[test]
fn where_nobody_listens_nothing_was_sent() {
    let failure = call("orders.get", r#"{"id": "5O19"}"#).failure();
    assert_eq!((&failure["kind"], &failure["request_sent"]), (&json!("unreachable"), &json!(false)));
}

#[test]
fn without_credentials_the_connection_is_unavailable() {
    let arguments = ["call", "orders.get", "--input", "-", "--base-url", NOBODY];
    let failure = host_test(&arguments, r#"{"id": "5O19"}"#, &[]).failure();
    assert_eq!((&failure["kind"], &failure["request_sent"]), (&json!("connection-unavailable"), &json!(false)));
    let message = failure["message"].as_str().unwrap();
    for name in ["not set up", "PAYPAL_ACCESS_TOKEN", "PAYPAL_CLIENT_ID", "PAYPAL_CLIENT_SECRET"] {
        assert!(message.contains(name), "{message}");
    }
    let half = host_test(&arguments, r#"{"id": "5O19"}"#, &[("PAYPAL_REFRESH_TOKEN", "token")]);
    assert!(half.code == 2 && half.err.contains("PAYPAL_CLIENT_SECRET are not"), "{}", half.err);
    let half = host_test(&arguments, r#"{"id": "5O19"}"#, &[("PAYPAL_CLIENT_ID", "app")]);
    assert!(half.code == 2 && half.err.contains("PAYPAL_CLIENT_SECRET is not"), "{}", half.err);
    let variables = [("PAYPAL_ACCESS_TOKEN", "token"), ("PAYPAL_MERCHANT_ID", "K7BNP2D5XWR9S")];
    let half = host_test(&arguments, r#"{"id": "5O19"}"#, &variables);
    assert!(
        half.code == 2 && half.err.contains("PAYPAL_MERCHANT_ID is set, but PAYPAL_CLIENT_ID is not"),
        "{}",
        half.err
    );
}

#[test]
fn a_proxy_of_the_environment_is_used_and_a_wrong_one_is_not_passed_by() {
    let proxy = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://name:hunter2hunter2@{}", proxy.local_addr().unwrap());
    let refuses = thread::spawn(move || {
        let (mut stream, _) = proxy.accept().unwrap();
        let mut line = String::new();
        BufReader::new(&stream).read_line(&mut line).unwrap();
        stream.write_all(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n").unwrap();
        line
    });
    let arguments = ["-v", "call", "orders.get", "--input", "-", "--sandbox"];
    // A call has several attempts; only the first is answered.
    let input = r#"{"id": "5O19", "options": {"deadline_ms": 3000}}"#;
    let token = ("PAYPAL_ACCESS_TOKEN", "secret-token");
    let run = host_test(&arguments, input, &[token, ("HTTPS_PROXY", &address)]);
    let failure = run.failure();
    assert_eq!((&failure["kind"], &failure["request_sent"]), (&json!("unreachable"), &json!(false)));
    assert_eq!(refuses.join().unwrap(), "CONNECT api-m.sandbox.paypal.com:443 HTTP/1.1\r\n");
    for secret in ["hunter2", "secret-token"] {
        assert!(!run.out.contains(secret) && !run.err.contains(secret), "{} {}", run.out, run.err);
    }

    let run = host_test(&arguments, input, &[token, ("HTTPS_PROXY", "socks5://name:hunter2hunter2@127.0.0.1:1")]);
    assert!(run.code == 2 && run.err.contains("HTTPS_PROXY must begin with http"), "{}", run.err);
    assert!(!run.err.contains("hunter2"), "{}", run.err);
}

#[test]
fn verbose_tells_of_calls_and_requests_on_stderr() {
    let run = host_test(&["call", "orders.capture", "--fixture", "approved", "--verbose"], "", &[]);
    assert_eq!(run.code, 0, "{}", run.err);
    for expected in [
        "call began",
        "request ended",
        "call ended",
        r#"action="orders.capture""#,
        "attempt=1",
        r#"host="api-m.sandbox.paypal.com""#,
        "status=201",
        r#"outcome="reply""#,
    ] {
        assert!(run.err.contains(expected), "{expected} is missing: {}", run.err);
    }
    let lines = run.err.lines().filter(|line| line.contains("connector_host")).count();
    assert_eq!(lines, run.err.lines().count(), "unexpected lines on stderr: {}", run.err);
    let quiet = host_test(&["call", "orders.capture", "--fixture", "approved"], "", &[]);
    assert_eq!((quiet.code, &*quiet.err), (0, ""));
}

#[test]
fn a_base_url_must_be_of_this_machine_and_hold_no_credentials() {
    for (url, what) in [
        ("https://evil.example", "on this machine"),
        ("http://user:pass@127.0.0.1:4010", "user name or password"),
        ("http://127.0.0.1:4010@evil.example", "user name or password"),
        ("nonsense", "not an http or https URL"),
    ] {
        let run = host_test(&["call", "orders.get", "--input", "-", "--base-url", url], r#"{"id": "5O19"}"#, &[]);
        assert!(run.code == 2 && run.err.contains(what) && run.out.is_empty(), "{url}: {}", run.err);
    }
}

#[test]
fn read_only_refuses_all_but_reads() {
    let arguments = ["call", "orders.create", "--input", "-", "--base-url", NOBODY, "--read-only"];
    let failure = host_test(&arguments, "{}", &[]).failure();
    assert_eq!((&failure["kind"], &failure["request_sent"]), (&json!("denied"), &json!(false)));
    assert!(failure["message"].as_str().unwrap().contains("write, moves-money"), "{failure}");
    let fixture = |action: &str, case: &str| host_test(&["call", action, "--read-only", "--fixture", case], "", &[]);
    assert_eq!(fixture("orders.create", "minimal").failure()["kind"], "denied");
    assert_eq!(fixture("payments.get-refund", "completed").json()["reply"]["status"], 200);
}

#[test]
fn an_action_that_asks_for_nothing_needs_no_input() {
    let run = host_test(&["call", "plans.list", "--base-url", NOBODY], "", &[("PAYPAL_ACCESS_TOKEN", "token")]);
    assert_eq!(run.failure()["kind"], "unreachable");
    let asking = host_test(&["call", "vault.list-payment-tokens", "--base-url", NOBODY], "", &[]);
    assert!(asking.err.contains("--input is missing") && asking.err.contains("customer_id"), "{}", asking.err);
}

#[test]
fn wrong_usage_exits_with_2() {
    for arguments in [
        &["call"][..],
        &["call", "orders.get"],
        &["call", "orders.get", "--sandbox", "--live", "--input", "-"],
        &["call", "orders.get", "--sandbox", "--input", "/no/such/file"],
        &["call", "orders.get", "--sandbox"],
        &["brew"],
        &["check", "--colour"],
        &["actions", "--effect", "surprise"],
        &["call", "orders.fetch", "--sandbox"],
        &["call", "orders.get", "--sandbox", "--input", "-", "--all-pages"],
        &["call", "plans.fetch", "--sandbox", "--all-pages"],
        &["call", "vault.list-payment-tokens", "--sandbox", "--all-pages"],
        &["call", "plans.list", "--sandbox", "--limit", "3"],
        &["call", "plans.list", "--sandbox", "--all-pages", "--limit", "0"],
        &["call", "plans.list", "--sandbox", "--all-pages", "--limit", "-1"],
        &["call", "plans.list", "--fixture", "first-page", "--all-pages"],
    ] {
        let run = host_test(arguments, "", &[]);
        assert!(run.code == 2 && run.err.contains("error: ") && run.out.is_empty(), "{arguments:?}: {}", run.err);
    }
}

#[test]
fn what_is_no_connector_is_not_loaded() {
    let directory = tempfile::tempdir().unwrap();
    let file = |name: &str, bytes: &[u8]| {
        let path = directory.path().join(name);
        fs::write(&path, bytes).unwrap();
        path.to_str().unwrap().to_owned()
    };
    for (path, what) in [
        (file("text.wasm", b"nonsense"), "is not a WebAssembly component"),
        (file("empty.wasm", b""), "is not a WebAssembly component"),
        (file("module.wasm", b"\0asm\x01\0\0\0"), "is not a WebAssembly component"),
        (file("world.wasm", b"\0asm\x0d\0\x01\0"), "is not a component of the world kosha:connector/connector"),
        ("/no/such/file.wasm".to_owned(), "cannot be read"),
    ] {
        let run = host_test(&["--component", &path, "actions"], "", &[]);
        assert!(run.code == 1 && run.err.contains(what) && run.err.lines().count() == 1, "{path}: {}", run.err);
    }
}

#[test]
fn what_compile_has_made_is_loaded_unless_others_can_change_it() {
    use std::os::unix::fs::PermissionsExt as _;

    let directory = tempfile::tempdir().unwrap();
    let path = |name: &str| directory.path().join(name).to_str().unwrap().to_owned();
    let (whole, short) = (path("paypal.cwasm"), path("short.cwasm"));
    let run = host_test(&["compile", &whole], "", &[]);
    assert!(run.code == 0 && run.err.contains("for this machine"), "{}", run.err);
    let by =
        |component: &str| host_test(&["--component", component, "call", "products.get", "--fixture", "found"], "", &[]);
    let (compiled, own) = (by(&whole), by(host_test::COMPONENT));
    assert!(compiled.code == 0 && compiled.out == own.out, "{}", compiled.err);

    let bytes = fs::read(&whole).unwrap();
    for length in [4, 100, bytes.len() / 2] {
        fs::write(&short, &bytes[..length]).unwrap();
        let run = by(&short);
        assert!(
            run.code == 1 && run.err.starts_with("error: cannot load the precompiled component: "),
            "{length}: {}",
            run.err
        );
    }
    fs::set_permissions(&whole, fs::Permissions::from_mode(0o666)).unwrap();
    let run = by(&whole);
    assert!(run.code == 1 && run.err.contains("others can write to it"), "{}", run.err);
    let run = host_test(&["compile", &path("no/such/directory.cwasm")], "", &[]);
    assert!(run.code == 1 && run.err.contains("no/such") && !run.err.contains("panicked"), "{}", run.err);
    // Not even a link to nothing is replaced, and no file is left over.
    std::os::unix::fs::symlink("nothing", path("link.cwasm")).unwrap();
    for output in [path("link.cwasm"), path("")] {
        let run = host_test(&["compile", &output], "", &[]);
        assert!(run.code == 1 && run.err.contains("is not a regular file"), "{}", run.err);
    }
    let run = host_test(&["--component", "Cargo.toml", "compile", &whole], "", &[]);
    assert!(run.code == 1 && run.err.contains("Cargo.toml: is not a WebAssembly component"), "{}", run.err);
    let mut left: Vec<_> = fs::read_dir(&directory).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    left.sort();
    assert_eq!(left, ["link.cwasm", "paypal.cwasm", "short.cwasm"]);
    assert_eq!(fs::read(&whole).unwrap(), bytes);
}

/// Writes an image layout with a component of these bytes. Returns the reference to it.
fn layout(name: &str, component: &[u8]) -> String {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::create_dir_all(directory.join("blobs/sha256")).unwrap();
    fs::write(directory.join("oci-layout"), r#"{"imageLayoutVersion":"1.0.0"}"#).unwrap();
    let put = |bytes: &[u8]| {
        let digits: String = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        fs::write(directory.join("blobs/sha256").join(&digits), bytes).unwrap();
        format!("sha256:{digits}")
    };
    let manifest = json!({
        "schemaVersion": 2,
        "config": {"mediaType": "application/vnd.wasm.config.v0+json", "digest": put(b"{}"), "size": 2},
        "layers": [{"mediaType": "application/wasm", "digest": put(component), "size": component.len()}],
    });
    format!("oci-layout:{}@{}", directory.display(), put(manifest.to_string().as_bytes()))
}

#[test]
fn a_component_is_loaded_by_its_digest() {
    let component = layout("of-component", &fs::read(host_test::COMPONENT).unwrap());
    let run = host_test(&["--component", &component, "call", "products.get", "--fixture", "found"], "", &[]);
    assert_eq!(run.code, 0, "{}", run.err);

    // Machine code comes from this machine only.
    let compiled = Path::new(env!("CARGO_TARGET_TMPDIR")).join("of-layout.cwasm");
    let made = host_test(&["--component", &component, "compile", compiled.to_str().unwrap()], "", &[]);
    assert_eq!(made.code, 0, "{}", made.err);
    let machine_code = layout("of-machine-code", &fs::read(&compiled).unwrap());
    for (reference, verb, reason) in [
        (&*machine_code, "actions", "is not a WebAssembly component"),
        (&component[..component.len() - 64], "actions", "does not end in sha256: and 64 lower-case digits"),
        ("oci://ghcr.io/example/paypal-connector:0.1.0", "actions", "has no digest"),
        (&component, "bench", "`bench` measures a file"),
    ] {
        let run = host_test(&["--component", reference, verb], "", &[]);
        assert!(run.code == 1 && run.out.is_empty() && run.err.contains(reason), "{reference}: {}", run.err);
    }
}

#[test]
fn no_secret_is_printed() {
    let run = call("orders.get", r#"{"id": "5O19"}"#);
    assert!(!run.out.contains("secret-token") && !run.err.contains("secret-token"));
}

#[test]
fn bench_prints_each_figure_beside_the_native_one() {
    let run = host_test(&["bench", "--quick", "--json"], "", &[]);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    let document = run.json();
    assert!(document["component_bytes"].as_u64().unwrap() > 100_000 && document["profile"].is_string());
    let rows = document["rows"].as_array().unwrap();
    for row in rows {
        let (median, low, high) = (&row["connector"]["median"], &row["connector"]["p10"], &row["connector"]["p90"]);
        let [median, low, high] = [median, low, high].map(|figure| figure.as_f64().unwrap());
        assert!(low <= median && median <= high, "{row}");
        assert_eq!((&row["node"], &row["ratio_to_node"]), (&Value::Null, &Value::Null), "{row}");
    }
    // Each load has its processor time and its calls per second.
    for (kind, count) in [
        ("orders.get, answered in memory", 1),
        ("orders.create, answered in memory", 1),
        ("orders.create, noted in", 2),
        ("over loopback, 1 thread, 10 in flight", 2),
        ("50 in flight", 4),
        ("instances reused", 2),
    ] {
        let rows = rows_of(&document, kind);
        assert_eq!(rows.len(), count, "{kind}");
        for row in rows {
            assert!(
                [&row["connector"]["median"], &row["native"]["median"], &row["ratio"]].into_iter().all(positive),
                "{row}"
            );
        }
    }
    assert_eq!(rows_of(&document, "events.receive").len(), 1);
    assert_eq!(rows_of(&document, "an instance").len(), 1);
    assert_eq!(rows_of(&document, "start").len(), 4);
    assert!(document["node"].is_null(), "nothing of Node.js without `--against`");
}

fn rows_of<'a>(document: &'a Value, kind: &str) -> Vec<&'a Value> {
    document["rows"].as_array().unwrap().iter().filter(|row| row["name"].as_str().unwrap().contains(kind)).collect()
}

fn positive(figure: &Value) -> bool {
    figure.as_f64().is_some_and(|figure| figure > 0.0)
}

#[test]
fn bench_runs_paypal_s_sdk_against_the_same_server() {
    let run = host_test(&["bench", "--quick", "--json", "--against", "node"], "", &[]);
    if run.code == 1 && run.err.contains("which `--against node` needs") {
        // Past the test harness, which hides the output of a test that passes.
        let _ = writeln!(std::io::stderr(), "skipped, PayPal's SDK not measured: {}", run.err);
        return;
    }
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    let document = run.json();
    let versions = document["node"].as_str().unwrap();
    assert!(versions.starts_with("Node.js v") && versions.contains("@paypal/paypal-server-sdk 2."), "{versions}");
    // It has one thread, so it is measured where the others have one.
    let rows = rows_of(&document, "over loopback, 1 thread");
    assert_eq!(rows.len(), 2);
    for row in rows {
        assert!(positive(&row["node"]["median"]) && positive(&row["ratio_to_node"]), "{row}");
    }
    assert_eq!(document["rows"].as_array().unwrap().iter().filter(|row| !row["node"].is_null()).count(), 2);
}

#[test]
fn bench_says_which_program_is_missing_for_paypal_s_sdk() {
    let run = host_test(&["bench", "--quick", "--against", "node"], "", &[("PATH", "/no/such/directory")]);
    assert_eq!((run.code, &*run.out), (1, ""), "{}", run.err);
    assert!(run.err.contains("error: `node` of Node.js cannot be run, which `--against node` needs: "), "{}", run.err);
    assert_eq!(run.err.matches("No such file").count(), 1, "{}", run.err);
}

#[cfg(unix)]
#[test]
fn bench_says_at_once_that_too_few_files_may_be_open() {
    let output = Command::new("sh")
        .args(["-c", "ulimit -n 100 && exec \"$0\" bench --quick", env!("CARGO_BIN_EXE_host-test")])
        .output()
        .unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("128 files must be open at once, and this process may have 100"), "{said}");
}

#[test]
fn an_error_says_its_cause_once() {
    for verb in [&["actions"][..], &["bench", "--quick"]] {
        let run = host_test(&[verb, &["--component", "Cargo.toml"]].concat(), "", &[]);
        let (_, error) = run.err.split_once("error: ").unwrap();
        assert!(run.code == 1 && error.lines().count() == 1, "{}", run.err);
        assert_eq!(error.matches("magic header not detected").count(), 1, "{}", run.err);
    }
}
