//! The calls of `transactions.list` that a search is made of.

use std::time::Instant;

use super::{found::Found, pages::Pages, reason::Reason, window::Window};
use crate::{
    arguments::Arguments,
    call::{Platform, call},
    catalogue::transactions::LIST,
    date,
    document::Json,
    failure::{Failure, Kind},
    paging::text,
    reply::Reply,
};

/// The largest page.
const PAGE_SIZE: u32 = 500;

/// A search as it goes on.
pub(super) struct Search<'a> {
    platform: &'a dyn Platform,
    arguments: &'a Arguments<'a>,
    deadline: Option<Instant>,
    pub(super) found: Found,
    exchanges: Exchanges,
}

/// What is to be said of all exchanges together.
#[derive(Default)]
struct Exchanges {
    attempts: u32,
    debug_id: Option<String>,
    account_number: Option<String>,
    last_refreshed: Option<String>,
}

impl<'a> Search<'a> {
    pub(super) fn new(platform: &'a dyn Platform, arguments: &'a Arguments<'a>) -> Self {
        let deadline = arguments.options.deadline();
        Self { platform, arguments, deadline, found: Found::default(), exchanges: Exchanges::default() }
    }

    /// The transactions of a window.
    pub(super) fn window(&mut self, window: Window) -> Result<Vec<String>, Failure> {
        // Where PayPal lists fewer than it counts, they moved from page to page meanwhile.
        let first = self.pages(window)?;
        let pages = if first.is_complete() { first } else { self.pages(window)? };
        if !pages.is_complete() {
            self.found.miss(window, Reason::Incomplete);
        }
        if let Some(available) = pages.available.filter(|available| *available < window.end) {
            self.found.miss(Window { start: available.max(window.start), ..window }, Reason::NotYetAvailable);
        }
        Ok(pages.transactions)
    }

    fn pages(&mut self, window: Window) -> Result<Pages, Failure> {
        let mut pages = Pages::default();
        let mut input = Some(self.input(window)?);
        while let Some(text) = input {
            let reply = call(self.platform, LIST, &Arguments::parse(&text)?);
            self.exchanges.attempts += match &reply {
                Ok(reply) => reply.attempts,
                Err(failure) => failure.attempts,
            };
            let reply = reply?;
            self.exchanges.debug_id = reply.debug_id;
            let body = reply.body.unwrap_or_default();
            self.read(&body, &mut pages);
            input = reply.next;
        }
        Ok(pages)
    }

    /// The input of a window's first page.
    fn input(&self, window: Window) -> Result<String, Failure> {
        let mut members = vec![window.to_json(), format!("\"page_size\":{PAGE_SIZE}")];
        for parameter in LIST.parameters {
            let is_own = matches!(parameter.name, "start_date" | "end_date" | "page_size" | "page");
            if let Some(value) = self.arguments.parameter(parameter.name).filter(|_| !is_own) {
                members.push(format!("{}:{}", text(parameter.name), text(&value)));
            }
        }
        let mut options = self.arguments.options.clone();
        if let Some(deadline) = self.deadline {
            let left = deadline.saturating_duration_since(Instant::now()).as_millis();
            if left == 0 {
                let message = "the call's deadline has passed before all of the range was read";
                return Err(Failure { retryable: true, ..Failure::unsent(Kind::TimedOut, message) });
            }
            options.deadline_ms = Some(u32::try_from(left).unwrap_or(u32::MAX));
        }
        members.push(format!("\"options\":{}", options.to_json_for(None)));
        Ok(format!("{{{}}}", members.join(",")))
    }

    fn read(&mut self, body: &str, pages: &mut Pages) {
        let Ok(json) = Json::parse(body) else { return };
        let mut end = None;
        for (name, value) in json.members() {
            let raw = value.as_str();
            let moment = || value.text().as_deref().and_then(date::parse);
            match &*name {
                "transaction_details" => {
                    pages.transactions.extend(value.items().map(|it| it.as_str().to_owned()));
                }
                "account_number" => self.exchanges.account_number = Some(raw.to_owned()),
                "last_refreshed_datetime" => {
                    self.exchanges.last_refreshed = Some(raw.to_owned());
                    end = end.into_iter().chain(moment()).min();
                }
                "end_date" => end = end.into_iter().chain(moment()).min(),
                "total_items" if pages.total.is_none() => pages.total = value.as_u64(),
                _ => {}
            }
        }
        pages.available = pages.available.into_iter().chain(end).min();
    }

    /// A failure as that of the action as a whole.
    pub(super) fn failed(&self, failure: Failure) -> Failure {
        let attempts = self.exchanges.attempts;
        Failure { attempts, request_sent: attempts > 0, ..failure }
    }

    pub(super) fn reply(self, range: Window) -> Reply {
        let Self { found, exchanges, .. } = self;
        let missing = found.missing.iter();
        let missing: Vec<_> = missing
            .map(|(window, reason)| format!("{{{},\"reason\":{}}}", window.to_json(), text(reason.as_str())))
            .collect();
        let optional = |name, raw: Option<String>| raw.map(|raw| format!("{}:{raw},", text(name))).unwrap_or_default();
        let body = format!(
            "{{{}{},{}\"total_items\":{},\"truncated\":{},\"missing\":[{}],\"transaction_details\":[{}]}}",
            optional("account_number", exchanges.account_number),
            range.to_json(),
            optional("last_refreshed_datetime", exchanges.last_refreshed),
            found.transactions.len(),
            !missing.is_empty(),
            missing.join(","),
            found.transactions.join(","),
        );
        Reply {
            status: 200,
            body: Some(body),
            debug_id: exchanges.debug_id,
            idempotency_key: None,
            attempts: exchanges.attempts,
            next: None,
            file: None,
        }
    }
}
