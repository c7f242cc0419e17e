//! Random flows: acts, keys and faults.

use std::time::Duration;

use paypal_simulator::faults::{Arrival, Fault, Garbage, RetryAfter};
use proptest::{collection::vec, option, prelude::*};

use super::act::{Act, Subject, act};

/// A flow of one tenant.
#[derive(Clone, Debug)]
pub(crate) struct Flow {
    /// The seed of the simulator's ids and the guest's random bytes.
    pub(crate) seed: u64,
    /// How many times one request may be sent.
    pub(crate) max_attempts: u32,
    /// Whether the connection has a token before the first step; otherwise the token request meets faults, too.
    pub(crate) warm: bool,
    pub(crate) steps: Vec<Step>,
}

/// A call.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    pub(crate) act: Act,
    /// Whether the caller sets the key, if the action takes one.
    pub(crate) own_key: bool,
    /// The call's deadline.
    pub(crate) deadline_ms: Option<u32>,
    /// Whether to ask for the whole resource, if the action has the option.
    pub(crate) representation: bool,
    /// The faults of its requests, in order.
    pub(crate) faults: Vec<Option<Fault>>,
    /// The faults of the requests that resolve an unknown outcome. After these there are none.
    pub(crate) afterwards: Vec<Option<Fault>>,
    /// Whether the call is repeated with the same key in the end.
    pub(crate) again: bool,
}

pub(crate) fn flow() -> impl Strategy<Value = Flow> {
    let subject = prop_oneof![
        3 => Just(Subject::Payments),
        3 => Just(Subject::Disputes),
        2 => Just(Subject::Payouts),
        2 => Just(Subject::Invoices),
        2 => Just(Subject::Subscriptions),
        1 => Just(Subject::Everything),
    ];
    let steps = subject.prop_flat_map(|subject| vec(step(subject), 1..25));
    let flow = (any::<u64>(), 1..6_u32, proptest::bool::weighted(0.8), steps);
    flow.prop_map(|(seed, max_attempts, warm, steps)| Flow { seed, max_attempts, warm, steps })
}

fn step(subject: Subject) -> impl Strategy<Value = Step> {
    let deadline = option::weighted(0.3, prop_oneof![1..2_000_u32, 2_000..100_000_u32]);
    let faults = |most| vec(option::weighted(0.7, fault()), 0..most);
    (act(subject), any::<bool>(), deadline, any::<bool>(), faults(6), faults(5), proptest::bool::weighted(0.2))
        .prop_map(|(act, own_key, deadline_ms, representation, faults, afterwards, again)| Step {
            act,
            own_key,
            deadline_ms,
            representation,
            faults,
            afterwards,
            again,
        })
}

fn arrival() -> impl Strategy<Value = Arrival> {
    prop_oneof![
        2 => Just(Arrival::Never),
        4 => Just(Arrival::AtOnce),
        1 => Just(Arrival::BeforeTheNext),
        1 => Just(Arrival::AfterTheNext),
    ]
}

fn retry_after() -> impl Strategy<Value = Option<RetryAfter>> {
    prop_oneof![
        3 => Just(None),
        1 => Just(Some(RetryAfter::Seconds(0))),
        1 => (1..90_u32).prop_map(|seconds| Some(RetryAfter::Seconds(seconds))),
        1 => Just(Some(RetryAfter::Past)),
        1 => Just(Some(RetryAfter::FarFuture)),
        1 => Just(Some(RetryAfter::Invalid)),
    ]
}

fn garbage() -> impl Strategy<Value = Garbage> {
    prop_oneof![
        Just(Garbage::NotHttp),
        Just(Garbage::WebPage),
        Just(Garbage::TruncatedJson),
        Just(Garbage::NotText),
        Just(Garbage::EmptyBody),
        Just(Garbage::Gateway),
    ]
}

fn fault() -> impl Strategy<Value = Fault> {
    prop_oneof![
        2 => Just(Fault::ConnectionRefused),
        1 => Just(Fault::ConnectionReset),
        2 => Just(Fault::ConnectionTimeout),
        4 => arrival().prop_map(Fault::ResponseTimeout),
        4 => arrival().prop_map(Fault::Reset),
        3 => arrival().prop_map(Fault::Closed),
        4 => (any::<u16>(), any::<bool>()).prop_map(|(at, reset)| Fault::Cut { at, reset }),
        2 => prop_oneof![-40..40_i16, any::<i16>()].prop_map(Fault::WrongLength),
        2 => (0..100_u64).prop_map(|ms| Fault::Trickle(Duration::from_millis(ms))),
        3 => (garbage(), arrival()).prop_map(|(garbage, arrival)| Fault::Garbage(garbage, arrival)),
        3 => retry_after().prop_map(Fault::RateLimited),
        5 => (proptest::sample::select(vec![408, 500, 502, 503, 504]), arrival(), retry_after())
            .prop_map(|(status, arrival, retry_after)| Fault::ServerError { status, arrival, retry_after }),
        2 => any::<bool>().prop_map(|cut| Fault::InProgress { cut }),
        3 => Just(Fault::TokenExpired),
    ]
}
