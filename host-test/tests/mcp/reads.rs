//! Long reads: pages, progress, cancelling; and files.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use bytes::Bytes;
use connector_host::{
    Connection, Connector, Environment, Limits, Route, Tenant,
    testing::NumberedTokens,
    transport::{BoxFuture, Timeouts, Transport, whole},
};
use connector_mcp::{FixedTarget, Guide, Server};
use http::{Request, Response};
use paypal_simulator::{
    Simulator,
    faults::{Arrival, Fault},
};
use rmcp::{
    ServiceExt as _,
    model::{CallToolRequest, CallToolRequestParams, ClientRequest},
    service::PeerRequestOptions,
};
use serde_json::{Value, json};
use tokio::sync::{
    Notify, Semaphore,
    mpsc::{UnboundedReceiver, unbounded_channel},
};
use wasmtime_wasi_http::{Error, WasiBody};

use crate::{
    client::Client,
    world::{Connected, World, connector, everything, object, order},
};

/// Makes so many products.
async fn products(client: &Connected, count: usize) {
    for number in 0..count {
        client.done("products_create", json!({"body": {"name": format!("Tea {number}"), "type": "PHYSICAL"}})).await;
    }
}

#[tokio::test]
async fn the_next_page_is_called_as_the_answer_says() {
    let world = World::new(everything());
    let client = world.client(Client::default()).await;
    products(&client, 5).await;
    let (mut arguments, mut ids) = (json!({"page_size": 2}), Vec::new());
    for _ in 0..3 {
        let page = client.done("products_list", arguments.clone()).await;
        ids.extend(page["reply"]["body"]["products"].as_array().unwrap().iter().map(|it| it["id"].to_string()));
        assert!(page["reply"].get("next").is_none(), "it has one place");
        arguments = page["next_call"]["arguments"].clone();
    }
    assert_eq!(arguments, Value::Null, "the last page has no next one");
    ids.dedup();
    assert_eq!(ids.len(), 5);
}

#[tokio::test]
async fn several_pages_are_read_at_once_with_progress() {
    let world = World::new(everything());
    let user = Client::default();
    let client = world.client(user.clone()).await;
    products(&client, 7).await;
    let read = client.done("products_list", json!({"page_size": 2, "max_items": 5})).await;
    // Whole pages: none of their items is lost.
    assert_eq!(read["items"].as_array().unwrap().len(), 6);
    let next = &read["next_call"]["arguments"];
    assert_eq!((&next["max_items"], &next["page_size"]), (&json!(5), &json!(2)), "{next}");
    let rest = client.done("products_list", next.clone()).await;
    assert_eq!((rest["items"].as_array().unwrap().len(), rest.get("next_call")), (1, None));
    // The SDK asks for progress of each request.
    let told: Vec<_> = user.told.lock().unwrap().iter().filter_map(|it| it.message.clone()).collect();
    assert!(told.contains(&"page 3, 6 of at most 5 items".to_owned()), "{told:?}");

    for wrong in [json!(0), json!(-1), json!("5"), json!(1e9)] {
        let (said, _) = client.failed("products_list", json!({"max_items": wrong})).await;
        assert!(said.contains("`max_items` must be a whole number"), "{said}");
    }
}

#[tokio::test]
async fn what_was_read_before_a_failure_is_kept() {
    let world = World::new(everything());
    let client = world.client(Client::default()).await;
    products(&client, 6).await;
    world.faults.plan([None, Some(Fault::Reset(Arrival::Never))]);
    let read = client.call("products_list", json!({"page_size": 2, "max_items": 6})).await;
    let result = read.structured_content.unwrap();
    assert_eq!((read.is_error, result["items"].as_array().unwrap().len()), (Some(false), 2), "{result}");
    assert!(result["interrupted"]["message"].is_string());
    let rest = client.done("products_list", result["next_call"]["arguments"].clone()).await;
    assert_eq!(rest["items"].as_array().unwrap().len(), 4);
    // Without a page it is a failure like any other.
    world.faults.plan([Some(Fault::ConnectionRefused)]);
    assert_eq!(client.failed("products_list", json!({"max_items": 6})).await.1["failure"]["kind"], "unreachable");
}

#[tokio::test]
async fn a_code_is_a_picture_and_a_document_s_text_is_unchanged() {
    let world = World::new(everything());
    let client = world.client(Client::default()).await;
    let invoice = json!({"body": {"detail": {"currency_code": "USD"}, "items": [
        {"name": "Tea", "quantity": "1", "unit_amount": {"currency_code": "USD", "value": "5.00"}}]}});
    let created = client.done("invoices_create", invoice).await;
    let href = created["reply"]["body"]["href"].as_str().unwrap();
    let id = href.rsplit('/').next().unwrap();
    client.done("invoices_send", json!({"invoice_id": id})).await;
    let code = client.call("invoices_generate-qr-code", json!({"invoice_id": id})).await;
    let picture = code.content.iter().find_map(|it| it.as_image()).unwrap_or_else(|| panic!("{code:?}"));
    assert_eq!(picture.mime_type, "image/png");
    let bytes = BASE64_STANDARD.decode(&picture.data).unwrap();
    assert!(bytes.starts_with(b"\x89PNG"));
    let file = &code.structured_content.unwrap()["reply"]["file"];
    assert_eq!(
        (&file["media_type"], &file["bytes"], file.get("data")),
        (&json!("image/png"), &json!(bytes.len()), None)
    );
}

