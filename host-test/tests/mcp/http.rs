//! The server by HTTP: with its key, from this machine, and from no page in a browser.

use std::net::SocketAddr;

use bytes::Bytes;
use connector_mcp::http::{self as server, Key};
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper_util::rt::TokioIo;
use rmcp::{
    ClientServiceExt as _,
    model::{ElicitationAction, ProtocolVersion},
    service::ClientLifecycleMode,
    transport::{
        StreamableHttpClientTransport, UnixSocketHttpClient,
        streamable_http_client::StreamableHttpClientTransportConfig,
    },
};
use serde_json::json;
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream, UnixListener},
};

use crate::{
    client::Client,
    world::{Connected, World, connector, everything},
};

const KEY: &str = "the key of this test";

async fn start(world: &World) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = world.server().await;
    tokio::spawn(server::serve(server, listener, Key::new(&KEY.replace(' ', "-")).unwrap()));
    address
}

/// Leads the SDK's client, which takes the path of a socket, to an address.
fn relay(address: SocketAddr) -> (UnixSocketHttpClient, String, tempfile::TempDir) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("mcp");
    let listener = UnixListener::bind(&path).unwrap();
    tokio::spawn(async move {
        loop {
            let (mut here, _) = listener.accept().await.unwrap();
            tokio::spawn(async move {
                let mut there = TcpStream::connect(address).await.unwrap();
                _ = copy_bidirectional(&mut here, &mut there).await;
            });
        }
    });
    let uri = format!("http://{address}/mcp");
    (UnixSocketHttpClient::new(path.to_str().unwrap(), &uri), uri, directory)
}

#[tokio::test]
async fn a_payment_is_made_and_agreed_to_by_http() {
    for lifecycle in [
        ClientLifecycleMode::Initialize,
        ClientLifecycleMode::Discover { preferred_versions: vec![ProtocolVersion::V_2026_07_28] },
    ] {
        let world = World::new(everything());
        let (http, uri, _directory) = relay(start(&world).await);
        let config = StreamableHttpClientTransportConfig::with_uri(uri).auth_header(KEY.replace(' ', "-"));
        let transport = StreamableHttpClientTransport::with_client(http, config);
        let user = Client::answering(ElicitationAction::Accept);
        let client = Connected(user.clone().serve_with_lifecycle(transport, lifecycle).await.unwrap());
        let actions = connector().actions().await.unwrap();
        assert_eq!(client.0.list_all_tools().await.unwrap().len(), actions.len() + 1);
        let id = client.order("10.00").await;
        world.control(&format!("/simulator/orders/{id}/approve"));
        assert_eq!(client.done("orders_capture", json!({"id": id})).await["reply"]["body"]["status"], "COMPLETED");
        assert_eq!(user.questions().len(), 2);
    }
}

async fn send(address: SocketAddr, request: Request<Full<Bytes>>) -> Response<Bytes> {
    let stream = TokioIo::new(TcpStream::connect(address).await.unwrap());
    let (mut sender, connection) = hyper::client::conn::http1::handshake(stream).await.unwrap();
    tokio::spawn(connection);
    let (head, body) = sender.send_request(request).await.unwrap().into_parts();
    Response::from_parts(head, body.collect().await.unwrap().to_bytes())
}

