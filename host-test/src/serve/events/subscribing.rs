//! Has the simulator send its events here, so that they are seen without any set-up.

use connector_host::Connector;

use crate::{
    listen::subscribe,
    serve::connections::{ChangeError, Registry},
};

/// Subscribes the connections with the simulator's own account to all events. A simulator has the webhook over restarts, so that
/// this only changes something if the address has.
///
/// # Errors
/// If a connection cannot be written. A simulator that refuses is told in the log: everything but events works.
pub(crate) async fn subscribe_simulated(
    connector: &Connector,
    registry: &Registry,
    address: &str,
) -> Result<(), ChangeError> {
    for live in registry.all().into_iter().filter(|it| it.settings.is_simulators_own()) {
        let name = &live.settings.name;
        let url = format!("{address}/v1/connections/{name}/webhooks");
        match subscribe(connector, &live.writing(), &url, &["*".to_owned()]).await {
            Ok(id) if live.settings.webhook_id.as_ref() == Some(&id) => {}
            Ok(id) => {
                // The one at the old address. PayPal has room for a few.
                if let Some(old) = &live.settings.webhook_id {
                    let input = serde_json::json!({ "webhook_id": old }).to_string();
                    _ = connector.invoke(&live.writing(), "webhooks.delete", &input).await;
                }
                registry.set_webhook(name, id).await?;
            }
            Err(error) => {
                tracing::warn!(target: "host_test::serve", connection = %name, %error, "the simulator sends no events");
            }
        }
    }
    Ok(())
}
