//! Runs a flow, and compares the connector's answer to each call with what has happened.

use std::{sync::Arc, time::Duration};

use connector_host::{
    ClientCredentials, Connection, Connector, Environment, Failure, FailureKind, Reply, Route, Secret, Tenant,
    json::kind,
    testing::{SeededRandom, VirtualClock},
};
use paypal_simulator::{
    Effects, Faults, Simulator,
    faults::{Fault, Seen},
};
use serde_json::{Value, json};

use super::{
    Actions,
    act::Call,
    book::{Book, funds::Paid},
    changes::Changes,
    plan::{Flow, Step},
    tally::Tally,
};

/// The maximum number of attempts to resolve an unknown outcome: one per fault, and one without.
const MOST_QUESTIONS: usize = 8;

const TOKENS: &str = "/v1/oauth2/token";

/// A merchant with an account, a connector, and an unreliable connection to PayPal.
pub(crate) struct Merchant<'a> {
    connector: &'a Connector,
    actions: &'a Actions,
    pub(crate) sandbox: Simulator,
    faults: Faults,
    clock: VirtualClock,
    tenant: Tenant,
    pub(crate) book: Book,
    max_attempts: u32,
    pub(crate) tally: Tally,
}

/// One answer of the connector, with the requests that went out for it.
struct Said {
    result: Result<Reply, Failure>,
    requests: Vec<Seen>,
    took: Duration,
}

/// How a call ended.
enum End {
    /// It was carried out, once.
    Done,
    /// It was not, and PayPal gave the reason.
    Refused,
}

/// Whether a failure is temporary.
fn passes(failure: &Failure) -> bool {
    use FailureKind as Kind;
    matches!(
        failure.kind,
        Kind::Unreachable | Kind::TimedOut | Kind::RateLimited | Kind::ConnectionUnavailable | Kind::OutcomeUnknown
    ) || is_token(failure)
        || failure.kind == Kind::ProviderError
        || failure.kind == Kind::MalformedReply
}

/// Whether a token was refused. A second refusal ends the call.
fn is_token(failure: &Failure) -> bool {
    failure.kind == FailureKind::Unauthorized
}

macro_rules! hold {
    ($condition:expr, $($why:tt)+) => {
        if !$condition {
            return Err(format!($($why)+));
        }
    };
}

pub(crate) use hold;

impl<'a> Merchant<'a> {
    pub(crate) fn new(connector: &'a Connector, actions: &'a Actions, flow: &Flow) -> Self {
        let (sandbox, clock) = (Simulator::new(flow.seed), VirtualClock::new());
        sandbox.set_reporting_lag(Duration::ZERO);
        let faults = Faults::new(sandbox.clone(), clock.clone());
        let credentials = ClientCredentials::new(sandbox.client_id(), Secret::new(sandbox.client_secret()));
        let connection = Connection::new(Route::paypal(Environment::Sandbox), credentials, faults.clone());
        let connection = connection.with_max_attempts(flow.max_attempts).without_throttle();
        let tenant = Tenant::new(connection, Arc::new(faults.clone()))
            .with_clock(clock.clone())
            .with_random(SeededRandom::new(flow.seed));
        let (book, tally, max_attempts) = (Book::new(), Tally::default(), flow.max_attempts);
        Self { connector, actions, sandbox, faults, clock, tenant, book, max_attempts, tally }
    }

    /// Runs a flow.
    pub(crate) async fn run(&mut self, flow: &Flow) -> Result<(), String> {
        if flow.warm {
            let said = self.invoke("orders.get", &json!({"id": "5O190127TN364715T"})).await?;
            let kind = said.result.map(|_| ()).map_err(|failure| failure.kind);
            hold!(kind == Err(FailureKind::NotFound), "without faults, of an order that is not there: {kind:?}");
        }
        for (number, step) in flow.steps.iter().enumerate() {
            let Some(call) = step.act.call(&self.book) else {
                self.experience(&step.act).map_err(|why| format!("step {number}, {:?}: {why}", step.act))?;
                continue;
            };
            let action = call.action;
            self.step(number, step, call).await.map_err(|why| format!("step {number}, {action}: {why}"))?;
            self.balance().map_err(|why| format!("after step {number}, {action}: {why}"))?;
        }
        Ok(())
    }

