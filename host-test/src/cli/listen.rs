//! `listen`: an endpoint on this machine for PayPal's webhooks and IPN messages.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use anyhow::{Context as _, Result};
use host_test::{
    Listener,
    listen::{
        ComponentReceiver, EXPECTED_ACCOUNT, ForwardingReceiver, MAX_RECEIVERS, Program, Received, Receiver,
        SubscribeError, Subscription, is_account, subscribe,
    },
};
use tokio::{sync::Notify, task::block_in_place, time::timeout};

use crate::cli::{
    component::load,
    done::Done,
    forward::Forward,
    output::{Undelivered, begin_line, note, print},
    pull,
    tenant::{Destination, History},
};

/// How long deliveries are still answered, with 503, once the reader of stdout is gone.
const LAST_ANSWERS: Duration = Duration::from_millis(500);

#[derive(clap::Args)]
#[command(group(clap::ArgGroup::new("where").args(["base_url", "sandbox", "live"]).required(true).multiple(true)))]
#[command(
    after_help = "Credentials come from PAYPAL_ACCESS_TOKEN, or from PAYPAL_CLIENT_ID and PAYPAL_CLIENT_SECRET.\n\n\
    Each event is printed as one line: time, outcome, type, subject, status, amount. PayPal gets 200 if it is authentic and \
    has been printed, now or before, or is an IPN message for none of the --receivers; 400 if it is forged or too old; and 503 \
    if that cannot be decided now, or if it cannot be kept in the journal or printed. With --forward-to PayPal gets the program's answer, 502 if the program cannot be reached, or \
    504 if it does not answer within 20 seconds.\n\nExample, with a tunnel from https://hooks.example.com to port 4020:\n  \
    host-test listen --sandbox --subscribe https://hooks.example.com/webhooks --forward-to http://localhost:3000/hooks"
)]
pub(super) struct Arguments {
    /// The port on 127.0.0.1; 0 picks a free one
    #[arg(long, value_name = "N", default_value_t = 4020)]
    port: u16,
    #[command(flatten)]
    destination: Destination,
    /// Receive events of this webhook, at /webhooks. Without it and --subscribe, only IPN messages are received
    #[arg(long, value_name = "ID", value_parser = webhook_id)]
    webhook_id: Option<String>,
    /// Have PayPal send events to this address, which leads to /webhooks here, and receive them
    #[arg(long, value_name = "URL", conflicts_with = "webhook_id")]
    subscribe: Option<String>,
    /// The types of events to subscribe to; by default all
    #[arg(long, value_name = "TYPE", num_args = 1.., requires = "subscribe", default_value = "*")]
    event_type: Vec<String>,
    /// Take IPN messages for this account only: your merchant id, or your e-mail address. Give it again for another one. Without
    /// it they are taken for any account, since PayPal confirms everybody's
    #[arg(long, value_name = "ID_OR_ADDRESS", value_parser = account)]
    receiver: Vec<String>,
    #[command(flatten)]
    forward: Forward,
    /// Without a public address: read the list of events that PayPal has sent every 5 seconds, and print and forward the new ones.
    /// They have no signature. With --journal, those that came meanwhile are read at the next start
    #[arg(long, conflicts_with_all = ["subscribe", "webhook_id", "receiver", "max_age", "accept_simulated", "port"])]
    pull: bool,
    /// Also trust the certificates of this PEM file, such as the simulator's from /simulator/authorities
    #[arg(long, value_name = "FILE")]
    authority: Vec<PathBuf>,
    #[command(flatten)]
    history: History,
    /// Whether to accept events of PayPal's webhook simulator: in the sandbox by default, in live never
    #[arg(long, value_name = "true|false", num_args = 0..=1, default_missing_value = "true")]
    accept_simulated: Option<bool>,
    /// Refuse events that were sent longer ago
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u32).range(1..=31_536_000))]
    max_age: Option<u32>,
    /// Print JSON, one document per line
    #[arg(long)]
    json: bool,
}

/// The rule is the catalogue's.
fn webhook_id(text: &str) -> Result<String, String> {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    if (1..=50).contains(&text.len()) && text.bytes().all(fits) {
        return Ok(text.to_owned());
    }
    Err("a webhook's id is 1 to 50 letters and digits".to_owned())
}

fn account(text: &str) -> Result<String, String> {
    is_account(text).then(|| text.to_owned()).ok_or_else(|| format!("expected {EXPECTED_ACCOUNT}"))
}

type Running = Pin<Box<dyn Future<Output = Result<()>>>>;

