//! What orders and payments cost, in process: the processor time of each and how it grows, and the memory that they take.
//!
//! `cargo bench --package paypal-simulator`. The ratio is to reading the request's JSON and writing the answer's once more.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a benchmark prints, and panics to fail")]

use std::{fs, hint::black_box, time::Duration};

use paypal_simulator::{Simulator, bytes::Bytes, http::Request};
use serde_json::Value;

const ORDER: &str = r#"{"intent": "CAPTURE", "purchase_units": [{"reference_id": "shop-1042", "description": "Tea",
    "custom_id": "1042", "amount": {"currency_code": "USD", "value": "30.00", "breakdown": {"item_total":
    {"currency_code": "USD", "value": "25.00"}, "shipping": {"currency_code": "USD", "value": "5.00"}}}, "items": [{"name":
    "Assam, 250 g", "quantity": "2", "unit_amount": {"currency_code": "USD", "value": "12.50"}}]}]}"#;

const BATCH: u32 = 10_000;
const BATCHES: u32 = 5;

/// Returns the processor time of this process.
fn processor() -> Duration {
    // Nanoseconds on a processor, by Documentation/scheduler/sched-stats.rst of Linux.
    let text = fs::read_to_string("/proc/self/schedstat").unwrap();
    Duration::from_nanos(text.split(' ').next().unwrap().parse().unwrap())
}

/// Returns the resident memory in KiB.
fn resident() -> i64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

fn post(paypal: &Simulator, path: &str, body: &'static str, expected: u16) -> Bytes {
    let request = Request::post(path)
        .header("authorization", format!("Bearer {}", Simulator::token()))
        .header("content-type", "application/json")
        .body(Bytes::from_static(body.as_bytes()))
        .unwrap();
    let response = paypal.handle(request);
    assert_eq!(response.status(), expected);
    response.into_body()
}

fn create(paypal: &Simulator) -> Bytes {
    post(paypal, "/v2/checkout/orders", ORDER, 201)
}

/// An order that is approved and captured: three requests.
fn pay(paypal: &Simulator) -> Bytes {
    let order: Value = serde_json::from_slice(&create(paypal)).unwrap();
    let id = order["id"].as_str().unwrap();
    post(paypal, &format!("/simulator/orders/{id}/approve"), "", 204);
    post(paypal, &format!("/v2/checkout/orders/{id}/capture"), "{}", 201)
}

/// Prints a line for each batch. All batches are in one world, so that they show what grows with it.
fn measure(name: &str, paypal: &Simulator, json: Duration, work: fn(&Simulator) -> Bytes) {
    println!("{name:>8}  {:>10}  {:>6}  {:>9}  {:>9}", "each", "ratio", "a second", "memory");
    for batch in 1..=BATCHES {
        let (memory, before) = (resident(), processor());
        for _ in 0..BATCH {
            black_box(work(paypal));
        }
        let each = (processor() - before) / BATCH;
        let ratio = each.as_secs_f64() / json.as_secs_f64();
        let rate = 1.0 / each.as_secs_f64();
        let grown = resident() - memory;
        println!("{:>8}  {each:>10.1?}  {ratio:>6.1}  {rate:>9.0}  {grown:>5} KiB", batch * BATCH);
    }
}

fn main() {
    let paypal = Simulator::new(1);
    let answer = create(&paypal);
    let before = processor();
    for _ in 0..BATCH {
        let request: Value = serde_json::from_slice(black_box(ORDER.as_bytes())).unwrap();
        let answer: Value = serde_json::from_slice(black_box(&answer)).unwrap();
        black_box((request, answer.to_string()));
    }
    let json = (processor() - before) / BATCH;
    measure("orders", &paypal, json, create);
    measure("payments", &Simulator::new(2), json, pay);
}
