//! Runs an action of the PayPal connector in plain wasmtime, without `connector-host`: all that a host of WASI 0.2 has to
//! add. The README says how to run it.
#![allow(clippy::print_stdout, reason = "the answer is what it prints")]

use std::env;

use http::{HeaderValue, Request, Response, Uri, header::HOST};
use http_body_util::BodyExt as _;
use wasmtime::{
    Engine, Result, Store, bail,
    component::{Component, HasSelf, Linker, ResourceTable},
    error::Context as _,
};
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};
use wasmtime_wasi_http::{
    Error, RequestOptions, WasiBody, WasiHttpCtx, WasiHttpCtxView, WasiHttpHooks, WasiHttpView, default_send_request,
};

use bindings::kosha::connector::{connection, journal, types};

#[allow(unused_qualifications, clippy::all, reason = "generated")]
mod bindings {
    wasmtime::component::bindgen!({
        path: "../../wit",
        world: "kosha:connector/connector",
        exports: { default: async },
    });
}

/// The only host that requests may go to. PayPal's live environment is at `api-m.paypal.com`.
const PAYPAL: &str = "api-m.sandbox.paypal.com";

/// The state of one call.
struct Call {
    wasi: WasiCtx,
    http: WasiHttpCtx,
    table: ResourceTable,
    token: String,
    egress: Egress,
}

impl WasiView for Call {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.wasi, table: &mut self.table }
    }
}

impl WasiHttpView for Call {
    fn http(&mut self) -> WasiHttpCtxView<'_> {
        WasiHttpCtxView { ctx: &mut self.http, table: &mut self.table, hooks: &mut self.egress }
    }
}

impl types::Host for Call {}

/// The tenant's connection. A real host obtains the token by client credentials, and a fresh one if PayPal rejects it.
impl connection::Host for Call {
    fn max_attempts(&mut self) -> u32 {
        4
    }

    fn environment(&mut self) -> connection::EnvironmentKind {
        connection::EnvironmentKind::Sandbox
    }

    fn on_behalf_of(&mut self) -> Option<connection::Delegation> {
        None
    }

    fn access_token(&mut self, rejected: Option<String>) -> Result<connection::Token, connection::ConnectionError> {
        match rejected {
            None => Ok(connection::Token { value: self.token.clone(), scopes: None }),
            Some(_) => {
                Err(connection::ConnectionError::Refused("PAYPAL_ACCESS_TOKEN is not valid any more".to_owned()))
            }
        }
    }

    fn certificate_authorities(&mut self) -> Vec<String> {
        Vec::new()
    }
}

/// The journal, which a real host keeps in a database: without it, histories are empty, duplicates are not noticed, and calls
/// that a crash cuts off are not found out.
impl journal::Host for Call {
    fn append(&mut self, _subject: String, _entry: journal::Entry) -> Result<bool, String> {
        Ok(true)
    }

    fn entries(&mut self, _subject: String) -> Result<Vec<journal::Entry>, String> {
        Ok(Vec::new())
    }

    fn records_calls(&mut self) -> bool {
        false
    }
}

/// Lets requests go to PayPal, or all of them to a simulator.
struct Egress {
    simulator: Option<Uri>,
}

type Sent = (Response<WasiBody>, Box<dyn Future<Output = Result<(), Error>> + Send>);

impl WasiHttpHooks for Egress {
    fn send_request(
        &mut self,
        mut request: Request<WasiBody>,
        options: Option<RequestOptions>,
        _: Box<dyn Future<Output = Result<(), Error>> + Send>,
    ) -> Box<dyn Future<Output = Result<Sent, Error>> + Send> {
        let uri = destination(request.uri(), self.simulator.as_ref());
        Box::new(async move {
            let uri = uri.ok_or(Error::HttpRequestDenied)?;
            let host = uri.authority().and_then(|it| HeaderValue::from_str(it.as_str()).ok());
            request.headers_mut().insert(HOST, host.ok_or(Error::HttpRequestUriInvalid)?);
            *request.uri_mut() = uri;
            let (response, rest) = default_send_request(request, options).await?;
            let rest: Box<dyn Future<Output = _> + Send> = Box::new(rest);
            Ok((response.map(|body| body.boxed_unsync()), rest))
        })
    }
}

/// Where a request goes; `None` if it may not be sent.
fn destination(uri: &Uri, simulator: Option<&Uri>) -> Option<Uri> {
    let is_paypal = uri.scheme_str() == Some("https") && uri.authority().is_some_and(|it| it.as_str() == PAYPAL);
    let Some(simulator) = simulator else { return is_paypal.then(|| uri.clone()) };
    let to = simulator.clone().into_parts();
    let uri = Uri::builder().scheme(to.scheme?).authority(to.authority?).path_and_query(uri.path_and_query()?.clone());
    uri.build().ok().filter(|_| is_paypal)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let mut arguments = env::args().skip(1);
    let mut argument = |name| arguments.next().with_context(|| format!("{name} is missing: COMPONENT ACTION INPUT"));
    let (component, action, input) = (argument("COMPONENT")?, argument("ACTION")?, argument("INPUT")?);
    let token = env::var("PAYPAL_ACCESS_TOKEN").context("PAYPAL_ACCESS_TOKEN")?;
    let simulator =
        env::var("PAYPAL_BASE_URL").ok().map(|url| url.parse::<Uri>().context("PAYPAL_BASE_URL")).transpose()?;

    let engine = Engine::default();
    let mut linker = Linker::<Call>::new(&engine);
    wasmtime_wasi::p2::add_to_linker_async(&mut linker)?;
    wasmtime_wasi_http::p2::add_only_http_to_linker_async(&mut linker)?;
    connection::add_to_linker::<Call, HasSelf<Call>>(&mut linker, |call| call)?;
    journal::add_to_linker::<Call, HasSelf<Call>>(&mut linker, |call| call)?;
    let component = Component::from_file(&engine, component)?;

    let wasi = WasiCtx::builder().inherit_stderr().build();
    let (http, table) = (WasiHttpCtx::new(), ResourceTable::new());
    let mut store = Store::new(&engine, Call { wasi, http, table, token, egress: Egress { simulator } });
    let connector = bindings::Connector::instantiate_async(&mut store, &component, &linker).await?;
    match connector.kosha_connector_actions().call_invoke(&mut store, &action, &input).await? {
        Ok(reply) => println!("{}", reply.body.unwrap_or_default()),
        // Its kind says what to do next; `request-sent` says whether PayPal may have acted.
        Err(failure) => bail!("{:?}: {} (request sent: {})", failure.kind, failure.message, failure.request_sent),
    }
    Ok(())
}
