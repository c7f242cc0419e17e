//! Random flows of actions through random faults, against the simulator: the connector's answer to each call is compared with
//! what has happened.
//!
//! `FLOWS=10000 cargo test --test flows -- --nocapture` runs that many and prints statistics; `FLOW=17` runs one.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test panics to fail")]
#![allow(clippy::print_stdout, reason = "a long run prints its progress")]

mod act;
mod book;
mod changes;
mod deliveries;
mod merchant;
mod plan;
mod tally;
mod world;

use std::{
    collections::BTreeMap,
    env,
    path::Path,
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering},
    },
    thread,
};

use connector_host::{Connector, Engine, actions::ActionInfo};
use host_test::COMPONENT;
use merchant::Merchant;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};
use tally::Tally;
use tokio::runtime::{Builder, Runtime};

/// The number of flows without `FLOWS`.
const FLOWS: u64 = 300;

/// The component's descriptions of its actions.
pub(crate) struct Actions(BTreeMap<String, ActionInfo>);

impl Actions {
    fn takes_key(&self, action: &str) -> bool {
        self.0[action].idempotency.is_some()
    }

    fn lookup(&self, action: &str) -> Option<&str> {
        self.0[action].lookup.as_deref()
    }

    /// Whether an action has the option `prefer`.
    fn takes_prefer(&self, action: &str) -> bool {
        !self.0[action].method.eq_ignore_ascii_case("get") && self.takes_key(action)
    }
}

/// Returns the random source of a flow: the same number gives the same flow.
fn seed(number: u64) -> TestRng {
    let mut seed = [0; 32];
    seed[..8].copy_from_slice(&number.to_le_bytes());
    TestRng::from_seed(RngAlgorithm::ChaCha, &seed)
}

/// Runs one flow. If it fails, the error is of the smallest flow that still fails.
fn check(runtime: &Runtime, connector: &Connector, actions: &Actions, number: u64) -> Result<Tally, String> {
    let config = Config { cases: 1, failure_persistence: None, max_shrink_iters: 5_000, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, seed(number));
    let tally = Mutex::new(Tally::default());
    let result = runner.run(&plan::flow(), |flow| {
        let mut merchant = Merchant::new(connector, actions, &flow);
        let result = runtime.block_on(merchant.run(&flow));
        *tally.lock().unwrap() = merchant.tally;
        result.map_err(TestCaseError::fail)
    });
    result.map_err(|error| match error {
        TestError::Fail(why, flow) => format!(
            "flow {number} fails: {}\nthe smallest flow that does:\n{flow:#?}\nto repeat it: FLOW={number} cargo test --test flows",
            why.message()
        ),
        TestError::Abort(why) => format!("flow {number} cannot be run: {}", why.message()),
    })?;
    Ok(tally.into_inner().unwrap())
}

fn number(name: &str) -> Option<u64> {
    env::var(name).ok().map(|text| text.parse().unwrap_or_else(|_| panic!("{name} is no number: {text}")))
}

#[test]
fn no_effect_happens_twice_and_none_is_misreported() {
    let (first, count) = match number("FLOW") {
        Some(only) => (only, 1),
        None => (0, number("FLOWS").unwrap_or(FLOWS)),
    };
    let engine = Engine::new().unwrap();
    let connector = Connector::load(&engine, Path::new(COMPONENT)).unwrap();
    let runtime = || Builder::new_current_thread().enable_all().build().unwrap();
    let listed = runtime().block_on(connector.actions()).unwrap();
    let actions = Actions(listed.into_iter().map(|action| (action.id.clone(), action)).collect());

    let (next, failed) = (AtomicU64::new(first), AtomicU64::new(u64::MAX));
    let (total, failure) = (Mutex::new(Tally::default()), Mutex::new(None));
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from).min(4) {
            scope.spawn(|| {
                let runtime = runtime();
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= first + count || failed.load(Ordering::Relaxed) != u64::MAX {
                        return;
                    }
                    match check(&runtime, &connector, &actions, number) {
                        Ok(tally) => total.lock().unwrap().add(tally),
                        Err(why) => {
                            failed.store(number, Ordering::Relaxed);
                            failure.lock().unwrap().get_or_insert(why);
                        }
                    }
                    if number > 0 && number % 1000 == 0 {
                        println!("{number} flows");
                    }
                }
            });
        }
    });
    if let Some(why) = failure.into_inner().unwrap() {
        panic!("{why}");
    }
    let total = total.into_inner().unwrap();
    println!("{count} flows\n{total}");
    if count >= FLOWS {
        hold_that_they_met_something(&total);
    }
}

/// Checks that the flows met every kind of trouble: otherwise they prove nothing.
fn hold_that_they_met_something(total: &Tally) {
    for (heading, name) in [
        ("outcomes of writes", "reply"),
        ("outcomes of writes", "outcome-unknown"),
        ("outcomes of writes", "unprocessable"),
        ("outcomes of writes", "unreachable"),
        ("settled", "by repeating the call with its key"),
        ("settled", "by a look-up: done"),
        ("settled", "by a look-up: not done"),
        ("settled", "refused by PayPal"),
        ("done", "vault.create-payment-token"),
        ("done", "vault.delete-payment-token"),
        ("done", "payouts.create"),
        ("done", "payouts.cancel-item"),
        ("done", "disputes.send-message"),
        ("done", "disputes.provide-evidence"),
        ("done", "disputes.escalate"),
        ("done", "disputes.accept-claim"),
        ("done", "disputes.appeal"),
    ] {
        assert!(total.get(heading, name) > 0, "no flow came to {heading}, {name}:\n{total}");
    }
}
