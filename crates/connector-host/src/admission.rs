//! Admission: whether a call may run, and when. It comes before the call gets an instance.

use std::{
    borrow::Cow,
    collections::HashMap,
    time::{Duration, Instant},
};

use serde_json::value::RawValue;
use tokio::{select, time::sleep_until};

use crate::{
    bindings::{Failure, FailureKind},
    connection::concurrency::{Concurrency, Permit},
    engine::Engine,
    failure::HOST_SHUTTING_DOWN,
    shutdown::{Running, Shutdown},
};

/// The permits of a running call, held until its instance is gone.
pub(crate) struct Admission {
    /// Of its connection; `None` for what needs no connection.
    _connection: Option<Permit>,
    /// Of the engine.
    _engine: Permit,
    _running: Running,
}

/// A call that was admitted.
pub(crate) struct Admitted {
    pub(crate) admission: Admission,
    /// When the call's time is up.
    pub(crate) end: Instant,
    /// The caller's own deadline, counted from the call's arrival. The guest counts from the start of its instance.
    pub(crate) deadline: Option<Instant>,
}

/// What a call waits for.
pub(crate) struct Queue<'a> {
    pub(crate) shutdown: &'a Shutdown,
    pub(crate) engine: &'a Engine,
    /// The time for the whole call, including the wait.
    pub(crate) wall: Duration,
}

impl Queue<'_> {
    /// Waits for a permit of the connection, then for one of the engine. Both are handed out in order of arrival.
    ///
    /// # Errors
    /// If the connector is or gets closed, or the call's time runs out first.
    pub(crate) async fn admit(&self, concurrency: Option<&Concurrency>, input: &str) -> Result<Admitted, Failure> {
        let running = self.shutdown.enter().ok_or_else(closed)?;
        let arrived = Instant::now();
        let end = arrived.checked_add(self.wall).unwrap_or_else(far_future);
        let permits = async {
            let connection = match concurrency {
                Some(concurrency) => Some(concurrency.permits().clone().acquire_owned().await?),
                None => None,
            };
            Ok((connection, self.engine.permits.clone().acquire_owned().await?))
        };
        let deadline = own_deadline(input).and_then(|own| arrived.checked_add(own));
        let patience = sleep_until(deadline.map_or(end, |deadline| deadline.min(end)).into());
        let permits = select! {
            biased;
            permits = permits => permits,
            () = self.shutdown.closed() => return Err(closed()),
            () = patience => return Err(too_late(concurrency)),
        };
        // These semaphores are never closed.
        let (connection, engine) = permits.map_err(|_: tokio::sync::AcquireError| closed())?;
        Ok(Admitted {
            admission: Admission { _connection: connection, _engine: engine, _running: running },
            end,
            deadline,
        })
    }
}

/// A time that is never reached: `Instant` has no maximum.
fn far_future() -> Instant {
    Instant::now() + Duration::from_secs(86_400 * 365 * 30)
}

/// Reads the deadline from the options of an input. If the input is malformed the component reports it. Of two members
/// with the same name the last counts, as in the component.
fn own_deadline(input: &str) -> Option<Duration> {
    // Most inputs have none; do not parse those, they can be long. A name may be spelled with escapes.
    if memchr::memmem::find(input.as_bytes(), b"deadline_ms").is_none() && !input.contains("\\u00") {
        return None;
    }
    type Members<'a> = HashMap<Cow<'a, str>, &'a RawValue>;
    let input: Members = serde_json::from_str(input).ok()?;
    let options: Members = serde_json::from_str(input.get("options")?.get()).ok()?;
    let milliseconds: u32 = serde_json::from_str(options.get("deadline_ms")?.get()).ok()?;
    Some(Duration::from_millis(milliseconds.into()))
}

fn closed() -> Failure {
    let message = "the host is closing and takes no more calls; nothing was sent".to_owned();
    Failure { retryable: true, ..Failure::denied(HOST_SHUTTING_DOWN, message) }
}

fn too_late(concurrency: Option<&Concurrency>) -> Failure {
    let limit = concurrency.map(|it| format!(" ({} calls of its connection run at once)", it.limit()));
    let message = format!(
        "the call's time ran out while it waited for others to end{}; nothing was sent",
        limit.unwrap_or_default()
    );
    Failure { retryable: true, ..Failure::unsent(FailureKind::TimedOut, message) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_deadline_is_found_wherever_the_input_has_one() {
        for (input, expected) in [
            (
                r#"{"body": {"options": {"deadline_ms": 7}}, "options": {"prefer": "minimal", "deadline_ms": 1500}}"#,
                Some(1500),
            ),
            (r#"{"options": {"deadline_ms": 7}, "options": {"deadline_ms": 8, "deadline_ms": 9}}"#, Some(9)),
            (r#"{"\u006fptions": {"deadline\u005fms": 9}}"#, Some(9)),
            (r#"{"options": {"deadline_ms": 4294967295}}"#, Some(4_294_967_295)),
            (r#"{"options": {"deadline_ms": 4294967296}}"#, None),
            (r#"{"options": {"deadline_ms": null}}"#, None),
            (r#"{"options": null}"#, None),
            (r#"{"options": {"deadline_ms": "1500"}}"#, None),
            (r#"{"body": {"options": {"deadline_ms": 7}}}"#, None),
            ("[]", None),
            ("", None),
        ] {
            assert_eq!(own_deadline(input), expected.map(Duration::from_millis), "{input}");
        }
    }
}
