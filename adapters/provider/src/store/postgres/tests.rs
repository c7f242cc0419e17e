use std::collections::VecDeque;

use super::*;
use crate::{
    renewal::Known,
    secret::Secret,
    token::{Granted, Token, TokenError},
};

type Answer = Result<Vec<Vec<Value>>, String>;

/// A database that answers as planned, and keeps what it was asked.
#[derive(Default)]
struct Script {
    answers: VecDeque<Answer>,
    asked: Vec<(String, Vec<Value>)>,
    slept: Duration,
    /// How long each statement takes.
    latency: Duration,
}

impl Host for Script {
    fn query(&mut self, statement: &str, values: Vec<Value>) -> Answer {
        self.asked.push((statement.to_owned(), values));
        self.answers.pop_front().unwrap_or_else(|| panic!("unexpected: {statement}"))
    }

    fn random(&mut self, length: usize) -> Vec<u8> {
        vec![7; length]
    }

    fn now(&mut self) -> Duration {
        self.slept + self.latency * u32::try_from(self.asked.len()).unwrap()
    }

    fn sleep(&mut self, time: Duration) {
        self.slept += time;
    }
}

fn store(answers: impl IntoIterator<Item = Answer>) -> Postgres<Script> {
    Postgres(Script { answers: answers.into_iter().collect(), ..Script::default() })
}

fn row(numbers: &[i64]) -> Answer {
    Ok(vec![numbers.iter().copied().map(Value::Number).collect()])
}

fn none() -> Answer {
    Ok(Vec::new())
}

#[test]
fn a_permit_is_a_slot_of_which_there_are_as_many_as_calls_at_once() {
    let mut store = store([none(), row(&[0, 0]), none(), row(&[1]), none()]);
    let permit = store.take("shop", 3).unwrap();
    assert_eq!(permit.slot, 1);
    store.release("shop", permit);
    let asked: Vec<_> = store.0.asked.iter().map(|(statement, _)| &**statement).collect();
    assert_eq!(asked, [sql::TAKE, sql::WHY_NONE, sql::MAKE_SLOTS, sql::TAKE, sql::RELEASE]);
    let holder = text(&"07".repeat(16));
    assert_eq!(store.0.asked[0].1, [text("shop"), holder.clone(), Value::Number(3), Value::Number(30_000)]);
    assert_eq!(store.0.asked[4].1, [text("shop"), Value::Number(1), holder]);
    assert_eq!(store.0.slept, Duration::ZERO);
}

#[test]
fn without_a_free_slot_it_waits_and_then_says_how_long_to_wait() {
    let mut store = store((0..200).flat_map(|_| [none(), row(&[3, 0])]));
    assert_eq!(store.take("shop", 3), Err(NoPermit::Busy(BUSY)));
    assert_eq!(store.0.slept, PATIENCE);
}

#[test]
fn the_time_of_a_slow_database_counts_as_waiting() {
    let mut store = store((0..200).flat_map(|_| [none(), row(&[3, 0])]));
    store.0.latency = Duration::from_millis(450);
    assert_eq!(store.take("shop", 3), Err(NoPermit::Busy(BUSY)));
    assert_eq!(store.0.asked.len(), 6, "two looks end before two seconds have passed, and the third one after");
    // Slots are made all the same, and once.
    let mut store = self::store([none(), row(&[0, 0]), none(), none(), row(&[1, 0])]);
    store.0.latency = Duration::from_secs(3);
    assert_eq!(store.take("shop", 3), Err(NoPermit::Busy(BUSY)));
    assert_eq!(store.0.asked[2].0, sql::MAKE_SLOTS);
}

#[test]
fn another_s_request_is_waited_for_by_the_clock() {
    let secret = Secret::new("E-secret".to_owned());
    let app = App { id: "A-id", secret: &secret, refresh_token: None };
    let origin = Origin { https: true, authority: "api-m.paypal.com".to_owned() };
    for (latency, looks) in [(Duration::ZERO, 101), (Duration::from_millis(2400), 5)] {
        let mut store = store((0..looks).map(|_| none()));
        store.0.latency = latency;
        let mut book = store.book("shop", &app, &origin);
        let mut looked = 0;
        loop {
            assert_eq!(book.read(), Ok(Known::default()));
            looked += 1;
            if !book.wait() {
                break;
            }
        }
        assert_eq!(looked, looks, "{latency:?}");
    }
}

#[test]
fn a_connection_that_is_held_back_is_not_waited_for() {
    let mut store = store([none(), row(&[3, 7500])]);
    assert_eq!(store.take("shop", 3), Err(NoPermit::Busy(Duration::from_millis(7500))));
    assert_eq!(store.0.slept, Duration::ZERO);
    let mut store = self::store([none()]);
    store.back_off("shop", Duration::MAX);
    assert_eq!(store.0.asked, [(sql::BACK_OFF.to_owned(), vec![text("shop"), Value::Number(300_000)])]);
}