/// A transport that says when a request has come, waits for leave, and then passes it to the simulator.
#[derive(Clone)]
struct Slow {
    simulator: Simulator,
    came: Arc<Notify>,
    leave: Arc<Semaphore>,
    /// Requests that were dropped while they waited.
    dropped: Arc<AtomicUsize>,
}

struct CountsDrop(Option<Arc<AtomicUsize>>);

impl Drop for CountsDrop {
    fn drop(&mut self) {
        self.0.take().inspect(|count| _ = count.fetch_add(1, Ordering::AcqRel));
    }
}

impl Transport for Slow {
    fn send(&self, request: Request<Bytes>, _: Timeouts) -> BoxFuture<Result<Response<WasiBody>, Error>> {
        let slow = self.clone();
        Box::pin(async move {
            let mut waiting = CountsDrop(Some(slow.dropped.clone()));
            slow.came.notify_one();
            slow.leave.acquire().await.unwrap().forget();
            waiting.0 = None;
            Ok(slow.simulator.handle(request).map(whole))
        })
    }
}

/// A client of a server whose requests are slow, and the lines that the server leaves.
async fn slow() -> (Connected, Slow, UnboundedReceiver<String>) {
    slow_by(connector().clone()).await
}

async fn slow_by(connector: Connector) -> (Connected, Slow, UnboundedReceiver<String>) {
    let simulator = Simulator::new(4);
    let slow = Slow { simulator, came: Arc::default(), leave: Arc::new(Semaphore::new(0)), dropped: Arc::default() };
    let tokens = NumberedTokens::new(Simulator::token());
    let connection = Connection::new(Route::paypal(Environment::Sandbox), tokens, slow.clone());
    let target = FixedTarget::new("the simulator", Tenant::new(connection, slow.clone()));
    let (sender, lines) = unbounded_channel();
    let lost = move |line: &str| sender.send(line.to_owned()).unwrap();
    let server = Server::new(connector, target, &everything(), Guide::default(), lost).await.unwrap();
    let (ours, theirs) = tokio::io::duplex(64 * 1024);
    tokio::spawn(async move { server.serve(theirs).await.unwrap().waiting().await });
    (Connected(Client::default().serve(ours).await.unwrap()), slow, lines)
}

/// Calls a tool, and cancels the call once its request is under way.
async fn cancel(client: &Connected, slow: &Slow, tool: &'static str, arguments: Value) {
    let request = CallToolRequestParams::new(tool).with_arguments(object(arguments));
    let request = ClientRequest::CallToolRequest(CallToolRequest::new(request));
    let call = client.0.send_cancellable_request(request, PeerRequestOptions::no_options()).await.unwrap();
    slow.came.notified().await;
    call.cancel(Some("the user has left".to_owned())).await.unwrap();
}

#[tokio::test]
async fn a_read_that_is_cancelled_is_dropped() {
    let (client, slow, _) = slow().await;
    cancel(&client, &slow, "products_list", json!({})).await;
    while slow.dropped.load(Ordering::Acquire) == 0 {
        tokio::task::yield_now().await;
    }
    cancel(&client, &slow, "products_list", json!({"max_items": 10})).await;
    while slow.dropped.load(Ordering::Acquire) == 1 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_write_that_is_cancelled_under_way_goes_on_and_is_written_down() {
    let (client, slow, mut lines) = slow().await;
    cancel(&client, &slow, "orders_create", order("10.00")).await;
    // The server has read the cancellation when it answers what comes after it.
    client.0.list_all_resource_templates().await.unwrap();
    slow.leave.add_permits(1);
    let line: Value = serde_json::from_str(&lines.recv().await.unwrap()).unwrap();
    let undelivered = &line["undelivered"];
    assert_eq!((&undelivered["action"], &undelivered["result"]["status"]), (&json!("orders.create"), &json!(201)));
    assert!(undelivered["result"]["idempotency_key"].is_string());
    assert_eq!(slow.dropped.load(Ordering::Acquire), 0);
}

#[tokio::test]
async fn a_call_that_runs_out_of_time_says_how_to_repeat_it() {
    let limits = Limits { wall: Duration::from_secs(1), ..Limits::default() };
    let (client, slow, _lines) = slow_by(connector().clone().with_limits(limits)).await;
    let (said, stopped) = client.failed("orders_create", order("10.00")).await;
    let key = &stopped["stopped"]["idempotency_key"];
    assert_eq!((&stopped["stopped"]["request_sent"], key.is_string()), (&json!(true), true), "{stopped}");
    assert!(said.starts_with("It is NOT known whether this was done."), "{said}");
    let mut arguments = order("10.00");
    arguments["options"] = json!({"idempotency_key": key});
    assert_eq!(stopped["repeat"], json!({"tool": "orders_create", "arguments": arguments}));
    slow.leave.add_permits(1);
    let created = client.done("orders_create", arguments).await;
    assert_eq!(&created["reply"]["idempotency_key"], key);
}

#[tokio::test]
async fn a_slow_call_tells_that_it_goes_on() {
    let (client, slow, _lines) = slow().await;
    let user = client.0.service().clone();
    let call = client.done("products_list", json!({}));
    let watch = async {
        slow.came.notified().await;
        while user.told.lock().unwrap().len() < 2 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        slow.leave.add_permits(1);
    };
    tokio::join!(call, watch);
    let told: Vec<_> = user.told.lock().unwrap().iter().map(|it| it.progress).collect();
    assert!(told.windows(2).all(|pair| pair[0] < pair[1]), "{told:?}");
}
