//! Unavailable parts are reported as missing, and after a failure the search goes on where it was.

use serde_json::{Value, json};

use super::{DAY, at, range};
use crate::{
    actions::run,
    call::{arguments::Arguments, options::CallOptions},
    catalogue::transactions::SEARCH,
    platform::{
        failure::{Failure, Kind},
        response::{Cause, Response, SendError},
        scripted::{Scripted, answer, lost},
    },
};

type Answer = Result<Response, SendError>;

/// A window's only page.
fn page(ids: &[&str]) -> Answer {
    one_of(ids, ids.len(), 1)
}

/// One page of `pages`, of a window that counts `total` transactions.
fn one_of(ids: &[&str], total: usize, pages: usize) -> Answer {
    let details: Vec<Value> = ids.iter().map(|id| json!({"id": id})).collect();
    answer(200, &json!({"transaction_details": details, "total_items": total, "total_pages": pages}).to_string())
}

fn not_available(status: u16) -> Answer {
    let body = json!({"name": "INVALID_REQUEST", "message": "Data for the given start date is not available.",
        "debug_id": "f00d", "details": [], "links": []});
    answer(status, &body.to_string())
}

fn refused(field: &str) -> Answer {
    let details = json!([{"field": field, "location": "query", "issue": "Invalid value"}]);
    answer(400, &json!({"name": "INVALID_REQUEST", "message": "Invalid request.", "details": details}).to_string())
}

/// A call's body and its `next`.
fn run(platform: &Scripted, arguments: &Arguments) -> Result<(Value, Option<String>), Failure> {
    let unsent =
        || platform.answers.borrow().as_slice().iter().filter(|it| matches!(it, Err(lost) if !lost.sent)).count();
    let before = (platform.sent.borrow().len(), unsent());
    let reply = run::run(platform, SEARCH, arguments)?;
    let sent = platform.sent.borrow().len() - before.0;
    assert_eq!(reply.attempts as usize, sent - (before.1 - unsent()));
    let body: Value = serde_json::from_str(&reply.body.unwrap()).unwrap();
    let is_truncated = reply.next.is_some() || !body["missing"].as_array().unwrap().is_empty();
    assert_eq!(body["truncated"], json!(is_truncated));
    assert_eq!(body["total_items"], json!(body["transaction_details"].as_array().unwrap().len()));
    Ok((body, reply.next))
}

/// What the calls of a search found.
#[derive(Debug, Default, PartialEq)]
struct Read {
    ids: Vec<String>,
    /// The missing parts by day.
    missing: Vec<String>,
    /// Where a call stopped by a failure, and why.
    stopped: Vec<String>,
    /// The failure of the last call.
    failed: Option<Kind>,
}

/// Reads `windows` windows of 31 days, call by call.
fn read(windows: i64, answers: Vec<Answer>) -> Read {
    let platform = Scripted { attempts: 1, ..Scripted::new(answers) };
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let day = |value: &Value| (0..=windows * 31).find(|day| at(day * DAY) == *value).unwrap();
    let part = |it: &Value| format!("{}-{} {}", day(&it["start_date"]), day(&it["end_date"]), text(&it["reason"]));
    let mut read = Read::default();
    let mut outcome = run(&platform, &range(0, windows * 31 * DAY));
    loop {
        let (body, next) = match outcome {
            Ok(reply) => reply,
            Err(failure) => {
                read.failed = Some(failure.kind);
                break;
            }
        };
        read.ids.extend(body["transaction_details"].as_array().unwrap().iter().map(|it| text(&it["id"])));
        read.missing.extend(body["missing"].as_array().unwrap().iter().map(part));
        read.stopped.extend(body.get("stopped").map(part));
        let Some(next) = next else { break };
        outcome = run(&platform, &Arguments::parse(&next).unwrap_or_default());
    }
    platform.lines();
    read
}

/// The ids that one call finds, and the missing parts by day.
fn found(windows: i64, answers: Vec<Answer>) -> (Vec<String>, Vec<String>) {
    let read = read(windows, answers);
    assert_eq!((read.stopped.len(), read.failed), (0, None));
    (read.ids, read.missing)
}

fn failure(windows: i64, answers: Vec<Answer>) -> Failure {
    let platform = Scripted { attempts: 1, ..Scripted::new(answers) };
    let failure = run(&platform, &range(0, windows * 31 * DAY)).unwrap_err();
    assert_eq!(failure.attempts as usize, platform.lines().len());
    failure
}

