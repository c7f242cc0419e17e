//! A receiver that forwards deliveries to a program.

use std::time::Duration;

use serde::Deserialize;
use tokio::time::timeout;

use crate::listen::{
    component::ComponentReceiver,
    delivery::{Channel, Delivery},
    event_filter::EventFilter,
    forwarded::Forwarded,
    program::Program,
    received::Received,
    receiver::{Answer, Receiver},
};

/// How much longer than the program the verification may take.
const VERIFICATION: Duration = Duration::from_secs(2);

/// Forwards each webhook delivery to a program, whose answer goes back to PayPal, whether the delivery is authentic or not: that is
/// for the program to verify. Meanwhile the component verifies it, if there is a webhook, and it is handed on with both results. It
/// is acknowledged in the journal if it is authentic and the program has taken it. IPN messages are not forwarded.
pub struct ForwardingReceiver<F> {
    inner: ComponentReceiver<F>,
    program: Program,
    events: EventFilter,
}

impl<F: Fn(&Received) -> bool + Send + Sync + 'static> ForwardingReceiver<F> {
    /// Returns a receiver that forwards the events which the filter includes, and handles the others as `inner` does.
    #[must_use]
    pub fn new(inner: ComponentReceiver<F>, program: Program, events: EventFilter) -> Self {
        Self { inner, program, events }
    }

    async fn forward(&self, delivery: &Delivery) -> Forwarded {
        if self.program.has_forwarded(&delivery.fields) {
            return Forwarded::in_a_loop();
        }
        self.program.forward(&delivery.fields, delivery.body.clone()).await
    }

    /// Returns what the component says about a delivery.
    async fn verify(&self, delivery: &Delivery) -> Received {
        if !self.inner.verifies() {
            return Received::unverified("unverified", &delivery.body);
        }
        self.inner.read(delivery).await
    }
}

impl<F: Fn(&Received) -> bool + Send + Sync + 'static> Receiver for ForwardingReceiver<F> {
    fn receives(&self, _: Channel) -> bool {
        true
    }

    async fn receive(&self, delivery: Delivery) -> Answer {
        if delivery.channel == Channel::Ipn {
            return self.inner.receive(delivery).await;
        }
        if !self.events.includes(event_type(&delivery.body).as_deref()) {
            return if self.inner.verifies() { self.inner.receive(delivery).await } else { Answer::Taken };
        }
        let (forward, verify) = (self.forward(&delivery), self.verify(&delivery));
        tokio::pin!(forward, verify);
        // The program's answer does not wait long for the verification, which may need a certificate.
        let (forwarded, received) = tokio::select! {
            forwarded = &mut forward => (forwarded, timeout(VERIFICATION, verify).await.ok()),
            received = &mut verify => (forward.await, Some(received)),
        };
        let received = received.unwrap_or_else(|| Received::unverified("unverified", &delivery.body));
        let is_authentic = received.answer() == Answer::Taken;
        let answer = Answer::Program(forwarded.answer().clone());
        let is_taken = forwarded.is_taken();
        let received = received.with_forwarded(forwarded);
        if self.inner.hand_on(&received) && is_taken && is_authentic {
            // If the journal fails, a repeat is forwarded again and not marked as one.
            let _ = self.inner.acknowledge(&received).await;
        }
        answer
    }
}

/// Returns the type that an event says it has.
pub(super) fn event_type(body: &[u8]) -> Option<String> {
    #[derive(Deserialize)]
    struct Event {
        event_type: Option<String>,
    }
    serde_json::from_slice::<Event>(body).ok()?.event_type
}
