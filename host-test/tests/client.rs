//! The client on the network, with TLS, HTTP/2 and proxies: it knows in each case whether anything was sent.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test panics to fail")]

mod calls;
mod tls;

use std::{path::Path, sync::LazyLock, time::Duration};

use calls::{CREATE, GET};
use connector_host::{
    Client, ClientError, Connection, Connector, Engine, Environment, Failure, FailureKind, Route, Secret, StaticToken,
    Tenant, transport::Timeouts,
};
use host_test::COMPONENT;
use http::Version;
use tls::{Does, Proxies, Proxy, TlsServer};

static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::new().unwrap());

const SANDBOX: &str = "api-m.sandbox.paypal.com";

/// Returns a connector with timeouts of a second for connecting and for an answer.
fn connector() -> Connector {
    let second = Duration::from_secs(1);
    let timeouts = Timeouts { connect: second, first_byte: second, between_bytes: second };
    Connector::load(&ENGINE, Path::new(COMPONENT)).unwrap().with_outbound(timeouts, 1024 * 1024)
}

/// Returns a tenant with a token and a route.
fn tenant(route: &Route, client: &Client, token: &str) -> Tenant {
    let token = StaticToken::new(Secret::new(token.to_owned()));
    let connection = Connection::new(route.clone(), token, client.clone()).with_max_attempts(1);
    Tenant::new(connection, client.clone())
}

async fn failure(connector: &Connector, tenant: &Tenant, (action, input): (&str, &str)) -> Failure {
    connector.invoke(tenant, action, input).await.unwrap().result.unwrap_err()
}

