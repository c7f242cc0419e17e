//! What happens as time passes: renewals, expiries, settlements.

use std::collections::BTreeMap;

use crate::{base::clock::Moment, world::World};

/// Carries out what is due for a resource of the merchant whose books are open. It finds out itself whether there is still
/// something to do: nothing is ever taken from the agenda.
pub(crate) type Task = fn(&mut World, &str);

struct Due {
    merchant: usize,
    task: Task,
    subject: String,
}

/// Tasks by their time; those of one time in the order in which they were scheduled.
#[derive(Default)]
pub(crate) struct Agenda {
    due: BTreeMap<(Moment, u64), Due>,
    scheduled: u64,
}

impl World {
    /// Schedules a task for a resource of the acting merchant.
    pub(crate) fn schedule(&mut self, at: Moment, task: Task, subject: &str) {
        self.agenda.scheduled += 1;
        let due = Due { merchant: self.acting(), task, subject: subject.to_owned() };
        self.agenda.due.insert((at, self.agenda.scheduled), due);
    }

    /// Carries out what is due by now. Each task sees the time for which it was scheduled, and may schedule others.
    pub(crate) fn run_due(&mut self) {
        let (now, before) = (self.clock.now(), self.acting());
        while self.agenda.due.first_key_value().is_some_and(|((at, _), _)| *at <= now) {
            let Some(((at, _), Due { merchant, task, subject })) = self.agenda.due.pop_first() else { break };
            self.enter(merchant);
            self.at = Some(at);
            task(self, &subject);
        }
        self.at = None;
        self.enter(before);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const HOUR: Duration = Duration::from_secs(3600);

    /// Notes the time, and schedules itself again an hour later.
    fn note(world: &mut World, subject: &str) {
        let now = world.now();
        world.emit("CHECKOUT.ORDER.APPROVED", subject, serde_json::json!({"id": now.rfc3339()}));
        world.schedule(now.after(HOUR), note, subject);
    }

    #[test]
    fn tasks_run_once_in_order_at_their_own_time() {
        let mut world = World::new(1);
        let start = world.now();
        world.schedule(start.after(2 * HOUR), note, "b");
        world.schedule(start.after(HOUR), note, "a");
        world.run_due();
        assert!(world.books.events.is_empty());
        world.clock.advance(3 * HOUR);
        world.run_due();
        world.run_due();
        let seen = |world: &World| -> Vec<_> {
            world.books.events.iter().map(|event| (event.resource_type.clone(), event.created)).collect()
        };
        let at = |hours| start.after(hours * HOUR);
        let expected =
            [("a", 1), ("b", 2), ("a", 2), ("b", 3), ("a", 3)].map(|(name, hours)| (name.to_owned(), at(hours)));
        assert_eq!(seen(&world), expected);
        assert_eq!(world.now(), at(3), "the clock is back at the present");
    }
}
