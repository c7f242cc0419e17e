//! A mock server on loopback with one answer.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use anyhow::{Context, Result};
use axum::{Router, extract::State, response::IntoResponse, serve::ListenerExt as _};
use bytes::Bytes;
use http::{Method, header};
use tokio::{
    net::TcpListener,
    sync::watch,
    time::{sleep, timeout},
};

use crate::bench::memory::{ORDER, status};

/// The timeout for requests to arrive.
const PATIENCE: Duration = Duration::from_secs(30);

/// It answers at once, or holds all requests until it is told to answer them. It runs as long as its runtime does.
pub(super) struct Server {
    url: String,
    answering: watch::Sender<bool>,
    waiting: Arc<AtomicUsize>,
}

#[derive(Clone)]
struct Shared {
    open: watch::Receiver<bool>,
    waiting: Arc<AtomicUsize>,
}

impl Server {
    pub(super) async fn start() -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await.context("no port on loopback")?;
        let url = format!("http://{}", listener.local_addr()?);
        let (answering, open) = watch::channel(true);
        let waiting = Arc::new(AtomicUsize::new(0));
        let app = Router::new().fallback(answer).with_state(Shared { open, waiting: waiting.clone() });
        let listener = listener.tap_io(|connection| {
            // Without it the figures are those of Nagle's algorithm.
            let _ = connection.set_nodelay(true);
        });
        tokio::spawn(async { axum::serve(listener, app).await });
        Ok(Self { url, answering, waiting })
    }

    pub(super) fn url(&self) -> &str {
        &self.url
    }

    /// Holds requests from now on.
    pub(super) fn hold(&self) {
        self.answering.send_replace(false);
    }

    /// Answers the held requests and the next ones.
    pub(super) fn release(&self) {
        self.answering.send_replace(true);
    }

    /// Returns when that many requests wait.
    pub(super) async fn until_waiting(&self, requests: usize) -> Result<()> {
        let arrived = async {
            while self.waiting.load(Ordering::Acquire) < requests {
                sleep(Duration::from_millis(1)).await;
            }
        };
        timeout(PATIENCE, arrived).await.with_context(|| format!("{requests} requests did not arrive"))
    }
}

async fn answer(State(shared): State<Shared>, method: Method, _body: Bytes) -> impl IntoResponse {
    let mut open = shared.open;
    if !*open.borrow() {
        shared.waiting.fetch_add(1, Ordering::AcqRel);
        // An error means that the bench is over: then there is nobody to answer.
        let _ = open.wait_for(|open| *open).await;
        shared.waiting.fetch_sub(1, Ordering::AcqRel);
    }
    (
        status(&method),
        [(header::CONTENT_TYPE.as_str(), "application/json"), ("paypal-debug-id", "f3a08d6e91c5b")],
        ORDER,
    )
}
