//! Whether and when a call may run: before it gets an instance.

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

/// Leave to run, held until the instance is gone.
pub(crate) struct Admission {
    /// Among the calls of its connection; none for what needs no connection.
    _place: Option<Permit>,
    /// Among all calls of the engine.
    _instance: Permit,
    _running: Running,
}

/// A call that may run.
pub(crate) struct Admitted {
    pub(crate) admission: Admission,
    /// When its time is over.
    pub(crate) end: Instant,
    /// When the deadline is that the caller has set. It counts from when the call arrived: the guest counts from when it
    /// begins.
    pub(crate) deadline: Option<Instant>,
}

/// What calls wait for.
pub(crate) struct Queue<'a> {
    pub(crate) shutdown: &'a Shutdown,
    pub(crate) engine: &'a Engine,
    /// Time for the whole call, the waiting included.
    pub(crate) wall: Duration,
}

impl Queue<'_> {
    /// Lets a call in as soon as there is a place for it, first among those of its connection, then among those of the
    /// engine. Both are given to whoever came first.
    ///
    /// # Errors
    /// Where the gate is closed, before or while it waits, and where its time is over before there is a place.
    pub(crate) async fn admit(&self, concurrency: Option<&Concurrency>, input: &str) -> Result<Admitted, Failure> {
        let running = self.shutdown.enter().ok_or_else(closed)?;
        let arrived = Instant::now();
        let end = arrived.checked_add(self.wall).unwrap_or_else(far_future);
        let places = async {
            let place = match concurrency {
                Some(concurrency) => Some(concurrency.permits().clone().acquire_owned().await?),
                None => None,
            };
            Ok((place, self.engine.places.clone().acquire_owned().await?))
        };
        let deadline = own_deadline(input).and_then(|own| arrived.checked_add(own));
        let patience = sleep_until(deadline.map_or(end, |deadline| deadline.min(end)).into());
        let places = select! {
            biased;
            places = places => places,
            () = self.shutdown.closed() => return Err(closed()),
            () = patience => return Err(too_late(concurrency)),
        };
        // Nobody closes a semaphore here.
        let (place, instance) = places.map_err(|_: tokio::sync::AcquireError| closed())?;
        Ok(Admitted { admission: Admission { _place: place, _instance: instance, _running: running }, end, deadline })
    }
}

/// A moment that does not come: `Instant` has no greatest value.
fn far_future() -> Instant {
    Instant::now() + Duration::from_secs(86_400 * 365 * 30)
}

/// The deadline in the options of an input. Where the input is not as it should be, the component will say so. Of two members
/// with one name the last counts, as it does there.
fn own_deadline(input: &str) -> Option<Duration> {
    // Most inputs have none, and are not looked through: they can be long. A name may be spelled with escapes.
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
