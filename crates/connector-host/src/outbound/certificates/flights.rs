//! One fetch per address at a time.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError, Weak},
    time::Instant,
};

use http::Uri;

use crate::outbound::certificates::Answer;

/// The answer that was had last, and when. Who holds the lock fetches; who has waited for it since before then takes that.
pub(super) type Flight = Arc<tokio::sync::Mutex<Landed>>;

type Landed = Option<(Instant, Answer)>;

/// The fetches that are under way.
#[derive(Default)]
pub(super) struct Flights(Mutex<HashMap<Uri, Weak<tokio::sync::Mutex<Landed>>>>);

impl Flights {
    /// The fetch of an address. It is there for as long as somebody holds it: one whose call is dropped leaves it to the next.
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
