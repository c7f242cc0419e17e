//! The billing of a subscription: its cycles, what is due, and what has failed.

use std::time::Duration;

use serde_json::{Value, json};

use crate::{
    base::clock::Moment,
    world::{
        calendar::Calendar,
        money::Money,
        terms::{Cycle, Terms},
    },
};

/// A failed payment is tried again after 5 days, twice at most in a cycle.
/// <https://developer.paypal.com/platforms/subscriptions/customize/payment-failure-retry>
pub(crate) const RETRY_AFTER: Duration = Duration::from_secs(5 * 86_400);
const RETRIES: u32 = 2;

pub(crate) struct Billing {
    calendar: Calendar,
    /// The index of the cycle whose turn it is.
    current: usize,
    /// How often each cycle was executed, by its index.
    completed: Vec<u32>,
    /// When it is billed next; after the last execution, when it ends.
    pub(crate) next: Moment,
    /// The payment that has failed and is to be tried again.
    pub(crate) due: Option<Due>,
    /// The payment that failed last.
    pub(crate) failure: Option<Failure>,
    pub(crate) last_payment: Option<(Money, Moment)>,
}

/// A payment of a cycle that was not taken yet.
#[derive(Clone, Copy)]
pub(crate) struct Due {
    /// In minor units.
    pub(crate) price: i64,
    pub(crate) attempts: u32,
}

pub(crate) struct Failure {
    pub(crate) amount: Money,
    pub(crate) time: Moment,
    pub(crate) retry: Option<Moment>,
}

impl Billing {
    pub(crate) fn new(start: Moment, cycles: usize) -> Self {
        Self {
            calendar: Calendar::from(start),
            current: 0,
            completed: vec![0; cycles],
            next: start,
            due: None,
            failure: None,
            last_payment: None,
        }
    }

    /// Whether no cycle was executed yet.
    pub(crate) fn is_new(&self) -> bool {
        self.completed.iter().all(|count| *count == 0)
    }

    /// Lets it start at another time. It must not have started.
    pub(crate) fn start(&mut self, start: Moment) {
        (self.calendar, self.next) = (Calendar::from(start), start);
    }

    /// Goes on with another plan from the next billing on: with its regular cycle, since trials are for new subscribers.
    pub(crate) fn switch(&mut self, terms: &Terms) {
        self.calendar = Calendar::from(self.next);
        self.completed = vec![0; terms.cycles.len()];
        self.current = terms.cycles.iter().position(|cycle| !cycle.trial).unwrap_or(0);
    }

    /// The index of the cycle to be executed next; that of none after the last one.
    fn turn(&self, terms: &Terms) -> usize {
        let is_over = |index: usize| {
            let (done, total) = (self.done(index), terms.cycles[index].total);
            total > 0 && done >= total
        };
        (self.current..terms.cycles.len()).find(|index| !is_over(*index)).unwrap_or(terms.cycles.len())
    }

    fn done(&self, index: usize) -> u32 {
        self.completed.get(index).copied().unwrap_or(0)
    }

    /// Whether the last execution was made.
    pub(crate) fn is_over(&self, terms: &Terms) -> bool {
        self.turn(terms) >= terms.cycles.len()
    }

    /// Whether a cycle will not be executed any more.
    pub(crate) fn is_completed(&self, terms: &Terms, sequence: i64) -> bool {
        terms.cycles.iter().position(|cycle| cycle.sequence == sequence).is_some_and(|index| index < self.turn(terms))
    }

    /// How often a cycle was executed.
    pub(crate) fn executed(&self, terms: &Terms, sequence: i64) -> u32 {
        terms.cycles.iter().position(|cycle| cycle.sequence == sequence).map_or(0, |index| self.done(index))
    }

    /// Executes a cycle: its price is due, and the next one begins at `next`. Returns `None` if the last one is over.
    pub(crate) fn execute<'a>(&mut self, terms: &'a Terms) -> Option<&'a Cycle> {
        let turn = self.turn(terms);
        let cycle = terms.cycles.get(turn)?;
        self.current = turn;
        let done = self.completed.get_mut(turn)?;
        *done = done.saturating_add(1);
        self.calendar = self.calendar.after(cycle.interval, 1);
        self.next = self.calendar.time();
        Some(cycle)
    }

    /// Leaves out what was not billed while it was suspended: the next billing is after a time.
    pub(crate) fn skip(&mut self, terms: &Terms, until: Moment) {
        let last = terms.cycles.len().saturating_sub(1);
        let Some(cycle) = terms.cycles.get(self.turn(terms).min(last)) else { return };
        let after = |times| self.calendar.after(cycle.interval, times);
        // It is found by halves: it may be ages ago, and the clock ends.
        let (mut least, mut most) = (0, 1_u64);
        while after(most).time() <= until && most < 1 << 40 {
            (least, most) = (most, most * 2);
        }
        while least + 1 < most {
            let middle = least + (most - least) / 2;
            if after(middle).time() <= until { least = middle } else { most = middle }
        }
        if self.next <= until {
            self.calendar = after(most);
            self.next = self.calendar.time();
        }
    }

    /// When it is tried again to take what is due, after another failure; `None` if it is not.
    pub(crate) fn retry(&self, due: &Due, now: Moment) -> Option<Moment> {
        let retry = now.after(RETRY_AFTER);
        (due.attempts <= RETRIES && retry < self.next).then_some(retry)
    }

    /// Gives up what is due, and returns it.
    pub(crate) fn give_up(&mut self) -> i64 {
        if let Some(failure) = &mut self.failure {
            failure.retry = None;
        }
        self.due.take().map_or(0, |due| due.price)
    }

    /// When the last payment is taken, if there is a last one.
    fn final_payment(&self, terms: &Terms) -> Option<Moment> {
        let (turn, mut time, mut last) = (self.turn(terms), self.calendar, None);
        for (index, cycle) in terms.cycles.iter().enumerate().skip(turn) {
            let left = cycle.total.checked_sub(self.done(index)).filter(|_| cycle.total > 0)?;
            last = Some(time.after(cycle.interval, u64::from(left).saturating_sub(1)).time());
            time = time.after(cycle.interval, u64::from(left));
        }
        last
    }

    /// Adds what it says to the billing information of a subscription.
    pub(crate) fn add_to(&self, billing: &mut Value, terms: &Terms, active: bool) {
        let execution = |(index, cycle): (usize, &Cycle)| {
            let done = self.done(index);
            json!({
                "tenure_type": cycle.tenure(),
                "sequence": cycle.sequence,
                "cycles_completed": done.min(9_999),
                "cycles_remaining": cycle.total.saturating_sub(done),
                "current_pricing_scheme_version": cycle.version,
                "total_cycles": cycle.total,
            })
        };
        billing["cycle_executions"] = terms.cycles.iter().enumerate().map(execution).collect();
        if let Some((amount, time)) = self.last_payment {
            billing["last_payment"] = json!({"amount": amount.document(), "time": time.rfc3339()});
        }
        if active && !self.is_over(terms) {
            billing["next_billing_time"] = self.next.rfc3339().into();
            if let Some(time) = self.final_payment(terms) {
                billing["final_payment_time"] = time.rfc3339().into();
            }
        }
        if let Some(Failure { amount, time, retry }) = &self.failure {
            let failed = json!({"amount": amount.document(), "time": time.rfc3339(), "reason_code": "PAYMENT_DENIED"});
            billing["last_failed_payment"] = failed;
            if let Some(retry) = retry {
                billing["last_failed_payment"]["next_payment_retry_time"] = retry.rfc3339().into();
            }
        }
    }
}
