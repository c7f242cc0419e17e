//! The store with a real PostgreSQL, and several hosts at once: threads with a connection each.

#[allow(dead_code, reason = "the journals' tests need more of it")]
#[path = "../../../../../host-test/tests/database/mod.rs"]
mod database;

use std::{
    error::Error,
    fs,
    path::Path,
    sync::atomic::{AtomicU32, AtomicUsize, Ordering},
    thread,
    time::{Duration, Instant},
};

use bytes::BytesMut;
use tokio::runtime::{Builder, Runtime};
use tokio_postgres::{
    Client, Column, NoTls, Row,
    types::{IsNull, ToSql, Type, to_sql_checked},
};

use super::*;
use crate::{
    obtain::obtain,
    secret::Secret,
    token::{Granted, Token, TokenError},
};
use database::Server;

/// A database with the tables, of one test.
struct Database {
    server: Server,
}

impl Database {
    /// Returns none if PostgreSQL is not installed.
    fn new() -> Option<Self> {
        let database = Self::empty()?;
        let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy/postgres");
        let files = fs::read_dir(directory).unwrap().map(|file| file.unwrap().path());
        let mut files: Vec<_> = files.filter(|file| file.extension().is_some_and(|it| it == "sql")).collect();
        files.sort();
        for file in files {
            database.run(&fs::read_to_string(file).unwrap());
        }
        Some(database)
    }

    fn empty() -> Option<Self> {
        Server::start().map(|server| Self { server })
    }

    /// Returns the store of another host.
    fn host(&self) -> Postgres<Connection> {
        Postgres(Connection::open(&self.server.url("postgres")))
    }

    fn run(&self, statements: &str) {
        let Connection { runtime, client, .. } = Connection::open(&self.server.url("postgres"));
        runtime.block_on(client.batch_execute(statements)).unwrap();
    }
}

/// A connection to the database.
struct Connection {
    runtime: Runtime,
    client: Client,
    opened: Instant,
}

impl Connection {
    fn open(address: &str) -> Self {
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        let (client, connection) = runtime.block_on(tokio_postgres::connect(address, NoTls)).unwrap();
        runtime.spawn(connection);
        Self { runtime, client, opened: Instant::now() }
    }
}

impl Host for Connection {
    fn query(&mut self, statement: &str, values: Vec<Value>) -> Result<Vec<Vec<Value>>, String> {
        let values: Vec<&(dyn ToSql + Sync)> = values.iter().map(|it| it as _).collect();
        let rows = self.runtime.block_on(self.client.query(statement, &values));
        Ok(rows.map_err(|error| error.to_string())?.iter().map(columns).collect())
    }

    fn random(&mut self, length: usize) -> Vec<u8> {
        static LAST: AtomicU32 = AtomicU32::new(0);
        let number = LAST.fetch_add(1, Ordering::Relaxed).to_be_bytes();
        number.into_iter().chain([0; 32]).take(length).collect()
    }

    fn now(&mut self) -> Duration {
        self.opened.elapsed()
    }

    fn sleep(&mut self, time: Duration) {
        thread::sleep(time);
    }
}

