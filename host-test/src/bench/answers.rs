//! The mock server that the bench measures against, which runs in a process of its own.

use std::{
    io::{self, Read as _},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use anyhow::{Context as _, Result};
use axum::{
    Router,
    extract::{RawQuery, State},
    response::IntoResponse,
    routing::{get, post},
    serve::ListenerExt as _,
};
use bytes::Bytes;
use http::{Method, header};
use tokio::{
    net::TcpListener,
    sync::{oneshot, watch},
};

use crate::bench::{
    memory::{ORDER, status},
    transactions,
};

/// Where the bench tells the server to hold requests, to answer them, and asks how many wait.
pub(super) const HOLD: &str = "/bench/hold";
pub(super) const RELEASE: &str = "/bench/release";
pub(super) const WAITING: &str = "/bench/waiting";

/// How many connections may wait to be accepted.
const BACKLOG: u32 = 4096;

#[derive(Clone)]
struct Shared {
    answering: Arc<watch::Sender<bool>>,
    waiting: Arc<AtomicUsize>,
}

/// Answers every request with an order, or a page of transactions, until stdin ends. `listening` is told the URL.
///
/// # Errors
/// If there is no free port on loopback or no thread.
pub async fn serve(listening: impl FnOnce(&str) -> Result<()>) -> Result<()> {
    // The bench, which starts it with the same limit, knows whether that is enough.
    super::files::allow(0)?;
    let socket = tokio::net::TcpSocket::new_v4()?;
    socket.bind(([127, 0, 0, 1], 0).into()).context("no port on loopback")?;
    let listener: TcpListener = socket.listen(BACKLOG)?;
    let url = format!("http://{}", listener.local_addr()?);
    let shared = Shared { answering: Arc::new(watch::Sender::new(true)), waiting: Arc::default() };
    let app = Router::new()
        .route(HOLD, post(async |State(it): State<Shared>| _ = it.answering.send_replace(false)))
        .route(RELEASE, post(async |State(it): State<Shared>| _ = it.answering.send_replace(true)))
        .route(WAITING, get(async |State(it): State<Shared>| it.waiting.load(Ordering::Acquire).to_string()))
        .route(transactions::PATH, get(page))
        .fallback(answer)
        .with_state(shared);
    let listener = listener.tap_io(|connection| {
        // Without it the figures are those of Nagle's algorithm.
        let _ = connection.set_nodelay(true);
    });
    let (end, ended) = oneshot::channel();
    thread::Builder::new().name("stdin".to_owned()).spawn(move || {
        let _ = io::stdin().read_to_end(&mut Vec::new());
        let _ = end.send(());
    })?;
    listening(&url)?;
    tokio::select! {
        served = axum::serve(listener, app) => Ok(served?),
        _ = ended => Ok(()),
    }
}

async fn page(RawQuery(query): RawQuery) -> impl IntoResponse {
    let (status, body) = transactions::answer(&query.unwrap_or_default());
    (status, [(header::CONTENT_TYPE, "application/json")], body)
}

async fn answer(State(shared): State<Shared>, method: Method, _body: Bytes) -> impl IntoResponse {
    let mut open = shared.answering.subscribe();
    if !*open.borrow() {
        shared.waiting.fetch_add(1, Ordering::AcqRel);
        // The sender is in `shared`: it does not go away.
        let _ = open.wait_for(|open| *open).await;
        shared.waiting.fetch_sub(1, Ordering::AcqRel);
    }
    (
        status(&method),
        [(header::CONTENT_TYPE.as_str(), "application/json"), ("paypal-debug-id", "f3a08d6e91c5b")],
        ORDER,
    )
}
