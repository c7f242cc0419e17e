//! One call of a search: its calls of `transactions.list`, and its reply.

use std::time::{Duration, Instant};

use super::{
    availability::unavailable,
    cursor::Cursor,
    found::Found,
    missing::{Missing, Reason},
    page::Page,
    pages::{Gap, PAGE_SIZE, Pages, Room},
    window::Window,
    windows::Windows,
};
use crate::{
    actions::calls::{Calls, says},
    base::{
        date::{self, OffsetDateTime, written},
        document::{Json, quoted},
    },
    call::{arguments::Arguments, paging},
    catalogue::transactions::{LIST, SEARCH},
    platform::{
        failure::{Failure, Kind},
        interface::Platform,
        reply::Reply,
    },
};

/// After this many pages, bytes of pages or time no other window is begun: a host stops a call that takes too long, and with
/// it all that was read would be lost. `connector-host` allows 5 minutes, and 10 s of computing.
const MAX_PAGES: u32 = 100;
const MAX_BYTES: usize = 32 * 1024 * 1024;
const MAX_TIME: Duration = Duration::from_secs(60);

/// The start of 2026, in seconds since 1970. A clock that shows an earlier time is wrong, as that of a machine which has not set it.
const EARLIEST: i64 = 1_767_225_600;

/// A search in progress.
pub(super) struct Search<'a> {
    platform: &'a dyn Platform,
    arguments: &'a Arguments<'a>,
    windows: Windows,
    calls: Calls<'a>,
    found: Found,
    begun: Instant,
    /// How many pages have been read, and their bytes.
    pages: u32,
    bytes: usize,
    /// The first failure other than unavailable data.
    failure: Option<Failure>,
    /// Whether a window was begun, and the next call comes further.
    has_begun: bool,
    /// Why the call ended before its range, if PayPal failed.
    stopped: Option<Missing>,
    account_number: Option<String>,
    last_refreshed: Option<String>,
    /// Whether PayPal has refused a window because it does not have its data yet.
    is_ahead: bool,
}

/// How a search goes on after a window.
enum Next {
    /// With the next window.
    Window,
    /// With the halves of this one.
    Halves,
    /// The call ends. The next one begins with this window.
    Stop,
}

impl<'a> Search<'a> {
    pub(super) fn new(
        platform: &'a dyn Platform,
        arguments: &'a Arguments<'a>,
        windows: Windows,
        found: Found,
    ) -> Self {
        Self {
            platform,
            arguments,
            windows,
            calls: Calls::new(platform, &arguments.options),
            found,
            begun: Instant::now(),
            pages: 0,
            bytes: 0,
            failure: None,
            has_begun: false,
            stopped: None,
            account_number: None,
            last_refreshed: None,
            is_ahead: false,
        }
    }

    /// Reads the range, window by window, until the reply is full.
    ///
    /// # Errors
    /// The first failure, if nothing was read by this call.
    pub(super) fn run(mut self) -> Result<Reply, Failure> {
        while let Some(window) = self.windows.upcoming() {
            if self.is_full() {
                break;
            }
            if self.is_future(window) {
                self.found.miss(Missing::new(self.windows.rest(), Reason::NotYetAvailable));
                self.windows.end();
                break;
            }
            match self.window(window) {
                Next::Window => self.windows.pass(),
                Next::Halves => {}
                Next::Stop => break,
            }
        }
        match self.failure.take() {
            Some(failure) if !self.found.has_read() && !self.has_begun => Err(self.calls.failed(failure)),
            _ => Ok(self.reply()),
        }
    }

    /// Whether a window, and so all after it, lies in the future by this machine's clock and by what PayPal has said in this
    /// call. Either may be wrong: a window that is asked for in vain costs a request, one that is not asked for could hide
    /// transactions. PayPal also refuses what is older than three years, so that its refusal counts only with a clock that may
    /// be right.
    fn is_future(&self, window: Window) -> bool {
        let now = self.platform.now();
        let refused = || self.is_ahead && now.unix_timestamp() >= EARLIEST;
        window.start > now && self.refreshed().map_or_else(refused, |refreshed| window.start > refreshed)
    }

    /// The time up to which PayPal says that it has transactions.
    fn refreshed(&self) -> Option<OffsetDateTime> {
        let raw = Json::parse(self.last_refreshed.as_deref()?).ok()?;
        date::parse(&raw.text()?)
    }

