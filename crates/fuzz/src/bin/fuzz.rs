//! `cargo run --package fuzz --features targets -- [TARGET] [SECONDS] [SEED]`: runs a target, or all of them one after another,
//! for some seconds each. A finding is printed as a Rust byte string, to become a file of the corpus.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program for a terminal")]

use std::{
    env,
    process::ExitCode,
    time::{Duration, Instant},
};

/// The inputs that are tried between two looks at the clock.
const ROUNDS: usize = 1000;

fn main() -> ExitCode {
    let mut arguments = env::args().skip(1);
    let only = arguments.next().filter(|name| name != "all");
    let mut number = |default: u64| arguments.next().map_or(Some(default), |text| text.parse().ok());
    let (Some(seconds), Some(seed)) = (number(60), number(0)) else {
        eprintln!("usage: fuzz [TARGET|all] [SECONDS] [SEED]");
        return ExitCode::from(2);
    };
    let all = paypal_connector::fuzz::TARGETS
        .iter()
        .chain(connector_host::fuzz::TARGETS)
        .chain(paypal_simulator::fuzz::TARGETS);
    let chosen: Vec<_> = all.filter(|(name, _)| only.as_deref().is_none_or(|only| only == *name)).collect();
    if chosen.is_empty() {
        eprintln!("there is no such target");
        return ExitCode::from(2);
    }
    let mut failed = false;
    for target in chosen {
        let corpus = match fuzz::corpus(target.0) {
            Ok(corpus) => corpus,
            Err(error) => {
                eprintln!("{}: no corpus: {error}", target.0);
                return ExitCode::from(1);
            }
        };
        let started = Instant::now();
        let mut rounds = 0_u64;
        while started.elapsed() < Duration::from_secs(seconds) {
            if let Err(finding) = fuzz::run(*target, &corpus, seed.wrapping_add(rounds), ROUNDS) {
                println!("{}: FAILED at b\"{}\"", finding.target, finding.input.escape_ascii());
                failed = true;
                break;
            }
            rounds += 1;
        }
        println!("{}: {} inputs in {:.0?}", target.0, rounds * ROUNDS as u64, started.elapsed());
    }
    ExitCode::from(u8::from(failed))
}