fn loopback(server: &TlsServer) -> Route {
    Route::loopback(Environment::Sandbox, &format!("https://localhost:{}", server.address.port())).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn http_2_is_spoken_where_it_is_offered_and_tenants_share_no_connection() {
    let (connector, server) = (connector(), TlsServer::start("localhost", Does::Answers).await);
    let trusting = || Client::builder().with_root_certificates(server.certificate.as_bytes()).unwrap();
    let (client, old) = (trusting().build(), trusting().http1_only().build());
    let (one, other) = ("token-of-one", "token-of-another");
    let tenants = [(one, &client), (other, &client)].map(|(token, client)| tenant(&loopback(&server), client, token));
    for _ in 0..3 {
        for tenant in &tenants {
            connector.invoke(tenant, GET.0, GET.1).await.unwrap().result.unwrap();
        }
    }
    let read = server.read();
    assert_eq!(read.len(), 6);
    for request in &read {
        assert_eq!(request.version, Version::HTTP_2);
        // Without the user name by which a pool tells tenants apart, which RFC 9113 section 8.3.1 forbids.
        assert_eq!(request.authority, format!("localhost:{}", server.address.port()));
        let first = read.iter().find(|it| it.authorization == request.authorization).unwrap();
        assert_eq!(request.connection, first.connection, "one connection serves all calls of a tenant");
    }
    let of = |token: &str| read.iter().find(|it| it.authorization.ends_with(token)).unwrap().connection;
    assert_ne!(of(one), of(other), "two tenants share a connection");

    connector.invoke(&tenant(&loopback(&server), &old, one), GET.0, GET.1).await.unwrap().result.unwrap();
    assert_eq!(server.read().last().unwrap().version, Version::HTTP_11);
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_lost_answer_paypal_may_have_acted_with_either_version() {
    let connector = connector();
    for (does, read) in [(Does::Breaks, FailureKind::Unreachable), (Does::Hangs, FailureKind::TimedOut)] {
        let server = TlsServer::start("localhost", does).await;
        for (http2, version) in [(true, Version::HTTP_2), (false, Version::HTTP_11)] {
            let builder = Client::builder().with_root_certificates(server.certificate.as_bytes()).unwrap();
            let client = if http2 { builder.build() } else { builder.http1_only().build() };
            let tenant = tenant(&loopback(&server), &client, "token-of-one");
            let failed = failure(&connector, &tenant, CREATE).await;
            assert_eq!((failed.kind, failed.request_sent), (FailureKind::OutcomeUnknown, true), "{does:?} {version:?}");
            assert_eq!(server.read().last().unwrap().version, version);
            let failed = failure(&connector, &tenant, GET).await;
            assert_eq!((failed.kind, failed.request_sent), (read, true), "{does:?} {version:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_that_is_not_trusted_gets_nothing() {
    let (connector, server) = (connector(), TlsServer::start("localhost", Does::Answers).await);
    let failed = failure(&connector, &tenant(&loopback(&server), &Client::new(), "token-of-one"), CREATE).await;
    assert_eq!((failed.kind, failed.request_sent), (FailureKind::Unreachable, false));
    assert!(server.read().is_empty());
    for (pem, said) in
        [("", "contains none"), ("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "number 1")]
    {
        let Err(error) = Client::builder().with_root_certificates(pem.as_bytes()) else { panic!("{pem}") };
        assert!(matches!(error, ClientError::RootCertificates { .. }) && error.to_string().contains(said), "{error}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_learns_only_the_server_s_name() {
    let (connector, server) = (connector(), TlsServer::start(SANDBOX, Does::Answers).await);
    let proxy = Proxy::start(Proxies::To(server.address)).await;
    let client = Client::builder()
        .with_root_certificates(server.certificate.as_bytes())
        .unwrap()
        .with_proxy(&format!("http://name:hunter2hunter2@{}", proxy.address), "internal.example")
        .unwrap()
        .build();
    let tenant = tenant(&Route::paypal(Environment::Sandbox), &client, "token-of-one");
    for _ in 0..2 {
        connector.invoke(&tenant, GET.0, GET.1).await.unwrap().result.unwrap();
    }
    let (heads, read) = (proxy.heads(), server.read());
    assert_eq!(heads.len(), 1, "the tunnel is kept");
    assert_eq!(heads[0][0], format!("CONNECT {SANDBOX}:443 HTTP/1.1"));
    assert!(heads[0].contains(&"Proxy-Authorization: Basic bmFtZTpodW50ZXIyaHVudGVyMg==".to_owned()), "{heads:?}");
    assert!(!format!("{heads:?}").contains("token-of-one"), "{heads:?}");
    assert_eq!(read.len(), 2);
    for request in read {
        assert_eq!((request.version, &*request.authority), (Version::HTTP_2, SANDBOX));
        assert_eq!(request.authorization, "Bearer token-of-one");
        assert!(!request.headers.iter().any(|name| name.starts_with("proxy")), "{:?}", request.headers);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_a_proxy_refuses_was_not_sent_and_one_that_it_breaks_off_may_have_been() {
    let connector = connector();
    let route = Route::paypal(Environment::Sandbox);
    for (proxies, kind) in [
        (Proxies::Says("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n"), FailureKind::Unreachable),
        (Proxies::Says("HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n"), FailureKind::Unreachable),
        (Proxies::Says("HTTP/1.1 200 Conn"), FailureKind::Unreachable),
        // The tunnel ends before the handshake in it.
        (Proxies::Says("HTTP/1.1 200 Connection established\r\n\r\n"), FailureKind::Unreachable),
        (Proxies::Says("nonsense\r\n\r\n"), FailureKind::Unreachable),
        (Proxies::Closes, FailureKind::Unreachable),
        (Proxies::Hangs, FailureKind::TimedOut),
    ] {
        let proxy = Proxy::start(proxies).await;
        let address = format!("http://name:hunter2hunter2@{}", proxy.address);
        let client = Client::builder().with_proxy(&address, "").unwrap().build();
        let failed = failure(&connector, &tenant(&route, &client, "token-of-one"), CREATE).await;
        assert!(!failed.request_sent && failed.retryable, "{proxies:?} {failed:?}");
        assert!(failed.message.contains("has not acted"), "{proxies:?} {}", failed.message);
        assert!([kind, FailureKind::Unreachable].contains(&failed.kind), "{proxies:?} {:?}", failed.kind);
        assert!(!format!("{failed:?}").contains("hunter2"), "{failed:?}");
        assert_eq!(proxy.heads().len(), 1, "{proxies:?}");
    }

    let server = TlsServer::start(SANDBOX, Does::Breaks).await;
    let proxy = Proxy::start(Proxies::To(server.address)).await;
    let client = Client::builder().with_root_certificates(server.certificate.as_bytes()).unwrap();
    let client = client.with_proxy(&proxy.address.to_string(), "").unwrap().http1_only().build();
    let failed = failure(&connector, &tenant(&route, &client, "token-of-one"), CREATE).await;
    assert_eq!((failed.kind, failed.request_sent), (FailureKind::OutcomeUnknown, true));
    assert_eq!(server.read().len(), 1);
}
