//! Receives deliveries.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use bytes::Bytes;
use connector_host::Connector;
use http::{HeaderMap, Response, StatusCode};
use http_body_util::Full;
use tokio::{runtime::Handle, task::block_in_place};

use super::log::Log;
use crate::{
    listen::{
        Answer, Channel, ComponentReceiver, Delivery, Handler, Limits, Received, Receiver as _, Subscription, head,
        response,
    },
    serve::{connections::Live, metrics::Metrics, store::StoreError},
};

type HandOn = Box<dyn Fn(&Received) -> bool + Send + Sync>;

/// What was made for a connection, and the connection as it was.
type Made = (Arc<Live>, Arc<Receiving>);

type Receiving = Handler<ComponentReceiver<HandOn>>;

/// Receives deliveries for all connections, each with its own limits.
pub(crate) struct Inbox {
    connector: Connector,
    log: Log,
    metrics: Arc<Metrics>,
    /// Made for a connection as it is: one that has changed gets another.
    receiving: Mutex<BTreeMap<String, Made>>,
}

impl Inbox {
    pub(crate) fn new(connector: Connector, log: Log, metrics: Arc<Metrics>) -> Self {
        Self { connector, log, metrics, receiving: Mutex::default() }
    }

    /// Whether a connection receives anything through a channel: events only with a webhook, and messages only if it is known
    /// whose, as PayPal confirms those of every account.
    pub(crate) fn receives(&self, live: &Arc<Live>, channel: Channel) -> bool {
        match channel {
            Channel::Webhook => self.of(live).receiver().receives(channel),
            Channel::Ipn => live.ipn_receivers.is_some(),
        }
    }

    /// Answers a delivery as `listen` does.
    pub(crate) async fn answer(
        &self,
        live: &Arc<Live>,
        channel: Channel,
        fields: HeaderMap,
        body: Bytes,
    ) -> Response<Full<Bytes>> {
        let answer = match head(&fields) {
            Err(refused) => response(refused),
            Ok(_) if !self.receives(live, channel) => response(StatusCode::NOT_FOUND),
            Ok((headers, content_type)) => {
                let delivery = Delivery { channel, headers, content_type, fields, body };
                self.of(live).answer(delivery).await
            }
        };
        let name = if channel == Channel::Webhook { "webhook" } else { "ipn" };
        self.metrics.delivered(name, answer.status().as_u16());
        answer
    }

    /// Lets go of what was made for a connection that was removed.
    pub(crate) fn forget(&self, connection: &str) {
        self.receiving.lock().unwrap_or_else(PoisonError::into_inner).remove(connection);
    }

    fn of(&self, live: &Arc<Live>) -> Arc<Receiving> {
        let mut all = self.receiving.lock().unwrap_or_else(PoisonError::into_inner);
        let name = &live.settings.name;
        if let Some((of, receiving)) = all.get(name)
            && Arc::ptr_eq(of, live)
        {
            return receiving.clone();
        }
        let subscription = live.settings.webhook_id.clone().map(|webhook_id| Subscription {
            webhook_id,
            max_age: None,
            accept_simulated: None,
        });
        // Also where callers may only read: what PayPal delivers is acknowledged in the journal.
        let receiver = ComponentReceiver::new(self.connector.clone(), live.writing(), subscription, self.hand_on(name));
        let receiver = receiver.with_receivers(live.ipn_receivers.clone().unwrap_or_default());
        let receiving = Arc::new(Handler::new(receiver, &Limits::default()));
        all.insert(name.clone(), (live.clone(), receiving.clone()));
        receiving
    }

    /// Returns what keeps a delivery. One that cannot be kept is not acknowledged, so that PayPal sends it again.
    fn hand_on(&self, connection: &str) -> HandOn {
        let (log, connection) = (self.log.clone(), connection.to_owned());
        Box::new(move |received| {
            let (document, accepted) = (received.json(), received.answer() == Answer::Taken);
            let is_duplicate = accepted && received.document().is_some_and(|it| it["duplicate"] == true);
            let key = received.key().filter(|_| accepted);
            let kept = async {
                // It is in the list already, and anybody can send it again and again.
                if let Some(key) = key.filter(|_| is_duplicate)
                    && log.add_again(&connection, key, document.clone()).await?
                {
                    return Ok(());
                }
                log.add(&connection, accepted, key, document).await
            };
            // `listen` waits for stdout in the same way.
            let added: Result<(), StoreError> = block_in_place(|| Handle::current().block_on(kept));
            if let Err(error) = &added {
                tracing::error!(target: "host_test::serve", %error, "an event cannot be kept");
            }
            // A duplicate was acknowledged before.
            added.is_ok() || is_duplicate
        })
    }
}
