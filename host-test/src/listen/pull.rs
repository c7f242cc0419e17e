//! Reads PayPal's list of the events that it has sent, in place of receiving them: for a machine without a public address.

use std::{
    collections::HashMap,
    fmt,
    time::{Duration, Instant, SystemTime},
};

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, header};
use serde::Deserialize;
use serde_json::{json, value::RawValue};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use crate::listen::{
    event_filter::EventFilter, forwarded::Forwarded, forwarding::event_type, program::Program, received::Received,
};
use connector_host::{
    Connector, Entry, JournalError, Tenant,
    paging::{Interruption, NoPages, Pages},
};

/// Tells the program that an event was pulled: it has no signature, and nobody has verified it.
const PULLED: HeaderName = HeaderName::from_static("x-host-test-pulled");

/// The subject in the journal of the times up to which everything was delivered.
const PROGRESS: &str = "host-test-pull";

/// How far the list is read again: a new event can be missing from it for some seconds, and this machine's clock can be wrong.
const OVERLAP: Duration = Duration::from_secs(300);

/// Events to a page.
const PAGE: u32 = 100;

/// The most events that are held at once. Older ones are read again.
const HELD: usize = 1000;

/// How often an event is offered to a program that does not take it, as PayPal does.
const ATTEMPTS: u32 = 25;

/// The longest pause between two attempts.
const PAUSE: Duration = Duration::from_secs(300);

/// Hands on the events that PayPal lists, each once, as far as the tenant's journal goes back.
///
/// An event that the program does not take with 2xx is offered again, after pauses that double, up to 25 times.
pub struct Puller<F> {
    connector: Connector,
    tenant: Tenant,
    program: Option<Program>,
    events: EventFilter,
    hand_on: F,
    /// From where the list is read.
    since: SystemTime,
    /// The events that the program has not taken.
    refused: HashMap<String, Refused>,
}

struct Refused {
    attempts: u32,
    next: Instant,
}

/// What matters of an event here.
#[derive(Deserialize)]
struct Event {
    id: String,
}

/// Why the events could not be pulled.
#[derive(Debug)]
pub enum PullError {
    /// The component has no such list.
    NoPages(NoPages),
    /// PayPal refused or could not be reached.
    List(Interruption),
    /// The journal cannot be used.
    Journal(JournalError),
}

impl fmt::Display for PullError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoPages(error) => error.fmt(f),
            Self::List(error) => error.fmt(f),
            Self::Journal(error) => write!(f, "the journal: {error}"),
        }
    }
}

impl std::error::Error for PullError {}

impl From<JournalError> for PullError {
    fn from(error: JournalError) -> Self {
        Self::Journal(error)
    }
}

impl<F: Fn(&Received) -> bool + Send + Sync> Puller<F> {
    /// Returns a puller, which goes on from where one with the same journal has stopped. If there was none, the events up to now
    /// are old: they are noted in the journal and not handed on.
    ///
    /// # Errors
    /// If PayPal's list or the journal cannot be read.
    pub async fn begin(
        connector: Connector,
        tenant: Tenant,
        program: Option<Program>,
        events: EventFilter,
        hand_on: F,
    ) -> Result<Self, PullError> {
        let progress = tenant.journal.entries(PROGRESS.to_owned()).await?;
        let last = progress.iter().filter_map(|entry| OffsetDateTime::parse(&entry.time, &Rfc3339).ok()).max();
        let since = last.map(SystemTime::from);
        let puller = Self {
            connector,
            tenant,
            program,
            events,
            hand_on,
            since: since.unwrap_or_else(overlap),
            refused: HashMap::new(),
        };
        if since.is_none() {
            let (old, _) = puller.list().await?;
            for (event, _) in &old {
                puller.note(&event.id, "old").await?;
            }
            puller.advance(puller.since).await?;
        }
        Ok(puller)
    }

    /// Reads the list once, and hands on what is new, the oldest first. Returns how many events were taken.
    ///
    /// # Errors
    /// If the list or the journal cannot be read; what was taken before that stays taken.
    pub async fn round(&mut self) -> Result<usize, PullError> {
        let next = overlap();
        let (events, is_complete) = self.list().await?;
        let mut taken = 0;
        for (event, document) in events.iter().rev() {
            taken += usize::from(self.offer(&event.id, document.get()).await?);
        }
        if is_complete && self.refused.is_empty() {
            self.since = self.since.max(next);
            if taken > 0 {
                self.advance(self.since).await?;
            }
        }
        Ok(taken)
    }

