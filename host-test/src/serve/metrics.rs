//! Metrics in the text format of OpenMetrics. Labels are routes, actions and outcomes, of which there are few; no names of
//! connections, no ids.

use std::{sync::atomic::AtomicU64, time::Duration};

use connector_host::{Failure, Reply, json};
use prometheus_client::{
    encoding::{EncodeLabelSet, text::encode},
    metrics::{
        counter::Counter,
        family::Family,
        gauge::Gauge,
        histogram::{Histogram, exponential_buckets},
    },
    registry::Registry,
};

/// The media type of [`Metrics::text`].
pub(crate) const MEDIA_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// All metrics.
pub(crate) struct Metrics {
    registry: Registry,
    requests: Family<Request, Counter<u64, AtomicU64>>,
    durations: Family<Route, Histogram>,
    calls: Family<Call, Counter<u64, AtomicU64>>,
    deliveries: Family<Delivery, Counter<u64, AtomicU64>>,
    open: Gauge,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Request {
    method: String,
    /// The route's pattern, such as `/v1/connections/{name}`.
    route: String,
    status: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Route {
    route: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Call {
    action: String,
    /// `reply`, the kind of a failure, or `refused`.
    outcome: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Delivery {
    channel: &'static str,
    status: u16,
}

impl Metrics {
    pub(crate) fn new() -> Self {
        let mut registry = Registry::with_prefix("host_test_serve");
        // From 1 ms to some 33 s.
        let histogram: fn() -> Histogram = || Histogram::new(exponential_buckets(0.001, 2.0, 16));
        let (requests, calls, deliveries) = (Family::default(), Family::default(), Family::default());
        let (durations, open) = (Family::new_with_constructor(histogram), Gauge::default());
        registry.register("requests", "Requests that were answered", requests.clone());
        registry.register("request_duration_seconds", "Time from the head to the answer", durations.clone());
        registry.register("calls", "Actions that were run", calls.clone());
        registry.register("deliveries", "Webhook events and IPN messages that were answered", deliveries.clone());
        registry.register("open_requests", "Requests that are being answered", open.clone());
        Self { registry, requests, durations: durations as _, calls, deliveries, open }
    }

    /// Counts a request from its head to its answer.
    pub(crate) fn began(&self) {
        self.open.inc();
    }

    /// Counts an answer. `route` is the route's pattern.
    pub(crate) fn answered(&self, method: &http::Method, route: &str, status: u16, duration: Duration) {
        self.open.dec();
        // Any other method is the caller's own word.
        let is_known = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"].contains(&method.as_str());
        let method = if is_known { method.to_string() } else { "other".to_owned() };
        self.requests.get_or_create(&Request { method, route: route.to_owned(), status }).inc();
        self.durations.get_or_create(&Route { route: route.to_owned() }).observe(duration.as_secs_f64());
    }

    /// Counts a call of an action of the connector. `None` if it was not run.
    pub(crate) fn called(&self, action: &str, result: Option<&Result<Reply, Failure>>) {
        let outcome = match result {
            Some(Ok(_)) => "reply",
            Some(Err(failure)) => json::kind(failure.kind),
            None => "refused",
        };
        self.calls.get_or_create(&Call { action: action.to_owned(), outcome }).inc();
    }

    /// Counts a delivery.
    pub(crate) fn delivered(&self, channel: &'static str, status: u16) {
        self.deliveries.get_or_create(&Delivery { channel, status }).inc();
    }

    /// Returns all of them.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        // Writing to a string cannot fail.
        _ = encode(&mut text, &self.registry);
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_callers_make_up_is_no_label() {
        let metrics = Metrics::new();
        metrics.began();
        metrics.answered(&http::Method::from_bytes(b"PURGE").unwrap(), "unmatched", 404, Duration::from_millis(3));
        metrics.called("orders.create", None);
        let text = metrics.text();
        let line = r#"host_test_serve_requests_total{method="other",route="unmatched",status="404"} 1"#;
        assert!(text.contains(line), "{text}");
        assert!(text.contains(r#"calls_total{action="orders.create",outcome="refused"} 1"#), "{text}");
        assert!(text.contains("open_requests 0") && !text.contains("PURGE"), "{text}");
    }
}
