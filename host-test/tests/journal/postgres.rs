//! What is PostgreSQL's own: the server, which comes and goes, and the schema.

use std::{
    collections::BTreeSet,
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};

use connector_host::{Entry, Journal, JournalError, PostgresJournal, PostgresOptions, Secret};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustix::process::Signal;
use tokio::{net::TcpListener, task::JoinSet, time::timeout};

use crate::{
    append,
    database::{PASSWORD, Server},
    details, entries, entry,
    kept::options,
};

/// A server with a journal, and the URL of it.
async fn server() -> Option<(Server, String)> {
    let server = Server::start()?;
    let url = server.url(&server.new_database());
    PostgresJournal::migrate(&options(&url)).await.unwrap();
    Some((server, url))
}

async fn open(url: &str) -> PostgresJournal {
    PostgresJournal::open(&options(url)).await.unwrap()
}

/// Appends until it succeeds, as a caller does that comes again.
async fn append_at_last(journal: &impl Journal, id: &str) -> bool {
    let until = Instant::now() + Duration::from_secs(60);
    loop {
        match journal.append("order:1".to_owned(), entry(Some(id), "{}")).await {
            Ok(new) => return new,
            Err(error) => assert!(Instant::now() < until, "{error}"),
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// Returns why a journal cannot be opened, or a password is shown.
async fn refusal(options: &PostgresOptions) -> String {
    let Err(error) = PostgresJournal::open(options).await else { panic!("it was opened") };
    let shown = format!("{error} {error:?} {options:?}");
    assert!(!shown.contains(PASSWORD) && !shown.contains("WR0NG"), "{shown}");
    error.to_string()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_journal_outlasts_restarts_of_the_server() {
    let Some((server, url)) = server().await else { return };
    let journal = open(&url).await;
    for round in 0..3 {
        assert!(append(&journal, "order:1", Some(&format!("{round}-before")), "{}").await);
        server.end(Signal::INT);
        let error = journal.append("order:1".to_owned(), entry(Some("lost"), "{}")).await.unwrap_err();
        let error = (error.to_string(), matches!(error, JournalError::Unavailable { .. }));
        server.run(&[]);
        // The old connections are replaced. Whether one had been noticed to be broken when the append was made is a race.
        assert!(append_at_last(&journal, &format!("{round}-after")).await, "{error:?}");
    }
    let ids: Vec<_> = entries(&journal, "order:1").await.into_iter().filter_map(|it| it.id).collect();
    assert_eq!(ids, ["0-before", "0-after", "1-before", "1-after", "2-before", "2-after"]);
}

/// What became of entries.
struct Appended {
    acknowledged: BTreeSet<String>,
    unknown: BTreeSet<String>,
    /// How long it took, from when something happened to the server, until one was acknowledged again.
    recovery: Duration,
    /// How much of it came after that was over.
    of_the_journal: Duration,
}

/// Appends from many tasks while something happens to the server.
async fn under_load(journal: &PostgresJournal, happens: impl FnOnce()) -> Appended {
    let (over, acknowledged) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU32::new(0)));
    let mut tasks = JoinSet::new();
    for task in 0..16 {
        let (journal, over, count) = (journal.clone(), over.clone(), acknowledged.clone());
        tasks.spawn(async move {
            let (mut known, mut unknown) = (BTreeSet::new(), BTreeSet::new());
            for number in 0.. {
                if over.load(Ordering::Acquire) {
                    break;
                }
                let id = format!("{task}-{number}");
                match journal.append("load:1".to_owned(), entry(Some(&id), &"x".repeat(500))).await {
                    Ok(new) => {
                        assert!(new, "{id}");
                        count.fetch_add(1, Ordering::AcqRel);
                        known.insert(id);
                    }
                    Err(JournalError::OutcomeUnknown { .. }) => _ = unknown.insert(id),
                    Err(_) => tokio::time::sleep(Duration::from_millis(2)).await,
                }
            }
            (known, unknown)
        });
    }
    let more = async |most: u32| {
        while acknowledged.load(Ordering::Acquire) < most {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    timeout(Duration::from_secs(60), more(200)).await.unwrap();
    let began = Instant::now();
    tokio::task::block_in_place(happens);
    let over_since = Instant::now();
    let before = acknowledged.load(Ordering::Acquire);
    timeout(Duration::from_secs(60), more(before + 1)).await.unwrap();
    let (recovery, of_the_journal) = (began.elapsed(), over_since.elapsed());
    timeout(Duration::from_secs(60), more(before + 200)).await.unwrap();
    over.store(true, Ordering::Release);
    let (acknowledged, unknown): (Vec<_>, Vec<_>) = tasks.join_all().await.into_iter().unzip();
    let [acknowledged, unknown] = [acknowledged, unknown].map(|ids| ids.into_iter().flatten().collect());
    Appended { acknowledged, unknown, recovery, of_the_journal }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_acknowledged_is_lost_or_doubled_when_the_server_is_killed() {
    let Some((server, url)) = server().await else { return };
    let journal = open(&url).await;
    for round in 0..4 {
        // In turns all of it, and the processes of the connections, after which it restarts by itself.
        let kill = || {
            if round % 2 == 0 {
                server.end(Signal::KILL);
                server.run(&[]);
            } else {
                server.signal_connections(Signal::KILL);
            }
        };
        let Appended { acknowledged, unknown, recovery, of_the_journal } = under_load(&journal, kill).await;
        let subject = entries(&journal, "load:1").await;
        let there: BTreeSet<String> = subject.iter().filter_map(|entry| entry.id.clone()).collect();
        assert_eq!(there.len(), subject.len(), "nothing is there twice");
        let lost: Vec<_> = acknowledged.difference(&there).collect();
        assert!(lost.is_empty(), "lost: {lost:?}");
        let more: Vec<_> = there.difference(&acknowledged).filter(|id| !unknown.contains(*id)).collect();
        assert!(more.is_empty(), "said not to be written, and there: {more:?}");
        let [acknowledged, unknown] = [acknowledged.len(), unknown.len()];
        let ready =
            if round % 2 == 0 { format!(", {of_the_journal:.0?} after the server was ready") } else { String::new() };
        eprintln!("{acknowledged} acknowledged, {unknown} not known; again after {recovery:.0?}{ready}");
        server.sql(url.rsplit('/').next().unwrap(), "DELETE FROM kosha_journal");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_does_not_answer_is_given_up() {
    let Some((server, url)) = server().await else { return };
    let short = Duration::from_millis(300);
    let options = options(&url).with_timeouts(short, short).with_connections(2);
    let journal = PostgresJournal::open(&options).await.unwrap();

    // Another transaction holds the same id: the server gives up, and the entry was not written.
    let blocked = {
        let database = url.rsplit('/').next().unwrap().to_owned();
        let sql = "BEGIN; INSERT INTO kosha_journal (tenant, subject, id, time, event, details) \
                   VALUES ('', 'order:1', 'WH-1', '', '', ''); SELECT pg_sleep(2); ROLLBACK";
        let (server, sql) = (&server, sql.to_owned());
        std::thread::scope(|scope| {
            scope.spawn(move || server.psql(&database, &["--command", &sql]));
            std::thread::sleep(Duration::from_millis(600));
            let append = journal.append("order:1".to_owned(), entry(Some("WH-1"), "{}"));
            tokio::task::block_in_place(|| tokio::runtime::Handle::current().block_on(append))
        })
    };
    let error = blocked.unwrap_err();
    assert!(matches!(error, JournalError::Unavailable { .. }), "{error:?}");
    assert_eq!(error.to_string(), "the database took too long, and gave up");
    assert!(append(&journal, "order:1", Some("WH-1"), "{}").await);

    // The processes of the connections hang: nobody knows, and the next one has another connection.
    server.signal_connections(Signal::STOP);
    let began = Instant::now();
    let error = journal.append("order:1".to_owned(), entry(Some("WH-2"), "{}")).await.unwrap_err();
    assert!(matches!(error, JournalError::OutcomeUnknown { .. }), "{error:?}");
    assert!(error.to_string().contains("no answer of the database in 1.3s"), "{error}");
    assert!(began.elapsed() < Duration::from_secs(3), "{:?}", began.elapsed());
    server.signal_connections(Signal::CONT);
    append_at_last(&journal, "WH-2").await;
    assert_eq!(entries(&journal, "order:1").await.len(), 2);

    // It takes connections and says nothing; and it is not there.
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mute = url.replace(&server.port().to_string(), &silent.local_addr().unwrap().port().to_string());
    let mute = crate::kept::options(&mute).with_timeouts(short, short);
    let began = Instant::now();
    assert_eq!(refusal(&mute).await, "no connection to the database in 300ms");
    drop(silent);
    assert!(refusal(&mute).await.contains("refused"));
    assert!(began.elapsed() < Duration::from_secs(3), "{:?}", began.elapsed());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_wrong_with_a_database_is_told() {
    let Some((server, url)) = server().await else { return };
    let database = url.rsplit('/').next().unwrap();
    let wrong = options(&url).with_password(&Secret::new("WR0NG".to_owned()));
    assert_eq!(refusal(&wrong).await, "the database refuses the user or the password");
    let elsewhere = options(&server.url("nowhere"));
    assert_eq!(refusal(&elsewhere).await, "the server has no database of this name");
    let empty = options(&server.url(&server.new_database()));
    assert!(refusal(&empty).await.contains("has version 0 and not 1: apply deploy/postgres"));
    let latin = {
        server.sql("postgres", "CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0");
        options(&server.url("latin"))
    };
    assert_eq!(refusal(&latin).await, "the database has the encoding LATIN1; a journal needs UTF8");
    let off = options(&format!("{url}?options=-c%20synchronous_commit%3Doff"));
    assert!(refusal(&off).await.contains("`synchronous_commit = off`"));

    // A role with no more than the schema says.
    server.sql(
        database,
        "CREATE ROLE little LOGIN PASSWORD 'little'; GRANT SELECT, INSERT ON kosha_journal TO little; \
         GRANT SELECT ON kosha_journal_schema TO little",
    );
    let of_little = url.replace(&format!("kosha:{PASSWORD}"), "little:little");
    let journal = open(&of_little).await;
    assert!(append(&journal, "order:1", Some("WH-1"), "{}").await);
    assert!(!append(&journal, "order:1", Some("WH-1"), "{}").await);
    server.sql(database, "REVOKE INSERT ON kosha_journal FROM little");
    let error = journal.append("order:1".to_owned(), entry(None, "{}")).await.unwrap_err();
    assert!(error.to_string().contains("needs SELECT and INSERT on kosha_journal"), "{error}");
    assert_eq!(entries(&journal, "order:1").await.len(), 1);

    server.sql(database, "INSERT INTO kosha_journal_schema VALUES (2)");
    assert!(refusal(&options(&url)).await.contains("has version 2, of a newer release"));
    PostgresJournal::migrate(&options(&url)).await.unwrap();
    assert!(refusal(&options(&url)).await.contains("version 2"), "it is left as it is");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_number_that_is_taken_is_no_duplicate() {
    let Some((server, url)) = server().await else { return };
    let database = url.rsplit('/').next().unwrap();
    let journal = open(&url).await;
    assert!(append(&journal, "order:1", Some("WH-1"), "{}").await);
    // As after a restore that has not restored the sequence.
    server.sql(database, "ALTER TABLE kosha_journal ALTER COLUMN number RESTART WITH 1");
    let error = journal.append("order:2".to_owned(), entry(Some("WH-2"), "{}")).await.unwrap_err();
    assert!(matches!(error, JournalError::Unavailable { .. }), "{error:?}");
    assert!(error.to_string().contains("kosha_journal.number is behind"), "{error}");
    assert!(entries(&journal, "order:2").await.is_empty());
    // With another number it is appended, and the duplicate is still one.
    assert!(append(&journal, "order:2", Some("WH-2"), "{}").await);
    assert!(!append(&journal, "order:1", Some("WH-1"), "{}").await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_schema_is_made_once_and_its_indexes_are_used() {
    let Some(server) = Server::start() else { return };
    let database = server.new_database();
    let mut migrations = JoinSet::new();
    for _ in 0..8 {
        let options = options(&server.url(&database));
        migrations.spawn(async move { PostgresJournal::migrate(&options).await.unwrap() });
    }
    migrations.join_all().await;
    // By hand it is the same.
    let by_hand = server.new_database();
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../deploy/postgres/001-journal.sql");
    let sql = std::fs::read_to_string(file).unwrap();
    let output = server.psql(&by_hand, &["--single-transaction", "--command", &sql]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let shape = "SELECT indexdef FROM pg_indexes WHERE tablename LIKE 'kosha%' ORDER BY 1";
    assert_eq!(server.sql(&database, shape), server.sql(&by_hand, shape));
    assert!(append(&open(&server.url(&by_hand)).await, "order:1", Some("WH-1"), "{}").await);

    // As in `journal/postgres.rs`.
    let plan = server.sql(
        &database,
        "SET enable_seqscan = off; SET enable_bitmapscan = off; EXPLAIN SELECT id, time, event, status, details FROM kosha_journal \
         WHERE kosha_journal_digest(tenant, subject) = kosha_journal_digest('a', 'b') \
         AND tenant = 'a' AND subject = 'b' ORDER BY number",
    );
    assert!(plan.contains("kosha_journal_in_order") && !plan.contains("Sort"), "{plan}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_that_is_dropped_leaves_a_whole_entry_or_none() {
    let Some((_server, url)) = server().await else { return };
    let journal = PostgresJournal::open(&options(&url).with_connections(2)).await.unwrap();
    for number in 0..200_u64 {
        let append = journal.append("order:1".to_owned(), entry(Some(&number.to_string()), "whole"));
        let _ = timeout(Duration::from_micros(number * 10), append).await;
    }
    // The connections are as before.
    assert!(append(&journal, "order:1", Some("last"), "whole").await);
    assert!(append(&journal, "order:1", Some("very last"), "whole").await);
    let kept = entries(&journal, "order:1").await;
    assert!(kept.iter().all(|Entry { details, .. }| details == "whole"));
    let last: Vec<_> = kept.iter().rev().filter_map(|it| it.id.as_deref()).filter(|it| it.contains("last")).collect();
    assert_eq!(last, ["very last", "last"]);
    assert!((2..=202).contains(&kept.len()));
}

/// An authority, and a certificate of it for 127.0.0.1 with its key.
fn certificate() -> (String, String, String) {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority_key = KeyPair::generate().unwrap();
    let authority = params.self_signed(&authority_key).unwrap();
    let key = KeyPair::generate().unwrap();
    let issuer = Issuer::new(params, authority_key);
    let params = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
    let certificate = params.signed_by(&key, &issuer).unwrap();
    (authority.pem(), certificate.pem(), key.serialize_pem())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tls_checks_the_server() {
    let Some((server, url)) = server().await else { return };
    let with_tls = format!("{url}?sslmode=require");
    assert!(refusal(&options(&with_tls)).await.contains("TLS"), "the server has none");
    let (authority, certificate, key) = certificate();
    server.put("server.crt", &certificate);
    server.put("server.key", &key);
    server.end(Signal::INT);
    server.run(&["ssl=on", "ssl_cert_file=server.crt", "ssl_key_file=server.key"]);
    let unknown = refusal(&options(&with_tls)).await;
    assert!(unknown.contains("UnknownIssuer"), "{unknown}");
    let options = options(&with_tls).with_root_certificates(authority.as_bytes()).unwrap();
    let journal = PostgresJournal::open(&options).await.unwrap();
    assert!(append(&journal, "order:1", None, "over TLS").await);
    assert_eq!(details(&journal, "order:1").await, ["over TLS"]);
    let encrypted = "SELECT bool_and(ssl) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) \
                     WHERE application_name = 'kosha-journal'";
    assert_eq!(server.sql("postgres", encrypted).trim(), "t");
}

#[test]
fn the_repository_has_the_schema_of_the_crate() {
    let read = |path: &str| std::fs::read_to_string(format!("{}/../{path}", env!("CARGO_MANIFEST_DIR"))).unwrap();
    for entry in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../crates/connector-host/sql")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let (own, other) = (format!("crates/connector-host/sql/{name}"), format!("deploy/postgres/{name}"));
        assert!(read(&own) == read(&other), "cp {own} {other}");
    }
}

#[test]
fn the_command_line_takes_a_database() {
    let Some(server) = Server::start() else { return };
    let database = server.new_database();
    let url = server.url(&database);
    let call = |url: &str, password: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_host-test"));
        command.args(["call", "orders.history", "--input", "-", "--base-url", "http://127.0.0.1:9", "--journal", url]);
        command.env("PGPASSWORD", password).env("PAYPAL_ACCESS_TOKEN", "token");
        let output = host_test_input(&mut command, r#"{"id": "5O190127TN364715T"}"#);
        let shown = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(!shown.contains(PASSWORD) && !shown.contains("WR0NG"), "{shown}");
        (output.status.success(), shown)
    };
    // It makes the schema; the password comes from the environment, too.
    let (passed, shown) = call(&url.replace(&format!(":{PASSWORD}"), ""), PASSWORD);
    assert!(passed && shown.contains("\"entries\""), "{shown}");
    server.sql(
        &database,
        "INSERT INTO kosha_journal (tenant, subject, id, time, event, details) VALUES \
         ('sandbox', 'order:5O190127TN364715T', 'WH-1', '2026-07-28T10:30:00Z', 'AN.EVENT', '{}')",
    );
    let (passed, shown) = call(&url, "");
    assert!(passed && shown.contains("AN.EVENT"), "{shown}");
    let (passed, shown) = call(&url.replace(PASSWORD, "WR0NG"), "");
    assert!(!passed && shown.contains("--journal: the database refuses the user or the password"), "{shown}");
    let (passed, shown) = call("postgres://kosha:WR0NG@host:port/d", "");
    assert!(!passed && shown.contains("--journal: the URL of the database is not of the form"), "{shown}");
}

/// Runs a command with this on its stdin.
fn host_test_input(command: &mut Command, input: &str) -> std::process::Output {
    use std::{io::Write as _, process::Stdio};

    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}
