//! The history of webhook events.

use std::{
    collections::{HashMap, VecDeque},
    time::Duration,
};

use crate::{base::clock::Moment, world::event::Event};

/// How long an event is in the history: PayPal shows those of the last 30 days.
const KEPT: Duration = Duration::from_secs(30 * 86_400);

/// How many events are kept; older ones are forgotten.
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
        self.forget(event.created);
        while self.kept.len() >= MOST {
            self.forget_oldest();
        }
        self.numbers.insert(event.id.clone(), self.next());
        self.kept.push_back(event);
    }

    /// Forgets those that are too old by now.
    pub(crate) fn forget(&mut self, now: Moment) {
        while self.kept.front().is_some_and(|oldest| oldest.created.after(KEPT) < now) {
            self.forget_oldest();
        }
    }

    fn forget_oldest(&mut self) {
        if let Some(oldest) = self.kept.pop_front() {
            self.numbers.remove(&oldest.id);
            self.forgotten += 1;
        }
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

    fn event(id: usize, created: Moment) -> Event {
        let resource = Resource { kind: "capture", version: "2.0", document: json!({}) };
        Event::new(format!("WH-{id}"), "PAYMENT.CAPTURE.COMPLETED", "", resource, created, None)
    }

    fn newest(events: &Events, before: usize) -> Vec<&str> {
        events.before(before).take(2).map(|(_, event)| &*event.id).collect()
    }

    #[test]
    fn the_newest_are_kept_with_their_numbers() {
        let (mut events, now) = (Events::default(), World::new(1).now());
        for id in 0..MOST + 5 {
            events.push(event(id, now));
        }
        assert_eq!((events.count(), events.next(), events.numbers.len()), (MOST, MOST + 5, MOST));
        assert!(events.find("WH-4").is_none());
        assert_eq!(events.find("WH-5").unwrap().id, "WH-5");
        assert_eq!(newest(&events, usize::MAX), ["WH-10004", "WH-10003"]);
        assert_eq!(newest(&events, 10_003), ["WH-10002", "WH-10001"], "a page goes on where the one before ended");
        assert_eq!(newest(&events, 3), [""; 0]);
        let since: Vec<_> = events.since(10_003).map(|event| &*event.id).collect();
        assert_eq!(since, ["WH-10003", "WH-10004"]);
        assert_eq!(events.since(2).count(), MOST);
    }

    #[test]
    fn those_of_thirty_days_are_kept() {
        let (mut events, start) = (Events::default(), World::new(1).now());
        let day = |days: u64| start.after(Duration::from_secs(days * 86_400));
        events.push(event(0, start));
        events.push(event(1, day(30)));
        assert_eq!(newest(&events, usize::MAX), ["WH-1", "WH-0"]);
        events.push(event(2, day(31)));
        assert_eq!(events.count(), 2);
        events.forget(day(61));
        assert_eq!(newest(&events, usize::MAX), ["WH-2"]);
        assert!(events.find("WH-1").is_none());
    }
}
