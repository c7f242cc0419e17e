//! Idempotency keys (`PayPal-Request-Id`): a repeated request is recognised and has no second effect.

use std::{collections::BTreeMap, time::Duration};

use crate::base::clock::Moment;

/// The keys of the requests that were carried out. A refused request is not remembered: it had no effect, and its key may be
/// used again.
#[derive(Default)]
pub(crate) struct Keys(BTreeMap<(&'static str, String), Remembered>);

struct Remembered {
    until: Moment,
    subject: String,
}

impl Keys {
    /// Returns the resource of an earlier request with this key, while PayPal remembers it. A key belongs to one operation: a
    /// capture and a refund may have the same.
    pub(crate) fn recall(&self, action: &'static str, key: &str, now: Moment) -> Option<&str> {
        let remembered = self.0.get(&(action, key.to_owned()))?;
        (now < remembered.until).then_some(&*remembered.subject)
    }

    pub(crate) fn remember(&mut self, action: &'static str, key: &str, subject: String, now: Moment, time: Duration) {
        self.0.insert((action, key.to_owned()), Remembered { until: now.after(time), subject });
    }
}