#[test]
fn a_window_that_paypal_does_not_have_is_missing_wherever_it_is() {
    let no = || not_available(400);
    for (answers, ids, missing) in [
        (vec![no(), page(&["B"]), page(&["C"])], &["B", "C"][..], &["0-31 no-longer-available"][..]),
        (vec![page(&["A"]), no(), page(&["C"])], &["A", "C"], &["31-62 not-yet-available"]),
        (vec![page(&["A"]), page(&["B"]), not_available(404)], &["A", "B"], &["62-93 not-yet-available"]),
        (vec![page(&["A"]), no(), no()], &["A"], &["31-93 not-yet-available"]),
        (vec![no(), page(&["B"]), no()], &["B"], &["0-31 no-longer-available", "62-93 not-yet-available"]),
        (vec![no(), no(), no()], &[], &["0-93 not-yet-available"]),
    ] {
        let (found, said) = found(3, answers);
        assert_eq!(
            (found, said),
            (ids.iter().map(|&it| it.to_owned()).collect(), missing.iter().map(|&it| it.to_owned()).collect())
        );
    }
}

#[test]
fn what_paypal_says_goes_along() {
    let platform = Scripted::new(vec![not_available(400)]);
    let (body, _) = run(&platform, &range(0, DAY)).unwrap();
    let message = "PayPal answered 400 INVALID_REQUEST: Data for the given start date is not available.";
    let missing = json!([{"start_date": at(0), "end_date": at(DAY), "reason": "not-yet-available",
        "message": message, "debug_id": "f00d"}]);
    assert_eq!((&body["missing"], &body["transaction_details"]), (&missing, &json!([])));
}

#[test]
fn a_page_that_fails_leaves_those_before_it() {
    let answers = vec![one_of(&["A"], 2, 2), not_available(400), page(&["C"])];
    assert_eq!(found(2, answers), (vec!["A".into(), "C".into()], vec!["0-31 not-yet-available".into()]));
    let answers = vec![one_of(&["A"], 2, 2), lost(Cause::TooLarge, true), page(&["C"])];
    assert_eq!(found(2, answers), (vec!["A".into(), "C".into()], vec!["0-31 too-large".into()]));
}

/// The same answer once more.
fn again(answer: &Answer) -> Answer {
    match answer {
        Ok(response) => Ok(Response { status: response.status, headers: Vec::new(), body: response.body.clone() }),
        Err(gone) => lost(gone.cause, gone.sent),
    }
}

#[test]
fn a_window_that_alone_is_bad_is_missing() {
    for position in 0..3 {
        let mut answers = vec![page(&["A"]), page(&["B"]), page(&["C"])];
        answers[position] = lost(Cause::TooLarge, true);
        let (ids, missing) = found(3, answers);
        let expected = ["A", "B", "C"].iter().enumerate().filter(|(index, _)| *index != position);
        assert_eq!(ids, expected.map(|(_, id)| *id).collect::<Vec<_>>());
        assert_eq!(missing, [format!("{}-{} too-large", position * 31, position * 31 + 31)]);
    }
}

#[test]
fn after_a_failure_in_the_middle_the_next_call_begins_there() {
    for (fails, reason, kind) in [
        (answer(500, ""), "provider-error", Kind::ProviderError),
        (answer(429, ""), "rate-limited", Kind::RateLimited),
        (lost(Cause::Broken, true), "unreachable", Kind::Unreachable),
        (lost(Cause::TimedOut, true), "timed-out", Kind::TimedOut),
        (answer(200, "<html>"), "malformed-reply", Kind::MalformedReply),
        (answer(200, "{}"), "malformed-reply", Kind::MalformedReply),
    ] {
        for position in 1..3 {
            let stopped = vec![format!("{}-{} {reason}", position * 31, position * 31 + 31)];
            // It was transient: nothing is lost, nothing is doubled.
            let mut answers = vec![page(&["A"]), page(&["B"]), page(&["C"])];
            answers.insert(position, again(&fails));
            let ids: Vec<String> = ["A", "B", "C"].map(str::to_owned).into();
            assert_eq!(read(3, answers), Read { ids: ids.clone(), stopped: stopped.clone(), ..Read::default() });
            // It lasts: the call that begins there fails.
            let mut answers: Vec<Answer> = ["A", "B", "C"][..position].iter().map(|id| page(&[id])).collect();
            answers.extend([again(&fails), again(&fails)]);
            let expected = Read { ids: ids[..position].into(), stopped, failed: Some(kind), ..Read::default() };
            assert_eq!(read(3, answers), expected, "{position}");
        }
        // Without anything before it, it is the call's.
        assert_eq!(read(3, vec![again(&fails)]), Read { failed: Some(kind), ..Read::default() });
    }
}

