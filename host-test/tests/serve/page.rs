//! The commands of `docs/server.md`, as a reader would run them.

use std::{fs, process::Command};

use serde_json::Value;

use crate::{service::Service, wire::send};

/// Returns the `sh` blocks below a heading.
fn blocks(heading: &str) -> Vec<String> {
    let page = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/server.md")).unwrap();
    let below = page.split_once(&format!("\n{heading}\n")).expect(heading).1;
    let section = below.split("\n## ").next().unwrap();
    section.split("```sh\n").skip(1).map(|it| it.split_once("```").unwrap().0.to_owned()).collect()
}

/// Runs commands with the server and the directory of a test, and returns what they print.
fn bash(service: &Service, script: &str) -> String {
    let script = script.replace("http://127.0.0.1:4030", &format!("http://{}", service.address));
    let program = "host-test() { \"$PROGRAM\" \"$@\" --data \"$DATA\"; }\n";
    let mut command = Command::new("bash");
    command.args(["-euo", "pipefail", "-c", &format!("{program}{script}")]);
    command.env("PROGRAM", env!("CARGO_BIN_EXE_host-test")).env("DATA", service.data.path());
    let done = command.output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8(done.stdout).unwrap()
}

#[test]
fn a_first_payment_is_made_by_the_pages_commands() {
    let service = Service::start();
    let first = blocks("## A first payment");
    let [pay, take] = first.as_slice() else { panic!("{first:?}") };
    let made = bash(&service, &format!("{pay}\necho; echo \"$KEY\""));
    let (outcome, key) = made.trim_end().rsplit_once('\n').unwrap();
    let outcome: Value = serde_json::from_str(outcome).unwrap();
    let order = outcome["reply"]["body"]["order_id"].as_str().unwrap();
    let approved = send(service.simulator, "POST", &format!("/simulator/orders/{order}/approve"), &[], b"");
    assert_eq!(approved.status / 100, 2, "{}", approved.text());
    // What the reader still has in the terminal.
    let act = pay.lines().filter(|line| line.starts_with("act()") || line.starts_with("SERVER="));
    let before = [&format!("KEY={key}"), &act.collect::<Vec<_>>().join("\n")].map(String::as_str).join("\n");
    let taken = bash(&service, &format!("{before}\n{}", take.replace("ORDER=...", &format!("ORDER={order}"))));
    assert!(taken.contains("\"status\":\"COMPLETED\"") && taken.contains("\"events\":["), "{taken}");
    let own = blocks("### PayPal's own paths");
    let created: Value = serde_json::from_str(&bash(&service, &format!("{before}\n{}", own[0]))).unwrap();
    assert_eq!(created["status"], "CREATED");
}

#[test]
fn keys_are_made_listed_and_revoked_by_the_pages_commands() {
    let service = Service::start();
    let lines = bash(&service, &blocks("## Who may call")[0]);
    let (key, list) = lines.split_once('\n').unwrap();
    assert!(list.contains("\"name\":\"shop-backend\",\"connections\":[\"simulator\"]"), "{lines}");
    assert_eq!(service.call_by(key, "GET", "/v1/session", &[], &Value::Null).status, 401, "it is revoked at the end");
}
