//! `calls.resolve`: finds out what a noted call did, and notes it.

use std::borrow::Cow;

use crate::{
    actions::calls::{
        report,
        shown::{look_up, shows},
    },
    call::{arguments::Arguments, digest::digest, options::CallOptions, run},
    catalogue::{Action, find},
    journal::{
        call_id::CallId,
        conclusion::{Conclusion, Verdict},
        hour::Hour,
        intent::Intent,
    },
    platform::{
        entry::JournalError,
        failure::{Failure, Issue, Kind, Location},
        interface::Platform,
        reply::Reply,
    },
};

/// Finds out whether a call was carried out: from the journal; by repeating it under its key, so that it is carried out once in
/// total; or by looking at the resource that it is about. Notes the result, unless it is still unknown.
///
/// # Errors
/// `not-found` if there is no such call; `invalid-input` if the repeat needs the input, or was given another one; those of the
/// repeated call that say nothing about it, and those of the look-up; `connection-unavailable` if the journal cannot be used.
pub(crate) fn resolve(platform: &dyn Platform, arguments: &Arguments) -> Result<Reply, Failure> {
    let expected = "must be the `call` of one that `calls.unresolved` has listed";
    let id = arguments.parameter("call").and_then(|text| CallId::parse(&text));
    let id = id.ok_or_else(|| Failure::wrong_value("call", expected))?;
    let hour = Hour::read(platform, id.hour()).map_err(JournalError::into_failure)?;
    let intent = hour.intents.iter().find(|intent| intent.id == id);
    let intent = intent.ok_or_else(|| Failure::unsent(Kind::NotFound, "the journal has no such call"))?;
    if let Some(known) = hour.conclusion(intent).filter(|it| it.verdict != Verdict::Unknown) {
        return Ok(Reply::own(report::resolved(intent, known, Some("journal"), None, None)));
    }
    let call = Unresolved { platform, arguments, intent };
    if let Some(name) = arguments.parameter("outcome") {
        let verdict = Verdict::named(&name).filter(|it| *it != Verdict::Unknown);
        let verdict = verdict.ok_or_else(|| Failure::wrong_value("outcome", "must be `done` or `not-done`"))?;
        if verdict == Verdict::NotDone && call.may_be_running() {
            // Its own outcome would be the second, and the journal keeps the first.
            return Err(Failure::wrong_value("outcome", "cannot be `not-done` while the call may be running"));
        }
        return call.conclude(Conclusion::new(verdict), "caller", unanswered(), None);
    }
    let action = find(&intent.action);
    let action = action.ok_or_else(|| {
        Failure::unsent(Kind::NotFound, format!("this version of the connector has no action `{}`", intent.action))
    })?;
    match report::repeatable_until(intent) {
        Some(until) if platform.now() < until => call.repeat(action),
        _ => call.look_up(action),
    }
}

/// A call whose outcome is not known.
struct Unresolved<'a> {
    platform: &'a dyn Platform,
    /// Those of `calls.resolve`.
    arguments: &'a Arguments<'a>,
    intent: &'a Intent,
}