    /// Whether the next window is for the next call.
    fn is_full(&self) -> bool {
        let is_long = self.pages >= MAX_PAGES || self.bytes >= MAX_BYTES || self.begun.elapsed() >= MAX_TIME;
        is_long || self.found.room.is_small(self.found.whole)
    }

    /// Reads a window, and notes which parts are missing.
    fn window(&mut self, window: Window) -> Next {
        let first = self.read(window);
        let mut pages = if first.is_worth_rereading() { first.or(self.read(window)) } else { first };
        let gap = pages.gap.take();
        match &gap {
            // A smaller part may still fit a limited reply.
            Some(Gap::TooLarge) if self.found.room != self.found.whole && !self.is_limited() => return Next::Stop,
            Some(Gap::TooLarge) if pages.is_divisible && self.windows.halve() => return Next::Halves,
            Some(Gap::TooLarge) if self.found.room != self.found.whole => return Next::Stop,
            Some(Gap::Failed(failure)) if is_too_many(failure) && self.windows.halve() => return Next::Halves,
            Some(Gap::Failed(failure)) if !self.is_of(window, failure) => {
                let failure = failure.clone();
                self.stop(window, pages, &failure);
                return Next::Stop;
            }
            _ => {}
        }
        let available = pages.available.filter(|available| *available < window.end);
        self.found.add(window, pages);
        match gap {
            None => {}
            Some(Gap::Failed(failure)) => {
                self.miss(window, *failure);
                return Next::Window;
            }
            Some(Gap::Incomplete) => self.found.miss(Missing::new(window, Reason::Incomplete)),
            Some(Gap::TooManyPages) => self.found.miss(Missing::new(window, Reason::TooManyPages)),
            Some(Gap::TooLarge) => self.found.miss(Missing::new(window, Reason::TooLarge)),
        }
        if let Some(available) = available {
            let window = Window { start: available.max(window.start), ..window };
            self.found.miss(Missing::new(window, Reason::NotYetAvailable));
        }
        Next::Window
    }

    /// Whether a failure is specific to a window and would not pass. Others would also fail the next one, or pass.
    fn is_of(&self, window: Window, failure: &Failure) -> bool {
        is_too_many(failure)
            || failure.kind == Kind::TooLarge
            || unavailable(failure, window, self.platform.now()).is_some()
    }

    /// Ends the call at a window that failed. What its first pages had is listed; the next call reads the window again for
    /// the rest.
    fn stop(&mut self, window: Window, pages: Pages, failure: &Failure) {
        self.stopped = Some(Missing::failed(window, Reason::from(failure.kind), failure));
        let has_pages = pages.count > 0;
        let is_more = has_pages && self.found.begin(window, pages);
        // The next call has the same deadline, and may fail at the same page: it comes further with a half.
        let is_half = has_pages && (!is_more || self.calls.are_over()) && self.windows.halve();
        self.has_begun |= is_more || is_half;
        self.failure.get_or_insert_with(|| failure.clone());
    }

    /// Whether the caller wants fewer transactions than a reply can hold.
    fn is_limited(&self) -> bool {
        self.found.whole != Room::ALL
    }

    /// Notes why a window, or its rest, is missing.
    fn miss(&mut self, window: Window, failure: Failure) {
        let reason = match unavailable(&failure, window, self.platform.now()) {
            Some(reason) => {
                self.is_ahead |= reason == Reason::NotYetAvailable;
                return self.found.miss(Missing::failed(window, reason, &failure));
            }
            None if is_too_many(&failure) => Reason::TooManyInOneSecond,
            None => Reason::from(failure.kind),
        };
        self.found.miss(Missing::failed(window, reason, &failure));
        // Earlier calls have read something: an error that is repeated would keep the rest of the range from ever being read.
        if self.arguments.parameter("cursor").is_none() {
            self.failure.get_or_insert(failure);
        }
    }