#[test]
fn what_a_window_had_before_it_failed_is_listed_once() {
    let stopped = |day: i64| vec![format!("{day}-{} rate-limited", day + 31)];
    let ids: Vec<String> = ["A", "B", "C"].map(str::to_owned).into();
    let answers = vec![page(&["A"]), one_of(&["B"], 2, 2), answer(429, ""), one_of(&["B"], 2, 2), one_of(&["C"], 2, 2)];
    assert_eq!(read(2, answers), Read { ids: ids.clone(), stopped: stopped(31), ..Read::default() });
    // In the first window too: the call returns what it has, and how to go on.
    let two = || one_of(&["A", "B"], 3, 2);
    let answers = vec![two(), answer(429, ""), two(), one_of(&["C"], 3, 2)];
    assert_eq!(read(1, answers), Read { ids, stopped: stopped(0), ..Read::default() });
}

#[test]
fn of_two_alike_that_were_listed_the_third_is_still_new() {
    let alike = || one_of(&["A", "A"], 3, 2);
    let answers = vec![alike(), answer(429, ""), alike(), one_of(&["A"], 3, 2)];
    assert_eq!(read(1, answers).ids, ["A", "A", "A"]);
}

#[test]
fn a_page_that_always_fails_is_given_up_when_no_half_of_its_window_is_left() {
    let mut answers = Vec::new();
    // Each call reads the first page of a smaller half again. 31 days have 22 halves, and 2 678 400 seconds.
    for _ in 0..23 {
        answers.extend([one_of(&["A"], 2, 2), answer(500, "")]);
    }
    let read = read_stopped(answers);
    assert_eq!((read.0, read.1), (vec!["A".to_owned()], Some(Kind::ProviderError)));
}

/// The ids that a search of 31 days finds, and how it ended.
fn read_stopped(answers: Vec<Answer>) -> (Vec<String>, Option<Kind>) {
    let platform = Scripted { attempts: 1, ..Scripted::new(answers) };
    let mut ids = Vec::new();
    let mut outcome = run(&platform, &range(0, 31 * DAY));
    loop {
        match outcome {
            Err(failure) => {
                platform.lines();
                return (ids, Some(failure.kind));
            }
            Ok((body, next)) => {
                let found = body["transaction_details"].as_array().unwrap();
                ids.extend(found.iter().map(|it| it["id"].as_str().unwrap().to_owned()));
                let Some(next) = next else { return (ids, None) };
                outcome = run(&platform, &Arguments::parse(&next).unwrap_or_default());
            }
        }
    }
}

#[test]
fn very_many_of_a_window_that_failed_make_no_long_cursor() {
    let ids: Vec<String> = (0..6_000).map(|id| id.to_string()).collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let platform = Scripted {
        attempts: 1,
        ..Scripted::new(vec![
            one_of(&ids, 6_001, 2),
            answer(429, ""),
            one_of(&ids, 6_001, 2),
            one_of(&["last"], 6_001, 2),
        ])
    };
    let (body, next) = run(&platform, &range(0, 31 * DAY)).unwrap();
    let next = next.unwrap();
    assert!(body["total_items"] == json!(4_096) && next.len() < 72_000, "{} {}", body["total_items"], next.len());
    let (body, next) = run(&platform, &Arguments::parse(&next).unwrap_or_default()).unwrap();
    assert_eq!((&body["total_items"], next), (&json!(6_001 - 4_096), None));
}

#[test]
fn a_failure_that_does_not_pass_ends_the_search() {
    for (fails, reason, kind) in [
        (answer(403, "{}"), "forbidden", Kind::Forbidden),
        (refused("transaction_type"), "invalid-input", Kind::InvalidInput),
        (lost(Cause::Denied, false), "denied", Kind::Denied),
    ] {
        let read = read(9, vec![page(&["A"]), again(&fails), fails]);
        let stopped = vec![format!("31-62 {reason}")];
        assert_eq!(read, Read { ids: vec!["A".into()], stopped, failed: Some(kind), ..Read::default() });
    }
}