    /// Makes a call, finds out how it ended, and enters that in the books.
    async fn step(&mut self, number: usize, step: &Step, call: Call) -> Result<(), String> {
        let before = self.sandbox.effects();
        let keyed = self.actions.takes_key(call.action);
        let own = (step.own_key && keyed).then(|| format!("own-key-{number}"));
        let input = self.input(&call, step, own.as_deref());
        self.faults.plan(step.faults.iter().copied());
        let said = self.invoke(call.action, &input).await?;
        self.count(&call, &said);
        self.hold_words(&call, step, &said, own.as_deref())?;
        let key = match &said.result {
            Ok(reply) => reply.idempotency_key.clone(),
            Err(failure) => failure.idempotency_key.clone(),
        };

        let so_far = self.since(&before);
        let end = match &said.result {
            Ok(_) => {
                hold!(so_far.are(&call.effect), "reported as done, but this has happened: {so_far}");
                End::Done
            }
            Err(failure) if failure.kind == FailureKind::OutcomeUnknown => {
                hold!(so_far.is_empty() || so_far.are(&call.effect), "with an unknown outcome: {so_far}");
                self.faults.plan(step.afterwards.iter().copied());
                if keyed {
                    self.settle(&call, &input, key.as_deref()).await?
                } else {
                    self.look(&call, &input, &before).await?
                }
            }
            Err(failure) => {
                // Requests in transit arrive now: none may be this call.
                self.faults.clear();
                let so_far = self.since(&before);
                hold!(so_far.is_empty(), "reported as failed ({}), but this has happened: {so_far}", failure.message);
                if !passes(failure) {
                    End::Refused
                } else if keyed || call.effect.is_empty() {
                    self.settle(&call, &input, key.as_deref()).await?
                } else {
                    self.insist(&call, &input).await?
                }
            }
        };
        self.faults.clear();
        let changes = self.since(&before);
        match end {
            End::Done => {
                hold!(changes.are(&call.effect), "after all of it: {changes}; expected: {:?}", call.effect);
                hold!(call.allowed, "PayPal has taken what it should have refused");
                self.tally.count("done", call.action);
            }
            End::Refused => {
                hold!(changes.is_empty(), "it was refused, but: {changes}");
                hold!(!call.allowed, "PayPal has refused what it should have taken: {:?}", said.result.err());
                self.tally.count("settled", "refused by PayPal");
                return Ok(());
            }
        }
        if step.again && keyed {
            let repeated = self.invoke(call.action, &with_key(&input, key.as_deref())).await?;
            let reply = repeated.result.map_err(|failure| format!("the repeat failed: {failure:?}"))?;
            hold!(matches!(reply.status, 200 | 204), "the repeat has the status {}", reply.status);
            hold!((call.reply)(&document(&reply)), "the repeat has another answer: {:?}", reply.body);
            let after = self.since(&before);
            hold!(after == changes, "the repeat has done something: {after}");
            self.tally.count("settled", "repeated for nothing, under the key of what was done");
        }
        (call.entry)(&mut self.book, &changes);
        Ok(())
    }

