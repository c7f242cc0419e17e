//! `events.catch-up` on the simulator: however deliveries and calls fail, each event is handed on once.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test panics to fail")]
#![allow(clippy::print_stdout, reason = "it prints its figures")]

mod simulated;

use std::{
    collections::{BTreeMap, VecDeque},
    env,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant, SystemTime},
};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use bytes::Bytes;
use connector_host::{
    Connection, Environment, FailureKind, MemoryJournal, Route, Tenant,
    testing::NumberedTokens,
    transport::{BoxFuture, Timeouts, Transport, whole},
};
use http::{Request, Response};
use paypal_simulator::{Delivery, Simulator};
use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};
use serde_json::{Value, json};
use simulated::Simulated;
use time::{OffsetDateTime, format_description::well_known::Rfc3339};
use wasmtime_wasi_http::{Error, WasiBody};

/// Sends to the simulator. Some requests for the list of events fail.
#[derive(Clone)]
struct Flaky {
    sandbox: Simulator,
    /// The outcomes of the next requests for a page: whether they fail.
    failing: Arc<Mutex<VecDeque<bool>>>,
    pages: Arc<AtomicUsize>,
}

impl Transport for Flaky {
    fn send(&self, request: Request<Bytes>, _: Timeouts) -> BoxFuture<Result<Response<WasiBody>, Error>> {
        let is_page = request.uri().path().trim_end_matches('/') == "/v1/notifications/webhooks-events";
        let fails = is_page && self.failing.lock().unwrap().pop_front().unwrap_or(false);
        self.pages.fetch_add(usize::from(is_page), Ordering::Relaxed);
        let response = if fails {
            let body = r#"{"name": "INTERNAL_SERVER_ERROR", "message": "It failed.", "debug_id": "f00d"}"#;
            Response::builder().status(503).header("content-type", "application/json").body(Bytes::from(body)).unwrap()
        } else {
            self.sandbox.handle(request)
        };
        let response = response.map(whole);
        Box::pin(async { Ok(response) })
    }
}

/// A shop at PayPal, and its platform.
struct Shop {
    paypal: Flaky,
    journal: Arc<MemoryJournal>,
    authorities: [String; 2],
    webhook: String,
    now: OffsetDateTime,
    /// How often each event was handed on.
    handed_on: BTreeMap<String, u32>,
}

impl Shop {
    fn new() -> Self {
        let sandbox = Simulator::new(16);
        let authorities = sandbox.authorities().unwrap();
        let paypal = Flaky { sandbox, failing: Arc::default(), pages: Arc::default() };
        let journal = Arc::new(MemoryJournal::default());
        let now = OffsetDateTime::UNIX_EPOCH;
        let mut shop = Self { paypal, journal, authorities, webhook: String::new(), now, handed_on: BTreeMap::new() };
        let types = json!([{"name": "CATALOG.PRODUCT.CREATED"}]);
        let webhook = json!({"url": "http://127.0.0.1:9/hooks", "event_types": types});
        let (status, webhook) = shop.platform().raw("POST", "/v1/notifications/webhooks", &[], &webhook);
        assert_eq!(status, 201, "{webhook}");
        shop.webhook = webhook["id"].as_str().unwrap().to_owned();
        shop.sell();
        shop
    }

    /// The platform, at the simulator's time.
    fn platform(&self) -> Simulated {
        let (sandbox, tokens) = (self.paypal.sandbox.clone(), NumberedTokens::new(Simulator::token()));
        let connection = Connection::new(Route::paypal(Environment::Sandbox), tokens, self.paypal.clone());
        let connection = connection.with_max_attempts(1).with_authorities(self.authorities.clone());
        let tenant = Tenant::new(connection, self.paypal.clone()).with_journal(Arc::clone(&self.journal));
        Simulated::with(sandbox, tenant.at(SystemTime::from(self.now)))
    }

    /// Brings about an event.
    fn sell(&mut self) {
        let product = json!({"name": "Tea", "type": "PHYSICAL"});
        let (status, product) = self.platform().raw("POST", "/v1/catalogs/products", &[], &product);
        assert_eq!(status, 201, "{product}");
        self.now = OffsetDateTime::parse(product["create_time"].as_str().unwrap(), &Rfc3339).unwrap();
    }