#[test]
fn a_missing_table_is_said_with_its_migration() {
    let failed = || Err("db error".to_owned());
    let said = "the table kosha_permit is missing: apply the migrations of deploy/postgres up to 002-provider.sql";
    assert_eq!(store([failed(), row(&[1])]).take("shop", 3), Err(NoPermit::Unavailable(said.to_owned())));
    let said = store([failed(), row(&[1])]).entries("shop", "order:1").unwrap_err();
    assert_eq!(
        said,
        "the table kosha_journal is missing: apply the migrations of deploy/postgres up to 001-journal.sql"
    );
    for second in [row(&[0]), failed()] {
        let said = store([failed(), second]).entries("shop", "order:1").unwrap_err();
        assert_eq!(said, "the database failed: db error");
    }
}

#[test]
fn an_entry_is_appended_once_and_read() {
    let entry = Entry {
        id: None,
        time: "2026-03-02T19:15:32Z".to_owned(),
        event: "orders.create".to_owned(),
        status: Some("CREATED".to_owned()),
        details: "{}".to_owned(),
    };
    let mut store = store([row(&[1]), none()]);
    assert_eq!(store.append("shop", "order:1", entry.clone()), Ok(true));
    assert_eq!(store.append("shop", "order:1", entry.clone()), Ok(false));
    assert_eq!(store.0.asked[0].1[..3], [text("shop"), text("order:1"), Value::Null]);
    let texts = [&entry.time, &entry.event, "CREATED", &entry.details].map(text);
    let read = [vec![Value::Null], texts.to_vec()].concat();
    assert_eq!(self::store([Ok(vec![read])]).entries("shop", "order:1"), Ok(vec![entry]));
    assert!(self::store([row(&[1, 2])]).entries("shop", "order:1").is_err());
}

#[test]
fn a_token_is_written_sealed_and_read_again() {
    let secret = Secret::new("E-secret".to_owned());
    let app = App { id: "A-id", secret: &secret, refresh_token: None };
    let origin = Origin { https: true, authority: "api-m.paypal.com".to_owned() };
    let token = Token { value: Secret::new("A21-token".to_owned()), scopes: None };
    let lifetime = Some(Duration::from_secs(32400));
    let known = Known::default().granted(None, Granted { token: token.clone(), lifetime });
    let mut store = store([none(), row(&[0]), none()]);
    let mut book = store.book("shop", &app, &origin);
    assert_eq!(book.read(), Ok(Known::default()));
    assert_eq!(book.claim(), Ok(true));
    book.write(known.clone());
    drop(book);
    let written = store.0.asked.pop().unwrap().1;
    assert!(!format!("{written:?}").contains("A21-token"));
    assert_eq!(written[4..7], [0, 32_340_000, 32_400_000].map(Value::Number));
    let sealed = written[3].clone();
    let number = Value::Number;
    let read = vec![
        number(1),
        sealed,
        number(0),
        number(32_340_000),
        number(32_400_000),
        number(0),
        Value::Null,
        Value::Null,
        Value::Null,
    ];
    let mut store = self::store([Ok(vec![read]), none()]);
    let mut book = store.book("shop", &app, &origin);
    assert_eq!(book.read(), Ok(known));
    assert_eq!(book.claim(), Ok(false), "another was faster");
    drop(book);
    assert_eq!(store.0.asked[1].1[3], number(1), "it claims what it has read");
}

#[test]
fn a_failure_is_the_same_on_every_host() {
    let secret = Secret::new("E-secret".to_owned());
    let app = App { id: "A-id", secret: &secret, refresh_token: None };
    let origin = Origin { https: true, authority: "api-m.paypal.com".to_owned() };
    for (error, kind) in [
        (TokenError::Refused("invalid_client: no".to_owned()), "refused"),
        (TokenError::unreachable("down"), "unreachable"),
    ] {
        let known = Known::default().failed(error);
        let mut store = store([none()]);
        store.book("shop", &app, &origin).write(known.clone());
        let written = store.0.asked.pop().unwrap().1;
        assert_eq!((&written[3], &written[9]), (&Value::Null, &text(kind)));
        let null = Value::Null;
        let read = vec![
            Value::Number(1),
            null.clone(),
            null.clone(),
            null.clone(),
            null,
            written[7].clone(),
            written[8].clone(),
            written[9].clone(),
            written[10].clone(),
        ];
        assert_eq!(self::store([Ok(vec![read])]).book("shop", &app, &origin).read(), Ok(known));
    }
}
