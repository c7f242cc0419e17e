//! What it costs to receive an event whose certificate the host has.

use std::{fs, path::Path, sync::Arc};

use anyhow::{Context as _, Result, ensure};
use bytes::Bytes;
use http::{Request, Response};
use serde_json::Value;
use wasmtime_wasi_http::{Error, WasiBody};

use crate::{
    bench::{
        forgetful::Forgetful,
        turns::{Step, step},
    },
    fixture::DIRECTORY,
};
use connector_host::{
    Client, Connection, Connector, Environment, Route, Tenant, Unconfigured,
    transport::{BoxFuture, Timeouts, Transport, whole},
};

/// Answers everything with a certificate, which may be kept for a day.
struct Certificate(Bytes);

impl Transport for Certificate {
    fn send(&self, _: Request<Bytes>, _: Timeouts) -> BoxFuture<Result<Response<WasiBody>, Error>> {
        let response = Response::builder().header("cache-control", "max-age=86400").body(whole(self.0.clone()));
        Box::pin(async { response.map_err(|error| Error::InternalError(Some(error.to_string()))) })
    }
}

/// Receives the event of a fixture again and again: the certificate is fetched once, and checked each time.
pub(super) fn receive(connector: &Connector) -> Result<Step> {
    let file = |name: &str| {
        let path = Path::new(DIRECTORY).join("events").join(name);
        fs::read_to_string(&path).with_context(|| path.display().to_string())
    };
    let case: Value = serde_json::from_str(&file("receive/certificate-fetched.json")?)?;
    let authorities = [file("certificates/root.pem")?, file("certificates/intermediate.pem")?];
    let certificate = Certificate(file("certificates/leaf-sandbox.pem")?.into());
    let connection = Connection::new(Route::paypal(Environment::Sandbox), Unconfigured::default(), Client::new());
    let tenant = Tenant::new(connection.with_authorities(authorities), certificate).with_journal(Forgetful);
    let subject = (connector.clone(), tenant, case["input"].to_string());
    Ok(step(subject, async |it: Arc<(Connector, Tenant, String)>| {
        let outcome = it.0.invoke(&it.1, "events.receive", &it.2).await?;
        let body = outcome.result.ok().and_then(|reply| reply.body).unwrap_or_default();
        ensure!(body.starts_with(r#"{"outcome":"valid""#), "events.receive: {body}");
        Ok(())
    }))
}
