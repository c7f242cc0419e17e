//! A call that is noted before it is sent, so that it can be found out what it did if the process ends before it does.

use std::time::Duration;

use crate::{
    base::{date::OffsetDateTime, document::Document},
    call::{arguments::Arguments, confidential::is_confidential, digest::digest, options::CallOptions, paging},
    catalogue::{Action, Effect},
    journal::{call_id::CallId, conclusion::Conclusion, intent::Intent},
    platform::{
        failure::{Failure, Location},
        interface::Platform,
        reply::Reply,
    },
};

/// How long a call without a deadline may run: the longest limit of this repository's hosts.
const LONGEST: Duration = Duration::from_secs(30 * 60);

/// Notes what a call intends, if it moves money and the platform keeps such notes. Nothing may be sent unless this succeeds.
///
/// # Errors
/// `connection-unavailable` if the platform cannot store it.
pub(crate) fn begin(
    platform: &dyn Platform,
    action: &'static Action,
    arguments: &Arguments,
    key: Option<&str>,
    assertion: Option<&str>,
) -> Result<Option<Intent>, Failure> {
    if !action.effects.contains(&Effect::MovesMoney) || !platform.records_calls() {
        return Ok(None);
    }
    let intent = intent(action, arguments, (key, assertion), platform.now());
    match platform.append(&intent.id.subject(), intent.to_entry()) {
        Ok(_) => Ok(Some(intent)),
        Err(error) => {
            let failure = error.into_failure();
            let message =
                format!("{}; the call was not sent, since it could not be noted there first", failure.message);
            Err(Failure { message, ..failure })
        }
    }
}

/// Notes the outcome of a call. It has happened, so a journal that fails changes nothing: the call is then one to be resolved.
pub(crate) fn end(platform: &dyn Platform, intent: &Intent, outcome: &Result<Reply, Failure>) {
    let _ = Conclusion::of(outcome).note(platform, intent);
}

fn intent(
    action: &'static Action,
    arguments: &Arguments,
    (key, assertion): (Option<&str>, Option<&str>),
    began: OffsetDateTime,
) -> Intent {
    let longest = arguments.options.deadline_ms.map_or(LONGEST, |ms| Duration::from_millis(ms.into()));
    let in_path = action.parameters.iter().filter(|parameter| parameter.location == Location::Path);
    let named = |name: &str| Some((name.to_owned(), arguments.parameter(name)?.into_owned()));
    let document = arguments.document();
    Intent {
        id: CallId::new(began),
        action: action.id.to_owned(),
        began,
        ends: began.checked_add(longest.try_into().unwrap_or_default()).unwrap_or(began),
        key: key.map(str::to_owned),
        assertion: assertion.map(str::to_owned),
        digest: digest(action, arguments, document.as_ref(), assertion),
        parameters: in_path.filter_map(|parameter| named(parameter.name)).collect(),
        input: storable(action, arguments, document.as_ref()),
    }
}

