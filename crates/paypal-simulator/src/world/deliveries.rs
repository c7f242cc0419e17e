//! What has become of the deliveries of events, for people to look at.

use std::collections::VecDeque;

use crate::{base::clock::Moment, world::delivery::Delivery};

/// How many deliveries are remembered; older ones are forgotten.
const MOST: usize = 500;

/// What the last attempt of a delivery came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The receiver answered with this status; 2xx accepts the event.
    Answered(u16),
    /// No answer came: nobody listens there, or not in time.
    NoAnswer,
    /// It was not posted: the address is not on this machine.
    Elsewhere,
    /// It was not posted: too many wait for its receiver.
    GivenUp,
}

/// A delivery of one event to one webhook.
pub(crate) struct Record {
    pub(crate) transmission: String,
    pub(crate) event: String,
    pub(crate) name: String,
    /// Whether it is a mock event, which is in no merchant's history.
    pub(crate) is_mock: bool,
    pub(crate) url: String,
    pub(crate) queued: Moment,
    /// How often it has been taken to be posted.
    pub(crate) attempts: u32,
    /// The outcome of the last attempt; `None` before there is one.
    pub(crate) last: Option<Outcome>,
}

#[derive(Default)]
pub(crate) struct Deliveries(VecDeque<Record>);

impl Deliveries {
    pub(crate) fn add(&mut self, record: Record) {
        if self.0.len() == MOST {
            self.0.pop_front();
        }
        self.0.push_back(record);
    }

    /// Notes that an attempt begins.
    pub(crate) fn attempt(&mut self, delivery: &Delivery) {
        if let Some(record) = self.find(delivery) {
            record.attempts = record.attempts.max(delivery.attempt);
        }
    }

    /// Notes what an attempt came to.
    pub(crate) fn outcome(&mut self, delivery: &Delivery, outcome: Outcome) {
        if let Some(record) = self.find(delivery) {
            record.last = Some(outcome);
        }
    }

    /// Notes an attempt, made before the restart, and what it came to.
    #[cfg(feature = "store")]
    pub(crate) fn was_attempted(&mut self, transmission: &str, attempt: u32, outcome: Outcome) {
        if let Some(record) = self.0.iter_mut().rev().find(|record| record.transmission == transmission) {
            record.attempts = record.attempts.max(attempt);
            record.last = Some(outcome);
        }
    }

    /// Returns the newest ones first.
    pub(crate) fn newest(&self) -> impl ExactSizeIterator<Item = &Record> {
        self.0.iter().rev()
    }

    fn find(&mut self, delivery: &Delivery) -> Option<&mut Record> {
        let transmission = delivery.transmission_id();
        self.0.iter_mut().rev().find(|record| record.transmission == transmission)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::World;

    #[test]
    fn the_newest_are_remembered_with_their_last_outcome() {
        let (mut deliveries, now) = (Deliveries::default(), World::new(1).now());
        for number in 0..=MOST {
            deliveries.add(Record {
                transmission: number.to_string(),
                event: format!("WH-{number}"),
                name: "PAYMENT.CAPTURE.COMPLETED".to_owned(),
                is_mock: false,
                url: "http://127.0.0.1:1/".to_owned(),
                queued: now,
                attempts: 0,
                last: None,
            });
        }
        let delivery = |transmission: &str, attempt| Delivery {
            event_id: String::new(),
            webhook_id: String::new(),
            url: String::new(),
            headers: vec![("paypal-transmission-id", transmission.to_owned())],
            body: bytes::Bytes::new(),
            attempt,
        };
        deliveries.outcome(&delivery("0", 1), Outcome::NoAnswer);
        for (attempt, outcome) in [(1, Outcome::NoAnswer), (2, Outcome::Answered(200))] {
            deliveries.attempt(&delivery("7", attempt));
            deliveries.outcome(&delivery("7", attempt), outcome);
        }
        let seen: Vec<_> = deliveries.newest().collect();
        assert_eq!((seen.len(), &*seen[0].event, &*seen[MOST - 1].event), (MOST, "WH-500", "WH-1"));
        assert_eq!((seen[MOST - 7].attempts, seen[MOST - 7].last), (2, Some(Outcome::Answered(200))));
        assert!(seen.iter().filter(|record| record.last.is_some()).count() == 1);
    }
}
