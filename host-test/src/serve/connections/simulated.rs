//! The simulator in this process, which is the first connection.

use std::{io, path::Path};

use base64::{
    Engine as _,
    prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD},
};
use bytes::Bytes;
use connector_host::Secret;
use http::{Request, Response, header};
use paypal_simulator::{Server, Simulator};
use serde_json::{Value, json};
use tokio::task::AbortHandle;

use super::{
    endpoint::{Endpoint, SEED},
    settings::Settings,
};

/// A simulator that is being served. Dropping it stops it.
pub(crate) struct Simulated {
    endpoint: Endpoint,
    simulator: Simulator,
    serving: AbortHandle,
}

impl Simulated {
    /// Starts the simulator on a port of 127.0.0.1, with its world in a file.
    ///
    /// # Errors
    /// If the port is taken, or the file cannot be used.
    pub(crate) async fn start(port: u16, file: &Path) -> io::Result<Self> {
        let simulator = Simulator::new(SEED);
        let server = Server::bind(simulator.clone(), port).await?;
        let address = server.address()?;
        simulator.set_public_url(format!("http://{address}").parse().map_err(io::Error::other)?);
        // Both take a while: what happened is carried out again, and keys are generated.
        let (starting, path) = (simulator.clone(), file.to_owned());
        let authorities = tokio::task::spawn_blocking(move || {
            let failed = |error| io::Error::other(format!("cannot keep the simulator in {}: {error}", path.display()));
            starting.keep_in(&path).map_err(failed)?;
            starting.authorities().map(Vec::from).map_err(io::Error::other)
        });
        let authorities = authorities.await.map_err(io::Error::other)??;
        let serving = tokio::spawn(server.run()).abort_handle();
        let endpoint = Endpoint::of(&simulator, format!("http://{address}"), authorities);
        Ok(Self { endpoint, simulator, serving })
    }

    /// Returns its address, such as `http://127.0.0.1:4031`.
    pub(crate) fn url(&self) -> String {
        self.endpoint.url.clone()
    }

    /// Returns how connections use it.
    pub(super) fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// Brings about an event for the account of a connection: `{"event_type", "set"}`, as `POST /simulator/trigger` takes it.
    ///
    /// # Errors
    /// If the process is being stopped.
    pub(crate) async fn trigger(&self, settings: &Settings, wanted: &Value) -> io::Result<Response<Bytes>> {
        let secret = |name: &str| settings.secrets.get(name).map(Secret::expose);
        let authorization = match (&settings.client_id, secret("client_secret"), secret("access_token")) {
            (Some(id), Some(secret), _) => Some(format!("Basic {}", BASE64_STANDARD.encode(format!("{id}:{secret}")))),
            (_, _, Some(token)) => Some(format!("Bearer {token}")),
            _ => None,
        };
        let assertion = settings.delegation().map(|it| {
            let claims = json!({"iss": it.client_id, "payer_id": it.account_id}).to_string();
            format!("{}.{}.", BASE64_URL_SAFE_NO_PAD.encode(r#"{"alg":"none"}"#), BASE64_URL_SAFE_NO_PAD.encode(claims))
        });
        let fields = [
            (header::AUTHORIZATION.as_str(), authorization),
            ("paypal-auth-assertion", assertion),
            (header::CONTENT_TYPE.as_str(), Some("application/json".to_owned())),
        ];
        let request =
            fields.into_iter().fold(Request::post("/simulator/trigger"), |request, (name, value)| match value {
                Some(value) => request.header(name, value),
                None => request,
            });
        let request = request.body(Bytes::from(wanted.to_string())).map_err(io::Error::other)?;
        // It writes to its file.
        let simulator = self.simulator.clone();
        tokio::task::spawn_blocking(move || simulator.handle(request)).await.map_err(io::Error::other)
    }
}

impl Drop for Simulated {
    fn drop(&mut self) {
        self.serving.abort();
    }
}
