mod account;

use std::collections::BTreeMap;

use serde_json::Value;

use self::account::{Account, Order, START};
use crate::{
    actions::run::run,
    call::arguments::Arguments,
    catalogue::{Action, disputes, events, invoices, subscriptions, transactions},
    platform::{failure::Kind, reply::Reply},
};

const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;

/// Someone who polls, and keeps the checkpoint.
struct Poller {
    action: &'static Action,
    /// What else the input has.
    filters: &'static str,
    checkpoint: Option<String>,
    /// How often each version of each thing was listed.
    listed: BTreeMap<(String, u64), u32>,
    duplicates: Vec<String>,
    calls: u32,
    failures: u32,
    stops: u32,
}

impl Poller {
    fn new(action: &'static Action, filters: &'static str) -> Self {
        let (listed, duplicates) = (BTreeMap::new(), Vec::new());
        Self { action, filters, checkpoint: None, listed, duplicates, calls: 0, failures: 0, stops: 0 }
    }

    /// One call. Returns whether there is more.
    fn call(&mut self, account: &Account) -> bool {
        let place = match &self.checkpoint {
            None => "\"since\": \"2026-01-01T00:00:00Z\"".to_owned(),
            Some(checkpoint) => format!("\"checkpoint\": \"{checkpoint}\""),
        };
        let input = format!("{{{place}{}}}", self.filters);
        self.calls += 1;
        let reply = match run(account, self.action, &Arguments::parse(&input).unwrap_or_default()) {
            Ok(reply) => reply,
            Err(failure) => {
                assert!(
                    matches!(failure.kind, Kind::RateLimited | Kind::ProviderError | Kind::TimedOut),
                    "{failure:?}"
                );
                self.failures += 1;
                return true;
            }
        };
        self.take(account, &reply)
    }