    fn wait(&mut self, time: Duration) {
        self.paypal.sandbox.advance(time);
        self.now += time;
    }

    /// Receives a delivery, and hands it on unless it is a duplicate; a platform may crash before it has done so.
    async fn receive(&mut self, delivery: &Delivery, crashes: bool) {
        let platform = self.platform();
        let headers: Value =
            delivery.headers.iter().map(|(name, value)| json!({"name": name, "value": value})).collect();
        let input =
            json!({"headers": headers, "body": BASE64_STANDARD.encode(&delivery.body), "webhook_id": self.webhook});
        let received = platform.call("events.receive", input).await.body;
        assert_eq!(received["outcome"], "valid", "{received}");
        if received["duplicate"] != true && !crashes {
            self.hand_on(&platform, &received["event"]).await;
        }
    }

    async fn hand_on(&mut self, platform: &Simulated, event: &Value) {
        let id = event["id"].as_str().unwrap();
        *self.handed_on.entry(id.to_owned()).or_default() += 1;
        let input = json!({"webhook_id": self.webhook, "event_id": id});
        assert_eq!(platform.call("events.acknowledge", input).await.body["first"], true);
    }

    /// The ids of all events that PayPal lists.
    fn listed(&self) -> Vec<String> {
        let mut path = "/v1/notifications/webhooks-events?page_size=300".to_owned();
        let mut ids = Vec::new();
        loop {
            let (_, page) = self.platform().raw("GET", &path, &[], &Value::Null);
            ids.extend(page["events"].as_array().unwrap().iter().map(|event| event["id"].as_str().unwrap().to_owned()));
            let Some(next) = page["links"][0]["href"].as_str() else { return ids };
            path = next.split_once(".com").unwrap().1.to_owned();
        }
    }
}

/// How many events there are: 2,000, or as many as `EVENTS` says, of which the simulator remembers 10,000.
fn events() -> usize {
    env::var("EVENTS").map_or(2_000, |events| events.parse().unwrap())
}

#[derive(Debug, Default)]
struct Figures {
    wanted: usize,
    events: usize,
    delivered: usize,
    lost: usize,
    twice: usize,
    crashes: usize,
    calls: usize,
    failed: usize,
    stopped: usize,
    found: usize,
    duplicates: usize,
    longest_checkpoint: usize,
}

#[tokio::test]
async fn events_are_handed_on_once_each_whatever_is_lost() {
    let wanted = events();
    let begun = Instant::now();
    let mut random = StdRng::seed_from_u64(16);
    let mut shop = Shop::new();
    let mut figures = Figures { wanted, events: 1, ..Figures::default() };
    let since = (shop.now - Duration::from_secs(1)).format(&Rfc3339).unwrap();
    let mut place = json!({"since": since});
    while figures.events < wanted {
        // Something is sold, at different times.
        for _ in 0..random.random_range(1..500).min(wanted - figures.events) {
            if random.random_bool(0.05) {
                shop.wait(Duration::from_secs(random.random_range(1..120)));
            }
            shop.sell();
            figures.events += 1;
        }
        let is_down = random.random_bool(0.4);
        let mut deliveries = shop.paypal.sandbox.deliveries().unwrap();
        // Some are lost for good, some come twice, in any order.
        let sent = deliveries.len();
        deliveries.retain(|_| !is_down && !random.random_bool(0.1));
        figures.lost += sent - deliveries.len();
        let again: Vec<_> = deliveries.iter().filter(|_| random.random_bool(0.1)).cloned().collect();
        figures.twice += again.len();
        deliveries.extend(again);
        for index in (1..deliveries.len()).rev() {
            deliveries.swap(index, random.random_range(0..=index));
        }
        figures.delivered += deliveries.len();
        for delivery in &deliveries {
            let crashes = random.random_bool(0.05);
            figures.crashes += usize::from(crashes);
            shop.receive(delivery, crashes).await;
        }
        if random.random_bool(0.6) {
            catch_up(&mut shop, &mut place, &mut figures, &mut random).await;
        }
        shop.wait(Duration::from_secs(random.random_range(0..5_000)));
    }
    shop.paypal.failing.lock().unwrap().clear();
    // The round that was under way, and one that begins now.
    for _ in 0..2 {
        while !catch_up(&mut shop, &mut place, &mut figures, &mut random).await {}
    }
    let listed = shop.listed();
    println!("{figures:#?} in {:?}, {} requests for pages", begun.elapsed(), shop.paypal.pages.load(Ordering::Relaxed));
    assert_eq!((listed.len(), figures.events), (wanted, wanted));
    let wrong = listed.iter().filter(|id| shop.handed_on.get(*id) != Some(&1));
    assert_eq!(wrong.count(), 0, "lost, or handed on twice");
    assert_eq!(shop.handed_on.len(), listed.len());
    assert!(
        figures.failed > 0 && figures.stopped > 0 && figures.found > wanted / 10 && figures.duplicates > wanted / 10
    );
}

