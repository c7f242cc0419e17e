//! `events.receive`: verifies, reads and stores one delivery of a webhook event. `events.acknowledge`: notes that it
//! was handed on. `events.catch-up`: the events that were not.

mod catch_up;
mod fetch;
mod keep;
mod postback;
mod requests;
pub(super) mod sent;

use std::{borrow::Cow, time::Instant};

pub(crate) use self::catch_up::catch_up;
use self::requests::Requests;
use crate::{
    actions::acknowledgement::Acknowledgement,
    base::{document::Document, pointer},
    call::{arguments::Arguments, options::CallOptions},
    events::{
        claim::Claim,
        credits,
        delivery::Delivery,
        event::Event,
        signature::SIMULATOR,
        verdict::{Reason, Verdict},
    },
    paypal::{
        credit::{self, Counted},
        kind::is_id,
    },
    platform::{
        environment::Environment,
        failure::{Failure, Issue, Location},
        file,
        interface::Platform,
        reply::Reply,
    },
};

/// Verifies a delivery and reads its event. An invalid delivery is an outcome, not a failure.
///
/// If the caller has no certificate, it is fetched after all checks that do not need it; with `postback` PayPal is
/// asked instead. A valid event is written to the journal; it is a duplicate once it has been acknowledged there.
///
/// # Errors
/// `invalid-input` if one of the caller's own arguments is wrong; with `postback` also if PayPal cannot be asked with
/// this connection.
pub(crate) fn receive(platform: &dyn Platform, arguments: &Arguments) -> Result<Reply, Failure> {
    let input = Input::read(platform.environment(), arguments)?;
    let mut requests = Requests::default();
    let mut finding = match examine(platform, &input, &mut requests) {
        Ok(finding) => finding,
        Err(Stop::Verdict(verdict)) => Finding::refused(verdict),
        Err(Stop::Failure(failure)) => return Err(failure),
    };
    let valid = finding.event.as_ref().filter(|_| finding.verdict.reason == Reason::Verified);
    let payments = valid.map(|event| credits::credits(event, finding.simulated));
    let duplicate = valid.zip(payments.as_deref()).and_then(|(event, payments)| {
        // An event is returned even if the journal fails; the message then says why it is not stored.
        let kept = keep::keep(platform, event, &input.webhook_id, finding.simulated, payments);
        kept.unwrap_or_else(|none| {
            finding.verdict.message.to_mut().push_str(&format!("; {none}"));
            None
        })
    });
    let Requests { count, debug_id } = requests;
    Ok(Reply { attempts: count, debug_id, ..Reply::own(finding.to_json(duplicate, payments.as_deref())) })
}

/// Notes that an event has been handed on: its next delivery to this webhook is a duplicate.
///
/// # Errors
/// `invalid-input` if an id is not valid; `connection-unavailable` if the journal cannot store it.
pub(crate) fn acknowledge(platform: &dyn Platform, arguments: &Arguments) -> Result<Reply, Failure> {
    let id = |name| {
        let id = arguments.parameter(name).filter(|id| is_id(id));
        id.ok_or_else(|| Failure::wrong_value(name, "must be 1 to 127 printable ASCII characters, and no spaces"))
    };
    Acknowledgement::of_event(&id("event_id")?, &id("webhook_id")?).keep(platform)
}

/// The arguments of a call.
struct Input<'a> {
    environment: Environment,
    headers: Vec<(&'a str, &'a str)>,
    body: Vec<u8>,
    webhook_id: Cow<'a, str>,
    certificate: Option<&'a str>,
    max_age_seconds: Option<u32>,
    accept_simulated: bool,
    postback: bool,
    options: &'a CallOptions,
    deadline: Option<Instant>,
}

impl<'a> Input<'a> {
    fn read(environment: Environment, arguments: &'a Arguments) -> Result<Self, Failure> {
        let flag = |name, default| match arguments.value(name) {
            None => Ok(default),
            Some(Document::Boolean(value)) => Ok(*value),
            Some(_) => Err(Failure::wrong_value(name, "must be a boolean")),
        };
        let accept_simulated = flag("accept_simulated", environment == Environment::Sandbox)?;
        if accept_simulated && environment == Environment::Live {
            return Err(Failure::wrong_value(
                "accept_simulated",
                "must not be true in live: simulated events are not backed by money",
            ));
        }
        let certificate = match arguments.value("certificate") {
            None => None,
            Some(value) => {
                Some(value.as_text().ok_or_else(|| Failure::wrong_value("certificate", "must be a string"))?)
            }
        };
        let seconds = |value: &Document| match value {
            Document::Number(number) => number.as_u64().and_then(|seconds| u32::try_from(seconds).ok()),
            _ => None,
        };
        let max_age_seconds = match arguments.value("max_age_seconds") {
            None => None,
            Some(value) => {
                let seconds = seconds(value)
                    .ok_or_else(|| Failure::wrong_value("max_age_seconds", "must be a number of seconds"))?;
                Some(seconds)
            }
        };
        Ok(Self {
            environment,
            headers: headers(arguments.value("headers").ok_or_else(|| missing("headers"))?)?,
            body: file::received("body", arguments.body.as_deref().ok_or_else(|| missing("body"))?)?,
            webhook_id: arguments.parameter("webhook_id").ok_or_else(|| missing("webhook_id"))?,
            certificate,
            max_age_seconds,
            accept_simulated,
            postback: flag("postback", false)?,
            options: &arguments.options,
            deadline: arguments.options.deadline(),
        })
    }
}

