//! The history of webhook events.

use std::collections::{HashMap, VecDeque};

use crate::world::event::Event;

/// How many events are kept; older ones are forgotten. Age does not count: none of PayPal's documents says how far its list goes
/// back, and whoever moves the clock by months looks for what has happened meanwhile.
const MOST: usize = 10_000;

/// Events in the order in which they happened. Their numbers count from 0, those that are forgotten too.
#[derive(Default)]
pub(crate) struct Events {
    kept: VecDeque<Event>,
    forgotten: usize,
    numbers: HashMap<String, usize>,
}

impl Events {
    pub(crate) fn push(&mut self, event: Event) {
        if self.kept.len() >= MOST
            && let Some(oldest) = self.kept.pop_front()
        {
            self.numbers.remove(&oldest.id);
            self.forgotten += 1;
        }
        self.numbers.insert(event.id.clone(), self.next());
        self.kept.push_back(event);
    }

    pub(crate) fn find(&self, id: &str) -> Option<&Event> {
        self.numbers.get(id).and_then(|number| self.kept.get(number - self.forgotten))
    }

    /// Returns how many are kept.
    pub(crate) fn count(&self) -> usize {
        self.kept.len()
    }

    /// Returns the number of the next event.
    pub(crate) fn next(&self) -> usize {
        self.forgotten + self.kept.len()
    }

    /// Returns the events from a number on, the oldest first.
    pub(crate) fn since(&self, number: usize) -> impl Iterator<Item = &Event> {
        self.kept.iter().skip(number.saturating_sub(self.forgotten))
    }

    /// Returns the events before a number, newest first, with their numbers.
    pub(crate) fn before(&self, number: usize) -> impl Iterator<Item = (usize, &Event)> {
        let numbered = self.kept.iter().enumerate().map(|(place, event)| (self.forgotten + place, event));
        numbered.rev().skip_while(move |(it, _)| *it >= number)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::world::{World, event::Resource};

    #[test]
    fn the_newest_are_kept_with_their_numbers() {
        let (mut events, now) = (Events::default(), World::new(1).now());
        for id in 0..MOST + 5 {
            let resource = Resource { kind: "capture", version: "2.0", document: json!({}) };
            events.push(Event::new(format!("WH-{id}"), "PAYMENT.CAPTURE.COMPLETED", "", resource, now, None));
        }
        let newest = |before| -> Vec<&str> { events.before(before).take(2).map(|(_, event)| &*event.id).collect() };
        assert_eq!((events.count(), events.next(), events.numbers.len()), (MOST, MOST + 5, MOST));
        assert!(events.find("WH-4").is_none());
        assert_eq!(events.find("WH-5").unwrap().id, "WH-5");
        assert_eq!(newest(usize::MAX), ["WH-10004", "WH-10003"]);
        assert_eq!(newest(10_003), ["WH-10002", "WH-10001"], "a page goes on where the one before ended");
        assert_eq!(newest(3), [""; 0]);
        let since: Vec<_> = events.since(10_003).map(|event| &*event.id).collect();
        assert_eq!(since, ["WH-10003", "WH-10004"]);
        assert_eq!(events.since(2).count(), MOST);
    }
}