/// Catches up. Returns whether it came to the end.
async fn catch_up(shop: &mut Shop, place: &mut Value, figures: &mut Figures, random: &mut StdRng) -> bool {
    loop {
        let platform = shop.platform();
        let mut input = place.clone();
        input["webhook_id"] = json!(shop.webhook);
        shop.paypal.failing.lock().unwrap().extend((0..4).map(|_| random.random_bool(0.08)));
        figures.calls += 1;
        let reply = match platform.invoke("events.catch-up", input).await {
            Ok(reply) => reply,
            Err(failure) => {
                assert_eq!(failure.kind, FailureKind::ProviderError, "{failure:?}");
                figures.failed += 1;
                continue;
            }
        };
        let body = reply.body;
        figures.stopped += usize::from(body.get("stopped").is_some());
        figures.duplicates += body["duplicates"].as_array().unwrap().len();
        figures.longest_checkpoint = figures.longest_checkpoint.max(body["checkpoint"].as_str().unwrap().len());
        assert_eq!((&body["missing"], &body["may_repeat"]), (&json!([]), &json!(false)));
        for item in body["items"].as_array().unwrap() {
            assert_eq!((&item["verified_by"], &item["duplicate"]), (&json!("list"), &json!(false)));
            if random.random_bool(0.01) {
                // The platform crashes before it has handed on the rest and kept the checkpoint.
                figures.crashes += 1;
                return false;
            }
            shop.hand_on(&platform, &item["event"]).await;
            figures.found += 1;
        }
        *place = json!({"checkpoint": body["checkpoint"]});
        if body["more"] == false {
            return true;
        }
        // Meanwhile there are new ones.
        for _ in 0..random.random_range(0..3).min(figures.wanted - figures.events) {
            shop.sell();
            figures.events += 1;
        }
    }
}

#[tokio::test]
async fn a_page_that_fails_in_the_middle_skips_nothing() {
    let mut shop = Shop::new();
    for _ in 0..249 {
        shop.sell();
    }
    shop.wait(Duration::from_secs(5));
    let since = (shop.now - Duration::from_secs(3600)).format(&Rfc3339).unwrap();
    let mut place = json!({"since": since});
    let mut ids = Vec::new();
    // All were handed on before, but for some: so a call reads several pages.
    let listed = shop.listed();
    let platform = shop.platform();
    for (index, id) in listed.iter().enumerate() {
        if index % 50 != 7 {
            platform.call("events.acknowledge", json!({"webhook_id": shop.webhook, "event_id": id})).await;
        }
    }
    shop.paypal.failing.lock().unwrap().extend([false, true]);
    let (mut stops, mut duplicates) = (0, 0);
    loop {
        let mut input = place.clone();
        input["webhook_id"] = json!(shop.webhook);
        let body = platform.call("events.catch-up", input).await.body;
        if body.get("stopped").is_some() {
            stops += 1;
            assert_eq!((&body["stopped"]["reason"], &body["more"]), (&json!("provider-error"), &json!(true)));
            assert_eq!(body["items"].as_array().unwrap().len(), 2, "those of the first page");
        }
        duplicates += body["duplicates"].as_array().unwrap().len();
        ids.extend(body["items"].as_array().unwrap().iter().map(|item| item["event"]["id"].clone()));
        place = json!({"checkpoint": body["checkpoint"]});
        if body["more"] == false {
            break;
        }
    }
    let expected: Vec<_> = listed.iter().skip(7).step_by(50).map(|id| json!(id)).collect();
    assert_eq!((ids, stops, duplicates), (expected, 1, 245));
}
