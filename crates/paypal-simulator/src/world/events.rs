//! The history of webhook events.

use std::collections::HashMap;

use crate::world::event::Event;

/// Events in the order in which they happened. Their numbers are their positions.
#[derive(Default)]
pub(crate) struct Events {
    all: Vec<Event>,
    by_id: HashMap<String, usize>,
}

impl Events {
    pub(crate) fn push(&mut self, event: Event) {
        self.by_id.insert(event.id.clone(), self.all.len());
        self.all.push(event);
    }

    pub(crate) fn find(&self, id: &str) -> Option<&Event> {
        self.by_id.get(id).and_then(|number| self.all.get(*number))
    }

    /// Returns how many there are.
    pub(crate) fn count(&self) -> usize {
        self.all.len()
    }

    /// Returns the events from a number on.
    pub(crate) fn since(&self, number: usize) -> &[Event] {
        self.all.get(number..).unwrap_or_default()
    }

    /// Returns the events before a number, newest first, with their numbers.
    pub(crate) fn before(&self, number: usize) -> impl Iterator<Item = (usize, &Event)> {
        self.all.iter().enumerate().take(number).rev()
    }
}
