//! A thousand clients at once.

use std::{fs, sync::Arc, thread};

use serde_json::{Value, json};

use crate::service::{Service, order};

/// How many clients.
const CLIENTS: usize = 1_000;

/// The most memory that the process may have used, in KiB.
const MEMORY: u64 = 2 * 1024 * 1024;

#[test]
fn a_thousand_clients_are_answered_within_bounds() {
    let service = Arc::new(Service::start());
    service.call("PUT", "/v1/connections/till", &json!({"environment": "simulator"}));
    let (till, mut served) = (service.key("till", &["--connection", "till"]), 0);
    let clients: Vec<_> = (0..CLIENTS)
        .map(|at| {
            let service = service.clone();
            let client = move || {
                let target = "/v1/connections/simulator/actions/orders.create";
                let key = format!("client-{at}");
                let answer = service.call_by(&service.admin, "POST", target, &[("idempotency-key", &key)], &order());
                let refused = (answer.status == 429).then(|| answer.problem());
                assert!(refused.is_none_or(|it| it == "connection-busy"));
                answer.status
            };
            thread::Builder::new().stack_size(256 * 1024).spawn(client).unwrap()
        })
        .collect();
    // Meanwhile another caller is served, with a connection of its own.
    while clients.iter().any(|it| !it.is_finished()) {
        let answer = service.call_by(&till, "POST", "/v1/connections/till/actions/products.list", &[], &json!({}));
        assert_eq!(answer.status, 200, "{}", answer.text());
        served += 1;
    }
    assert!(served > 0);
    let statuses: Vec<u16> = clients.into_iter().map(|it| it.join().unwrap()).collect();
    assert!(statuses.iter().all(|it| [200, 429].contains(it)), "{statuses:?}");
    let done = statuses.iter().filter(|it| **it == 200).count();
    assert!(done >= 100, "only {done} were served");
    let listed = service.call("GET", "/v1/connections/simulator/calls?limit=1", &Value::Null).json();
    assert_eq!(listed["calls"][0]["outcome"], json!("reply"));
    if let Ok(status) = fs::read_to_string(format!("/proc/{}/status", service.process())) {
        let line = status.lines().find_map(|it| it.strip_prefix("VmHWM:")).unwrap();
        let most: u64 = line.trim().trim_end_matches(" kB").parse().unwrap();
        assert!(most < MEMORY, "{most} KiB");
    }
}