#[test]
fn where_nothing_was_read_the_first_failure_is_the_outcome() {
    assert_eq!(failure(3, vec![refused("transaction_type")]).kind, Kind::InvalidInput);
    assert_eq!(failure(3, vec![not_available(400), refused("transaction_amount")]).kind, Kind::InvalidInput);
    assert_eq!(failure(3, vec![answer(403, "{}")]).kind, Kind::Forbidden);
    assert_eq!(failure(1, vec![answer(500, "")]).kind, Kind::ProviderError);
    assert_eq!(failure(3, vec![lost(Cause::TooLarge, true), answer(503, "")]).kind, Kind::TooLarge);
    let malformed = failure(2, vec![answer(200, r#"{"transaction_details": 1}"#)]);
    assert_eq!((malformed.kind, malformed.status), (Kind::MalformedReply, Some(200)));
    assert_eq!((malformed.request_sent, malformed.debug_id.as_deref()), (true, Some("f00d")));
    let too_many = || answer(400, r#"{"name": "INVALID_REQUEST", "details": [{"issue": "resultset_too_large"}]}"#);
    let platform = Scripted { attempts: 1, ..Scripted::new(vec![too_many()]) };
    assert!(run(&platform, &range(5, 6)).unwrap_err().details[0].issue.is_some());
}

#[test]
fn parts_of_a_second_are_not_missing() {
    let last = r#"{"transaction_details": [], "total_items": 0, "end_date": "2026-10-31T23:59:59+0000",
        "last_refreshed_datetime": "2026-11-28T20:59:59+0000"}"#;
    let platform = Scripted::new(vec![answer(200, last)]);
    let arguments = Arguments::new(None)
        .with("start_date", "2026-10-01T00:00:00.000Z".to_owned())
        .with("end_date", "2026-10-31T23:59:59.999Z".to_owned());
    let (body, _) = run(&platform, &arguments).unwrap();
    assert_eq!((&body["end_date"], &body["missing"]), (&json!("2026-10-31T23:59:59Z"), &json!([])));
    let lines = platform.lines();
    assert!(lines[0].contains("start_date=2026-10-01T00%3A00%3A00Z&end_date=2026-10-31T23%3A59%3A59Z"), "{lines:?}");
}

#[test]
fn a_server_that_does_not_turn_the_page_is_asked_twice_and_no_more() {
    let same = || one_of(&["A"], 9, 9);
    let expected = (vec!["A".to_owned()], vec!["0-31 incomplete".to_owned()]);
    assert_eq!(found(1, vec![same(), same(), same(), same()]), expected);
    // Nor one whose pages are empty, or repeat in a cycle.
    let empty = || one_of(&[], 9, 9);
    assert_eq!(found(1, vec![same(), empty(), same(), empty()]), expected);
    let other = || one_of(&["B"], 9, 9);
    let circle = || vec![same(), other(), same()];
    let (ids, missing) = found(1, [circle(), circle()].into_iter().flatten().collect());
    assert_eq!((ids, missing), (vec!["A".into(), "B".into()], expected.1));
}

#[test]
fn endless_pages_have_an_end() {
    // A second cannot be halved.
    let endless = (0..200).map(|id| one_of(&[&id.to_string()], usize::MAX, usize::MAX)).collect();
    let platform = Scripted::new(endless);
    let (body, next) = run(&platform, &range(0, 1)).unwrap();
    assert_eq!((&body["total_items"], &body["missing"][0]["reason"]), (&json!(200), &json!("too-many-pages")));
    assert_eq!((platform.lines().len(), next), (200, None));
    // A longer range is halved, and a call ends when it has sent so many requests.
    let platform = Scripted::new((0..300).map(|id| one_of(&[&id.to_string()], usize::MAX, usize::MAX)).collect());
    let (body, next) = run(&platform, &range(0, 365 * DAY)).unwrap();
    assert_eq!(
        (&body["total_items"], &body["missing"][0]["end_date"], next.is_some()),
        (&json!(200), &json!(at(1)), true)
    );
}

#[test]
fn pages_without_numbers_are_read_as_long_as_they_are_full() {
    let ids: Vec<String> = (0..501).map(|id| id.to_string()).collect();
    let unnumbered = |ids: &[String]| {
        let details: Vec<Value> = ids.iter().map(|id| json!({"id": id})).collect();
        answer(200, &json!({"transaction_details": details}).to_string())
    };
    let (found, missing) = found(1, vec![unnumbered(&ids[..500]), unnumbered(&ids[500..])]);
    assert_eq!((found.len(), missing.len()), (501, 0));
}

#[test]
fn counts_that_cannot_be_read_leave_it_open_whether_there_is_more() {
    let unclear = |counts: &str| answer(200, &format!(r#"{{"transaction_details": [{{"id": "A"}}], {counts}}}"#));
    for counts in [r#""total_pages": "many""#, r#""total_items": 1e999"#, r#""total_items": {}, "total_pages": null"#] {
        let expected = (vec!["A".to_owned()], vec!["0-31 incomplete".to_owned()]);
        assert_eq!(found(1, vec![unclear(counts), unclear(counts)]), expected, "{counts}");
    }
    let clear = unclear(r#""total_items": "1", "total_pages": "many""#);
    assert_eq!(found(1, vec![clear]), (vec!["A".into()], vec![]));
}

#[test]
fn what_does_not_fit_any_reply_is_missing() {
    let large: Vec<String> = ["A", "B", "C"].iter().map(|id| id.repeat(3 << 20)).collect();
    let large = page(&large.iter().map(String::as_str).collect::<Vec<_>>());
    let (body, next) = run(&Scripted::new(vec![large]), &range(0, 1)).unwrap();
    let second = json!([{"start_date": at(0), "end_date": at(1), "reason": "too-large"}]);
    assert_eq!((&body["total_items"], &body["missing"], next), (&json!(2), &second, None));

    // More than a page has at PayPal: halves would not help.
    let dense = |count: usize| answer(200, &format!(r#"{{"transaction_details": [{}{{}}]}}"#, "{},".repeat(count - 1)));
    let platform = Scripted::new(vec![dense(600_000)]);
    let (body, next) = run(&platform, &range(0, 40 * DAY)).unwrap();
    assert_eq!((&body["total_items"], &body["missing"][0]["reason"]), (&json!(10_000), &json!("too-large")));
    assert_eq!((&body["missing"][0]["end_date"], next.is_some()), (&json!(at(31 * DAY)), true));
}

#[test]
fn pages_share_the_deadline() {
    // If each page had the whole deadline, all would be read.
    let latency = std::time::Duration::from_millis(30);
    let pages = (0..50).map(|id| one_of(&[&id.to_string()], 50, 50)).collect();
    let platform = Scripted { latency, attempts: 1, ..Scripted::new(pages) };
    let options = CallOptions { deadline_ms: Some(600), ..CallOptions::default() };
    let (body, next) = run(&platform, &Arguments { options, ..range(0, DAY) }).unwrap();
    let read = platform.sent.borrow().len();
    assert!((1..=20).contains(&read), "{read} pages");
    // There is time for a half.
    assert_eq!(body["stopped"]["reason"], json!("timed-out"));
    // The last request may have had its answer in time.
    assert!([json!(read - 1), json!(read)].contains(&body["total_items"]), "{read} {body}");
    assert!(next.unwrap().contains(&format!("{},{};", super::START + DAY, super::START + DAY / 2)));
    assert!(platform.sent.borrow().iter().all(|sent| sent.has_deadline));
}

#[test]
fn a_window_that_will_not_be_there_does_not_stop_a_search_that_goes_on() {
    let too_many =
        || answer(400, &json!({"name": "RESULTSET_TOO_LARGE", "message": "Too many.", "details": []}).to_string());
    let second = range(0, 0);
    let platform = Scripted { attempts: 1, ..Scripted::new(vec![too_many()]) };
    assert!(run(&platform, &second).is_err());
    let platform = Scripted { attempts: 1, ..Scripted::new(vec![too_many()]) };
    let (body, next) = run(&platform, &second.with("cursor", ";".to_owned())).unwrap();
    assert_eq!((&body["missing"][0]["reason"], next), (&json!("too-many-in-one-second"), None));
}

#[test]
fn each_transaction_has_its_dates_whatever_fields_are_asked_for() {
    for (fields, sent) in [
        ("payer_info", "payer_info,transaction_info"),
        ("cart_info,transaction_info", "cart_info,transaction_info"),
        ("all", "all"),
    ] {
        let platform = Scripted::new(vec![page(&["A"])]);
        run(&platform, &range(0, DAY).with("fields", fields.to_owned())).unwrap();
        let line = platform.lines()[0].replace("%2C", ",");
        assert!(line.contains(&format!("fields={sent}&")) || line.ends_with(&format!("fields={sent}")), "{line}");
    }
}
