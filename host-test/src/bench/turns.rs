//! Two things timed in turns.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Result, ensure};
use connector_host::transport::BoxFuture;

use crate::bench::{plan::Plan, spread::Spread};

/// What is measured: each call does it once.
pub(super) type Step = Arc<dyn Fn() -> BoxFuture<Result<()>> + Send + Sync>;

pub(super) fn step<T, F>(of: T, work: impl Fn(Arc<T>) -> F + Send + Sync + 'static) -> Step
where
    T: Send + Sync + 'static,
    F: Future<Output = Result<()>> + Send + 'static,
{
    let of = Arc::new(of);
    Arc::new(move || Box::pin(work(of.clone())))
}

/// Times two things one by one, in turns, so that what else the machine does falls on both.
pub(super) async fn in_turns(plan: Plan, one: Step, other: Step) -> Result<(Spread, Spread)> {
    let (mut ones, mut others) = (Vec::new(), Vec::new());
    for turn in 0..=plan.turns {
        if turn == 1 {
            ones.clear();
            others.clear();
        }
        for (step, times) in [(&one, &mut ones), (&other, &mut others)] {
            for _ in 0..plan.calls {
                let begun = Instant::now();
                step().await?;
                times.push(begun.elapsed());
            }
        }
    }
    Ok((Spread::of_times(&ones, 1e6), Spread::of_times(&others, 1e6)))
}

/// How many calls per second there are where each of these is done again and again, all of them at once.
pub(super) async fn rate(stretch: Duration, steps: &[Step]) -> Result<f64> {
    let begun = Instant::now();
    let repeat = move |step: Step| async move {
        let mut calls = 0_u32;
        while begun.elapsed() < stretch {
            step().await?;
            calls += 1;
        }
        anyhow::Ok(calls)
    };
    let tasks: Vec<_> = steps.iter().map(|step| tokio::spawn(repeat(step.clone()))).collect();
    let mut calls = 0;
    for task in tasks {
        calls += task.await??;
    }
    ensure!(calls > 0, "not one call came to an end");
    Ok(f64::from(calls) / begun.elapsed().as_secs_f64())
}
