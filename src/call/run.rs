//! One call, from its arguments to its outcome.

use std::{borrow::Cow, time::Instant};

use crate::{
    base::random::random,
    call::{
        arguments::Arguments,
        assertion,
        check::check,
        durable,
        exchange::{Exchange, Expected},
        key::Key,
        multipart,
        options::CallOptions,
        paging, raw_member, request,
        retry::{self, Attempt, Next},
    },
    catalogue::Action,
    journal::{
        intent::Intent,
        trace::{self, Input},
    },
    platform::{failure::Failure, interface::Platform, reply::Reply, response::SendError},
};

/// Runs an action that is a single request. One that moves money is noted in the journal, if the platform wants that.
///
/// # Errors
/// If the call fails in any way.
pub(crate) fn call(platform: &dyn Platform, action: &'static Action, arguments: &Arguments) -> Result<Reply, Failure> {
    run(platform, action, arguments, assertion::of, durable::begin)
}

/// Runs an action for a call that was noted in the journal before: without another note, and on behalf of whom the options say,
/// whatever the connection says now.
///
/// # Errors
/// If the call fails in any way.
pub(crate) fn again(platform: &dyn Platform, action: &'static Action, arguments: &Arguments) -> Result<Reply, Failure> {
    let noted: Assert = |_, _, options| Ok(options.auth_assertion.as_deref().map(Cow::Borrowed));
    run(platform, action, arguments, noted, |_, _, _, _, _| Ok(None))
}

/// Notes a call with its assertion, before its request is sent.
type Intend<'a> = dyn FnMut(&Arguments, Option<&str>) -> Result<(), Failure> + 'a;

/// The assertion of a call's requests.
type Assert = for<'a> fn(&dyn Platform, &'static Action, &'a CallOptions) -> Result<Option<Cow<'a, str>>, Failure>;

