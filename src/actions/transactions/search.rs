//! A search: its calls of `transactions.list`, and its reply.

use super::{
    availability::unavailable,
    found::Found,
    missing::{Missing, Reason},
    page::Page,
    pages::{Gap, PAGE_SIZE, Pages},
    window::{Window, written},
};
use crate::{
    actions::calls::{Calls, says},
    base::document::quoted,
    call::arguments::Arguments,
    catalogue::transactions::LIST,
    platform::{
        failure::{Failure, Kind},
        interface::Platform,
        reply::Reply,
    },
};

/// The most pages read for all windows. More do not fit a reply.
const MAX_PAGES: u32 = 2_000;

/// The search ends after this many windows in a row for which PayPal could not be asked.
const MAX_FAILED: u32 = 2;

/// A search in progress.
pub(super) struct Search<'a> {
    platform: &'a dyn Platform,
    arguments: &'a Arguments<'a>,
    range: Window,
    calls: Calls<'a>,
    found: Found,
    /// How many more pages may be read.
    pages: u32,
    /// The first failure other than unavailable data.
    failure: Option<Failure>,
    /// For how many windows in a row PayPal could not be asked.
    failed: u32,
    account_number: Option<String>,
    last_refreshed: Option<String>,
}

/// How a search goes on after a window.
enum Next {
    /// With the next window.
    Window,
    /// With the two halves of this one.
    Halves(Window, Window),
    /// It ends.
    End,
}

impl<'a> Search<'a> {
    pub(super) fn new(platform: &'a dyn Platform, arguments: &'a Arguments<'a>, range: Window) -> Self {
        Self {
            platform,
            arguments,
            range,
            calls: Calls::new(platform, &arguments.options),
            found: Found::new(),
            pages: MAX_PAGES,
            failure: None,
            failed: 0,
            account_number: None,
            last_refreshed: None,
        }
    }

    /// Reads the range, window by window.
    ///
    /// # Errors
    /// The first failure, if no page was read.
    pub(super) fn run(mut self) -> Result<Reply, Failure> {
        let mut windows = self.range.split();
        let mut halves: Vec<Window> = Vec::new();
        while let Some(window) = halves.pop().or_else(|| windows.next()) {
            match self.window(window) {
                Next::Window => {}
                Next::Halves(first, second) => halves.extend([second, first]),
                Next::End => break,
            }
        }
        match self.failure.take() {
            Some(failure) if !self.found.has_read() => Err(self.calls.failed(failure)),
            _ => Ok(self.reply()),
        }
    }

    /// Reads a window, and notes which parts are missing.
    fn window(&mut self, window: Window) -> Next {
        let first = self.read(window);
        let mut pages = if first.is_worth_rereading() { first.or(self.read(window)) } else { first };
        let gap = pages.gap.take();
        if let Some(Gap::Failed(failure)) = &gap
            && is_too_many(failure)
            && let Some((first, second)) = window.halve()
        {
            return Next::Halves(first, second);
        }
        let available = pages.available.filter(|available| *available < window.end);
        self.found.add(window, pages);
        // Everything after this window is missing too.
        let rest = Window { end: self.range.end, ..window };
        let next = match gap {
            None => Next::Window,
            Some(Gap::Failed(failure)) => return self.failed(window, *failure),
            Some(Gap::Incomplete) => {
                self.found.miss(Missing::new(window, Reason::Incomplete));
                Next::Window
            }
            Some(Gap::TooManyPages) if self.pages > 0 => {
                self.found.miss(Missing::new(window, Reason::TooManyPages));
                Next::Window
            }
            Some(Gap::TooManyPages) => {
                self.found.miss(Missing::new(rest, Reason::TooManyPages));
                Next::End
            }
            Some(Gap::TooLarge) => {
                self.found.miss(Missing::new(rest, Reason::TooLarge));
                Next::End
            }
        };
        self.failed = 0;
        if let (Some(available), Next::Window) = (available, &next) {
            let window = Window { start: available.max(window.start), ..window };
            self.found.miss(Missing::new(window, Reason::NotYetAvailable));
        }
        next
    }

    /// Notes why a window, or its rest, could not be read.
    fn failed(&mut self, window: Window, failure: Failure) -> Next {
        if let Some(reason) = unavailable(&failure, window, self.platform.now()) {
            self.found.miss(Missing::failed(window, reason, &failure));
            self.failed = 0;
            return Next::Window;
        }
        let is_too_many = is_too_many(&failure);
        let reason = if is_too_many { Reason::TooManyInOneSecond } else { Reason::from(failure.kind) };
        // Such a failure is specific to this window; others would also fail the next one, unless they are transient.
        let is_own = is_too_many || matches!(failure.kind, Kind::MalformedReply | Kind::TooLarge);
        self.failed = if is_own { 0 } else { self.failed + 1 };
        let goes_on = is_own || (failure.retryable && self.failed < MAX_FAILED && !self.calls.are_over());
        let end = if goes_on { window.end } else { self.range.end };
        self.found.miss(Missing::failed(Window { end, ..window }, reason, &failure));
        self.failure.get_or_insert(failure);
        if goes_on { Next::Window } else { Next::End }
    }

    /// The pages of a window.
    fn read(&mut self, window: Window) -> Pages {
        let mut pages = Pages::new(self.found.room);
        loop {
            if self.pages == 0 {
                pages.gap = Some(Gap::TooManyPages);
                return pages;
            }
            self.pages -= 1;
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
        let is_own = |name: &str| matches!(name, "start_date" | "end_date");
        let filters = self.arguments.parameters.iter().filter(|(name, _)| !is_own(name)).cloned();
        Arguments { parameters: filters.collect(), ..Arguments::default() }
            .with("start_date", written(window.start))
            .with("end_date", written(window.end))
            .with("page_size", PAGE_SIZE)
            // The first page is the default.
            .with("page", Some(page).filter(|page| *page > 1))
    }

    fn reply(self) -> Reply {
        let missing = self.found.missing();
        let listed: Vec<_> = missing.iter().map(Missing::to_json).collect();
        let optional =
            |name, raw: Option<String>| raw.map(|raw| format!("{}:{raw},", quoted(name))).unwrap_or_default();
        let head = format!(
            "{{{}{},{}\"total_items\":{},\"truncated\":{},\"missing\":[{}],\"transaction_details\":[",
            optional("account_number", self.account_number),
            self.range.to_json(),
            optional("last_refreshed_datetime", self.last_refreshed),
            self.found.transactions.len(),
            !missing.is_empty(),
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
        self.calls.reply(body)
    }
}

fn is_too_many(failure: &Failure) -> bool {
    says(failure, "RESULTSET_TOO_LARGE")
}