impl Unresolved<'_> {
    /// Repeats it under its key.
    fn repeat(&self, action: &'static Action) -> Result<Reply, Failure> {
        let input = self.input(action)?;
        let arguments = Arguments::parse(&input)?;
        let options = CallOptions {
            idempotency_key: self.intent.key.clone(),
            deadline_ms: self.arguments.options.deadline_ms,
            auth_assertion: self.intent.assertion.clone(),
            ..arguments.options.clone()
        };
        match run::again(self.platform, action, &Arguments { options, ..arguments }) {
            Ok(reply) => self.conclude(Conclusion::shown(reply.body.as_deref()), "key", reply, None),
            // It may have been by this call, with a key that PayPal has lost.
            Err(failure) if is_refusal(&failure) && says_done(&failure) => self.look_up(action),
            // Had it been carried out, PayPal would have answered with the result.
            Err(failure) if is_refusal(&failure) => {
                let answered = Reply { debug_id: failure.debug_id.clone(), attempts: failure.attempts, ..unanswered() };
                if self.may_be_running() {
                    return Ok(self.unknown(answered, Some(&failure)));
                }
                let conclusion = Conclusion::of(&Err(failure.clone()));
                self.conclude(conclusion, "key", answered, Some(&failure))
            }
            Err(failure) => Err(failure),
        }
    }

    /// The input to repeat it with: the caller's, or the journal's.
    fn input(&self, action: &'static Action) -> Result<Cow<'_, str>, Failure> {
        let is_same = |input: &str| {
            let arguments = Arguments::parse(input)?;
            let own = arguments.options.auth_assertion.as_deref().or(self.intent.assertion.as_deref());
            Ok(digest(action, &arguments, arguments.document().as_ref(), own) == self.intent.digest)
        };
        let refused = |issue: &str, description: &str| {
            let issue = Issue::found("/body", Location::Body, issue, description.to_owned());
            Err(Failure::invalid_input(vec![issue]))
        };
        if let Some(given) = self.arguments.body.as_deref() {
            return match is_same(given)? {
                true => Ok(given.into()),
                false => refused("INVALID_PARAMETER_VALUE", "is not the input of that call, which has another digest"),
            };
        }
        match self.intent.input.as_deref() {
            // A host may have removed something from it that is a secret.
            Some(kept) if is_same(kept).unwrap_or_default() => Ok(kept.into()),
            _ => refused("MISSING_REQUIRED_PARAMETER", "is required: the journal does not have the input of that call"),
        }
    }

    /// Looks at the resource that it is about.
    fn look_up(&self, action: &'static Action) -> Result<Reply, Failure> {
        let Some(look_up) = look_up(action) else { return Ok(self.unknown(unanswered(), None)) };
        let options = CallOptions {
            auth_assertion: self.arguments.options.auth_assertion.clone().or_else(|| self.intent.assertion.clone()),
            idempotency_key: None,
            prefer: None,
            mock_response: None,
            ..self.arguments.options.clone()
        };
        let named = |name: &str| look_up.parameters.iter().find(|parameter| parameter.name == name);
        let parameters =
            self.intent.parameters.iter().filter_map(|(name, value)| Some((named(name)?.name, value.clone())));
        let arguments = parameters.fold(Arguments::new(Some(options)), |it, (name, value)| it.with(name, value));
        let reply = run::again(self.platform, look_up, &arguments)?;
        match shows(action.id, &reply.document()?) {
            Some(true) => self.conclude(Conclusion::shown(reply.body.as_deref()), "lookup", reply, None),
            Some(false) if !self.may_be_running() => {
                let status = Conclusion::shown(reply.body.as_deref()).status;
                self.conclude(Conclusion { status, ..Conclusion::new(Verdict::NotDone) }, "lookup", reply, None)
            }
            Some(false) | None => Ok(self.unknown(reply, None)),
        }
    }

    /// Whether its request may still be on its way.
    fn may_be_running(&self) -> bool {
        self.platform.now() < self.intent.ends
    }

    /// Notes what was found out. `reply` has PayPal's document.
    fn conclude(
        &self,
        conclusion: Conclusion,
        found_by: &'static str,
        reply: Reply,
        failure: Option<&Failure>,
    ) -> Result<Reply, Failure> {
        let conclusion = Conclusion { debug_id: reply.debug_id.clone(), ..conclusion };
        conclusion.note(self.platform, self.intent).map_err(|error| {
            let request_sent = reply.attempts > 0;
            Failure { request_sent, attempts: reply.attempts, ..error.into_failure() }
        })?;
        let body = report::resolved(self.intent, &conclusion, Some(found_by), failure, reply.body.as_deref());
        Ok(answer(reply, body))
    }

    /// What was found out does not tell.
    fn unknown(&self, reply: Reply, failure: Option<&Failure>) -> Reply {
        let conclusion = Conclusion::new(Verdict::Unknown);
        let body = report::resolved(self.intent, &conclusion, None, failure, reply.body.as_deref());
        answer(reply, body)
    }
}

/// The reply of this action, from that of the call it has made.
fn answer(reply: Reply, body: String) -> Reply {
    Reply { debug_id: reply.debug_id, attempts: reply.attempts, ..Reply::own(body) }
}

/// A reply without a document of PayPal's.
fn unanswered() -> Reply {
    Reply { body: None, ..Reply::own(String::new()) }
}

/// Whether PayPal has refused the action itself. Other failures are about the token, the connection or the platform.
fn is_refusal(failure: &Failure) -> bool {
    failure.request_sent
        && matches!(failure.kind, Kind::InvalidInput | Kind::NotFound | Kind::Conflict | Kind::Unprocessable)
}

/// Whether PayPal refuses it because the same has been done already.
fn says_done(failure: &Failure) -> bool {
    const DONE: [&str; 6] = [
        "ALREADY",
        "DUPLICATE_INVOICE_ID",
        "DUPLICATE_RESOURCE_IDENTIFIER",
        "DUPLICATE_TRANSACTION",
        "FULLY_REFUNDED",
        "PREVIOUSLY",
    ];
    let names = failure.details.iter().filter_map(|issue| issue.issue.as_deref()).chain(failure.name.as_deref());
    names.into_iter().any(|name| DONE.iter().any(|part| name.contains(part)))
}
