//! What surrounds the service: PayPal, a consumer of events, the connections and the journal.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU16, Ordering},
    },
};

use bytes::Bytes;
use http::{HeaderMap, Request, Response, Uri};
use http_body_util::{BodyExt as _, Full};
use paypal_simulator::Simulator;
use wasmtime_wasi_http::{Error, RequestOptions, WasiBody, WasiHttpHooks, default_send_request};

use crate::bindings::kosha::{
    connector::{connection, journal},
    service::connections::{self, BeginError, ConnectionInfo, Purpose},
};

/// Where the consumer is.
pub(crate) const CONSUMER: &str = "consumer.example";

/// The account whose IPN messages every connection but `other` takes.
pub(crate) const RECEIVER: &str = "shop@example.com";

/// All of it, shared by the requests.
pub(crate) struct World {
    pub(crate) simulator: Simulator,
    /// Certificates of the simulator's.
    pub(crate) authorities: Vec<String>,
    /// A server that fails, in place of the simulator.
    pub(crate) peer: Option<SocketAddr>,
    /// The ids of the webhooks of every connection.
    pub(crate) webhooks: Mutex<Vec<String>>,
    pub(crate) journal: Mutex<BTreeMap<String, Vec<journal::Entry>>>,
    pub(crate) journal_fails: AtomicBool,
    /// What the consumer was sent.
    pub(crate) handed_on: Mutex<Vec<(HeaderMap, Bytes)>>,
    /// What it answers.
    pub(crate) consumer_status: AtomicU16,
    /// How each use of a connection ended, in their order.
    pub(crate) uses: Mutex<Vec<(String, Purpose, Option<u64>)>>,
}

impl World {
    pub(crate) fn new(seed: u64) -> Self {
        let simulator = Simulator::new(seed);
        Self {
            authorities: Vec::new(),
            simulator,
            peer: None,
            webhooks: Mutex::new(vec!["1JE4291016473214C".to_owned()]),
            journal: Mutex::default(),
            journal_fails: AtomicBool::new(false),
            handed_on: Mutex::default(),
            consumer_status: AtomicU16::new(204),
            uses: Mutex::default(),
        }
    }

    /// Returns one whose webhook events can be verified.
    pub(crate) fn with_events(seed: u64) -> Self {
        let world = Self::new(seed);
        let authorities = world.simulator.authorities().unwrap().to_vec();
        Self { authorities, ..world }
    }
}

/// The world, as one request sees it.
pub(crate) struct Seen {
    pub(crate) world: Arc<World>,
    /// The connection that has begun.
    current: Option<(String, Purpose)>,
}

impl Seen {
    pub(crate) fn new(world: &Arc<World>) -> Self {
        Self { world: world.clone(), current: None }
    }

    fn current(&self) -> &str {
        &self.current.as_ref().expect("no connection has begun").0
    }
}

impl connections::Host for Seen {
    fn list(&mut self) -> Result<Vec<ConnectionInfo>, String> {
        let webhooks = self.world.webhooks.lock().unwrap().clone();
        let info = |name: &str| ConnectionInfo {
            name: name.to_owned(),
            environment: connection::EnvironmentKind::Sandbox,
            webhooks: webhooks.clone(),
            ipn_receivers: if name == "other" { Vec::new() } else { vec![RECEIVER.to_owned()] },
        };
        Ok(["broken", "busy", "lost", "other", "shop"].map(info).to_vec())
    }

    fn has_journal(&mut self) -> bool {
        true
    }

    fn begin(&mut self, name: String, purpose: Purpose) -> Result<(), BeginError> {
        match name.as_str() {
            "shop" | "other" => {}
            "busy" => return Err(BeginError::Busy(2_500)),
            "broken" => return Err(BeginError::Misconfigured("PAYPAL_BROKEN_CLIENT_ID is not set".to_owned())),
            "lost" => return Err(BeginError::Unavailable("the database cannot be reached".to_owned())),
            _ => return Err(BeginError::Unknown),
        }
        assert!(self.current.replace((name, purpose)).is_none(), "a use has not ended");
        Ok(())
    }

    fn end(&mut self, retry_after_ms: Option<u64>) {
        let (name, purpose) = self.current.take().expect("no use has begun");
        self.world.uses.lock().unwrap().push((name, purpose, retry_after_ms));
    }
}

impl connection::Host for Seen {
    fn max_attempts(&mut self) -> u32 {
        1
    }

    fn environment(&mut self) -> connection::EnvironmentKind {
        connection::EnvironmentKind::Sandbox
    }

    fn on_behalf_of(&mut self) -> Option<connection::Delegation> {
        None
    }

    fn access_token(&mut self, _: Option<String>) -> Result<connection::Token, connection::ConnectionError> {
        self.current();
        Ok(connection::Token { value: Simulator::token().to_owned(), scopes: None })
    }

    fn certificate_authorities(&mut self) -> Vec<String> {
        self.world.authorities.clone()
    }
}

impl journal::Host for Seen {
    fn append(&mut self, subject: String, entry: journal::Entry) -> Result<bool, String> {
        if self.world.journal_fails.load(Ordering::SeqCst) {
            return Err("the disk is full".to_owned());
        }
        let subject = format!("{}/{subject}", self.current());
        let mut journal = self.world.journal.lock().unwrap();
        let entries = journal.entry(subject).or_default();
        let new = entry.id.is_none() || entries.iter().all(|it| it.id != entry.id);
        if new {
            entries.push(entry);
        }
        Ok(new)
    }

    fn entries(&mut self, subject: String) -> Result<Vec<journal::Entry>, String> {
        let subject = format!("{}/{subject}", self.current());
        Ok(self.world.journal.lock().unwrap().get(&subject).cloned().unwrap_or_default())
    }

    fn records_calls(&mut self) -> bool {
        false
    }
}

type Sent = (Response<WasiBody>, Box<dyn Future<Output = Result<(), Error>> + Send>);

impl WasiHttpHooks for Seen {
    fn send_request(
        &mut self,
        mut request: Request<WasiBody>,
        options: Option<RequestOptions>,
        _: Box<dyn Future<Output = Result<(), Error>> + Send>,
    ) -> Box<dyn Future<Output = Result<Sent, Error>> + Send> {
        let world = self.world.clone();
        Box::new(async move {
            let host = request.uri().authority().map(ToString::to_string).unwrap_or_default();
            if let (Some(peer), true) = (world.peer, host != CONSUMER) {
                let path = request.uri().path_and_query().unwrap().clone();
                let uri = Uri::builder().scheme("http").authority(peer.to_string()).path_and_query(path);
                *request.uri_mut() = uri.build().unwrap();
                let (response, rest) = default_send_request(request, options).await?;
                let rest: Box<dyn Future<Output = _> + Send> = Box::new(rest);
                return Ok((response.map(|body| body.boxed_unsync()), rest));
            }
            let (parts, body) = request.into_parts();
            let body = body.collect().await?.to_bytes();
            let response = if host == CONSUMER {
                world.handed_on.lock().unwrap().push((parts.headers, body));
                let status = world.consumer_status.load(Ordering::SeqCst);
                Response::builder().status(status).body(Bytes::new()).unwrap()
            } else {
                world.simulator.handle(Request::from_parts(parts, body))
            };
            let response = response.map(|body| Full::new(body).map_err(|never| match never {}).boxed_unsync());
            let rest: Box<dyn Future<Output = _> + Send> = Box::new(async { Ok(()) });
            Ok((response, rest))
        })
    }
}
