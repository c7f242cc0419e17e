//! The calls that were cut off, or whose outcome is unknown.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use connector_host::{Connector, Failure};
use serde_json::{Value, json};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use crate::serve::{
    connections::Live,
    forms::problem::{Kind, Problem},
};

/// How much earlier the next look begins: a call may be noted a moment after the time that its note has, when a look has just been
/// taken, and clocks may differ. What a look has found before, it finds again in the journal, so that nothing is listed twice.
const OVERLAP: Duration = Duration::from_secs(60);

/// The most pages of one look: 45 days, with three days in a page.
const PAGES: usize = 20;

/// Finds them by `calls.unresolved`. It remembers from when on there may be some, so that only the first look reads all.
pub(crate) struct Unresolved {
    connector: Connector,
    /// The `since` of the next look, by account.
    since: Mutex<BTreeMap<String, String>>,
}

impl Unresolved {
    pub(crate) fn new(connector: Connector) -> Self {
        Self { connector, since: Mutex::default() }
    }

    /// Returns them, the earliest first, as `calls.unresolved` does.
    ///
    /// # Errors
    /// If the action was not run. The inner one is its failure.
    pub(crate) async fn of(&self, live: &Live) -> Result<Result<Vec<Value>, Failure>, Problem> {
        let account = live.settings.account();
        let since = self.since.lock().unwrap_or_else(PoisonError::into_inner).get(&account).cloned();
        let mut input = since.map_or_else(|| json!({}), |since| json!({ "since": since }));
        let (mut calls, mut until) = (Vec::new(), None);
        for _ in 0..PAGES {
            let outcome = self.connector.invoke(&live.tenant, "calls.unresolved", &input.to_string()).await;
            let outcome = outcome.map_err(|error| Problem::new(Kind::UNAVAILABLE, error.to_string()))?;
            let reply = match outcome.result {
                Ok(reply) => reply,
                Err(failure) => return Ok(Err(failure)),
            };
            let mut body: Value = serde_json::from_str(&reply.body.unwrap_or_default()).unwrap_or_default();
            if let Value::Array(page) = body["calls"].take() {
                calls.extend(page);
            }
            until = body["until"].as_str().map(str::to_owned).or(until);
            let next = reply.next.and_then(|next| serde_json::from_str(&next).ok());
            let Some(next) = next else { break };
            input = next;
        }
        let earliest = calls.first().and_then(|call| call["time"].as_str()).map(str::to_owned);
        if let Some(since) = earliest.or(until).as_deref().and_then(before) {
            self.since.lock().unwrap_or_else(PoisonError::into_inner).insert(account, since);
        }
        Ok(Ok(calls))
    }
}

/// Returns a time by the overlap earlier. `None` if it is no time (RFC 3339): then the next look reads all.
fn before(time: &str) -> Option<String> {
    let time = OffsetDateTime::parse(time, &Rfc3339).ok()?.checked_sub(OVERLAP.try_into().ok()?)?;
    time.format(&Rfc3339).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_look_begins_a_minute_earlier() {
        assert_eq!(before("2026-11-30T20:00:30Z").as_deref(), Some("2026-11-30T19:59:30Z"));
        assert_eq!(before("2026-11-30T20:01:30.25Z").as_deref(), Some("2026-11-30T20:00:30.25Z"));
        assert_eq!(before("yesterday"), None);
    }
}
