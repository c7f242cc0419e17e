//! A thousand odd requests: each is answered, with JSON, and none makes the component trap.

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Request, Uri};
use tokio::task::JoinSet;

use crate::{
    service::{READER, Service, TILL},
    world::World,
};

const METHODS: [&str; 8] = ["GET", "POST", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE", "BREW"];

const PARTS: [&str; 28] = [
    "v1",
    "connections",
    "shop",
    "actions",
    "orders.get",
    "orders.create",
    "events.receive",
    "ipn.receive",
    "webhooks",
    "ipn",
    "test",
    "manifest",
    "healthz",
    "openapi.json",
    "..",
    ".",
    "",
    "%",
    "%2",
    "%zz",
    "%2F",
    "%00",
    "%c3%28",
    "%F0%9F%92%B8",
    "busy",
    "WEBHOOK_ID",
    "a\u{e9}",
    "~!$&'()*+,;=:@",
];

const ROUTES: [&str; 9] = [
    "/healthz",
    "/v1/actions",
    "/v1/connections",
    "/v1/connections/shop/actions/orders.create",
    "/v1/connections/shop/actions/events.receive",
    "/v1/connections/shop/actions/orders.history",
    "/v1/connections/shop/webhooks/1JE4291016473214C",
    "/v1/connections/shop/ipn",
    "/v1/connections/shop/test",
];

const BODIES: [&[u8]; 14] = [
    b"",
    b"{}",
    b"[]",
    b"null",
    b"{",
    b"\xff\xfe",
    b"\0",
    b"{\"body\": {}}",
    b"{\"options\": null}",
    b"{\"options\": {\"deadline_ms\": 1e999}}",
    b"{\"id\": \"\\ud800\"}",
    b"{\"a\":1,\"a\":2}",
    b"txn_id=%&payment_status=%zz",
    b"{\"headers\": [], \"body\": \"!\", \"webhook_id\": \"\"}",
];

const NAMES: [&str; 12] = [
    "authorization",
    "content-type",
    "idempotency-key",
    "x-request-id",
    "origin",
    "content-length",
    "paypal-cert-url",
    "paypal-transmission-sig",
    "paypal-transmission-time",
    "paypal-auth-algo",
    "expect",
    "x",
];

const VALUES: [&[u8]; 14] = [
    b"",
    b"Bearer",
    b"Bearer ",
    b"application/json",
    b"application/json; charset=utf-16",
    b"\xff",
    b"a b",
    b"-1",
    b"99999999999999999999",
    b"null",
    b"https://api.sandbox.paypal.com/v1/notifications/certs/CERT-1",
    b"SHA256withRSA",
    b"2026-13-45T99:99:99Z",
    b"application/x-www-form-urlencoded; charset=nonsense",
];

/// A small generator of numbers (SplitMix64), so that a failure can be repeated.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut it = self.0;
        it = (it ^ (it >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        it = (it ^ (it >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((it ^ (it >> 31)) % limit as u64).unwrap()
    }

    fn of<'a, T: ?Sized>(&mut self, choices: &[&'a T]) -> &'a T {
        choices[self.below(choices.len())]
    }

    /// Returns a request; none if it could not reach a component, because it is not HTTP.
    fn request(&mut self) -> Option<Request<Bytes>> {
        let path = match self.below(3) {
            0 => self.of(&ROUTES).to_owned(),
            1 => (0..=self.below(6)).map(|_| format!("/{}", self.of(&PARTS))).collect(),
            _ => format!("/v1/connections/{}/{}/{}", self.of(&PARTS), self.of(&PARTS), self.of(&PARTS)),
        };
        let query = ["", "", "", "?", "?a=b", "?%"][self.below(6)];
        let uri: Uri = format!("http://gateway.example{path}{query}").parse().ok()?;
        let mut request = Request::new(Bytes::from_static(self.of(&BODIES)));
        *request.method_mut() = if self.below(3) == 0 { "POST" } else { self.of(&METHODS) }.parse().ok()?;
        *request.uri_mut() = uri;
        let headers = request.headers_mut();
        if self.below(4) != 0 {
            let key = self.of(&[TILL, TILL, READER]);
            headers.insert("authorization", format!("Bearer {key}").parse().ok()?);
        }
        if self.below(2) == 0 {
            headers.insert("content-type", HeaderValue::from_static("application/json"));
        }
        for _ in 0..self.below(4) {
            let (name, value) = (self.of(&NAMES), self.of(&VALUES));
            headers.append(HeaderName::from_static(name), HeaderValue::from_bytes(value).ok()?);
        }
        match self.below(40) {
            0 => headers.extend(
                (0..150).map(|it| (HeaderName::try_from(format!("x-{it}")).ok(), HeaderValue::from_static("1"))),
            ),
            1 => headers.extend([(HeaderName::from_static("x-long"), "a".repeat(20_000).parse().ok()?)]),
            _ => {}
        }
        Some(request)
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_odd_requests_are_answered() {
    let service = std::sync::Arc::new(Service::new(World::new(11)));
    let (mut numbers, mut sending, mut sent) = (Numbers(1), JoinSet::new(), 0);
    let mut statuses = std::collections::BTreeMap::new();
    while sent < 1000 {
        let Some(request) = numbers.request() else { continue };
        let (service, asked) = (service.clone(), format!("{request:?}"));
        sending.spawn(async move { (asked, service.send(request).await) });
        sent += 1;
        if sending.len() >= 8 {
            let (asked, response) = sending.join_next().await.unwrap().unwrap();
            check(&asked, &response);
            *statuses.entry(response.status().as_u16()).or_insert(0) += 1;
        }
    }
    while let Some(done) = sending.join_next().await {
        let (asked, response) = done.unwrap();
        check(&asked, &response);
    }
    // They reach what they are meant for.
    for status in [200, 204, 400, 401, 403, 404, 405, 415, 431] {
        assert!(statuses.contains_key(&status), "{status}: {statuses:?}");
    }
}

fn check(asked: &str, response: &http::Response<Bytes>) {
    let status = response.status().as_u16();
    let document = serde_json::from_slice::<serde_json::Value>(response.body());
    assert!(document.is_ok() || status == 204, "{asked}: {response:?}");
    assert_ne!(status, 500, "{asked}: {response:?}");
    assert!(response.headers().contains_key("x-request-id"), "{asked}");
}
