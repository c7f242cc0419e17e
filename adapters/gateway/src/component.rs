//! The component's export and imports.

use std::time::SystemTime;

use http::{HeaderMap, HeaderName, HeaderValue, Method, Response};
use wasip2::{
    cli::environment::get_environment,
    exports::http::incoming_handler::Guest,
    http::types::{Fields, IncomingRequest, Method as WasiMethod, OutgoingBody, OutgoingResponse, ResponseOutparam},
    io::streams::{OutputStream, StreamError},
};

use crate::{
    bindings::{
        Failure, Reply,
        actions::{self, ActionInfo, Choices, ConnectionReport, Manifest},
        connections::{self, BeginError, ConnectionInfo, Purpose},
        triggers::{self, TriggerInfo},
    },
    body::Incoming,
    forward::Url,
    head::Head,
    host::Host,
    send, serve,
    wanted::Wanted,
};

wasip2::http::proxy::export!(Gateway);

/// Implements the export.
struct Gateway;

impl Guest for Gateway {
    fn handle(request: IncomingRequest, out: ResponseOutparam) {
        let (head, mut body) = (head(&request), Incoming::new(&request));
        let response = serve::answer(&Imported::new(), &head, &mut body);
        drop(body);
        respond(out, response);
    }
}

/// The imports.
struct Imported {
    environment: Vec<(String, String)>,
}

impl Imported {
    fn new() -> Self {
        Self { environment: get_environment() }
    }
}

impl Host for Imported {
    fn variable(&self, name: &str) -> Option<String> {
        self.environment.iter().find(|it| it.0 == name).map(|it| it.1.clone())
    }

    fn now(&self) -> u64 {
        SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0, |it| it.as_secs())
    }

    fn connections(&self) -> Result<Vec<ConnectionInfo>, String> {
        connections::list()
    }

    fn has_journal(&self) -> bool {
        connections::has_journal()
    }

    fn begin(&self, name: &str, purpose: Purpose) -> Result<(), BeginError> {
        connections::begin(name, purpose)
    }

    fn end(&self, retry_after_ms: Option<u64>) {
        connections::end(retry_after_ms);
    }

    fn actions(&self) -> Vec<ActionInfo> {
        actions::list()
    }

    fn triggers(&self) -> Vec<TriggerInfo> {
        triggers::list()
    }

    fn manifest(&self) -> Manifest {
        actions::describe()
    }

    fn invoke(&self, action: &str, input: &str) -> Result<Reply, Failure> {
        actions::invoke(action, input)
    }

    fn options(&self, action: &str, wanted: &Wanted) -> Result<Choices, Failure> {
        actions::options(action, &wanted.parameter, wanted.input(), wanted.search.as_deref(), wanted.page())
    }

    fn test_connection(&self) -> Result<ConnectionReport, Failure> {
        actions::test_connection()
    }

    fn post(&self, url: &Url, headers: &HeaderMap, document: &[u8]) -> Result<u16, &'static str> {
        send::post(url, headers, document)
    }
}

/// Reads the head of a request. A name or a value that is none cannot come from a host that reads HTTP.
fn head(request: &IncomingRequest) -> Head {
    let mut headers = HeaderMap::new();
    for (name, value) in request.headers().entries() {
        if let (Ok(name), Ok(value)) = (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_bytes(&value)) {
            // It fails beyond 32 768 fields, which are too many for `check_size` as well.
            let _ = headers.try_append(name, value);
        }
    }
    Head {
        method: method(request.method()),
        target: request.path_with_query().unwrap_or_default(),
        authority: request.authority(),
        headers,
    }
}

fn method(method: WasiMethod) -> Method {
    match method {
        WasiMethod::Get => Method::GET,
        WasiMethod::Head => Method::HEAD,
        WasiMethod::Post => Method::POST,
        WasiMethod::Options => Method::OPTIONS,
        // No route has another one.
        _ => Method::TRACE,
    }
}

/// Sends the answer. If the caller has gone away, nobody is left to be told.
fn respond(out: ResponseOutparam, response: Response<Vec<u8>>) {
    let (parts, document) = response.into_parts();
    let fields = Fields::new();
    for (name, value) in &parts.headers {
        // The gateway's own fields are valid.
        let _ = fields.append(name.as_str(), value.as_bytes());
    }
    let outgoing = OutgoingResponse::new(fields);
    let _ = outgoing.set_status_code(parts.status.as_u16());
    let body = outgoing.body();
    ResponseOutparam::set(out, Ok(outgoing));
    let Ok(body) = body else { return };
    if let Ok(stream) = body.write() {
        let _ = write(&stream, &document);
    }
    let _ = OutgoingBody::finish(body, None);
}

/// Writes a document, as fast as it is taken.
fn write(stream: &OutputStream, mut document: &[u8]) -> Result<(), StreamError> {
    while !document.is_empty() {
        stream.subscribe().block();
        let room = usize::try_from(stream.check_write()?).unwrap_or(usize::MAX);
        let (now, later) = document.split_at(room.min(document.len()));
        stream.write(now)?;
        document = later;
    }
    stream.blocking_flush()
}
