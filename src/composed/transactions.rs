//! `transactions.search`: any range of time, out of pages of at most 31 days and 10 000 transactions.

use std::{collections::BTreeMap, time::Instant};

use time::Duration;

use crate::{
    arguments::Arguments,
    call::{Platform, call},
    catalogue::transactions::LIST,
    date::{self, OffsetDateTime},
    document::Json,
    failure::{Failure, Kind},
    paging::text,
    reply::Reply,
};

/// The longest range that PayPal answers for at once.
const WINDOW: Duration = Duration::days(31);

/// The largest page.
const PAGE_SIZE: u32 = 500;

/// The most that a reply holds, in bytes of transactions: two copies of them have to fit an instance's memory.
const MAX_BYTES: usize = 32 * 1024 * 1024;

/// Finds all transactions in a range.
///
/// # Errors
/// Those of `transactions.list`. That PayPal finds a window too large is none: it is halved.
pub fn search(platform: &dyn Platform, arguments: &Arguments) -> Result<Reply, Failure> {
    let moment = |name| {
        let value = arguments.parameter(name).and_then(|value| date::parse(&value));
        // The windows are written in UTC, which may be in a year that has five digits.
        let value = value.filter(|moment| date::format(*moment).is_some());
        value.ok_or_else(|| Failure::unsent(Kind::InvalidInput, format!("{name} is no moment that UTC has a form for")))
    };
    let range = Window { start: moment("start_date")?, end: moment("end_date")? };
    let deadline = arguments.options.deadline();
    let mut search = Search { platform, arguments, deadline, found: Found::default(), exchanges: Exchanges::default() };
    let mut open: Vec<Window> = range.split().collect();
    open.reverse();
    while let Some(window) = open.pop() {
        if search.found.bytes > MAX_BYTES {
            let rest = Window { start: window.start, end: range.end };
            search.found.miss(rest, Reason::TooLarge);
            break;
        }
        match search.window(window) {
            Ok(transactions) => search.found.add(transactions),
            Err(failure) if is_too_many(&failure) => match window.halve() {
                Some((first, second)) => open.extend([second, first]),
                None => search.found.miss(window, Reason::TooManyInOneSecond),
            },
            Err(failure) => {
                let attempts = search.exchanges.attempts;
                return Err(Failure { attempts, request_sent: attempts > 0, ..failure });
            }
        }
    }
    Ok(search.reply(range))
}

/// A range of time, with both its ends.
#[derive(Clone, Copy)]
struct Window {
    start: OffsetDateTime,
    end: OffsetDateTime,
}

impl Window {
    /// The windows that PayPal answers for, in order. Each begins where the one before ends: whether PayPal counts a range's
    /// last moment in is not published, and what both have is listed once.
    fn split(self) -> impl Iterator<Item = Self> {
        let mut next = Some(self.start);
        std::iter::from_fn(move || {
            let start = next?;
            // Where there is no moment that late, the end is before it.
            let end = start.checked_add(WINDOW).map_or(self.end, |end| end.min(self.end));
            next = (end < self.end).then_some(end);
            Some(Self { start, end })
        })
    }

    /// Two halves that meet at a full second; none where there is no second between the ends.
    fn halve(self) -> Option<(Self, Self)> {
        let seconds = (self.end - self.start).whole_seconds();
        let middle = self.start + Duration::seconds(seconds / 2);
        (seconds > 1).then_some((Self { end: middle, ..self }, Self { start: middle, ..self }))
    }

    fn to_json(self) -> String {
        format!("\"start_date\":{},\"end_date\":{}", text(&written(self.start)), text(&written(self.end)))
    }
}

/// A moment as PayPal takes it. It has come out of such a text, so it has one.
fn written(moment: OffsetDateTime) -> String {
    date::format(moment).unwrap_or_default()
}

/// Why a part of the range is missing.
#[derive(Clone, Copy)]
enum Reason {
    TooManyInOneSecond,
    NotYetAvailable,
    Incomplete,
    TooLarge,
}

