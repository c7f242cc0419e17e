//! The mock server of the bench, in a process of its own, so that its work is not counted.

use std::{
    io::{BufRead as _, BufReader},
    process::{Child, Command, Stdio},
    time::Duration,
};

use anyhow::{Context as _, Result, anyhow, ensure};
use bytes::Bytes;
use connector_host::{
    Client,
    transport::{Timeouts, Transport as _},
};
use http::{Method, Request};
use http_body_util::BodyExt as _;
use tokio::time::{sleep, timeout};

use crate::bench::{
    answers::{HOLD, RELEASE, WAITING},
    process,
};

/// The verb of this program that runs the server.
pub const VERB: &str = "bench-server";

/// The timeout for requests to arrive.
const PATIENCE: Duration = Duration::from_secs(60);

/// It answers at once, or holds all requests until it is told to answer them. It ends with this process at the latest.
pub(super) struct Server {
    child: Child,
    url: String,
}

impl Server {
    pub(super) fn start() -> Result<Self> {
        let program = process::program()?;
        let mut child = Command::new(program)
            .arg(VERB)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("cannot start the server")?;
        let mut url = String::new();
        let said = child.stdout.take().context("the server has no stdout")?;
        let mut server = Self { child, url: String::new() };
        BufReader::new(said).read_line(&mut url).context("the server's URL")?;
        url.trim_end().clone_into(&mut server.url);
        ensure!(!server.url.is_empty(), "the server did not start");
        Ok(server)
    }

    pub(super) fn url(&self) -> &str {
        &self.url
    }

    /// Holds requests from now on.
    pub(super) async fn hold(&self, client: &Client) -> Result<()> {
        self.ask(client, Method::POST, HOLD).await.map(drop)
    }

    /// Answers the held requests and the next ones.
    pub(super) async fn release(&self, client: &Client) -> Result<()> {
        self.ask(client, Method::POST, RELEASE).await.map(drop)
    }

    /// Returns when that many requests wait.
    pub(super) async fn until_waiting(&self, client: &Client, requests: usize) -> Result<()> {
        let arrived = async {
            while self.ask(client, Method::GET, WAITING).await?.parse::<usize>()? < requests {
                sleep(Duration::from_millis(10)).await;
            }
            Ok(())
        };
        timeout(PATIENCE, arrived).await.with_context(|| format!("{requests} requests did not arrive"))?
    }

    async fn ask(&self, client: &Client, method: Method, path: &str) -> Result<String> {
        let request = Request::builder().method(method).uri(format!("{}{path}", self.url)).body(Bytes::new())?;
        let answer = client.send(request, Timeouts::default()).await;
        let body = answer.map_err(|error| anyhow!("the server: {error:?}"))?.into_body().collect().await;
        let body = body.map_err(|error| anyhow!("the server: {error:?}"))?.to_bytes();
        Ok(String::from_utf8(body.into())?)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It ends by itself when its stdin does. Nothing can be done about a process that cannot be waited for.
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}