    /// The pages of a window.
    fn read(&mut self, window: Window) -> Pages {
        let is_empty = self.found.room == self.found.whole;
        // What cannot be halved is read whole: the limit must not hide any of it.
        let room = if is_empty && !window.is_divisible() { Room::ALL } else { self.found.room };
        let mut pages = Pages::new(room, window.is_divisible() || !is_empty);
        loop {
            self.pages += 1;
            match self.page(window, &mut pages) {
                Ok(true) => {}
                Ok(false) => return pages,
                Err(failure) => {
                    pages.gap = Some(Gap::Failed(failure.into()));
                    return pages;
                }
            }
        }
    }

    /// Adds the next page of a window. Returns whether to read another one.
    fn page(&mut self, window: Window, pages: &mut Pages) -> Result<bool, Failure> {
        let reply = self.calls.call(LIST, self.input(window, pages.count + 1))?;
        self.bytes = self.bytes.saturating_add(reply.body.as_ref().map_or(0, String::len));
        let Some(page) = reply.body.as_deref().and_then(Page::read) else {
            return Err(self.calls.failed(reply.malformed("is not a page of transactions")));
        };
        let kept = |kept: &mut Option<String>, new: Option<&str>| {
            if let Some(new) = new {
                *kept = Some(new.to_owned());
            }
        };
        kept(&mut self.account_number, page.account_number);
        kept(&mut self.last_refreshed, page.last_refreshed);
        Ok(pages.add(&page))
    }

    /// The arguments for a page of a window, from 1.
    fn input(&self, window: Window, page: u32) -> Arguments<'a> {
        let dated = self.arguments.parameter("fields").and_then(|fields| dated(&fields));
        let is_own = |name: &str| {
            matches!(name, "start_date" | "end_date" | "cursor" | "limit") || (name == "fields" && dated.is_some())
        };
        let filters = self.arguments.parameters.iter().filter(|(name, _)| !is_own(name)).cloned();
        Arguments { parameters: filters.collect(), ..Arguments::default() }
            .with("start_date", written(window.start))
            .with("end_date", written(window.end))
            .with("page_size", PAGE_SIZE)
            .with("fields", dated.clone())
            // The first page is the default.
            .with("page", Some(page).filter(|page| *page > 1))
    }

    /// The input of the next call, if there is something left.
    fn next(&self) -> Option<String> {
        let start = self.windows.upcoming()?.start;
        let begun = self.found.begun.clone().filter(|begun| begun.reaches(start));
        let cursor = Cursor { ends: self.windows.ends().to_vec(), seam: self.found.seam(start), begun };
        Some(paging::continued(SEARCH, self.arguments, |name| match name {
            "start_date" => Some(written(start)),
            "cursor" => Some(cursor.to_text()),
            _ => None,
        }))
    }

    fn reply(self) -> Reply {
        let missing = self.found.missing();
        let listed: Vec<_> = missing.iter().map(Missing::to_json).collect();
        let next = self.next();
        let optional =
            |name, raw: Option<String>| raw.map(|raw| format!("{}:{raw},", quoted(name))).unwrap_or_default();
        let head = format!(
            "{{{}{},{}\"total_items\":{},\"truncated\":{},{}\"missing\":[{}],\"transaction_details\":[",
            optional("account_number", self.account_number),
            self.windows.passed().to_json(),
            optional("last_refreshed_datetime", self.last_refreshed),
            self.found.transactions.len(),
            next.is_some() || !missing.is_empty(),
            optional("stopped", self.stopped.map(|stopped| stopped.to_json())),
            listed.join(","),
        );
        let transactions = self.found.transactions;
        let length: usize = transactions.iter().map(|transaction| transaction.len() + 1).sum();
        let mut body = String::with_capacity(head.len() + length + 2);
        body.push_str(&head);
        for (index, transaction) in transactions.into_iter().enumerate() {
            if index > 0 {
                body.push(',');
            }
            body.push_str(&transaction);
        }
        body.push_str("]}");
        Reply { next, ..self.calls.reply(body) }
    }
}

/// Adds the part that has the dates to a list of `fields` that lacks it: without dates, equal transactions of two windows could
/// not be told from one that both have listed.
fn dated(fields: &str) -> Option<String> {
    let has_dates = fields.split(',').any(|part| matches!(part.trim(), "all" | "transaction_info"));
    (!has_dates).then(|| format!("{fields},transaction_info"))
}

fn is_too_many(failure: &Failure) -> bool {
    says(failure, "RESULTSET_TOO_LARGE")
}