impl ToSql for Value {
    fn to_sql(&self, to: &Type, bytes: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Number(number) => number.to_sql(to, bytes),
            Self::Text(text) => text.to_sql(to, bytes),
            Self::Bytes(all) => all.to_sql(to, bytes),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

fn columns(row: &Row) -> Vec<Value> {
    let column = |(index, column): (usize, &Column)| match *column.type_() {
        Type::INT8 => row.get::<_, Option<i64>>(index).map(Value::Number),
        Type::TEXT => row.get::<_, Option<String>>(index).map(Value::Text),
        Type::BYTEA => row.get::<_, Option<Vec<u8>>>(index).map(Value::Bytes),
        ref other => panic!("a column has the type {other}"),
    };
    row.columns().iter().enumerate().map(|it| column(it).unwrap_or(Value::Null)).collect()
}

fn origin() -> Origin {
    Origin { https: true, authority: "api-m.paypal.com".to_owned() }
}

/// Asks for a token on a host, with credentials that are everywhere the same.
fn token(
    host: &mut Postgres<Connection>,
    rejected: Option<&str>,
    request: impl FnOnce(Duration) -> Result<Granted, TokenError>,
) -> Result<String, TokenError> {
    let secret = Secret::new("E-secret".to_owned());
    let app = App { id: "A-id", secret: &secret, refresh_token: None };
    let mut book = host.book("shop", &app, &origin());
    obtain(&mut book, rejected, request).map(|token| token.value.expose().to_owned())
}

fn granted(value: &str, seconds: u64) -> Granted {
    let token = Token { value: Secret::new(value.to_owned()), scopes: None };
    Granted { token, lifetime: Some(Duration::from_secs(seconds)) }
}

/// Runs a function on several hosts at once, and returns the results.
fn at_once<T: Send>(
    database: &Database,
    hosts: usize,
    run: impl Fn(&mut Postgres<Connection>, usize) -> T + Sync,
) -> Vec<T> {
    thread::scope(|scope| {
        let run = &run;
        let threads = (0..hosts).map(|number| scope.spawn(move || run(&mut database.host(), number)));
        let threads: Vec<_> = threads.collect();
        threads.into_iter().map(|it| it.join().unwrap()).collect()
    })
}

#[test]
fn all_hosts_together_run_as_many_actions_as_there_are_permits() {
    let Some(database) = Database::new() else { return };
    let (running, most, ran) = (AtomicUsize::new(0), AtomicUsize::new(0), AtomicUsize::new(0));
    at_once(&database, 8, |host, _| {
        for _ in 0..10 {
            let permit = loop {
                match host.take("shop", 3) {
                    Ok(permit) => break permit,
                    Err(NoPermit::Busy(_)) => {}
                    Err(other) => panic!("{other:?}"),
                }
            };
            most.fetch_max(running.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            thread::sleep(Duration::from_millis(5));
            running.fetch_sub(1, Ordering::SeqCst);
            ran.fetch_add(1, Ordering::SeqCst);
            host.release("shop", permit);
        }
    });
    assert_eq!((most.into_inner(), ran.into_inner()), (3, 80));
}

#[test]
fn the_permit_of_a_killed_host_is_free_again_when_its_lease_ends() {
    let Some(database) = Database::new() else { return };
    let (mut one, mut other) = (database.host(), database.host());
    let lost = one.take("shop", 1).unwrap();
    assert_eq!(other.take("shop", 1), Err(NoPermit::Busy(BUSY)));
    assert!(other.take("another", 1).is_ok());
    database.run("UPDATE kosha_permit SET until = now() WHERE until > now()");
    let permit = other.take("shop", 1).unwrap();
    // The first host was only slow.
    one.release("shop", lost);
    assert_eq!(one.take("shop", 1), Err(NoPermit::Busy(BUSY)));
    other.release("shop", permit);
    assert!(one.take("shop", 1).is_ok());
    // More at once from now on, and fewer.
    assert!(other.take("shop", 2).is_ok());
    assert_eq!(other.take("shop", 1), Err(NoPermit::Busy(BUSY)));
}

#[test]
fn all_hosts_wait_for_as_long_as_paypal_has_asked() {
    let Some(database) = Database::new() else { return };
    let (mut one, mut other) = (database.host(), database.host());
    one.back_off("shop", Duration::from_secs(60));
    one.back_off("shop", Duration::from_secs(2));
    let Err(NoPermit::Busy(wait)) = other.take("shop", 3) else { panic!("it is not held back") };
    assert!(wait > Duration::from_secs(50) && wait <= Duration::from_secs(60), "{wait:?}");
    assert!(other.take("another", 3).is_ok());
    database.run("UPDATE kosha_backoff SET until = now()");
    assert!(other.take("shop", 3).is_ok());
}

#[test]
fn all_hosts_together_request_a_token_once() {
    let Some(database) = Database::new() else { return };
    let requests = AtomicUsize::new(0);
    let request = |_: Duration| {
        thread::sleep(Duration::from_millis(300));
        Ok(granted(&format!("T{}", requests.fetch_add(1, Ordering::SeqCst)), 32400))
    };
    let tokens = at_once(&database, 8, |host, _| token(host, None, request));
    assert_eq!(tokens, vec![Ok("T0".to_owned()); 8]);
    let tokens = at_once(&database, 8, |host, _| token(host, Some("T0"), request));
    assert_eq!(tokens, vec![Ok("T1".to_owned()); 8]);
    assert_eq!(token(&mut database.host(), None, |_| panic!()), Ok("T1".to_owned()));
    assert_eq!(requests.into_inner(), 2);
}

#[test]
fn a_failure_holds_all_hosts_back() {
    let Some(database) = Database::new() else { return };
    let requests = AtomicUsize::new(0);
    let request = |_: Duration| {
        requests.fetch_add(1, Ordering::SeqCst);
        Err(TokenError::unreachable("down"))
    };
    for outcome in at_once(&database, 8, |host, _| token(host, None, request)) {
        let Err(TokenError::Unreachable { reason, .. }) = outcome else { panic!("{outcome:?}") };
        assert!(reason.starts_with("down"), "{reason}");
    }
    assert_eq!(requests.into_inner(), 1);
    thread::sleep(Duration::from_millis(1100));
    assert_eq!(token(&mut database.host(), None, |_| Ok(granted("T", 32400))), Ok("T".to_owned()));
}

#[test]
fn a_token_is_used_on_by_all_hosts_until_it_is_renewed_or_expires() {
    let Some(database) = Database::new() else { return };
    let (mut one, mut other) = (database.host(), database.host());
    let down = |_: Duration| Err(TokenError::unreachable("down"));
    assert_eq!(token(&mut one, None, |_| Ok(granted("T", 32400))), Ok("T".to_owned()));
    database.run("UPDATE kosha_token SET renew_at = now()");
    assert_eq!(token(&mut other, None, down), Ok("T".to_owned()));
    assert_eq!(token(&mut one, None, |_| panic!("not during the pause")), Ok("T".to_owned()));
    // Another host is renewing it.
    database.run("UPDATE kosha_token SET paused_until = NULL, holder = 'x', leased_until = now() + interval '9 s'");
    assert_eq!(token(&mut one, None, |_| panic!()), Ok("T".to_owned()));
    database.run("UPDATE kosha_token SET expires_at = now(), leased_until = now()");
    assert_eq!(token(&mut one, None, |_| Ok(granted("U", 32400))), Ok("U".to_owned()));
}

#[test]
fn the_request_of_a_killed_host_is_made_again_when_its_lease_ends() {
    let Some(database) = Database::new() else { return };
    let killed = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        let _ = token(&mut database.host(), None, |_| std::panic::panic_any("killed"));
    }));
    assert!(killed.is_err());
    database.run("UPDATE kosha_token SET leased_until = now() + interval '1 s'");
    assert_eq!(token(&mut database.host(), None, |_| Ok(granted("T", 32400))), Ok("T".to_owned()));
}