    /// Checks the reply or failure itself.
    fn hold_words(&self, call: &Call, step: &Step, said: &Said, own: Option<&str>) -> Result<(), String> {
        let keyed = self.actions.takes_key(call.action);
        let (key, attempts) = match &said.result {
            Ok(reply) => (&reply.idempotency_key, reply.attempts),
            Err(failure) => (&failure.idempotency_key, failure.attempts),
        };
        hold!(key.is_some() == keyed, "the key is {key:?}");
        hold!(own.is_none() || own == key.as_deref(), "the caller's key has become {key:?}");
        let requests: Vec<_> = said.requests.iter().filter(|request| request.path != TOKENS).collect();
        let reaches = |request: &&&Seen| !request.fault.is_some_and(never_sent);
        let sent = requests.iter().filter(reaches).count();
        hold!(usize::try_from(attempts) == Ok(sent), "{attempts} attempts said, {sent} sent");
        hold!(attempts <= self.max_attempts + 1, "{attempts} attempts, and {} are allowed", self.max_attempts);
        let other = requests.iter().find(|request| request.key != *key);
        hold!(other.is_none(), "a request was sent under another key than {key:?}: {other:?}");
        if !keyed && !call.effect.is_empty() {
            let answered_401 = requests.iter().filter(|request| request.fault == Some(Fault::TokenExpired)).count();
            hold!(sent <= 2 && (sent <= 1 || answered_401 > 0 || self.token_is_old(&requests)), "sent {sent} times");
        }
        if let (Some(deadline), false) = (step.deadline_ms, self.may_overrun(&said.requests)) {
            let deadline = Duration::from_millis(deadline.into());
            hold!(said.took <= deadline, "it took {:?} of {deadline:?}", said.took);
        }
        match &said.result {
            Ok(reply) => hold!((call.reply)(&document(reply)) || is_empty(reply), "the reply is {:?}", reply.body),
            Err(failure) => {
                hold!(failure.request_sent == (sent > 0), "request_sent is {} of {sent}", failure.request_sent);
                let unknown = failure.kind == FailureKind::OutcomeUnknown;
                hold!(!unknown || !call.effect.is_empty(), "a read has an unknown outcome");
                let retention = failure.idempotency_retention_seconds;
                hold!(retention.is_some() == keyed, "the key is good for {retention:?} s");
                hold!(!unknown || failure.retryable == keyed, "retryable is {}", failure.retryable);
                hold!(!failure.retryable || passes(failure), "{} is no failure that passes", kind(failure.kind));
                if let (true, false, Some(lookup)) = (unknown, keyed, self.actions.lookup(call.action)) {
                    hold!(failure.message.contains(lookup), "it does not say to look by {lookup}: {}", failure.message);
                }
            }
        }
        Ok(())
    }

    /// Whether a token may have been refused without a fault: days have passed.
    fn token_is_old(&self, requests: &[&Seen]) -> bool {
        self.book.day > 0 && requests.len() > 1
    }

    /// Whether a call may outlast its deadline: by a token request, which has its own timeout, or by the piece of an answer
    /// that arrives as the deadline passes.
    fn may_overrun(&self, requests: &[Seen]) -> bool {
        requests.iter().any(|request| request.path == TOKENS || matches!(request.fault, Some(Fault::Trickle(_))))
    }

    /// Repeats a call with its key until it is clear how it ended.
    async fn settle(&mut self, call: &Call, input: &Value, key: Option<&str>) -> Result<End, String> {
        let input = with_key(input, key);
        for question in 0..MOST_QUESTIONS {
            if question + 1 == MOST_QUESTIONS {
                self.faults.clear();
            }
            let said = self.invoke(call.action, &input).await?;
            self.count_requests(&said);
            match said.result {
                Ok(reply) => {
                    hold!(is_empty(&reply) || (call.reply)(&document(&reply)), "the repeat says {:?}", reply.body);
                    self.tally.count("settled", "by repeating the call with its key");
                    return Ok(End::Done);
                }
                Err(failure) if passes(&failure) => {
                    hold!(failure.idempotency_key.as_deref() == key, "the key {key:?} was lost");
                }
                Err(_) => return Ok(End::Refused),
            }
        }
        Err("its outcome cannot be found out".to_owned())
    }

