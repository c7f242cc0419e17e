//! The provider alone, in plain wasmtime, with a token endpoint that behaves as the test says.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test panics to fail")]

mod adapters;
mod guests;
#[allow(dead_code, reason = "other tests need more of it")]
mod server;
mod stock;

use std::{
    collections::BTreeSet,
    sync::{
        Arc, LazyLock,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use server::{Answer, Server, response};
use tokio::{net::TcpListener, time::sleep};
use wasmtime::{Store, component::Component};

use bindings::{
    Provider,
    exports::kosha::{
        connector::{
            connection::{ConnectionError, EnvironmentKind, Token},
            journal::Entry,
        },
        service::connections::{BeginError, Purpose},
    },
};

#[allow(missing_docs, unreachable_pub, unused_qualifications, clippy::all, reason = "generated")]
mod bindings {
    wasmtime::component::bindgen!({
        path: ["../crates/connector-host/wit", "../adapters/wit", "../adapters/provider/wit"],
        world: "kosha:provider/provider",
        exports: { default: async },
        additional_derives: [PartialEq],
    });
}

static PROVIDER: LazyLock<Component> = LazyLock::new(|| stock::component(adapters::provider()));

/// An instance of the provider.
struct Instance {
    store: Store<stock::Host>,
    provider: Provider,
}

impl Instance {
    async fn new(variables: &[(&str, &str)]) -> Self {
        let mut store = stock::store(variables);
        let provider = Provider::instantiate_async(&mut store, &PROVIDER, &stock::linker()).await.unwrap();
        Self { store, provider }
    }

    async fn token(&mut self, rejected: Option<&str>) -> Result<Token, ConnectionError> {
        let connection = self.provider.kosha_connector_connection();
        connection.call_access_token(&mut self.store, rejected).await.unwrap()
    }

    async fn value(&mut self, rejected: Option<&str>) -> String {
        self.token(rejected).await.unwrap().value
    }

    async fn unreachable(&mut self, rejected: Option<&str>) -> String {
        match self.token(rejected).await {
            Err(ConnectionError::Unreachable(why)) => why,
            other => panic!("{other:?}"),
        }
    }

    async fn environment(&mut self) -> EnvironmentKind {
        self.provider.kosha_connector_connection().call_environment(&mut self.store).await.unwrap()
    }

    async fn max_attempts(&mut self) -> u32 {
        self.provider.kosha_connector_connection().call_max_attempts(&mut self.store).await.unwrap()
    }

    async fn on_behalf_of(&mut self) -> Option<(String, String)> {
        let connection = self.provider.kosha_connector_connection();
        let delegation = connection.call_on_behalf_of(&mut self.store).await.unwrap();
        delegation.map(|it| (it.client_id, it.account_id))
    }

    async fn list(&mut self) -> Result<Vec<(String, EnvironmentKind, [Vec<String>; 2])>, String> {
        let listed = self.provider.kosha_service_connections().call_list(&mut self.store).await.unwrap()?;
        Ok(listed.into_iter().map(|it| (it.name, it.environment, [it.webhooks, it.ipn_receivers])).collect())
    }

    async fn has_journal(&mut self) -> bool {
        self.provider.kosha_service_connections().call_has_journal(&mut self.store).await.unwrap()
    }

    async fn begin(&mut self, name: &str, purpose: Purpose) -> Result<(), BeginError> {
        self.provider.kosha_service_connections().call_begin(&mut self.store, name, purpose).await.unwrap()
    }

    async fn end(&mut self, retry_after_ms: Option<u64>) {
        self.provider.kosha_service_connections().call_end(&mut self.store, retry_after_ms).await.unwrap();
    }
}

/// Returns the variables of a connection to a server.
fn app(url: &str) -> [(&str, &str); 3] {
    [("PAYPAL_BASE_URL", url), ("PAYPAL_CLIENT_ID", "A-id"), ("PAYPAL_CLIENT_SECRET", "E-secret")]
}

/// Starts a token endpoint that answers by the number of the request, from 0.
async fn endpoint(answer: impl Fn(usize) -> Answer + Send + Sync + 'static) -> (String, Server) {
    let count = AtomicUsize::new(0);
    let server = Server::start(move |_| answer(count.fetch_add(1, Ordering::Relaxed))).await;
    (server.url(), server)
}

/// Grants a token.
fn grant(value: &str, seconds: u64) -> Answer {
    let body = format!(r#"{{"access_token": "{value}", "expires_in": {seconds}, "scope": "a b"}}"#);
    Answer::json("200 OK", &body)
}

#[test]
fn each_form_imports_and_exports_what_it_must() {
    let bare = guests::package("provider", &["--no-default-features"]);
    let forms =
        [(&*bare, false, false), (adapters::provider(), true, false), (adapters::provider_postgres(), true, true)];
    for (file, guard, postgres) in forms {
        let component = stock::component(file);
        let all = component.component_type();
        let exports: BTreeSet<_> = all.exports(&stock::ENGINE).map(|(name, _)| name.to_owned()).collect();
        let imports: BTreeSet<_> = all.imports(&stock::ENGINE).map(|(name, _)| name.to_owned()).collect();
        for name in
            ["kosha:connector/connection@0.2.0", "kosha:connector/journal@0.2.0", "kosha:service/connections@0.1.0"]
        {
            assert!(exports.contains(name), "{file:?} {exports:?}");
        }
        let handler = exports.iter().any(|name| name.starts_with("wasi:http/outgoing-handler@"));
        assert_eq!((handler, exports.len()), (guard, 3 + usize::from(guard)), "{file:?} {exports:?}");
        let allowed = ["wasi:cli/", "wasi:clocks/", "wasi:http/", "wasi:io/", "wasi:random/", "kosha:connector/types@"];
        let others = imports.iter().filter(|name| !allowed.iter().any(|it| name.starts_with(it)));
        let others: Vec<_> = others.map(|name| name.split('/').next().unwrap()).collect();
        assert!(others.iter().all(|name| postgres && *name == "wasmcloud:postgres"), "{file:?} {imports:?}");
        assert_eq!(!others.is_empty(), postgres, "{file:?} {imports:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_are_chosen_by_name() {
    let mut instance = Instance::new(&[
        ("PAYPAL_ACCESS_TOKEN", "of-default"),
        ("PAYPAL_MY_SHOP_ACCESS_TOKEN", "of-shop"),
        ("PAYPAL_MY_SHOP_ENVIRONMENT", "live"),
        ("PAYPAL_MY_SHOP_MAX_ATTEMPTS", "1"),
        ("PAYPAL_MY_SHOP_WEBHOOK_IDS", "1JE4,5GP0"),
        ("PAYPAL_MY_SHOP_IPN_RECEIVERS", "WDJJHEBZ4X2LY"),
    ])
    .await;
    let expected = [
        ("default".to_owned(), EnvironmentKind::Sandbox, [Vec::new(), Vec::new()]),
        (
            "my-shop".to_owned(),
            EnvironmentKind::Live,
            [vec!["1JE4".to_owned(), "5GP0".to_owned()], vec!["WDJJHEBZ4X2LY".to_owned()]],
        ),
    ];
    assert_eq!(instance.list().await, Ok(expected.to_vec()));
    assert!(!instance.has_journal().await);
    assert_eq!(instance.value(None).await, "of-default", "it is used without a choice");
    assert_eq!(instance.begin("my-shop", Purpose::Action).await, Ok(()));
    assert_eq!(instance.value(None).await, "of-shop");
    assert_eq!((instance.environment().await, instance.max_attempts().await), (EnvironmentKind::Live, 1));
    assert_eq!(instance.begin("default", Purpose::Delivery).await, Ok(()));
    assert_eq!(instance.value(None).await, "of-default");
    assert_eq!((instance.environment().await, instance.max_attempts().await), (EnvironmentKind::Sandbox, 4));
    assert_eq!(instance.begin("other", Purpose::Action).await, Err(BeginError::Unknown));
    instance.end(None).await;
    let refused = instance.token(Some("of-default")).await;
    assert!(matches!(refused, Err(ConnectionError::Refused(why)) if why.contains("cannot be renewed")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_acts_for_its_merchant() {
    let mut instance = Instance::new(&[
        ("PAYPAL_CLIENT_ID", "A-id"),
        ("PAYPAL_CLIENT_SECRET", "E-secret"),
        ("PAYPAL_SHOP_CLIENT_ID", "A-id"),
        ("PAYPAL_SHOP_CLIENT_SECRET", "E-secret"),
        ("PAYPAL_SHOP_MERCHANT_ID", "K7BNP2D5XWR9S"),
    ])
    .await;
    assert_eq!(instance.on_behalf_of().await, None);
    assert_eq!(instance.begin("shop", Purpose::Action).await, Ok(()));
    assert_eq!(instance.on_behalf_of().await, Some(("A-id".to_owned(), "K7BNP2D5XWR9S".to_owned())));
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_configuration_stops_neither_the_instance_nor_another_connection() {
    let mut instance = Instance::new(&[
        ("PAYPAL_ACCESS_TOKEN", "of-default"),
        ("PAYPAL_SHOP_CLIENT_ID", "A-id"),
        ("PAYPAL_SHOP_ENVIRONMENT", "live"),
    ])
    .await;
    let said = "PAYPAL_SHOP_CLIENT_SECRET is not set; it is needed with the client id".to_owned();
    assert_eq!(
        instance.list().await,
        Ok(vec![("default".to_owned(), EnvironmentKind::Sandbox, [Vec::new(), Vec::new()])])
    );
    assert_eq!(instance.begin("shop", Purpose::Action).await, Err(BeginError::Misconfigured(said)));
    assert_eq!(instance.begin("default", Purpose::Action).await, Ok(()));
    assert_eq!(instance.value(None).await, "of-default");

    let mut instance = Instance::new(&[("PAYPAL_ACCESS_TOKEN", "x"), ("PAYPAL_ENVIRONMENT", "production")]).await;
    assert_eq!(instance.environment().await, EnvironmentKind::Live, "no event of the sandbox counts");
    assert!(matches!(instance.token(None).await, Err(ConnectionError::NotConfigured(_))));
    assert!(Instance::new(&[]).await.list().await.unwrap_err().contains("set PAYPAL_CLIENT_ID"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_is_held_back_for_as_long_as_paypal_asks() {
    let mut instance = Instance::new(&[("PAYPAL_ACCESS_TOKEN", "x"), ("PAYPAL_SHOP_ACCESS_TOKEN", "y")]).await;
    instance.begin("shop", Purpose::Action).await.unwrap();
    instance.end(Some(700)).await;
    let Err(BeginError::Busy(wait)) = instance.begin("shop", Purpose::Action).await else { panic!("it is not busy") };
    assert!((1..=700).contains(&wait), "{wait}");
    assert_eq!(instance.begin("shop", Purpose::Delivery).await, Ok(()));
    assert_eq!(instance.begin("default", Purpose::Action).await, Ok(()));
    sleep(Duration::from_millis(wait)).await;
    assert_eq!(instance.begin("shop", Purpose::Action).await, Ok(()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_obtained_once_and_replaced_when_it_is_refused() {
    let (url, server) = endpoint(|request| grant(&format!("T{request}"), 32400)).await;
    let mut instance = Instance::new(&app(&url)).await;
    let first = instance.token(None).await.unwrap();
    assert_eq!((&*first.value, first.scopes), ("T0", Some(vec!["a".to_owned(), "b".to_owned()])));
    assert_eq!(instance.value(None).await, "T0");
    assert_eq!(instance.value(Some("T0")).await, "T1");
    assert_eq!(instance.value(Some("T0")).await, "T1", "it has been replaced");
    assert!(instance.unreachable(Some("T1")).await.contains("refused the token again"));
    assert_eq!(instance.value(None).await, "T1");
    let received = server.received();
    assert_eq!(received.len(), 2);
    for request in received {
        assert_eq!(request.line.split(' ').take(2).collect::<Vec<_>>(), ["POST", "/v1/oauth2/token"]);
        // "A-id:E-secret"
        assert_eq!(request.header("authorization"), Some("Basic QS1pZDpFLXNlY3JldA=="));
        assert_eq!(request.body, b"grant_type=client_credentials");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_token_is_the_grant_if_there_is_one() {
    let (url, server) = endpoint(|_| grant("T", 32400)).await;
    let variables = [&app(&url)[..], &[("PAYPAL_REFRESH_TOKEN", "R/1+2")]].concat();
    assert_eq!(Instance::new(&variables).await.value(None).await, "T");
    assert_eq!(server.received()[0].body, b"grant_type=refresh_token&refresh_token=R%2F1%2B2");
    // More than a stream takes at once.
    let long = "/".repeat(4096);
    let variables = [&app(&url)[..], &[("PAYPAL_REFRESH_TOKEN", &*long)]].concat();
    assert_eq!(Instance::new(&variables).await.value(None).await, "T");
    assert!(server.received()[1].body.ends_with("%2F".repeat(4096).as_bytes()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_valid_token_is_used_on_while_paypal_cannot_be_reached() {
    // Renewed after two seconds, and valid for four.
    let (url, server) = endpoint(|request| match request {
        0 => grant("T", 4),
        _ => Answer::json("503 Service Unavailable", "{}"),
    })
    .await;
    let mut instance = Instance::new(&app(&url)).await;
    let began = Instant::now();
    assert_eq!(instance.value(None).await, "T");
    sleep(Duration::from_millis(2100).saturating_sub(began.elapsed())).await;
    assert_eq!(instance.value(None).await, "T");
    assert_eq!(server.received().len(), 2, "it was tried");
    assert_eq!(instance.value(None).await, "T");
    assert_eq!(server.received().len(), 2, "and not again at once");
    assert!(instance.unreachable(Some("T")).await.contains("answered 503"), "a refused one is not used");
    sleep(Duration::from_millis(4100).saturating_sub(began.elapsed())).await;
    assert!(instance.unreachable(None).await.contains("answered 503"), "nor one that has expired");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_valid_token_is_not_kept_from_a_call_for_long() {
    // Renewed after ten seconds.
    let (url, _server) = endpoint(|request| if request == 0 { grant("T", 20) } else { Answer::Silence }).await;
    let mut instance = Instance::new(&app(&url)).await;
    assert_eq!(instance.value(None).await, "T");
    sleep(Duration::from_millis(10_100)).await;
    let began = Instant::now();
    assert_eq!(instance.value(None).await, "T");
    let took = began.elapsed();
    assert!(took > Duration::from_secs(4) && took < Duration::from_secs(9), "{took:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_that_fails_is_told_without_a_secret_and_not_asked_again_at_once() {
    let large = "x".repeat(300_000);
    for (name, answer, expected) in [
        ("large", response("200 OK", "", large.as_bytes()), "answered with too much"),
        ("no token", response("200 OK", "", b"{}"), "granted no token"),
        ("half", b"HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{".to_vec(), "broke off its answer"),
        ("closed", Vec::new(), "cannot be reached, or broke off"),
        ("limit", response("429 Too Many Requests", "retry-after: 7\r\n", b"{}"), "answered 429"),
    ] {
        let (url, server) = endpoint(move |_| Answer::Close(answer.clone())).await;
        let mut instance = Instance::new(&app(&url)).await;
        let said = instance.unreachable(None).await;
        assert!(said.contains(expected) && !said.contains("secret"), "{name}: {said}");
        let again = instance.unreachable(None).await;
        assert!(again.contains("next attempt in"), "{name}: {again}");
        assert!(name != "limit" || again.contains("in 7 s"), "{again}");
        assert_eq!(server.received().len(), 1, "{name}");
    }
    let refusal = r#"{"error": "invalid_client", "error_description": "E-secret is wrong"}"#;
    let (url, _server) = endpoint(move |_| Answer::json("401 Unauthorized", refusal)).await;
    let refused = Instance::new(&app(&url)).await.token(None).await;
    let expected = "invalid_client: [redacted] is wrong".to_owned();
    assert_eq!(refused.unwrap_err(), ConnectionError::Refused(expected));
    // Nobody listens.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let said = Instance::new(&app(&url)).await.unreachable(None).await;
    assert!(said.contains("the connection was refused"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_that_hangs_is_given_up_after_half_a_minute() {
    let head = b"HTTP/1.1 200 OK\r\ncontent-length: 9999\r\n\r\n".to_vec();
    let trickle = move || Answer::Trickle(head.clone(), vec![b' '; 9999], Duration::from_millis(100));
    let answers: [Arc<dyn Fn() -> Answer + Send + Sync>; 2] = [Arc::new(|| Answer::Silence), Arc::new(trickle)];
    let hangs = answers.map(|answer| async move {
        let (url, _server) = endpoint(move |_| answer()).await;
        let (mut instance, began) = (Instance::new(&app(&url)).await, Instant::now());
        let said = instance.unreachable(None).await;
        assert!(said.contains("takes too long"), "{said}");
        let took = began.elapsed();
        assert!(took > Duration::from_secs(29) && took < Duration::from_secs(40), "{took:?}");
    });
    let [silence, trickle] = hangs;
    tokio::join!(silence, trickle);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_store_there_is_no_journal() {
    let mut instance = Instance::new(&[("PAYPAL_ACCESS_TOKEN", "x")]).await;
    let journal = instance.provider.kosha_connector_journal();
    let (time, event) = ("2026-03-02T19:15:32Z".to_owned(), "orders.create".to_owned());
    let entry = Entry { id: Some("1".to_owned()), time, event, status: None, details: "{}".to_owned() };
    for _ in 0..2 {
        assert_eq!(journal.call_append(&mut instance.store, "order:1", &entry).await.unwrap(), Ok(true));
    }
    assert_eq!(journal.call_entries(&mut instance.store, "order:1").await.unwrap(), Ok(Vec::new()));
}
