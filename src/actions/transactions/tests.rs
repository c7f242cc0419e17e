mod gaps;

use std::{
    cell::RefCell,
    time::{Duration, Instant},
};

use super::*;
use crate::{
    actions::run::run,
    base::{
        date::{self, OffsetDateTime, written},
        document::Document,
    },
    call::options::CallOptions,
    catalogue::transactions::SEARCH,
    platform::{
        environment::Environment,
        failure::Kind,
        interface::TokenError,
        request::Request,
        response::{Response, SendError},
        token::{Granted, Token},
    },
};

const START: i64 = 1_767_225_600; // 2026-01-01T00:00:00Z

/// An account with a transaction at each of these seconds after [`START`], as listed by PayPal.
struct Account {
    seconds: Vec<i64>,
    most: usize,
    counts_the_end: bool,
    available: Option<i64>,
    /// The second up to which it says it has transactions, if it says so.
    refreshed: Option<i64>,
    /// Whether it refuses a window of which it has nothing yet.
    refuses_future: bool,
    /// What this machine's clock shows.
    now: i64,
    windows: RefCell<Vec<(i64, i64)>>,
    lose_once: RefCell<bool>,
    slow: bool,
    /// In each transaction.
    note: String,
}

impl Account {
    fn new(seconds: impl IntoIterator<Item = i64>) -> Self {
        Self {
            seconds: seconds.into_iter().collect(),
            most: 10_000,
            counts_the_end: true,
            available: None,
            refreshed: Some(4 * 365 * DAY),
            refuses_future: false,
            now: 365 * DAY,
            windows: RefCell::default(),
            lose_once: RefCell::new(false),
            slow: false,
            note: String::new(),
        }
    }

    /// A search that one call is enough for.
    fn search(&self, from: i64, to: i64) -> (Reply, Vec<String>) {
        let reply = run(self, SEARCH, &range(from, to)).unwrap();
        assert_eq!(reply.next, None);
        let ids = Self::ids(&reply);
        (reply, ids)
    }

    /// The replies of all calls of a search.
    fn search_all(&self, from: i64, to: i64) -> Vec<Reply> {
        let mut replies = vec![run(self, SEARCH, &range(from, to)).unwrap()];
        while let Some(next) = replies.last().and_then(|reply| reply.next.clone()) {
            replies.push(run(self, SEARCH, &Arguments::parse(&next).unwrap_or_default()).unwrap());
        }
        replies
    }

    fn ids(reply: &Reply) -> Vec<String> {
        let body = reply.body.as_deref().unwrap();
        let body = Document::parse(body).unwrap();
        let ids = body.get("transaction_details").unwrap().items().iter();
        ids.map(|it| it.get("id").and_then(Document::as_text).unwrap().to_owned()).collect()
    }