    /// Uses the action's look-up to tell whether a call was carried out, and makes it again if not.
    async fn look(&mut self, call: &Call, input: &Value, before: &Effects) -> Result<End, String> {
        let action = self.actions.lookup(call.action).ok_or("there is no action to look by")?.to_owned();
        let (question, shows) = call.lookup.as_ref().ok_or("the test cannot read the look-up")?;
        for asked in 0..MOST_QUESTIONS {
            if asked + 1 == MOST_QUESTIONS {
                self.faults.clear();
            }
            let said = self.invoke(&action, question).await?;
            self.count_requests(&said);
            // 404 is an answer as well.
            let answer = match said.result {
                Err(failure) if failure.kind == FailureKind::NotFound => Ok(Value::Null),
                result => result.map(|reply| document(&reply)),
            };
            match answer {
                // The resource is already in the state that the call, which PayPal refuses, would produce.
                Ok(_) if !call.allowed => {
                    let changes = self.since(before);
                    hold!(changes.is_empty(), "what is to be refused has done this: {changes}");
                    return Ok(End::Refused);
                }
                Ok(answer) => {
                    let (seen, changes) = (shows(&answer), self.since(before));
                    hold!(seen != changes.is_empty(), "the look-up shows {seen}, and this has happened: {changes}");
                    self.tally.count("settled", if seen { "by a look-up: done" } else { "by a look-up: not done" });
                    return if seen { Ok(End::Done) } else { self.insist(call, input).await };
                }
                Err(failure) => hold!(passes(&failure), "the look-up fails: {failure:?}"),
            }
        }
        Err("the look-up never gets an answer".to_owned())
    }

    /// Repeats a call that was not carried out, without faults.
    async fn insist(&mut self, call: &Call, input: &Value) -> Result<End, String> {
        self.faults.clear();
        let said = self.invoke(call.action, input).await?;
        match said.result {
            Ok(_) => Ok(End::Done),
            Err(failure) if passes(&failure) => Err(format!("without faults it fails: {failure:?}")),
            Err(_) => Ok(End::Refused),
        }
    }

    async fn invoke(&mut self, action: &str, input: &Value) -> Result<Said, String> {
        let begun = self.clock.now();
        let outcome = self.connector.invoke(&self.tenant, action, &input.to_string()).await;
        let outcome = outcome.map_err(|error| format!("the component did not end the call: {error}"))?;
        if !outcome.output.is_empty() {
            return Err(format!("the component printed: {}", outcome.output));
        }
        self.tally.count("calls", action);
        Ok(Said { result: outcome.result, requests: self.faults.seen(), took: self.clock.now() - begun })
    }

    fn input(&self, call: &Call, step: &Step, own: Option<&str>) -> Value {
        let mut input = call.input.clone();
        if let Some(key) = own {
            input["options"]["idempotency_key"] = key.into();
        }
        if let Some(deadline) = step.deadline_ms {
            input["options"]["deadline_ms"] = deadline.into();
        }
        if step.representation && self.actions.takes_prefer(call.action) {
            input["options"]["prefer"] = "representation".into();
        }
        input
    }

    /// Returns what has happened since.
    fn since(&self, before: &Effects) -> Changes {
        Changes::between(before, &self.sandbox.effects())
    }

    fn count(&mut self, call: &Call, said: &Said) {
        let sort = if call.effect.is_empty() { "outcomes of reads" } else { "outcomes of writes" };
        match &said.result {
            Ok(_) => self.tally.count(sort, "reply"),
            Err(failure) => self.tally.count(sort, kind(failure.kind)),
        }
        self.count_requests(said);
    }

    fn count_requests(&mut self, said: &Said) {
        for request in &said.requests {
            let fault = request.fault.map_or("none".to_owned(), name);
            self.tally.count("requests by fault", fault);
        }
    }