impl Reason {
    fn as_str(self) -> &'static str {
        match self {
            Self::TooManyInOneSecond => "too-many-in-one-second",
            Self::NotYetAvailable => "not-yet-available",
            Self::Incomplete => "incomplete",
            Self::TooLarge => "too-large",
        }
    }
}

struct Search<'a> {
    platform: &'a dyn Platform,
    arguments: &'a Arguments<'a>,
    deadline: Option<Instant>,
    found: Found,
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

/// The transactions found so far, as PayPal has written them.
#[derive(Default)]
struct Found {
    transactions: Vec<String>,
    bytes: usize,
    /// Where those of the window before begin.
    before: usize,
    missing: Vec<(Window, Reason)>,
}

impl Found {
    /// Adds those of a window, without those at its beginning that the window before has too.
    fn add(&mut self, transactions: Vec<String>) {
        let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
        for transaction in &self.transactions[self.before..] {
            *seen.entry(transaction).or_default() += 1;
        }
        let mut is_new = |transaction: &String| match seen.get_mut(transaction.as_str()) {
            Some(times @ 1..) => {
                *times -= 1;
                false
            }
            _ => true,
        };
        let new: Vec<String> = transactions.into_iter().filter(|it| is_new(it)).collect();
        self.before = self.transactions.len();
        self.bytes += new.iter().map(String::len).sum::<usize>();
        self.transactions.extend(new);
    }

    fn miss(&mut self, window: Window, reason: Reason) {
        self.missing.push((window, reason));
    }
}