/// Notes what a call intends, with this key and assertion, if it is to be noted.
type Begin =
    fn(&dyn Platform, &'static Action, &Arguments, Option<&str>, Option<&str>) -> Result<Option<Intent>, Failure>;

fn run(
    platform: &dyn Platform,
    action: &'static Action,
    arguments: &Arguments,
    assert: Assert,
    begin: Begin,
) -> Result<Reply, Failure> {
    // Taken before the request, so that everything that results from it, such as events, is later.
    let began = action.trace.as_ref().map(|_| platform.now());
    let spliced = match (action.raw_member, arguments.body.as_deref()) {
        (Some(member), Some(body)) => raw_member::splice(body, member)?,
        _ => None,
    };
    let key = Key::new(action, arguments);
    let mut noted = None;
    let mut intend = |arguments: &Arguments, assertion: Option<&str>| {
        noted = begin(platform, action, arguments, key.as_str(), assertion)?;
        Ok(())
    };
    let outcome = match spliced {
        Some(body) => {
            let arguments = Arguments { body: Some(body.into()), ..arguments.clone() };
            attempts(platform, action, &arguments, &key, assert, &mut intend)
        }
        None => attempts(platform, action, arguments, &key, assert, &mut intend),
    };
    if let (Some(trace), Some(began)) = (&action.trace, began) {
        let id = trace.id.and_then(|parameter| arguments.parameter(parameter));
        let input = Input { id: id.as_deref(), body: arguments.body.as_deref() };
        // The action has been carried out, so a journal that fails is for the platform to report.
        let _ = trace::append(platform, action, trace, &input, &outcome, began);
    }
    // Last, so that a call without it may lack anything that comes before.
    if let Some(intent) = noted {
        durable::end(platform, &intent, &outcome);
    }
    outcome.map_err(|failure| key.retained(failure))
}

fn attempts(
    platform: &dyn Platform,
    action: &'static Action,
    arguments: &Arguments,
    key: &Key,
    assert: Assert,
    intend: &mut Intend<'_>,
) -> Result<Reply, Failure> {
    let deadline = arguments.options.deadline();
    let environment = platform.environment();
    let boundary = action.files.as_ref().map(|_| multipart::boundary()).unwrap_or_default();
    let unsent = |failure| key.unsent(failure);
    check(action, arguments, environment).map_err(unsent)?;
    let assertion = assert(platform, action, &arguments.options).map_err(unsent)?;
    let assertion = assertion.as_deref();
    let mut token = platform.token(None).map_err(|none| unsent(none.into_failure()))?.token;
    intend(arguments, assertion).map_err(unsent)?;
    let request = request::build(action, arguments, environment, key.as_str(), assertion, &boundary);
    let requested_id = action.answer_id.as_ref().and_then(|id| arguments.parameter(id.parameter?));
    // A refund of a capture is not the capture.
    let changed = action.trace.as_ref().filter(|trace| trace.subject != trace.answer).and_then(|trace| trace.id);
    let changed = changed.and_then(|parameter| arguments.parameter(parameter));
    let expected = match (&requested_id, &changed) {
        (Some(id), _) => Expected::Resource(id),
        (None, Some(id)) => Expected::CreatedFor(id),
        (None, None) => Expected::Any,
    };
    let mut exchange = Exchange { action, expected, idempotency_key: key.as_str(), attempts: 0, sent: false };
    // Includes attempts that did not send the request.
    let mut tries = 0;
    // Whether a refused token has been replaced.
    let mut refreshed = false;
    // Whether an earlier attempt may have been carried out.
    let mut in_doubt = false;
    loop {
        let result = match deadline {
            Some(deadline) if deadline <= Instant::now() => Err(SendError::deadline_passed()),
            _ => {
                tries += 1;
                platform.send(&request, Some(&token), deadline)
            }
        };
        exchange.attempts += u32::from(result.as_ref().map_or_else(|error| error.sent, |_| true));
        let (failure, sent) = match result {
            Ok(response) => match exchange.outcome(response) {
                Ok(reply) => {
                    let next = reply.body.as_deref().and_then(|answer| paging::next(action, arguments, answer));
                    return Ok(Reply { next, ..reply });
                }
                Err(failure) => (failure, true),
            },
            Err(error) => {
                let sent = error.sent;
                (exchange.unanswered(error), sent)
            }
        };
        let next = retry::decide(&Attempt {
            number: tries - u32::from(refreshed),
            max: platform.max_attempts(),
            failure: &failure,
            sent,
            repeatable: exchange.repeatable(),
            refreshed,
            left: deadline.map(|deadline| deadline.saturating_duration_since(Instant::now())),
            random: random(),
        });
        exchange.sent |= sent;
        let give_up = |failure: Failure| match in_doubt && !retry::is_in_doubt(&failure) {
            true => exchange.in_doubt(failure),
            false => failure,
        };
        match next {
            Next::GiveUp => return Err(give_up(failure)),
            Next::Again(wait) => {
                in_doubt |= retry::is_in_doubt(&failure);
                platform.sleep(wait);
            }
            Next::Refresh => match platform.token(Some(&token)) {
                Ok(fresh) if fresh.token != token => {
                    token = fresh.token;
                    refreshed = true;
                }
                // The platform has no other token, so PayPal's refusal is the result.
                Ok(_) | Err(_) => return Err(give_up(failure)),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{cell::RefCell, time::Duration};

    use super::*;
    use crate::{
        call::options::CallOptions,
        catalogue::{orders, payments},
        platform::{
            environment::Environment,
            failure::Kind,
            interface::TokenError,
            request::Request,
            response::{Cause, Response},
            token::{Granted, Token},
        },
    };

    /// A mock platform with tokens and responses, which records what it is asked for.
    #[derive(Default)]
    struct Fake {
        tokens: RefCell<Vec<&'static str>>,
        answers: RefCell<Vec<Result<Response, SendError>>>,
        sent: RefCell<Vec<(String, Option<String>)>>,
        slept: RefCell<Vec<Duration>>,
    }

    impl Fake {
        fn new(tokens: &[&'static str], answers: Vec<Result<Response, SendError>>) -> Self {
            let reversed = |mut answers: Vec<_>| {
                answers.reverse();
                answers
            };
            Self {
                tokens: RefCell::new(tokens.iter().rev().copied().collect()),
                answers: RefCell::new(reversed(answers)),
                ..Self::default()
            }
        }
    }

    impl Platform for Fake {
        fn environment(&self) -> Environment {
            Environment::Sandbox
        }

        fn max_attempts(&self) -> u32 {
            3
        }

        fn sleep(&self, time: Duration) {
            self.slept.borrow_mut().push(time);
        }

        fn token(&self, _: Option<&Token>) -> Result<Granted, TokenError> {
            let token = self.tokens.borrow_mut().pop();
            token
                .map(|token| Token::new(token.to_owned()).into())
                .ok_or(TokenError { message: "none left".into(), transient: true })
        }

        fn send(&self, request: &Request, token: Option<&Token>, _: Option<Instant>) -> Result<Response, SendError> {
            let token = token.map(Token::expose).unwrap_or_default();
            let key = request.headers.iter().find(|(name, _)| *name == "paypal-request-id");
            self.sent.borrow_mut().push((token.to_owned(), key.map(|(_, value)| value.to_string())));
            self.answers.borrow_mut().pop().unwrap()
        }
    }

    fn answer(status: u16, body: &str) -> Result<Response, SendError> {
        Ok(Response { status, headers: Vec::new(), body: Ok(body.as_bytes().to_vec()) })
    }

    fn expired() -> Result<Response, SendError> {
        answer(401, r#"{"error": "invalid_token"}"#)
    }

    fn refund(platform: &Fake) -> Result<Reply, Failure> {
        call(platform, payments::REFUND_CAPTURE, &Arguments::new(None).with("capture_id", "2GG".to_owned()))
    }

    #[test]
    fn a_refused_token_is_replaced_once_under_the_same_key() {
        let platform = Fake::new(&["old", "new"], vec![expired(), answer(201, r#"{"id": "5O19"}"#)]);
        let reply = refund(&platform).unwrap();
        assert_eq!(reply.attempts, 2);
        let sent = platform.sent.into_inner();
        assert_eq!([&*sent[0].0, &*sent[1].0], ["old", "new"]);
        assert!(sent[0].1.is_some() && sent[0].1 == sent[1].1 && sent[0].1 == reply.idempotency_key);

        let failure = refund(&Fake::new(&["old", "new", "newer"], vec![expired(), expired()])).unwrap_err();
        assert_eq!((failure.kind, failure.attempts), (Kind::Unauthorized, 2));
    }

    fn lost(sent: bool) -> Result<Response, SendError> {
        let cause = if sent { Cause::Broken } else { Cause::Unreachable };
        Err(SendError { cause, sent, reason: "gone".to_owned() })
    }

    #[test]
    fn a_write_with_a_key_is_sent_again_under_that_key_until_it_is_clear() {
        let platform = Fake::new(&["token"], vec![lost(true), answer(503, ""), answer(200, r#"{"id": "5O19"}"#)]);
        let reply = refund(&platform).unwrap();
        assert_eq!((reply.status, reply.attempts), (200, 3));
        let sent = platform.sent.into_inner();
        assert!(sent[0].1.is_some() && sent.iter().all(|(_, key)| *key == sent[0].1));
        assert_eq!(platform.slept.borrow().len(), 2);
    }

    #[test]
    fn what_may_have_been_carried_out_is_never_said_not_to_have_been() {
        for last in [lost(false), answer(422, r#"{"name": "UNPROCESSABLE_ENTITY"}"#), answer(429, ""), lost(true)] {
            let platform = Fake::new(&["token"], vec![lost(true), lost(true), last]);
            let failure = refund(&platform).unwrap_err();
            assert_eq!((failure.kind, failure.request_sent), (Kind::OutcomeUnknown, true));
            assert!(failure.retryable && failure.idempotency_key.is_some());
            assert_eq!(failure.idempotency_retention_seconds, Some(45 * 86_400));
        }
        // A request that was sent counts as sent, even if the next attempt was not.
        let failure = refund(&Fake::new(&["token"], vec![answer(429, ""), lost(false), lost(false)])).unwrap_err();
        assert_eq!((failure.kind, failure.request_sent), (Kind::Unreachable, true));
        // A request that was refused, or never sent, was not carried out.
        for answers in
            [vec![lost(false), lost(false), lost(false)], vec![answer(429, ""), answer(429, ""), answer(429, "")]]
        {
            let failure = refund(&Fake::new(&["token"], answers)).unwrap_err();
            assert!(matches!(failure.kind, Kind::Unreachable | Kind::RateLimited), "{failure:?}");
        }
    }

    #[test]
    fn a_write_without_a_key_is_sent_again_only_where_nothing_was_sent() {
        let track = |answers| {
            let platform = Fake::new(&["token"], answers);
            let tracker = r#"{"capture_id": "2GG", "tracking_number": "1Z", "carrier": "UPS"}"#.to_owned();
            let arguments = Arguments::new(None).with("id", "5O19".to_owned()).body(tracker);
            call(&platform, orders::ADD_TRACKING, &arguments)
        };
        assert_eq!(track(vec![lost(false), answer(201, r#"{"id": "5O19"}"#)]).unwrap().attempts, 1);
        for answers in [vec![lost(true)], vec![answer(503, "")], vec![answer(429, "")]] {
            assert_eq!(track(answers).unwrap_err().attempts, 1);
        }
    }

    #[test]
    fn what_an_earlier_attempt_has_sent_is_sent() {
        for first in [answer(429, ""), expired()] {
            let failure =
                refund(&Fake::new(&["old", "new"], vec![first, lost(false), lost(false), lost(false)])).unwrap_err();
            assert_eq!((failure.kind, failure.request_sent), (Kind::Unreachable, true));
            assert!(failure.message.ends_with("it has not acted"), "{}", failure.message);
        }
        let get = |answers| {
            let arguments = Arguments::new(None).with("id", "5O19".to_owned());
            call(&Fake::new(&["token"], answers), orders::GET, &arguments).unwrap_err()
        };
        assert!(get(vec![lost(true), lost(false), lost(false)]).request_sent);
        assert!(!get(vec![lost(false), lost(false), lost(false)]).request_sent);
    }

    #[test]
    fn a_refused_token_is_no_attempt() {
        let answers = vec![answer(503, ""), expired(), answer(503, ""), answer(201, r#"{"id": "5O19"}"#)];
        let reply = refund(&Fake::new(&["old", "new"], answers)).unwrap();
        assert_eq!(reply.attempts, 4);
    }

    #[test]
    fn without_a_fresh_token_paypal_s_refusal_is_the_answer() {
        for tokens in [&["old"][..], &["old", "old"]] {
            let failure = refund(&Fake::new(tokens, vec![expired()])).unwrap_err();
            assert_eq!((failure.kind, failure.attempts), (Kind::Unauthorized, 1));
            assert_eq!(failure.name.as_deref(), Some("invalid_token"));
        }
    }

    #[test]
    fn without_any_token_nothing_is_sent() {
        let failure = refund(&Fake::default()).unwrap_err();
        assert_eq!((failure.kind, failure.request_sent, failure.attempts), (Kind::ConnectionUnavailable, false, 0));
        assert!(failure.retryable && failure.idempotency_key.is_some());
    }

    #[test]
    fn invalid_input_asks_for_no_token() {
        let platform = Fake::new(&["unused"], Vec::new());
        let failure = call(&platform, orders::GET, &Arguments::new(None)).unwrap_err();
        assert_eq!(failure.kind, Kind::InvalidInput);
        assert_eq!(platform.tokens.borrow().len(), 1);
    }

    #[test]
    fn the_caller_s_key_is_used_unchanged() {
        let platform = Fake::new(&["token"], vec![answer(201, r#"{"id": "5O19"}"#)]);
        let options = CallOptions { idempotency_key: Some("mine".to_owned()), ..CallOptions::default() };
        let arguments = Arguments::new(Some(options)).with("capture_id", "2GG".to_owned());
        let reply = call(&platform, payments::REFUND_CAPTURE, &arguments).unwrap();
        assert_eq!(reply.idempotency_key.as_deref(), Some("mine"));
        assert_eq!(platform.sent.borrow()[0].1.as_deref(), Some("mine"));
    }

    #[test]
    fn a_deadline_that_has_passed_ends_the_call() {
        struct Slow(Fake);
        impl Platform for Slow {
            fn environment(&self) -> Environment {
                self.0.environment()
            }
            fn max_attempts(&self) -> u32 {
                self.0.max_attempts()
            }
            fn sleep(&self, time: Duration) {
                self.0.sleep(time);
            }
            fn token(&self, rejected: Option<&Token>) -> Result<Granted, TokenError> {
                std::thread::sleep(Duration::from_millis(3));
                self.0.token(rejected)
            }
            fn send(&self, _: &Request, _: Option<&Token>, _: Option<Instant>) -> Result<Response, SendError> {
                panic!("sent after the deadline")
            }
        }
        let options = CallOptions { deadline_ms: Some(1), ..CallOptions::default() };
        let arguments = Arguments::new(Some(options)).with("id", "5O19".to_owned());
        let failure = call(&Slow(Fake::new(&["token"], Vec::new())), orders::GET, &arguments).unwrap_err();
        assert_eq!((failure.kind, failure.request_sent), (Kind::TimedOut, false));
    }
}