    fn missing(reply: &Reply) -> Vec<String> {
        let body = reply.body.as_deref().unwrap();
        let body = Document::parse(body).unwrap();
        let missing = body.get("missing").unwrap().items();
        assert_eq!(body.get("truncated"), Some(&Document::Boolean(reply.next.is_some() || !missing.is_empty())));
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

    fn sleep(&self, _: Duration) {}

    fn now(&self) -> OffsetDateTime {
        OffsetDateTime::from_unix_timestamp(START + self.now).unwrap()
    }

    fn token(&self, _: Option<&Token>) -> Result<Granted, TokenError> {
        if self.slow {
            std::thread::sleep(Duration::from_millis(3));
        }
        Ok(Token::new("token".to_owned()).into())
    }

    fn send(&self, request: &Request, _: Option<&Token>, _: Option<Instant>) -> Result<Response, SendError> {
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
        if self.refuses_future && self.refreshed.or(self.available).is_some_and(|last| start > last) {
            let body = br#"{"name": "INVALID_REQUEST", "message": "Data for the given start date is not available."}"#;
            return Ok(Response { status: 400, headers: Vec::new(), body: Ok(body.to_vec()) });
        }
        let is_in = |it: &(usize, i64)| start <= it.1 && (it.1 < end || (it.1 == end && self.counts_the_end));
        let seconds = self.seconds.iter().copied().enumerate();
        let found: Vec<_> = seconds.filter(|it| is_in(it) && self.available.is_none_or(|last| it.1 <= last)).collect();
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
            .map(|(id, second)| {
                let info = format!(r#"{{"transaction_initiation_date": "{}"}}"#, at(*second));
                format!(r#"{{"id": "{id}", "transaction_info": {info}, "quantity": 1.0, "note": "{}"}}"#, self.note)
            })
            .collect();
        let last = self.available.map_or(end, |last| end.min(last));
        let body = format!(
            r#"{{"transaction_details": [{}], "account_number": "XZ", "start_date": "{}", "end_date": "{}",
                {} "page": {page}, "total_items": {}, "total_pages": {}}}"#,
            items.join(","),
            at(start),
            at(last),
            self.refreshed.map_or(String::new(), |last| format!(
                r#""last_refreshed_datetime": "{}","#,
                at(last).replace('Z', "+0000")
            )),
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
        // Some exactly on window boundaries, three of them in the same second.
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
    let failure = run(&account, SEARCH, &arguments).unwrap_err();
    assert_eq!((failure.kind, failure.request_sent), (Kind::TimedOut, false));
    assert!(account.windows.borrow().is_empty());
}

#[test]
fn filters_and_spellings_of_times_are_passed_on() {
    let account = Account::new([5]);
    let arguments = Arguments::new(None)
        .with("start_date", "2026-01-01T00:00:00+0000".to_owned())
        .with("end_date", "2025-12-31T20:00:10-0400".to_owned())
        .with("transaction_status", "S".to_owned());
    let reply = run(&account, SEARCH, &arguments).unwrap();
    assert!(reply.body.unwrap().contains("\"end_date\":\"2026-01-01T00:00:10Z\""));
    assert_eq!(*account.windows.borrow(), [(0, 10)]);
}

#[test]
fn very_many_are_read_by_calls_that_do_not_grow() {
    for counts_the_end in [true, false] {
        // On the seconds of the seams there are several, and alike ones among them.
        let account = Account { counts_the_end, ..Account::new((0..36_000).map(|it| it / 3 * 100)) };
        let replies = account.search_all(0, 1_200_000);
        let ids: Vec<_> = replies.iter().map(Account::ids).collect();
        assert!(ids.concat() == all(36_000), "{counts_the_end}: one is lost, or listed twice");
        assert!(ids.iter().all(|ids| ids.len() <= 10_000) && ids.len() >= 4);
        assert!(replies.iter().all(|reply| Account::missing(reply).is_empty()));
        // A window that is not read to its end is asked for again; those are few.
        let requests: u32 = replies.iter().map(|reply| reply.attempts).sum();
        assert!(requests < 36_000 / 500 * 2, "{requests}");
        for next in replies.iter().filter_map(|reply| reply.next.as_ref()) {
            assert!(next.len() < 300, "{next}");
        }
    }
}

#[test]
fn each_call_covers_the_part_between_two_cursors() {
    let account = Account::new((0..30_000).map(|it| it * 100));
    let replies = account.search_all(0, 3_000_000);
    let text = |body: &Document, name| body.get(name).and_then(Document::as_text).unwrap().to_owned();
    let mut end = at(0);
    for reply in &replies {
        let body = Document::parse(reply.body.as_deref().unwrap()).unwrap();
        assert_eq!(text(&body, "start_date"), end);
        end = text(&body, "end_date");
        if let Some(next) = &reply.next {
            let next = Document::parse(next).unwrap();
            assert_eq!((text(&next, "start_date"), text(&next, "end_date")), (end.clone(), at(3_000_000)));
        }
    }
    assert_eq!(end, at(3_000_000));
}

#[test]
fn large_transactions_make_small_windows() {
    // A page has 10 MB, a reply 8 MiB.
    let account = Account { note: "x".repeat(20_000), ..Account::new((0..1_200).map(|it| it * 60)) };
    let replies = account.search_all(0, 1_200 * 60);
    let ids: Vec<_> = replies.iter().map(Account::ids).collect();
    assert_eq!(ids.concat(), all(1_200));
    assert!(
        replies.iter().all(|reply| reply.body.as_ref().unwrap().len() < 9 << 20 && Account::missing(reply).is_empty())
    );
}

#[test]
fn filters_and_options_go_along_to_the_next_call() {
    let account = Account::new((0..20_000).map(|it| it * 100));
    let options = CallOptions { deadline_ms: Some(60_000), ..CallOptions::default() };
    let arguments = Arguments { options, ..range(0, 2_000_000) }.with("transaction_status", "S".to_owned());
    let next = run(&account, SEARCH, &arguments).unwrap().next.unwrap();
    let next = Document::parse(&next).unwrap();
    assert_eq!(next.get("transaction_status").and_then(Document::as_text), Some("S"));
    assert!(next.get("options").and_then(|options| options.get("deadline_ms")).is_some());
}

#[test]
fn a_limit_of_rows_is_kept_and_nothing_is_lost_by_it() {
    for limit in [1, 7, 100] {
        // In every tenth second there are three.
        let seconds = (0..200).map(|it| it / 3 * 10).chain([90_000; 9]);
        let account = Account::new(seconds);
        let first = range(0, 100_000).with("limit", u32::try_from(limit).unwrap());
        let mut replies = vec![run(&account, SEARCH, &first).unwrap()];
        while let Some(next) = replies.last().and_then(|reply| reply.next.clone()) {
            replies.push(run(&account, SEARCH, &Arguments::parse(&next).unwrap_or_default()).unwrap());
        }
        let ids: Vec<_> = replies.iter().map(Account::ids).collect();
        assert!(ids.concat() == all(209), "{limit}: one is lost, or listed twice");
        // Those of a second stay together; a window has its both ends.
        assert!(ids.iter().all(|ids| ids.len() <= limit.max(9)), "{limit}");
        assert!(replies.iter().all(|reply| Account::missing(reply).is_empty()), "{limit}");
    }
}

#[test]
fn a_cursor_of_another_search_is_refused() {
    let account = Account::new([5]);
    let day = |end: i64| (START + end).to_string();
    for cursor in ["", "first", ";xyz", &format!("{};", day(0)), &format!("{};", day(DAY + 1)), &";1".repeat(200_000)] {
        let arguments = range(0, DAY).with("cursor", cursor.to_owned());
        let failure = run(&account, SEARCH, &arguments).unwrap_err();
        assert_eq!((failure.kind, failure.details[0].field.as_deref()), (Kind::InvalidInput, Some("/cursor")));
    }
    assert!(account.windows.borrow().is_empty(), "nothing was sent");
    let arguments = range(0, DAY).with("cursor", format!("{},{};0", day(50), day(20)));
    assert_eq!(Account::ids(&run(&account, SEARCH, &arguments).unwrap()), ["0"]);
    assert_eq!(*account.windows.borrow(), [(0, 20), (20, 50), (50, DAY)]);
}

const CENTURY: i64 = 100 * 365 * DAY;

/// An account with something on the 40th day, refreshed on the 50th.
fn until_the_50th_day() -> Account {
    Account { refreshed: Some(50 * DAY), available: Some(50 * DAY), now: 50 * DAY, ..Account::new([0, 40 * DAY]) }
}

#[test]
fn the_future_is_not_asked_for_window_by_window() {
    let account = until_the_50th_day();
    let (reply, ids) = account.search(0, CENTURY);
    assert_eq!((ids, account.windows.borrow().len()), (all(2), 2));
    assert_eq!(Account::missing(&reply), [format!("{} {} not-yet-available", at(50 * DAY), at(CENTURY))]);
    let body = reply.body.unwrap();
    assert!(body.contains(&format!(r#""end_date":"{}""#, at(CENTURY))), "{body}");

    // A range that begins there is asked for once, since the clock may be wrong.
    for refuses_future in [true, false] {
        let account = Account { refuses_future, ..until_the_50th_day() };
        let (reply, _) = account.search(60 * DAY, CENTURY);
        let missing = Account::missing(&reply);
        assert_eq!((account.windows.borrow().len(), missing.len()), (1, 1), "{missing:?}");
        assert!(missing[0].ends_with(&format!("{} not-yet-available", at(CENTURY))), "{missing:?}");
    }
    let silent = Account { refreshed: None, refuses_future: true, ..until_the_50th_day() };
    silent.search(0, CENTURY);
    assert_eq!(silent.windows.borrow().len(), 3, "the first refusal is enough");
}

#[test]
fn a_wrong_clock_hides_nothing() {
    let seconds = || [0, 40 * DAY, 200 * DAY, 300 * DAY];
    // PayPal's and this machine's: behind, and ahead.
    for (refreshed, now) in [(300, 0), (300, 1_000), (0, 310), (1_000, 310)] {
        let account = Account { refreshed: Some(refreshed * DAY), now: now * DAY, ..Account::new(seconds()) };
        let ids: Vec<_> = account.search_all(0, 1_500 * DAY).iter().flat_map(Account::ids).collect();
        assert_eq!(ids, all(4), "{refreshed} {now}");
    }
    let silent = Account { refreshed: None, now: 0, ..Account::new(seconds()) };
    assert_eq!(silent.search(0, 310 * DAY).1, all(4));
}