impl Search<'_> {
    /// The transactions of a window.
    fn window(&mut self, window: Window) -> Result<Vec<String>, Failure> {
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

    fn reply(self, range: Window) -> Reply {
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

/// The pages of one window.
#[derive(Default)]
struct Pages {
    transactions: Vec<String>,
    /// How many PayPal counts on all of them.
    total: Option<u64>,
    /// Up to when PayPal has them.
    available: Option<OffsetDateTime>,
}

impl Pages {
    fn is_complete(&self) -> bool {
        self.total.is_none_or(|total| self.transactions.len() as u64 >= total)
    }
}

fn is_too_many(failure: &Failure) -> bool {
    const NAME: &str = "RESULTSET_TOO_LARGE";
    failure.name.as_deref() == Some(NAME) || failure.details.iter().any(|issue| issue.issue.as_deref() == Some(NAME))
}

#[cfg(test)]
mod tests {
    use std::{cell::RefCell, time::Duration as StdDuration};

    use super::*;
    use crate::document::Document;
    use crate::{
        call::NoToken,
        catalogue::transactions::SEARCH,
        environment::Environment,
        options::CallOptions,
        request::Request,
        response::{Lost, Response},
        token::{Granted, Token},
    };

    const START: i64 = 1_767_225_600; // 2026-01-01T00:00:00Z

    /// An account with a transaction at each of these seconds from [`START`] on, as PayPal would list them.
    struct Account {
        seconds: Vec<i64>,
        most: usize,
        counts_the_end: bool,
        available: Option<i64>,
        windows: RefCell<Vec<(i64, i64)>>,
        lose_once: RefCell<bool>,
        slow: bool,
    }

    impl Account {
        fn new(seconds: impl IntoIterator<Item = i64>) -> Self {
            Self {
                seconds: seconds.into_iter().collect(),
                most: 10_000,
                counts_the_end: true,
                available: None,
                windows: RefCell::default(),
                lose_once: RefCell::new(false),
                slow: false,
            }
        }

        fn search(&self, from: i64, to: i64) -> (Reply, Vec<String>) {
            let reply = call(self, SEARCH, &range(from, to)).unwrap();
            let body = reply.body.clone().unwrap();
            let body = Document::parse(&body).unwrap();
            let ids = body.get("transaction_details").unwrap().items().iter();
            let ids = ids.map(|it| it.get("id").and_then(Document::as_text).unwrap().to_owned()).collect();
            (reply, ids)
        }

        fn missing(reply: &Reply) -> Vec<String> {
            let body = reply.body.as_deref().unwrap();
            let body = Document::parse(body).unwrap();
            let missing = body.get("missing").unwrap().items();
            assert_eq!(body.get("truncated"), Some(&Document::Boolean(!missing.is_empty())));
            let text = |it: &Document, name| it.get(name).and_then(Document::as_text).unwrap().to_owned();
            missing
                .iter()
                .map(|it| format!("{} {} {}", text(it, "start_date"), text(it, "end_date"), text(it, "reason")))
                .collect()
        }
    }

    fn at(second: i64) -> String {
        written(OffsetDateTime::from_unix_timestamp(START + second).unwrap())
    }

    #[test]
    fn the_last_days_of_9999_are_searched_and_not_beyond() {
        let account = Account::new([]);
        let search = |end: &str| {
            let range = Arguments::new(None).with("start_date", "9999-12-20T00:00:00Z".to_owned());
            call(&account, SEARCH, &range.with("end_date", end.to_owned()))
        };
        assert!(search("9999-12-31T23:59:59Z").is_ok());
        let failure = search("9999-12-31T23:59:59-05:00").unwrap_err();
        assert_eq!(failure.kind, Kind::InvalidInput);
        assert!(failure.message.contains("end_date"), "{}", failure.message);
    }

    fn range(from: i64, to: i64) -> Arguments<'static> {
        Arguments::new(None).with("start_date", at(from)).with("end_date", at(to))
    }

    impl Platform for Account {
        fn environment(&self) -> Environment {
            Environment::Sandbox
        }

        fn max_attempts(&self) -> u32 {
            1
        }

        fn sleep(&self, _: StdDuration) {}

        fn token(&self, _: Option<&Token>) -> Result<Granted, NoToken> {
            if self.slow {
                std::thread::sleep(StdDuration::from_millis(3));
            }
            Ok(Token::new("token".to_owned()).into())
        }

        fn send(&self, request: &Request, _: Option<&Token>, _: Option<Instant>) -> Result<Response, Lost> {
            let (_, query) = request.path_and_query.split_once('?').unwrap();
            let find = |name: &str| {
                let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
                pairs.find(|(key, _)| *key == name).map(|(_, value)| value.replace("%3A", ":"))
            };
            let second = |name| date::parse(&find(name).unwrap()).unwrap().unix_timestamp() - START;
            let (start, end) = (second("start_date"), second("end_date"));
            let page: usize = find("page").map_or(1, |page| page.parse().unwrap());
            if page == 1 {
                self.windows.borrow_mut().push((start, end));
            }
            assert!(end - start <= 31 * 86_400, "a window of more than 31 days");
            let is_in = |it: &(usize, i64)| start <= it.1 && (it.1 < end || (it.1 == end && self.counts_the_end));
            let seconds = self.seconds.iter().copied().enumerate();
            let found: Vec<_> =
                seconds.filter(|it| is_in(it) && self.available.is_none_or(|last| it.1 <= last)).collect();
            if found.len() > self.most {
                let body = br#"{"name": "RESULTSET_TOO_LARGE", "message": "Too many.", "details": []}"#.to_vec();
                return Ok(Response { status: 400, headers: Vec::new(), body: Ok(body) });
            }
            let size: usize = find("page_size").unwrap().parse().unwrap();
            let mut items = found.chunks(size).nth(page - 1).unwrap_or_default().to_vec();
            if std::mem::take(&mut *self.lose_once.borrow_mut()) {
                items.pop();
            }
            let items: Vec<_> = items
                .iter()
                .map(|(id, second)| format!(r#"{{"id": "{id}", "at": "{}", "quantity": 1.0}}"#, at(*second)))
                .collect();
            let last = self.available.map_or(end, |last| end.min(last));
            let body = format!(
                r#"{{"transaction_details": [{}], "account_number": "XZ", "start_date": "{}", "end_date": "{}",
                    "last_refreshed_datetime": "2030-01-01T00:00:00+0000", "page": {page}, "total_items": {}, "total_pages": {}}}"#,
                items.join(","),
                at(start),
                at(last),
                found.len(),
                found.len().div_ceil(size),
            );
            Ok(Response { status: 200, headers: Vec::new(), body: Ok(body.into_bytes()) })
        }
    }

    fn all(count: usize) -> Vec<String> {
        (0..count).map(|id| id.to_string()).collect()
    }

    const DAY: i64 = 86_400;

    #[test]
    fn a_year_is_read_in_windows_without_a_loss_or_a_double_at_the_seams() {
        for counts_the_end in [true, false] {
            // Some at the very seams, three of them within one second.
            let seconds = [0, 31 * DAY - 1, 31 * DAY, 31 * DAY, 31 * DAY, 31 * DAY + 1, 62 * DAY, 200 * DAY, 364 * DAY];
            let account = Account { counts_the_end, ..Account::new(seconds) };
            let (reply, ids) = account.search(0, 365 * DAY);
            assert_eq!(ids, all(9));
            assert_eq!(Account::missing(&reply), [""; 0]);
            assert_eq!((reply.attempts, account.windows.borrow().len()), (12, 12));
            assert!(reply.body.unwrap().contains("\"quantity\": 1.0"), "as PayPal has written it");
        }
    }

    #[test]
    fn a_window_that_is_too_large_is_halved_until_it_is_not() {
        let account = Account { most: 700, ..Account::new((0..5000).map(|it| it * 500)) };
        let (reply, ids) = account.search(0, 5000 * 500);
        assert_eq!(ids, all(5000));
        assert_eq!(Account::missing(&reply), [""; 0]);
    }

    #[test]
    fn a_second_that_is_too_full_is_said_to_be_missing() {
        let account = Account { most: 3, ..Account::new([0, 10, 10, 10, 10, 20]) };
        let (reply, ids) = account.search(0, 20);
        assert_eq!(ids, ["0", "5"]);
        let missing = Account::missing(&reply);
        assert!(!missing.is_empty() && missing.iter().all(|it| it.ends_with("too-many-in-one-second")), "{missing:?}");
    }

    #[test]
    fn what_paypal_does_not_have_yet_is_said_to_be_missing() {
        let account = Account { available: Some(40 * DAY), ..Account::new([DAY, 40 * DAY, 41 * DAY]) };
        let (reply, ids) = account.search(0, 50 * DAY);
        assert_eq!(ids, ["0", "1"]);
        assert_eq!(Account::missing(&reply), [format!("{} {} not-yet-available", at(40 * DAY), at(50 * DAY))]);
    }

    #[test]
    fn a_window_with_fewer_than_are_counted_is_read_again() {
        let account = Account { lose_once: RefCell::new(true), ..Account::new([1, 2, 3]) };
        let (reply, ids) = account.search(0, 10);
        assert_eq!(ids, all(3));
        assert_eq!((Account::missing(&reply).len(), reply.attempts), (0, 2));
    }

    #[test]
    fn a_deadline_holds_for_all_of_it() {
        let account = Account { slow: true, ..Account::new([]) };
        let options = CallOptions { deadline_ms: Some(1), ..CallOptions::default() };
        let arguments = Arguments { options, ..range(0, DAY) };
        let failure = call(&account, SEARCH, &arguments).unwrap_err();
        assert_eq!((failure.kind, failure.request_sent), (Kind::TimedOut, false));
        assert!(account.windows.borrow().is_empty());
    }

    #[test]
    fn filters_and_spellings_of_moments_go_along() {
        let account = Account::new([5]);
        let arguments = Arguments::new(None)
            .with("start_date", "2026-01-01T00:00:00+0000".to_owned())
            .with("end_date", "2025-12-31T20:00:10-0400".to_owned())
            .with("transaction_status", "S".to_owned());
        let reply = call(&account, SEARCH, &arguments).unwrap();
        assert!(reply.body.unwrap().contains("\"end_date\":\"2026-01-01T00:00:10Z\""));
        assert_eq!(*account.windows.borrow(), [(0, 10)]);
    }
}
