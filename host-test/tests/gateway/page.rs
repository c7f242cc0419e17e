//! The commands of `docs/service.md`, as a reader would run them, against the service on a port of this machine.

use std::{convert::Infallible, fs, net::SocketAddr, process::Command, sync::Arc};

use http_body_util::{BodyExt as _, Full};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json as value};
use tokio::{net::TcpListener, task::spawn_blocking};

use crate::{service::Service, world::World};

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/service.md");

/// Returns the `sh` block below a heading.
fn block(heading: &str) -> String {
    let page = fs::read_to_string(PAGE).unwrap();
    let below = page.split_once(&format!("\n{heading}\n")).expect(heading).1;
    let block = below.split_once("```sh\n").unwrap().1;
    block.split_once("```").unwrap().0.to_owned()
}

/// Serves on a free port until the test ends.
async fn serve(service: Service) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (address, service) = (listener.local_addr().unwrap(), Arc::new(service));
    tokio::spawn(async move {
        loop {
            let (stream, service) = (listener.accept().await.unwrap().0, service.clone());
            let answer = service_fn(move |request: http::Request<Incoming>| {
                let service = service.clone();
                async move {
                    let (parts, body) = request.into_parts();
                    let body = body.collect().await.unwrap().to_bytes();
                    let response = service.send(http::Request::from_parts(parts, body)).await;
                    Ok::<_, Infallible>(response.map(Full::new))
                }
            });
            tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), answer));
        }
    });
    address
}

/// Runs commands and returns what they print.
async fn bash(script: &str, variables: &[(&str, &str)]) -> String {
    let mut command = Command::new("bash");
    command.args(["-euo", "pipefail", "-c", script]).envs(variables.iter().copied());
    let done = spawn_blocking(move || command.output().unwrap()).await.unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8(done.stdout).unwrap()
}

#[tokio::test]
async fn a_key_is_made_and_an_order_created() {
    let printed = bash(&format!("{}\necho \"$KEY\"\necho \"$GATEWAY_KEYS\"", block("### Keys")), &[]).await;
    let (key, keys) = printed.trim_end().split_once('\n').unwrap();
    let service = Service::new(World::new(12)).with("GATEWAY_KEYS", keys);
    let gateway = format!("http://{}", serve(service).await);
    let variables = [("GATEWAY", gateway.as_str()), ("KEY", key)];
    let mut ids = Vec::new();
    for _ in 0..2 {
        let outcome: Value = serde_json::from_str(&bash(&block("## HTTP API"), &variables).await).unwrap();
        assert_eq!(outcome["reply"]["idempotency_key"], "shop-order-1042", "{outcome}");
        ids.push(outcome["reply"]["body"]["id"].as_str().unwrap().to_owned());
    }
    assert_eq!(ids[0], ids[1], "the same key, the same order");
    // The key of the page does not allow what cannot be undone.
    let delete = r#"curl -s "$GATEWAY/v1/connections/shop/actions/invoices.delete" \
        -H "Authorization: Bearer $KEY" -H "Content-Type: application/json" -d '{}'"#;
    let refused: Value = serde_json::from_str(&bash(delete, &variables).await).unwrap();
    assert_eq!(
        (&refused["status"], &refused["type"]),
        (&value!(403), &value!("urn:problem-type:kosha-gateway:out-of-scope"))
    );
}