    /// Compares the sums of the books with the simulator's.
    pub(crate) fn balance(&self) -> Result<(), String> {
        let effects = self.sandbox.effects();
        for (what, own, moved) in
            [("taken", &self.book.taken, &effects.captured), ("returned", &self.book.returned, &effects.refunded)]
        {
            for code in ["USD", "JPY"] {
                let own = own.get(code).copied().unwrap_or_default();
                let sum: i64 = moved.values().filter(|it| it.currency == code).map(|it| it.minor_units).sum();
                hold!(own == sum, "{code} {what}: {own} in the books, {sum} at PayPal");
            }
        }
        for code in ["USD", "JPY"] {
            let (own, there) = (self.book.balance(code), effects.balances.get(code).copied().unwrap_or_default());
            hold!(own == there, "{code} balance: {own} in the books, {there} at PayPal");
        }
        for (what, own, moved) in [
            ("held", self.book.disputes.iter().map(|it| it.held).sum::<i64>(), &effects.held),
            ("settled", self.book.disputes.iter().map(|it| it.taken).sum(), &effects.dispute_settlements),
            ("charged for disputes", self.book.disputes.iter().map(|it| it.fee).sum(), &effects.dispute_fees),
        ] {
            let sum: i64 = moved.values().map(|it| it.minor_units).sum();
            hold!(own == sum, "{what}: {own} in the books, {sum} at PayPal");
        }
        let paid = self.book.payouts.iter().filter(|it| matches!(it.state, Paid::Success | Paid::Unclaimed));
        let (own, there) = (
            paid.map(|it| it.amount).sum::<i64>(),
            effects.payout_items.values().map(|it| it.minor_units).sum::<i64>(),
        );
        hold!(own == there, "paid out: {own} in the books, {there} at PayPal");
        for dispute in &self.book.disputes {
            let (own, there) = (dispute.standing.status(), effects.disputes.get(&dispute.id));
            hold!(there.is_some_and(|it| it == own), "{}: {own} in the books, {there:?} at PayPal", dispute.id);
        }
        Ok(())
    }
}

/// Whether a fault prevents a request from being sent at all.
fn never_sent(fault: Fault) -> bool {
    matches!(fault, Fault::ConnectionRefused | Fault::ConnectionReset | Fault::ConnectionTimeout)
}

/// Returns a fault's name, with what it does to the request.
fn name(fault: Fault) -> String {
    match fault {
        Fault::Cut { reset: true, .. } => "Cut, then reset".to_owned(),
        Fault::Cut { reset: false, .. } => "Cut, then closed".to_owned(),
        Fault::WrongLength(by) => if by < 0 { "WrongLength, shorter" } else { "WrongLength, longer" }.to_owned(),
        Fault::Trickle(_) => "Trickle".to_owned(),
        Fault::ServerError { status: 408, arrival, .. } => format!("408, {arrival:?}"),
        Fault::ServerError { arrival, .. } => format!("5xx, {arrival:?}"),
        Fault::Garbage(garbage, _) => format!("Garbage, {garbage:?}"),
        Fault::RateLimited(None) => "429 without Retry-After".to_owned(),
        Fault::RateLimited(Some(_)) => "429 with Retry-After".to_owned(),
        fault => format!("{fault:?}"),
    }
}

fn with_key(input: &Value, key: Option<&str>) -> Value {
    let mut input = input.clone();
    if let Some(key) = key {
        input["options"]["idempotency_key"] = key.into();
    }
    // Without the deadline, which does not matter here.
    if let Some(options) = input["options"].as_object_mut() {
        options.remove("deadline_ms");
    }
    if input["options"].is_null() {
        input["options"] = json!({});
    }
    input
}

fn document(reply: &Reply) -> Value {
    reply.body.as_deref().map_or(Value::Null, |body| serde_json::from_str(body).unwrap_or_default())
}

/// Whether a reply has no document.
fn is_empty(reply: &Reply) -> bool {
    reply.status == 204
}