/// The input of the same call without its key and deadline; `None` if it must not be stored, as what is not JSON. `document` is
/// that of [`Arguments::document`].
pub(crate) fn storable(action: &'static Action, arguments: &Arguments, document: Option<&Document>) -> Option<String> {
    let is_json = arguments.body.is_some() == document.is_some();
    if !is_json || !arguments.files.is_empty() || document.is_some_and(is_confidential) {
        return None;
    }
    let options = CallOptions { idempotency_key: None, deadline_ms: None, ..arguments.options.clone() };
    Some(paging::continued(action, &Arguments { options, ..arguments.clone() }, |_| None))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        base::date,
        call::run::call,
        catalogue::{orders, payments, subscriptions},
        journal::{conclusion::Verdict, hour::Hour},
        platform::{
            failure::Kind,
            response::{Cause, Response, SendError},
            scripted::{Scripted, answer, lost},
        },
    };

    /// A platform that notes calls, and sends each request once.
    fn noting(answers: Vec<Result<Response, SendError>>) -> Scripted {
        Scripted { attempts: 1, records_calls: true, ..Scripted::new(answers) }
    }

    fn run(platform: &Scripted, action: &'static Action, input: &str) -> Result<Reply, Failure> {
        call(platform, action, &Arguments::parse(input).unwrap_or_else(|failure| panic!("{}", failure.message)))
    }

    fn noted(platform: &Scripted) -> (Intent, Option<Conclusion>) {
        let hour = Hour::read(platform, "1970-01-01T00").unwrap();
        assert_eq!(hour.intents.len(), 1);
        let conclusion = hour.conclusion(&hour.intents[0]).cloned();
        (hour.intents[0].clone(), conclusion)
    }

    const CAPTURE: &str =
        r#"{"id": "5O19", "options": {"idempotency_key": "k1", "prefer": "minimal", "deadline_ms": 90000}}"#;

    #[test]
    fn a_call_is_noted_with_its_key_and_its_outcome() {
        let platform = noting(vec![answer(201, r#"{"id": "5O19", "status": "COMPLETED"}"#)]);
        run(&platform, orders::CAPTURE, CAPTURE).unwrap();
        let (intent, conclusion) = noted(&platform);
        assert_eq!((&*intent.action, intent.key.as_deref()), ("orders.capture", Some("k1")));
        assert_eq!(intent.parameters, [("id".to_owned(), "5O19".to_owned())]);
        assert_eq!(intent.input.as_deref(), Some(r#"{"id":"5O19","options":{"prefer":"minimal"}}"#));
        assert_eq!(intent.ends - intent.began, Duration::from_secs(90));
        let arguments = Arguments::parse(CAPTURE).unwrap();
        assert_eq!(intent.digest, digest(orders::CAPTURE, &arguments, arguments.document().as_ref(), None));
        let expected = Conclusion {
            status: Some("COMPLETED".into()),
            resource_id: Some("5O19".into()),
            debug_id: Some("f00d".into()),
            ..Conclusion::new(Verdict::Done)
        };
        assert_eq!(conclusion, Some(expected));
        // The last of all, since what comes after it would not be found out by resolving the call.
        assert_eq!(platform.journal.borrow().last().map(|(subject, _)| &**subject), Some("calls:1970-01-01T00"));
    }

    #[test]
    fn it_is_noted_before_it_is_sent() {
        struct Watched(Scripted);
        impl Platform for Watched {
            fn environment(&self) -> crate::platform::environment::Environment {
                self.0.environment()
            }
            fn token(
                &self,
                rejected: Option<&crate::platform::token::Token>,
            ) -> Result<crate::platform::token::Granted, crate::platform::interface::TokenError> {
                self.0.token(rejected)
            }
            fn max_attempts(&self) -> u32 {
                1
            }
            fn sleep(&self, _: Duration) {}
            fn send(
                &self,
                request: &crate::platform::request::Request,
                token: Option<&crate::platform::token::Token>,
                deadline: Option<std::time::Instant>,
            ) -> Result<Response, SendError> {
                let (intent, conclusion) = noted(&self.0);
                let key = request.headers.iter().find(|(name, _)| *name == "paypal-request-id");
                assert_eq!(intent.key.as_deref(), key.map(|(_, key)| &**key));
                assert_eq!(conclusion, None);
                self.0.send(request, token, deadline)
            }
            fn now(&self) -> OffsetDateTime {
                self.0.now()
            }
            fn records_calls(&self) -> bool {
                true
            }
            fn append(
                &self,
                subject: &str,
                entry: crate::platform::entry::Entry,
            ) -> Result<bool, crate::platform::entry::JournalError> {
                self.0.append(subject, entry)
            }
        }
        let platform = Watched(noting(vec![answer(201, r#"{"id": "R1"}"#)]));
        let arguments = Arguments::new(None).with("capture_id", "2GG".to_owned());
        call(&platform, payments::REFUND_CAPTURE, &arguments).unwrap();
    }

    #[test]
    fn without_a_note_nothing_is_sent() {
        let platform = Scripted { without_journal: true, ..noting(Vec::new()) };
        let failure = run(&platform, orders::CAPTURE, CAPTURE).unwrap_err();
        assert_eq!((failure.kind, failure.request_sent), (Kind::ConnectionUnavailable, false));
        assert!(failure.retryable && failure.message.contains("was not sent"), "{}", failure.message);
        assert_eq!(failure.idempotency_key.as_deref(), Some("k1"));
        assert!(platform.lines().is_empty());
    }

    #[test]
    fn what_moves_no_money_is_not_noted_and_neither_is_what_is_refused_here() {
        let platform = noting(vec![answer(200, r#"{"id": "5O19"}"#), answer(204, "")]);
        run(&platform, orders::GET, r#"{"id": "5O19"}"#).unwrap();
        run(&platform, orders::UPDATE, r#"{"id": "5O19", "body": []}"#).unwrap();
        assert_eq!(run(&platform, orders::CAPTURE, "{}").unwrap_err().kind, Kind::InvalidInput);
        assert!(Hour::read(&platform, "1970-01-01T00").unwrap().intents.is_empty());
        let platform = Scripted::new(vec![answer(201, r#"{"id": "5O19"}"#)]);
        run(&platform, orders::CAPTURE, CAPTURE).unwrap();
        assert!(Hour::read(&platform, "1970-01-01T00").unwrap().intents.is_empty(), "a platform can leave it off");
    }

    #[test]
    fn a_refusal_and_a_lost_answer_are_noted_as_what_they_are() {
        let refused = answer(422, r#"{"name": "UNPROCESSABLE_ENTITY", "details": [{"issue": "ORDER_NOT_APPROVED"}]}"#);
        for (answers, verdict, kind) in [
            (refused, Verdict::NotDone, "unprocessable"),
            (lost(Cause::Unreachable, false), Verdict::NotDone, "unreachable"),
            (lost(Cause::Broken, true), Verdict::Unknown, "outcome-unknown"),
            (answer(503, ""), Verdict::Unknown, "outcome-unknown"),
        ] {
            let platform = noting(vec![answers]);
            run(&platform, orders::CAPTURE, CAPTURE).unwrap_err();
            let conclusion = noted(&platform).1.unwrap();
            assert_eq!(conclusion.verdict, verdict);
            assert_eq!(conclusion.failure.unwrap().0, kind);
        }
    }

    #[test]
    fn no_card_number_is_noted() {
        let input = r#"{"body": {"intent": "CAPTURE", "purchase_units": [{"amount": {"currency_code": "USD", "value": "1.00"}}],
            "payment_source": {"card": {"number": "4111111111111111", "expiry": "2031-01", "security_code": "123"}}}}"#;
        let platform = noting(vec![answer(201, r#"{"id": "5O19", "status": "COMPLETED"}"#)]);
        run(&platform, orders::CREATE, input).unwrap();
        assert_eq!(noted(&platform).0.input, None);
        let journal = format!("{:?}", platform.journal.borrow());
        assert!(!journal.contains("411111") && !journal.contains("2031-01"), "{journal}");
    }

    #[test]
    fn a_call_without_a_key_is_noted_too() {
        let platform = noting(vec![answer(204, "")]);
        run(&platform, subscriptions::ACTIVATE, r#"{"id": "I-1", "body": {"reason": "asked"}}"#).unwrap();
        let (intent, conclusion) = noted(&platform);
        assert_eq!((intent.key, conclusion.map(|it| it.verdict)), (None, Some(Verdict::Done)));
        assert_eq!(intent.ends, date::parse("1970-01-01T00:30:00Z").unwrap());
    }
}