    fn take(&mut self, account: &Account, reply: &Reply) -> bool {
        let body: Value = serde_json::from_str(reply.body.as_deref().unwrap()).unwrap();
        for item in body["items"].as_array().unwrap() {
            let thing = ["transaction_info", "event"].iter().find_map(|name| item.get(name)).unwrap_or(item);
            let id = ["dispute_id", "transaction_id", "id"].iter().find_map(|name| thing.get(name)?.as_str()).unwrap();
            *self.listed.entry((id.to_owned(), thing["v"].as_u64().unwrap_or(0))).or_default() += 1;
            if item.get("event").is_some() {
                let input = format!(r#"{{"webhook_id": "HOOK", "event_id": "{id}"}}"#);
                run(account, events::ACKNOWLEDGE, &Arguments::parse(&input).unwrap_or_default()).unwrap();
            }
        }
        self.duplicates
            .extend(body["duplicates"].as_array().into_iter().flatten().map(|id| id.as_str().unwrap().to_owned()));
        self.stops += u32::from(body.get("stopped").is_some());
        self.checkpoint = Some(body["checkpoint"].as_str().unwrap().to_owned());
        assert_eq!(body["missing"], serde_json::json!([]));
        assert_eq!(body["may_repeat"], false);
        assert_eq!(body["more"].as_bool(), Some(reply.next.is_some()));
        if let Some(next) = &reply.next {
            let next: Value = serde_json::from_str(next).unwrap();
            assert!(next["checkpoint"] == body["checkpoint"] && next.get("since").is_none());
        }
        reply.next.is_some()
    }

    /// Calls until there is no more.
    fn round(&mut self, account: &Account) {
        let before = self.calls;
        while self.call(account) {
            assert!(self.calls - before < 2_000, "it does not end");
        }
    }

    fn assert_whole(&self, account: &Account, what: &str) {
        for thing in account.shown() {
            let times = self.listed.get(&(thing.id.to_string(), thing.version.into())).copied().unwrap_or(0);
            assert_eq!(times, 1, "{what}: {thing:?}");
        }
        let twice: Vec<_> = self.listed.iter().filter(|(_, times)| **times != 1).collect();
        assert!(twice.is_empty(), "{what}: listed twice: {twice:?}");
    }
}

/// Something happens, or not.
fn happen(account: &Account, most_lag: u64) {
    account.now.set(account.now.get() + 1 + i64::try_from(account.random(20)).unwrap());
    let lag = i64::try_from(account.random(most_lag)).unwrap();
    let count = account.things.borrow().len() as u64;
    match account.random(4) {
        0 => {
            account.add(lag);
        }
        1 | 2 if count > 0 => account.change(usize::try_from(account.random(count)).unwrap(), lag),
        _ => {}
    }
}

#[test]
fn what_changes_while_it_is_read_is_listed_once_whatever_fails() {
    let mut figures = Vec::new();
    for (action, orders) in [
        (disputes::CHANGED_SINCE, &[Order::NewestFirst, Order::LastChangedFirst, Order::LastChangedLast][..]),
        (subscriptions::CHANGED_SINCE, &[Order::NewestFirst, Order::LastChangedFirst, Order::LastChangedLast]),
        (invoices::CHANGED_SINCE, &[Order::NewestFirst, Order::LastChangedFirst]),
        (transactions::CHANGED_SINCE, &[Order::NewestFirst]),
    ] {
        for (seed, order) in (1..).zip(orders) {
            // Things show up to 50 minutes late, transactions up to 3 hours.
            let lag: u64 = if action.id == transactions::CHANGED_SINCE.id { 10_800 } else { 3_000 };
            let account = Account::new(seed * 7919, move |account| happen(account, lag));
            account.order.set(*order);
            for request in 0..2_000 {
                if account.random(12) == 0 {
                    account.failing.borrow_mut().push(request);
                }
            }
            let mut poller = Poller::new(action, r#", "limit": 37"#);
            for _ in 0..20 {
                for _ in 0..account.random(50) {
                    happen(&account, lag);
                }
                poller.round(&account);
                account.now.set(account.now.get() + i64::try_from(account.random(2_000)).unwrap());
            }
            let what = format!("{} {order:?}", action.id);
            let (calls, listed) = (poller.calls, poller.listed.len());
            figures.push(format!(
                "{what}: {calls} calls, {listed} listed, {} failures, {} stops",
                poller.failures, poller.stops
            ));
            assert!(poller.failures > 0, "{what}");
            // All is quiet, and what is late is shown.
            let quiet = Account { meanwhile: Box::new(|_| {}), ..account };
            quiet.now.set(quiet.now.get() + 4 * HOUR);
            quiet.failing.borrow_mut().clear();
            poller.round(&quiet);
            poller.assert_whole(&quiet, &what);
            // Then there is nothing new, ever so often.
            let listed = poller.listed.len();
            for _ in 0..3 {
                quiet.now.set(quiet.now.get() + 600);
                poller.round(&quiet);
            }
            assert_eq!(poller.listed.len(), listed, "{what}");
            poller.assert_whole(&quiet, &what);
        }
    }
    assert_eq!(figures.len(), 9, "{figures:#?}");
}

#[test]
fn a_transaction_that_changes_days_later_is_listed_again() {
    let account = Account::new(1, |_| {});
    let ids: Vec<usize> = (0..5).map(|_| account.add(0)).collect();
    let mut poller = Poller::new(transactions::CHANGED_SINCE, "");
    let mut count = 0;
    for day in 0..6 {
        account.now.set(START + day * DAY + 4 * HOUR);
        if day == 2 {
            account.change(ids[0], 0);
        }
        poller.round(&account);
        count = poller.listed.len();
    }
    assert_eq!(count, 6);
    poller.assert_whole(&account, "days later");
}

#[test]
fn what_moves_to_a_page_that_was_read_is_not_skipped() {
    // While the second page is asked for, one of the first page becomes the last, or is deleted: the others move up.
    for (action, order, is_deleted, pages) in [
        (subscriptions::CHANGED_SINCE, Order::LastChangedLast, false, 3),
        (disputes::CHANGED_SINCE, Order::LastChangedLast, false, 2),
        (invoices::CHANGED_SINCE, Order::NewestFirst, true, 2),
    ] {
        let account = Account::new(1, move |account| {
            if account.sent.borrow().len() == 1 {
                if is_deleted {
                    let id = account.things.borrow().len() - 1;
                    account.things.borrow_mut().remove(&id);
                } else {
                    account.now.set(account.now.get() + 1);
                    account.change(0, 0);
                }
            }
        });
        account.order.set(order);
        let count = if is_deleted { 150 } else { 55 };
        for _ in 0..count {
            account.add(0);
            account.now.set(account.now.get() + 1);
        }
        account.now.set(START + 7 * DAY);
        let mut poller = Poller::new(action, r#", "limit": 1000"#);
        poller.round(&account);
        assert_eq!(account.sent.borrow().len(), 2 * pages, "{}: the pages are read again", action.id);
        // The overlap does not reach back to it.
        account.now.set(START + 8 * DAY);
        poller.round(&account);
        poller.assert_whole(&account, action.id);
    }
}

#[test]
fn what_tells_no_time_of_its_change_is_listed_once_too() {
    let account = Account::new(1, |_| {});
    account.has_odd_times.set(true);
    let mut poller = Poller::new(disputes::CHANGED_SINCE, "");
    for _ in 0..30 {
        account.add(0);
        account.now.set(account.now.get() + 420);
        poller.round(&account);
    }
    poller.assert_whole(&account, "odd times");
}

#[test]
fn events_are_caught_up_with_whatever_was_delivered_and_whatever_fails() {
    for (seed, has_journal) in [(3, true), (4, true), (5, false)] {
        let account = Account::new(seed, |account| {
            account.now.set(account.now.get() + 1);
            if account.random(3) == 0 {
                account.add(i64::try_from(account.random(1_000)).unwrap());
            }
        });
        let account = Account { has_journal, ..account };
        for request in 0..2_000 {
            if account.random(6) == 0 {
                account.failing.borrow_mut().push(request);
            }
        }
        let mut poller = Poller::new(events::CATCH_UP, r#", "webhook_id": "HOOK""#);
        let mut delivered = Vec::new();
        for _ in 0..8 {
            for _ in 0..account.random(200) {
                account.now.set(account.now.get() + i64::try_from(account.random(9)).unwrap());
                let id = account.add(i64::try_from(account.random(600)).unwrap());
                // Some were delivered and acknowledged, if the platform keeps that.
                if has_journal && account.random(2) == 0 && id % 10 != 9 {
                    let input = format!(r#"{{"webhook_id": "HOOK", "event_id": "WH-{id}"}}"#);
                    run(&account, events::ACKNOWLEDGE, &Arguments::parse(&input).unwrap_or_default()).unwrap();
                    delivered.push(format!("WH-{id}"));
                }
            }
            poller.round(&account);
        }
        let quiet = Account { meanwhile: Box::new(|_| {}), ..account };
        quiet.now.set(quiet.now.get() + HOUR);
        quiet.failing.borrow_mut().clear();
        poller.round(&quiet);
        poller.duplicates.sort();
        delivered.sort();
        assert_eq!(poller.duplicates, delivered, "each is told once");
        let wanted =
            quiet.shown().into_iter().filter(|thing| thing.id % 10 != 9).map(|thing| format!("WH-{}", thing.id));
        let wanted: Vec<String> = wanted.filter(|id| delivered.binary_search(id).is_err()).collect();
        let mut listed: Vec<_> = poller.listed.iter().map(|((id, _), times)| (id.clone(), *times)).collect();
        let mut expected: Vec<_> = wanted.into_iter().map(|id| (id, 1)).collect();
        listed.sort();
        expected.sort();
        assert_eq!(listed, expected, "seed {seed}");
        assert!(expected.len() > 200 && poller.failures + poller.stops > 0, "{}", expected.len());
    }
}

#[test]
fn a_page_that_fails_in_the_middle_leaves_what_was_found_and_the_way_on() {
    for failing in 1..6 {
        let account = Account::new(9, |_| {});
        for _ in 0..430 {
            account.add(0);
        }
        account.now.set(START + 60);
        account.failing.borrow_mut().push(failing);
        let mut poller = Poller::new(invoices::CHANGED_SINCE, r#", "limit": 1000"#);
        poller.round(&account);
        let is_middle = failing < 5;
        assert_eq!((poller.stops, poller.calls), (u32::from(is_middle), 1 + u32::from(is_middle)));
        assert_eq!(account.sent.borrow().len(), 5 + usize::from(is_middle), "no page is read again");
        poller.assert_whole(&account, "in the middle");
    }
}

#[test]
fn the_reply_to_a_failure_says_why_and_what_is_left() {
    let account = Account::new(9, |_| {});
    for _ in 0..45 {
        account.add(0);
    }
    account.failing.borrow_mut().push(1);
    let input = r#"{"since": "2026-01-01T00:00:00Z", "plan_ids": "P-1"}"#;
    let reply = run(&account, subscriptions::CHANGED_SINCE, &Arguments::parse(input).unwrap_or_default()).unwrap();
    let body: Value = serde_json::from_str(reply.body.as_deref().unwrap()).unwrap();
    assert_eq!((body["items"].as_array().unwrap().len(), &body["more"]), (20, &true.into()));
    assert_eq!(
        (&body["stopped"]["reason"], &body["until"]),
        (&"provider-error".into(), &"2026-01-01T00:00:00Z".into())
    );
    assert_eq!(reply.attempts, 2);
    let next = reply.next.unwrap();
    assert!(next.contains("\"plan_ids\":\"P-1\""), "{next}");
    let sent = account.sent.borrow();
    assert_eq!(
        sent[0],
        "/v1/billing/subscriptions?plan_ids=P-1&status_updated_after=2026-01-01T00%3A00%3A00Z&page_size=20"
    );
    // Nothing that was read: the failure is the outcome.
    drop(sent);
    account.failing.borrow_mut().push(2);
    let failure =
        run(&account, subscriptions::CHANGED_SINCE, &Arguments::parse(&next).unwrap_or_default()).unwrap_err();
    assert_eq!((failure.kind, failure.attempts), (Kind::TimedOut, 1));
}

#[test]
fn a_place_that_paypal_does_not_know_any_more_begins_the_window_again() {
    use crate::platform::scripted::{Scripted, answer};
    let page = |ids: &[u32], next: Option<&str>| {
        let items: Vec<Value> = ids.iter().map(|id| serde_json::json!({"dispute_id": id.to_string()})).collect();
        let links: Vec<Value> = next
            .into_iter()
            .map(|token| {
                let href = format!("https://api.sandbox.paypal.com/v1/customer/disputes?next_page_token={token}");
                serde_json::json!({"rel": "next", "href": href})
            })
            .collect();
        answer(200, &serde_json::json!({"items": items, "links": links}).to_string())
    };
    let gone = || answer(400, r#"{"name": "INVALID_REQUEST", "details": [{"field": "next_page_token"}]}"#);
    let input = r#"{"since": "1969-12-31T23:00:00Z"}"#;
    let platform = Scripted::new(vec![page(&[1, 2], Some("AAAA")), gone(), page(&[1, 2, 3], None)]);
    let reply = run(&platform, disputes::CHANGED_SINCE, &Arguments::parse(input).unwrap_or_default()).unwrap();
    let body: Value = serde_json::from_str(reply.body.as_deref().unwrap()).unwrap();
    let ids: Vec<_> =
        body["items"].as_array().unwrap().iter().map(|item| item["dispute_id"].as_str().unwrap()).collect();
    assert_eq!((ids, reply.next), (vec!["1", "2", "3"], None));
    // It does not go on for ever.
    let again = || [page(&[1], Some("AAAA")), gone()];
    let platform = Scripted::new([again(), again(), again()].into_iter().flatten().collect());
    let reply = run(&platform, disputes::CHANGED_SINCE, &Arguments::parse(input).unwrap_or_default()).unwrap();
    let body: Value = serde_json::from_str(reply.body.as_deref().unwrap()).unwrap();
    assert_eq!((&body["stopped"]["reason"], platform.lines().len()), (&"invalid-input".into(), 6));
}

#[test]
fn a_document_that_is_no_page_is_not_taken_for_an_empty_one() {
    use crate::platform::scripted::{Scripted, answer};
    let read = |action, body: &str| {
        let platform = Scripted { attempts: 1, ..Scripted::new(vec![answer(200, body)]) };
        let input = r#"{"since": "1969-12-31T23:00:00Z"}"#;
        run(&platform, action, &Arguments::parse(input).unwrap_or_default())
    };
    for body in ["{}", r#"{"links": []}"#, r#"{"items": null, "total_items": 0}"#, r#"{"items": []}"#] {
        let reply = read(invoices::CHANGED_SINCE, body).unwrap();
        assert!(reply.body.unwrap().ends_with("\"items\":[]}"), "{body}");
    }
    for body in ["", "[]", "<html>", r#"{"items": {}}"#, r#"{"name": "INTERNAL_SERVER_ERROR"}"#, r#"{"events": []}"#] {
        let failure = read(invoices::CHANGED_SINCE, body).unwrap_err();
        assert_eq!((failure.kind, failure.attempts, failure.request_sent), (Kind::MalformedReply, 1, true), "{body}");
    }
}

#[test]
fn where_it_begins_must_be_clear() {
    let account = Account::new(1, |_| {});
    let refused = |action, input: &str| {
        let failure = run(&account, action, &Arguments::parse(input).unwrap_or_default()).unwrap_err();
        assert_eq!(failure.kind, Kind::InvalidInput);
        failure.details[0].field.clone().unwrap()
    };
    let mut poller = Poller::new(disputes::CHANGED_SINCE, "");
    poller.round(&account);
    let checkpoint = poller.checkpoint.unwrap();
    let sent = account.sent.borrow().len();
    let with = |more: &str| format!(r#"{{"checkpoint": "{checkpoint}"{more}}}"#);
    for (action, input, field) in [
        (disputes::CHANGED_SINCE, "{}".to_owned(), "/since"),
        (disputes::CHANGED_SINCE, r#"{"since": "yesterday, at noon o'clock"}"#.to_owned(), "/since"),
        (disputes::CHANGED_SINCE, r#"{"checkpoint": "AAAA"}"#.to_owned(), "/checkpoint"),
        (disputes::CHANGED_SINCE, with(r#", "dispute_state": "RESOLVED""#), "/checkpoint"),
        (subscriptions::CHANGED_SINCE, with(""), "/checkpoint"),
        (disputes::CHANGED_SINCE, with(r#", "limit": 0"#), "/limit"),
    ] {
        assert_eq!(refused(action, &input), field, "{input}");
    }
    let both = with(r#", "since": "2026-01-01T00:00:00Z""#);
    assert!(run(&account, disputes::CHANGED_SINCE, &Arguments::parse(&both).unwrap_or_default()).is_err());
    assert_eq!(account.sent.borrow().len(), sent, "nothing was sent");
    // A limit is no filter.
    assert!(
        run(&account, disputes::CHANGED_SINCE, &Arguments::parse(&with(r#", "limit": 3"#)).unwrap_or_default()).is_ok()
    );
}

#[test]
fn what_is_to_come_is_not_asked_for() {
    let account = Account::new(1, |_| {});
    let input = r#"{"since": "2027-01-01T00:00:00Z"}"#;
    let reply = run(&account, disputes::CHANGED_SINCE, &Arguments::parse(input).unwrap_or_default()).unwrap();
    assert!(reply.body.unwrap().contains("\"until\":\"2027-01-01T00:00:00Z\""));
    assert!(account.sent.borrow().is_empty() && reply.next.is_none());
}

#[test]
fn what_paypal_does_not_keep_is_said_to_be_missing() {
    let account = Account::new(1, |_| {});
    let input = r#"{"since": "2025-01-01T00:00:00Z"}"#;
    let reply = run(&account, disputes::CHANGED_SINCE, &Arguments::parse(input).unwrap_or_default()).unwrap();
    let body: Value = serde_json::from_str(reply.body.as_deref().unwrap()).unwrap();
    let missing = serde_json::json!([{"start_date": "2025-01-01T00:00:00Z", "end_date": "2025-07-05T00:00:00Z",
        "reason": "no-longer-available"}]);
    assert_eq!(body["missing"], missing);
    assert_eq!(account.sent.borrow()[0], "/v1/customer/disputes?page_size=50", "PayPal refuses an earlier time");
}
