//! The calls that a composed action makes, and their combined result.

use std::time::Instant;

use crate::{
    call::{arguments::Arguments, options::CallOptions, run::call},
    catalogue::Action,
    platform::{
        failure::{Failure, Kind},
        interface::Platform,
        reply::Reply,
    },
};

/// The calls that a composed action makes. All of them share its deadline.
pub(in crate::actions) struct Calls<'a> {
    platform: &'a dyn Platform,
    options: &'a CallOptions,
    deadline: Option<Instant>,
    /// The attempts of all calls so far.
    attempts: u32,
    /// Whether any of them may have reached PayPal.
    sent: bool,
    /// The one of the last response that had one.
    debug_id: Option<String>,
}

impl<'a> Calls<'a> {
    /// The calls of an action that begins now.
    pub(in crate::actions) fn new(platform: &'a dyn Platform, options: &'a CallOptions) -> Self {
        Self { platform, options, deadline: options.deadline(), attempts: 0, sent: false, debug_id: None }
    }

    /// Makes a call with the action's options and the time left. Without its key, which is for the action as a whole; a link
    /// to a page is that of the arguments.
    ///
    /// # Errors
    /// Those of the call, as failures of the action as a whole; `timed-out` if no time is left.
    pub(in crate::actions) fn call(&mut self, action: &'static Action, arguments: Arguments) -> Result<Reply, Failure> {
        let page_link = arguments.options.page_link.clone();
        self.run(|platform, options| {
            call(platform, action, &Arguments { options: CallOptions { page_link, ..options }, ..arguments })
        })
    }

    /// Makes the calls of another composed action, in the same way.
    ///
    /// # Errors
    /// As with [`Calls::call`].
    pub(in crate::actions) fn run(
        &mut self,
        run: impl FnOnce(&dyn Platform, CallOptions) -> Result<Reply, Failure>,
    ) -> Result<Reply, Failure> {
        let outcome = match self.rest() {
            Some(options) => run(self.platform, options),
            None => Err(too_late()),
        };
        let (attempts, sent, debug_id) = match &outcome {
            Ok(reply) => (reply.attempts, true, &reply.debug_id),
            Err(failure) => (failure.attempts, failure.request_sent, &failure.debug_id),
        };
        self.attempts = self.attempts.saturating_add(attempts);
        self.sent |= sent;
        if debug_id.is_some() {
            self.debug_id.clone_from(debug_id);
        }
        outcome.map_err(|failure| self.failed(failure))
    }

    /// Whether the deadline has passed.
    pub(in crate::actions) fn are_over(&self) -> bool {
        self.deadline.is_some_and(|deadline| deadline <= Instant::now())
    }

    /// A failure as that of the action as a whole.
    pub(in crate::actions) fn failed(&self, failure: Failure) -> Failure {
        Failure { attempts: self.attempts, request_sent: self.sent, ..failure }
    }

    /// The action's reply.
    pub(in crate::actions) fn reply(self, body: String) -> Reply {
        Reply { debug_id: self.debug_id, attempts: self.attempts, ..Reply::own(body) }
    }

    /// The options of a call that begins now; `None` if no time is left.
    fn rest(&self) -> Option<CallOptions> {
        let options = self.options.until(self.deadline)?;
        Some(CallOptions { idempotency_key: None, page_link: None, ..options })
    }
}

/// Whether the failure has PayPal's error `name`, or an issue with that name.
pub(in crate::actions) fn says(failure: &Failure, name: &str) -> bool {
    let is = |text: &Option<String>| text.as_deref().is_some_and(|text| text.eq_ignore_ascii_case(name));
    is(&failure.name) || failure.details.iter().any(|issue| is(&issue.issue))
}

fn too_late() -> Failure {
    let message = "the call's deadline passed before it was complete; nothing more was sent";
    Failure { retryable: true, ..Failure::unsent(Kind::TimedOut, message) }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::{
        catalogue::orders,
        platform::scripted::{Scripted, answer},
    };

    #[test]
    fn the_calls_share_one_deadline() {
        let order = || answer(200, r#"{"id": "5O19"}"#);
        let options = CallOptions { deadline_ms: Some(2_000), ..CallOptions::default() };
        let latency = Duration::from_millis(30);
        let platform = Scripted { latency, ..Scripted::new(vec![order(), order()]) };
        let mut calls = Calls::new(&platform, &options);
        let get = || Arguments::default().with("id", "5O19".to_owned());
        let mut left = Vec::new();
        for _ in 0..2 {
            left.push(calls.rest().and_then(|options| options.deadline_ms).unwrap());
            calls.call(orders::GET, get()).unwrap();
        }
        assert!(left[0] <= 2_000 && left[1] + 30 <= left[0], "{left:?}");
        assert!(!calls.are_over());

        calls.deadline = Some(Instant::now());
        let failure = calls.call(orders::GET, get()).unwrap_err();
        assert!(calls.are_over());
        assert_eq!((failure.kind, failure.attempts, failure.request_sent), (Kind::TimedOut, 2, true));
        assert_eq!(platform.lines().len(), 2);
    }

    #[test]
    fn what_paypal_says_is_its_name_or_an_issue_in_any_case() {
        let named = |name: &str| Failure { name: Some(name.to_owned()), ..Failure::unsent(Kind::Conflict, "") };
        assert!(says(&named("NO_CHANGE"), "NO_CHANGE") && says(&named("no_change"), "NO_CHANGE"));
        assert!(!says(&named("OTHER"), "NO_CHANGE"));
        let issue = crate::platform::failure::Issue { issue: Some("NO_CHANGE".to_owned()), ..Default::default() };
        assert!(says(&Failure { details: vec![issue], ..named("INVALID_REQUEST") }, "NO_CHANGE"));
    }
}