fn headers<'a>(list: &'a Document) -> Result<Vec<(&'a str, &'a str)>, Failure> {
    let header = |item: &'a Document| Some((item.get("name")?.as_text()?, item.get("value")?.as_text()?));
    let headers: Option<Vec<_>> = list.items().iter().map(header).collect();
    headers.ok_or_else(|| Failure::wrong_value("headers", "must be a list of objects with `name` and `value`"))
}

fn missing(name: &str) -> Failure {
    Failure::invalid_input(vec![Issue::missing(&pointer::member(name), Location::Body)])
}

/// Why an examination ends early.
enum Stop {
    Verdict(Verdict),
    Failure(Failure),
}

impl<T: Into<Verdict>> From<T> for Stop {
    fn from(verdict: T) -> Self {
        Self::Verdict(verdict.into())
    }
}

/// The result of examining a delivery.
struct Finding<'a> {
    verdict: Verdict,
    simulated: bool,
    /// How the signature was verified. If it was, there is an event.
    verified_by: Option<&'static str>,
    event: Option<Event<'a>>,
}

/// Examines whether PayPal has sent a delivery.
fn examine<'a>(platform: &dyn Platform, input: &'a Input, requests: &mut Requests) -> Result<Finding<'a>, Stop> {
    let delivery = Delivery::read(&input.headers, &input.body)?;
    let claim = Claim::read(&delivery, input.environment)?;
    let (event, simulated, verified_by) = match input.postback {
        true => (posted_back(platform, input, &delivery, &claim, requests)?, false, "postback"),
        false => {
            let simulated = match input.certificate {
                Some(pem) => claim.verify(pem.as_bytes(), &platform.authorities(), &input.webhook_id)?,
                None => {
                    let pem = fetch::fetch(platform, &claim.url, input.deadline, &mut requests.count)?;
                    claim.verify(&pem, &platform.authorities(), &input.webhook_id)?
                }
            };
            if simulated && !input.accept_simulated {
                return Err(Reason::Simulated.into());
            }
            // Parsed only once it is known to be PayPal's: parsing takes memory, verifying only some time.
            (Event::parse(claim.text).ok_or(Reason::NotJson)?, simulated, "certificate")
        }
    };
    let age = input.max_age_seconds.map_or(Ok(()), |most| claim.check_age(platform.now(), most));
    let verdict = age.err().unwrap_or(Reason::Verified.into());
    Ok(Finding { verdict, simulated, verified_by: Some(verified_by), event: Some(event) })
}

/// The event, if PayPal confirms that it has sent it.
fn posted_back<'a>(
    platform: &dyn Platform,
    input: &Input,
    delivery: &Delivery,
    claim: &Claim<'a>,
    requests: &mut Requests,
) -> Result<Event<'a>, Stop> {
    if claim.url.environment != input.environment || input.webhook_id == SIMULATOR {
        return Err(Reason::SimulatedPostback.into());
    }
    let event = Event::parse(claim.text).ok_or(Reason::NotJson)?;
    postback::ask(platform, delivery, claim.text, &input.webhook_id, input.options, input.deadline, requests)
        .map_err(Stop::Failure)??;
    Ok(event)
}

impl Finding<'_> {
    fn refused(verdict: Verdict) -> Self {
        let simulated = matches!(verdict.reason, Reason::Simulated | Reason::SimulatedPostback);
        Self { verdict, simulated, verified_by: None, event: None }
    }

    fn to_json(&self, duplicate: Option<bool>, payments: Option<&[Counted]>) -> String {
        let reason = self.verdict.reason;
        let [credits, uncounted] = credit::members(payments);
        let members = [
            ("outcome", reason.outcome().as_str().into()),
            ("reason", reason.as_str().into()),
            ("message", (&*self.verdict.message).into()),
            ("simulated", self.simulated.into()),
            ("duplicate", duplicate.into()),
            ("verified_by", self.verified_by.into()),
            credits,
            uncounted,
        ];
        let event = self.event.as_ref().map(Event::to_json);
        Document::to_json_with(members, "event", event.as_deref().unwrap_or("null"))
    }
}

#[cfg(test)]
mod tests;
