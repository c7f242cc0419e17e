//! The routes of events, and of PayPal's deliveries.

use std::{convert::Infallible, sync::Arc};

use axum::{
    body::Body,
    extract::{Path, Request, State},
    response::{
        IntoResponse as _, Response, Sse,
        sse::{self, KeepAlive},
    },
};
use bounded_server::Peer;
use connector_host::actions::Effect;
use futures_util::{Stream, stream};
use http::{HeaderMap, StatusCode, header};
use serde_json::json;
use tokio::sync::{OwnedSemaphorePermit, broadcast, watch};

use super::{
    actions::connection,
    app::App,
    body::{self, DELIVERY},
    caller::By,
    hosts::single,
    query::Asked,
    reply,
    room::Stranger,
};
use crate::{
    listen::Channel,
    serve::{
        events::{Event, Filter, Log},
        forms::problem::{Kind, Problem},
        shares::Share,
    },
};

type Answer = Result<Response, Problem>;

/// `GET /v1/connections/{name}/events`: a page, the newest first; or, if the caller accepts `text/event-stream`, what comes.
pub(super) async fn list(
    State(app): State<Arc<App>>,
    Path(name): Path<String>,
    by: By,
    Asked(filter): Asked<Filter>,
    headers: HeaderMap,
) -> Answer {
    by.covers(&name)?;
    by.allows(&[Effect::Read])?;
    connection(&app, &name)?;
    if single(&headers, header::ACCEPT.as_str())?.is_some_and(|it| it.contains("text/event-stream")) {
        let last = single(&headers, "last-event-id")?.map(str::parse);
        let last = last.transpose().map_err(|_| Problem::new(Kind::MALFORMED, "Last-Event-ID is a number"))?;
        return watch_events(&app, &by.0.name, name, last).await;
    }
    let events = app.events.page(&name, filter).await?;
    let next = events.last().map(|it| it.id);
    Ok(reply::document(StatusCode::OK, &json!({"events": events, "next": next})))
}

/// What a stream of events has.
struct Watching {
    log: Log,
    connection: String,
    /// The last that was told.
    last: i64,
    /// What was there already and is not told yet, the newest first.
    before: Vec<Event>,
    news: broadcast::Receiver<Arc<Event>>,
    stopping: watch::Receiver<bool>,
    _held: (OwnedSemaphorePermit, Share<String>),
}

async fn watch_events(app: &App, caller: &String, connection: String, last: Option<i64>) -> Answer {
    let busy = |detail| Problem::new(Kind::BUSY, detail).retry_after_ms(5_000);
    let share =
        app.own_watchers.take(caller, 1).ok_or_else(|| busy("this caller has too many streams of events already"))?;
    let permit = app.watchers.clone().try_acquire_owned();
    let permit = permit.map_err(|_| busy("too many watch already"))?;
    // Watches first, so that nothing is missed between the two.
    let news = app.events.watch();
    let before = match last {
        Some(last) => app.events.after(&connection, last).await?.into_iter().rev().collect(),
        None => Vec::new(),
    };
    let watching = Watching {
        log: app.events.clone(),
        connection,
        last: last.unwrap_or_default(),
        before,
        news,
        stopping: app.stopping.subscribe(),
        _held: (permit, share),
    };
    Ok(Sse::new(told(watching)).keep_alive(KeepAlive::default()).into_response())
}

fn told(watching: Watching) -> impl Stream<Item = Result<sse::Event, Infallible>> {
    stream::unfold(watching, async |mut watching| {
        let event = watching.next().await?;
        let data = serde_json::to_string(&event).unwrap_or_default();
        let told = sse::Event::default();
        let told = if event.is_again {
            // Without an id: it does not change which one was the last.
            told.event("received-again")
        } else {
            watching.last = event.id;
            told.id(event.id.to_string()).event("received")
        };
        Some((Ok(told.data(data)), watching))
    })
}

impl Watching {
    /// Returns the next event. `None` if the service stops.
    async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.before.pop() {
                if event.id > self.last {
                    return Some(event);
                }
                continue;
            }
            let news = tokio::select! {
                news = self.news.recv() => news,
                _ = self.stopping.wait_for(|it| *it) => return None,
            };
            match news {
                Ok(event) if event.connection == self.connection && (event.is_again || event.id > self.last) => {
                    return Some((*event).clone());
                }
                Ok(_) => {}
                // It was too slow: the rest is in the list.
                Err(broadcast::error::RecvError::Lagged(_)) => {
                    let after = self.log.after(&self.connection, self.last).await.ok()?;
                    self.before = after.into_iter().rev().collect();
                }
                Err(broadcast::error::RecvError::Closed) => return None,
            }
        }
    }
}

/// `POST /v1/connections/{name}/webhooks`.
pub(super) async fn webhook(State(app): State<Arc<App>>, Path(name): Path<String>, request: Request) -> Answer {
    deliver(app, name, Channel::Webhook, request).await
}

/// `POST /v1/connections/{name}/ipn`.
pub(super) async fn ipn(State(app): State<Arc<App>>, Path(name): Path<String>, request: Request) -> Answer {
    deliver(app, name, Channel::Ipn, request).await
}

/// Answers as `listen` does, without a document. No key is needed: the signature is the proof, or PayPal's confirmation.
async fn deliver(app: Arc<App>, name: String, channel: Channel, request: Request) -> Answer {
    // First, so that nobody can send a body to no connection.
    let live = app.registry.get(&name).filter(|live| app.inbox.receives(live, channel));
    let live = live.ok_or_else(reply::no_connection)?;
    let headers = request.headers().clone();
    let peer = request.extensions().get::<Peer>().map(|it| it.0.ip());
    let stranger = Stranger { connection: name, peer };
    let body = body::whole::<DELIVERY>(&app.deliveries, Some(&stranger), request).await?;
    Ok(app.inbox.answer(&live, channel, headers, body.bytes.clone()).await.map(Body::new))
}