pub(super) async fn run(component: &Path, arguments: Arguments) -> Result<Done> {
    if arguments.accept_simulated == Some(true) && arguments.destination.is_live() {
        return Ok(Done::Usage("--accept-simulated: events of the simulator are never accepted in live".to_owned()));
    }
    if arguments.receiver.len() > MAX_RECEIVERS {
        return Ok(Done::Usage(format!("--receiver: there may be {MAX_RECEIVERS} at most")));
    }
    if arguments.forward.filters_nothing() && !arguments.pull {
        return Ok(Done::Usage(
            "--events says what is forwarded or pulled: it needs --forward-to or --pull".to_owned(),
        ));
    }
    let program = match arguments.forward.program() {
        Ok(program) => program,
        Err(message) => return Ok(Done::Usage(message)),
    };
    let tenant = match arguments.destination.tenant_trusting(&arguments.authority) {
        Ok(tenant) => arguments.history.keep(tenant).await,
        Err(message) => Err(message),
    };
    let tenant = match tenant {
        Ok(tenant) => tenant,
        Err(message) => return Ok(Done::Usage(message)),
    };
    let connector = load(component).await?;
    let unread = Arc::new(Notify::new());
    let failing = AtomicBool::new(false);
    let consequence = match &program {
        None => "; PayPal gets 503, and sends again what is not printed",
        Some(_) => "",
    };
    begin_line();
    let printing = {
        let unread = unread.clone();
        move |received: &Received| {
            let line = if arguments.json { received.json() } else { received.to_string() };
            // The reader may be slow.
            let printed = block_in_place(|| print(&line));
            let was_failing = failing.swap(printed.is_err(), Ordering::AcqRel);
            match &printed {
                Ok(()) if was_failing => note("stdout can be written again"),
                Err(undelivered) if !was_failing => {
                    note(&format!("error: {undelivered}{consequence}"));
                }
                _ => {}
            }
            if printed.as_ref().is_err_and(Undelivered::is_closed) {
                unread.notify_one();
            }
            printed.is_ok()
        }
    };
    let events = arguments.forward.filter();
    let running: Running = if arguments.pull {
        Box::pin(pull::run(connector, tenant, program, events, printing))
    } else {
        // Binds before it subscribes: PayPal must not get an address where nobody listens.
        let taken = || format!("cannot listen on 127.0.0.1:{}", arguments.port);
        let socket = bounded_server::bind(arguments.port).await.with_context(taken)?;
        let address = socket.local_addr()?;
        if program.as_ref().is_some_and(|program| program.is_at(address.port())) {
            return Ok(Done::Usage("--forward-to leads to `listen` itself".to_owned()));
        }
        let webhook = match &arguments.subscribe {
            None => arguments.webhook_id.clone(),
            Some(url) => match subscribe(&connector, &tenant, url, &arguments.event_type).await {
                Ok(id) => Some(id),
                Err(SubscribeError::Failed(failure)) => {
                    note(&connector_host::json::outcome(&Err(failure))?);
                    return Ok(Done::Failed);
                }
                Err(error) => return Err(error).context("--subscribe"),
            },
        };
        announce(address, webhook.as_deref(), program.as_ref(), &arguments.receiver);
        let (max_age, accept_simulated) = (arguments.max_age, arguments.accept_simulated);
        let subscription = webhook.map(|webhook_id| Subscription { webhook_id, max_age, accept_simulated });
        let receiver = ComponentReceiver::new(connector, tenant, subscription, printing);
        let receiver = receiver.with_receivers(arguments.receiver);
        match program {
            None => forever(Listener::new(receiver, socket)),
            Some(program) => forever(Listener::new(ForwardingReceiver::new(receiver, program, events), socket)),
        }
    };
    tokio::pin!(running);
    tokio::select! {
        ended = &mut running => ended.map(|()| Done::Success),
        // The reader of stdout is gone.
        () = unread.notified() => {
            // Answers the events that could not be printed.
            let _ = timeout(LAST_ANSWERS, running).await;
            Ok(Done::Failed)
        }
    }
}

fn forever(listener: Listener<impl Receiver>) -> Running {
    Box::pin(async {
        listener.run().await;
        Ok(())
    })
}

/// Prints what is received and where.
fn announce(address: SocketAddr, webhook: Option<&str>, program: Option<&Program>, receivers: &[String]) {
    match (webhook, program) {
        (Some(webhook), _) => note(&format!("events of webhook {webhook} at http://{address}/webhooks")),
        (None, Some(_)) => note(&format!("events of any webhook, not verified, at http://{address}/webhooks")),
        (None, None) => {}
    }
    if let Some(program) = program {
        note(&format!("forwarding to {}", program.url()));
    }
    if receivers.is_empty() {
        note("warning: IPN messages for any account are taken: name yours by --receiver ID_OR_ADDRESS");
    }
    note(&format!("IPN messages at http://{address}/ipn\nPress Ctrl-C to stop."));
}