/// The first message of a client, with these header fields in place of the usual ones.
fn hello(address: SocketAddr, path: &str, fields: &[(&'static str, String)]) -> Request<Full<Bytes>> {
    let message = json!({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {
        "protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}});
    let mut request = Request::post(path).body(Full::new(Bytes::from(message.to_string()))).unwrap();
    let usual = [
        ("host", address.to_string()),
        ("authorization", format!("Bearer {}", KEY.replace(' ', "-"))),
        ("accept", "application/json, text/event-stream".to_owned()),
        ("content-type", "application/json".to_owned()),
    ];
    for (name, value) in usual.iter().chain(fields) {
        request.headers_mut().insert(*name, value.parse().unwrap());
    }
    request
}

#[tokio::test]
async fn a_page_in_a_browser_and_a_caller_without_the_key_get_nothing() {
    let world = World::new(everything());
    let address = start(&world).await;
    let port = address.port();
    for (path, fields, expected) in [
        ("/mcp", vec![], StatusCode::OK),
        ("/mcp", vec![("host", format!("localhost:{port}"))], StatusCode::OK),
        ("/mcp", vec![("origin", format!("http://127.0.0.1:{port}"))], StatusCode::OK),
        // A name that was rebound to this machine.
        ("/mcp", vec![("host", format!("shop.example.com:{port}"))], StatusCode::FORBIDDEN),
        ("/mcp", vec![("host", "127.0.0.1".to_owned())], StatusCode::FORBIDDEN),
        ("/mcp", vec![("host", "127.0.0.1.example.com".to_owned())], StatusCode::FORBIDDEN),
        ("/mcp", vec![("origin", "https://shop.example.com".to_owned())], StatusCode::FORBIDDEN),
        ("/mcp", vec![("origin", format!("http://shop.example.com:{port}"))], StatusCode::FORBIDDEN),
        ("/mcp", vec![("origin", "http://127.0.0.1:1".to_owned())], StatusCode::FORBIDDEN),
        ("/mcp", vec![("origin", "null".to_owned())], StatusCode::FORBIDDEN),
        ("/mcp", vec![("authorization", "Bearer the-key-of-this-tesu".to_owned())], StatusCode::UNAUTHORIZED),
        ("/mcp", vec![("authorization", "Basic dGhlOmtleQ==".to_owned())], StatusCode::UNAUTHORIZED),
        ("/", vec![], StatusCode::NOT_FOUND),
        ("/mcp/../mcp", vec![], StatusCode::NOT_FOUND),
    ] {
        let answer = send(address, hello(address, path, &fields)).await;
        assert_eq!(answer.status(), expected, "{path} {fields:?}");
        let body = String::from_utf8(answer.into_body().to_vec()).unwrap();
        assert!(!body.contains("the-key"), "{body}");
    }
    let mut without = hello(address, "/mcp", &[]);
    without.headers_mut().remove("authorization");
    let answer = send(address, without).await;
    assert_eq!(
        (answer.status(), &answer.headers()["www-authenticate"]),
        (StatusCode::UNAUTHORIZED, &"Bearer".parse().unwrap())
    );
    assert!(world.faults.seen().is_empty());
}

#[tokio::test]
async fn clients_that_listen_forever_leave_a_clear_answer_for_the_next() {
    let world = World::new(everything());
    let address = start(&world).await;
    let mut open = Vec::new();
    let last = loop {
        let stream = TokioIo::new(TcpStream::connect(address).await.unwrap());
        let (mut sender, connection) = hyper::client::conn::http1::handshake(stream).await.unwrap();
        tokio::spawn(connection);
        let first = sender.send_request(hello(address, "/mcp", &[])).await.unwrap();
        if first.status() != StatusCode::OK {
            break first.status();
        }
        let session = first.headers()["mcp-session-id"].clone();
        first.into_body().collect().await.unwrap();
        let mut listen = hello(address, "/mcp", &[]).map(|_| Full::default());
        *listen.method_mut() = http::Method::GET;
        listen.headers_mut().insert("mcp-session-id", session);
        let answer = sender.send_request(listen).await.unwrap();
        if answer.status() != StatusCode::OK {
            break answer.status();
        }
        open.push((answer, sender));
        assert!(open.len() < 200);
    };
    assert_eq!((last, open.len()), (StatusCode::SERVICE_UNAVAILABLE, 64));
    open.pop();
    // The server sees the closed connection in a moment.
    while send(address, hello(address, "/mcp", &[])).await.status() != StatusCode::OK {
        tokio::task::yield_now().await;
    }
}
