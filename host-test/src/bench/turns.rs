//! Two things timed in turns.

use std::{sync::Arc, time::Instant};

use anyhow::Result;
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