#[test]
fn other_credentials_do_not_disturb_these() {
    let Some(database) = Database::new() else { return };
    let mut host = database.host();
    assert_eq!(token(&mut host, None, |_| Ok(granted("T", 32400))), Ok("T".to_owned()));
    let secret = Secret::new("E-new".to_owned());
    let app = App { id: "A-id", secret: &secret, refresh_token: None };
    let other = obtain(&mut host.book("shop", &app, &origin()), None, |_| Ok(granted("U", 32400)));
    assert_eq!(other.map(|it| it.value.expose().to_owned()), Ok("U".to_owned()));
    assert_eq!(token(&mut host, None, |_| panic!()), Ok("T".to_owned()));
    // A row that cannot be opened is no token.
    database.run("UPDATE kosha_token SET sealed = '\\x00'");
    assert_eq!(token(&mut host, None, |_| Ok(granted("V", 32400))), Ok("V".to_owned()));
}

#[test]
fn an_entry_is_appended_once_by_all_hosts_together() {
    let Some(database) = Database::new() else { return };
    let entry = |id: Option<String>, event: usize| Entry {
        id,
        time: "2026-03-02T19:15:32Z".to_owned(),
        event: event.to_string(),
        status: None,
        details: "{}".to_owned(),
    };
    let appended = at_once(&database, 4, |host, number| {
        let append = |id: usize| host.append("shop", "order:1", entry(Some(id.to_string()), number)).unwrap();
        (0..40).map(append).filter(|appended| *appended).count()
    });
    assert_eq!(appended.into_iter().sum::<usize>(), 40);
    let mut host = database.host();
    assert_eq!(host.append("other", "order:1", entry(Some("1".to_owned()), 0)), Ok(true));
    for _ in 0..2 {
        assert_eq!(host.append("shop", "order:1", entry(None, 7)), Ok(true));
    }
    let entries = host.entries("shop", "order:1").unwrap();
    assert_eq!(entries.len(), 42);
    assert_eq!(entries[40..], [entry(None, 7), entry(None, 7)]);
    assert_eq!(host.entries("shop", "order:2"), Ok(Vec::new()));
}

#[test]
fn a_number_that_is_taken_is_no_duplicate() {
    let Some(database) = Database::new() else { return };
    let entry = |id: &str| Entry {
        id: Some(id.to_owned()),
        time: "2026-03-02T19:15:32Z".to_owned(),
        event: "orders.create".to_owned(),
        status: None,
        details: "{}".to_owned(),
    };
    let mut host = database.host();
    assert_eq!(host.append("shop", "order:1", entry("1")), Ok(true));
    // As after a restore that has not restored the sequence.
    database.run("ALTER TABLE kosha_journal ALTER COLUMN number RESTART WITH 1");
    assert!(host.append("shop", "order:2", entry("2")).is_err());
    assert_eq!(host.entries("shop", "order:2"), Ok(Vec::new()));
    assert_eq!(host.append("shop", "order:2", entry("2")), Ok(true));
    assert_eq!(host.append("shop", "order:1", entry("1")), Ok(false));
}

#[test]
fn a_missing_table_is_named_with_its_migration() {
    let Some(database) = Database::empty() else { return };
    let mut host = database.host();
    let Err(NoPermit::Unavailable(said)) = host.take("shop", 3) else { panic!("it was not said") };
    assert!(said.contains("kosha_permit is missing") && said.contains("002-provider.sql"), "{said}");
    let said = token(&mut host, None, |_| panic!()).unwrap_err();
    assert!(format!("{said:?}").contains("kosha_token is missing"), "{said:?}");
    let said = host.entries("shop", "order:1").unwrap_err();
    assert!(said.contains("kosha_journal is missing"), "{said}");
}
