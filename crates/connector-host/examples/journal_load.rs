//! How many entries a journal takes per second, from 1, 16 and 64 tasks at once: `cargo run --release --package
//! connector-host --features postgres,sqlite --example journal_load -- FILE`, or the URL of a database in place of the
//! file. Each append is acknowledged when it is sure to last.
#![allow(clippy::print_stdout, reason = "an example prints")]

use std::{
    env,
    error::Error,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use connector_host::{Entry, Journal, JournalError, PostgresJournal, PostgresOptions, Secret, SqliteJournal};
use tokio::task::JoinSet;

/// For each number of tasks.
const TIME: Duration = Duration::from_secs(10);

/// An entry of the usual length.
fn entry(id: String) -> Entry {
    let text = |text: &str| text.to_owned();
    let (time, event) = (text("2026-07-28T10:30:00Z"), text("PAYMENT.CAPTURE.COMPLETED"));
    Entry { id: Some(id), time, event, status: Some(text("COMPLETED")), details: format!("{:?}", "x".repeat(400)) }
}

async fn open(place: &str) -> Result<Arc<dyn Journal>, JournalError> {
    if !place.starts_with("postgres://") {
        return Ok(Arc::new(SqliteJournal::open(place)?));
    }
    let options = PostgresOptions::from_url(&Secret::new(place.to_owned()))?;
    PostgresJournal::migrate(&options).await?;
    Ok(Arc::new(PostgresJournal::open(&options).await?))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let place = env::args().nth(1).ok_or("which journal? give its file, or the URL of its database")?;
    let journal = open(&place).await?;
    let (run, number) = (format!("{:?}", std::time::SystemTime::now()), Arc::new(AtomicUsize::new(0)));
    for tasks in [1, 16, 64] {
        let (began, mut running) = (Instant::now(), JoinSet::new());
        for _ in 0..tasks {
            let (journal, run, number) = (journal.clone(), run.clone(), number.clone());
            running.spawn(async move {
                let mut times = Vec::new();
                while began.elapsed() < TIME {
                    let number = number.fetch_add(1, Ordering::Relaxed);
                    let (subject, started) = (format!("order:{}", number % 1000), Instant::now());
                    assert!(journal.append(subject, entry(format!("{run}-{number}"))).await?);
                    times.push(started.elapsed());
                }
                Ok::<_, JournalError>(times)
            });
        }
        let mut times = running.join_all().await.into_iter().collect::<Result<Vec<_>, _>>()?.concat();
        let rate = times.len() as f64 / began.elapsed().as_secs_f64();
        times.sort_unstable();
        let [median, late] = [50, 99].map(|percent| times[(times.len() - 1) * percent / 100]);
        println!("{tasks:>3} tasks: {rate:>7.0} appends/s, half of them within {median:.1?}, 99 % within {late:.1?}");
    }
    Ok(())
}