    /// Returns the listed events that are not in the journal, the latest first, and whether these are all.
    async fn list(&self) -> Result<(Vec<(Event, Box<RawValue>)>, bool), PullError> {
        let input = json!({"page_size": PAGE, "start_time": rfc3339(self.since)}).to_string();
        let pages = Pages::of(&self.connector, &self.tenant, "webhooks.list-events", &input).await;
        let mut pages = pages.map_err(PullError::NoPages)?;
        let mut new = Vec::new();
        while let Some(page) = pages.next_page().await.map_err(PullError::List)? {
            for document in page.items {
                // PayPal gives each event an id.
                let Ok(event) = serde_json::from_str::<Event>(document.get()) else { continue };
                if !self.is_noted(&event.id).await? {
                    new.push((event, document));
                }
            }
            if new.len() > HELD {
                // The oldest come first, so that the others are still listed when these are done.
                new.drain(..new.len() - HELD);
                return Ok((new, false));
            }
        }
        Ok((new, true))
    }

    /// Hands on an event, unless it was or must wait. Returns whether it was taken.
    async fn offer(&mut self, id: &str, document: &str) -> Result<bool, PullError> {
        // It can be on two pages.
        if self.refused.get(id).is_some_and(|refused| Instant::now() < refused.next) || self.is_noted(id).await? {
            return Ok(false);
        }
        if !self.events.includes(event_type(document.as_bytes()).as_deref()) {
            self.note(id, "filtered").await?;
            return Ok(false);
        }
        let mut received = Received::unverified("pulled", document.as_bytes());
        let mut is_taken = true;
        if let Some(program) = &self.program {
            let forwarded = forward(program, document).await;
            is_taken = forwarded.is_taken();
            received = received.with_forwarded(forwarded);
        }
        is_taken &= (self.hand_on)(&received);
        if is_taken {
            self.note(id, "delivered").await?;
            self.refused.remove(id);
            return Ok(true);
        }
        let attempts = self.refused.get(id).map_or(0, |refused| refused.attempts) + 1;
        if attempts < ATTEMPTS {
            let pause = Duration::from_secs(1).saturating_mul(1 << attempts.min(20)).min(PAUSE);
            self.refused.insert(id.to_owned(), Refused { attempts, next: Instant::now() + pause });
        } else {
            self.note(id, "given up").await?;
            self.refused.remove(id);
        }
        Ok(false)
    }

    async fn is_noted(&self, id: &str) -> Result<bool, PullError> {
        Ok(!self.tenant.journal.entries(subject(id)).await?.is_empty())
    }

    async fn note(&self, id: &str, event: &str) -> Result<(), PullError> {
        self.append(subject(id), event, SystemTime::now()).await
    }

    async fn advance(&self, until: SystemTime) -> Result<(), PullError> {
        self.append(PROGRESS.to_owned(), "up to here", until).await
    }

    async fn append(&self, subject: String, event: &str, time: SystemTime) -> Result<(), PullError> {
        let (time, details) = (rfc3339(time), "{}".to_owned());
        let entry = Entry { id: Some(time.clone()), time, event: event.to_owned(), status: None, details };
        self.tenant.journal.append(subject, entry).await?;
        Ok(())
    }
}

/// Forwards an event without a signature: PayPal's list has none.
async fn forward(program: &Program, document: &str) -> Forwarded {
    let mut fields = HeaderMap::new();
    fields.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    fields.insert(PULLED, HeaderValue::from_static("true"));
    program.forward(&fields, Bytes::copy_from_slice(document.as_bytes())).await
}

fn subject(id: &str) -> String {
    format!("{PROGRESS}:{id}")
}

/// Returns the time from which a list that is read later must begin.
fn overlap() -> SystemTime {
    SystemTime::now().checked_sub(OVERLAP).unwrap_or(SystemTime::UNIX_EPOCH)
}

/// Formats a time in UTC with whole seconds, as PayPal takes it.
fn rfc3339(time: SystemTime) -> String {
    let time = OffsetDateTime::from(time).replace_nanosecond(0);
    time.ok().and_then(|time| time.format(&Rfc3339).ok()).unwrap_or_default()
}
