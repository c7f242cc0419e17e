//! One fetch per address at a time.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError, Weak},
    time::Instant,
};

use http::Uri;

use super::answer::Answer;

/// The last result, and its time. The holder of the lock fetches; those who have waited since before that time take the
/// result.
pub(super) type Flight = Arc<tokio::sync::Mutex<Landed>>;

type Landed = Option<(Instant, Answer)>;

/// The fetches in flight.
#[derive(Default)]
pub(super) struct Flights(Mutex<HashMap<Uri, Weak<tokio::sync::Mutex<Landed>>>>);

impl Flights {
    /// Returns the fetch of an address. It exists as long as somebody holds it: if its call is dropped, the next one
    /// continues.
    pub(super) fn of(&self, uri: &Uri) -> Flight {
        let mut flights = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(flight) = flights.get(uri).and_then(Weak::upgrade) {
            return flight;
        }
        flights.retain(|_, flight| flight.strong_count() > 0);
        let flight = Flight::default();
        flights.insert(uri.clone(), Arc::downgrade(&flight));
        flight
    }
}
