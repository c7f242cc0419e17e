//! `listen`: an endpoint on this machine for PayPal's webhooks and IPN messages.

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use anyhow::{Context as _, Result};
use host_test::{
    Listener,
    listen::{ComponentReceiver, NotSubscribed, Received, Subscription, subscribe},
};
use tokio::{sync::Notify, task::block_in_place, time::timeout};

use crate::cli::{
    component::load,
    done::Done,
    output::{Undelivered, begin_line, note, print},
    tenant::{Destination, History},
};

/// How long deliveries are still answered, with 503, when nobody reads what is printed any more.
const LAST_ANSWERS: Duration = Duration::from_millis(500);

#[derive(clap::Args)]
#[command(group(clap::ArgGroup::new("where").args(["base_url", "sandbox", "live"]).required(true).multiple(true)))]
#[command(
    after_help = "Credentials come from PAYPAL_ACCESS_TOKEN, or from PAYPAL_CLIENT_ID and PAYPAL_CLIENT_SECRET.\n\n\
    Each event is printed as one line: time, outcome, type, subject, status, amount. PayPal is answered 200 where it is \
    PayPal's and has been printed, also when it comes again, 400 where it is a forgery or too old, and 503 where that cannot \
    be told now, or where it cannot be kept in the journal or printed."
)]
pub(super) struct Arguments {
    /// The port on 127.0.0.1; 0 is any that is free
    #[arg(long, value_name = "N", default_value_t = 4020)]
    port: u16,
    #[command(flatten)]
    destination: Destination,
    /// Take events of this webhook, at /webhooks. Without it and --subscribe only /ipn is there
    #[arg(long, value_name = "ID", value_parser = webhook_id)]
    webhook_id: Option<String>,
    /// Have PayPal send events to this address, which leads to /webhooks here, and take them
    #[arg(long, value_name = "URL", conflicts_with = "webhook_id")]
    subscribe: Option<String>,
    /// The types of events to subscribe to; all of them unless said otherwise
    #[arg(long, value_name = "TYPE", num_args = 1.., requires = "subscribe", default_value = "*")]
    event_type: Vec<String>,
    /// Trust the certificates of this file, in PEM, beside the well-known ones, as the simulator's at /simulator/authorities
    #[arg(long, value_name = "FILE")]
    authority: Vec<PathBuf>,
    #[command(flatten)]
    history: History,
    /// Whether events of PayPal's webhook simulator count: in the sandbox they do unless this is false, in live never
    #[arg(long, value_name = "true|false", num_args = 0..=1, default_missing_value = "true")]
    accept_simulated: Option<bool>,
    /// Refuse events that were sent longer ago
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u32).range(1..=31_536_000))]
    max_age: Option<u32>,
    /// Print JSON, one document per line
    #[arg(long)]
    json: bool,
}

/// As in the catalogue.
fn webhook_id(text: &str) -> Result<String, String> {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    if (1..=50).contains(&text.len()) && text.bytes().all(fits) {
        return Ok(text.to_owned());
    }
    Err("a webhook's id is 1 to 50 letters and digits".to_owned())
}

pub(super) async fn run(component: &Path, arguments: Arguments) -> Result<Done> {
    if arguments.accept_simulated == Some(true) && arguments.destination.is_live() {
        return Ok(Done::Usage("--accept-simulated: events of the simulator never count in live".to_owned()));
    }
    let tenant =
        arguments.destination.tenant_trusting(&arguments.authority).and_then(|tenant| arguments.history.keep(tenant));
    let tenant = match tenant {
        Ok(tenant) => tenant,
        Err(message) => return Ok(Done::Usage(message)),
    };
    let connector = load(component)?;
    // The port before the webhook: PayPal must not get an address where nobody listens.
    let taken = || format!("cannot listen on 127.0.0.1:{}", arguments.port);
    let socket = bounded_server::bind(arguments.port).await.with_context(taken)?;
    let webhook = match &arguments.subscribe {
        None => arguments.webhook_id.clone(),
        Some(url) => match subscribe(&connector, &tenant, url, &arguments.event_type).await {
            Ok(id) => Some(id),
            Err(NotSubscribed::Failed(failure)) => {
                note(&connector_host::json::outcome(&Err(failure))?);
                return Ok(Done::Failed);
            }
            Err(error) => return Err(error).context("--subscribe"),
        },
    };
    let (max_age, accept_simulated) = (arguments.max_age, arguments.accept_simulated);
    let subscription = webhook.clone().map(|webhook_id| Subscription { webhook_id, max_age, accept_simulated });
    let unread = Arc::new(Notify::new());
    let failing = AtomicBool::new(false);
    begin_line();
    let printing = {
        let unread = unread.clone();
        move |received: &Received| {
            let line = if arguments.json { received.json() } else { received.to_string() };
            // Whoever reads may be slow.
            let printed = block_in_place(|| print(&line));
            let was_failing = failing.swap(printed.is_err(), Ordering::AcqRel);
            match &printed {
                Ok(()) if was_failing => note("stdout takes lines again"),
                Err(undelivered) if !was_failing => {
                    note(&format!("error: {undelivered}; PayPal is answered 503, and sends again what is not printed"));
                }
                _ => {}
            }
            if printed.as_ref().is_err_and(Undelivered::is_closed) {
                unread.notify_one();
            }
            printed.is_ok()
        }
    };
    let receiver = ComponentReceiver::new(connector, tenant, subscription, printing);
    let listener = Listener::new(receiver, socket);
    let address = listener.address()?;
    if let Some(webhook) = webhook {
        note(&format!("events of webhook {webhook} at http://{address}/webhooks"));
    }
    note(&format!("IPN messages at http://{address}/ipn\nCtrl-C ends it."));
    let running = listener.run();
    tokio::pin!(running);
    tokio::select! {
        () = &mut running => Ok(Done::Well),
        // Nobody reads what is printed any more.
        () = unread.notified() => {
            // For the answers to what could not be printed.
            let _ = timeout(LAST_ANSWERS, running).await;
            Ok(Done::Failed)
        }
    }
}
