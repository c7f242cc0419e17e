//! The journal in a file: its guarantees for threads, for processes, and after a crash.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test panics to fail")]
#![allow(clippy::print_stderr, reason = "prints what was skipped")]

use std::{
    collections::BTreeSet,
    env, fs,
    io::{BufRead as _, BufReader, Write as _},
    path::Path,
    process::{Child, Command, Stdio},
    thread,
};

use connector_host::{Entry, Journal, MemoryJournal, SqliteJournal};

fn entry(id: Option<&str>, details: &str) -> Entry {
    Entry {
        id: id.map(str::to_owned),
        time: "2026-07-28T10:30:00Z".to_owned(),
        event: "PAYMENT.CAPTURE.COMPLETED".to_owned(),
        status: Some("COMPLETED".to_owned()),
        details: details.to_owned(),
    }
}

fn append(journal: &impl Journal, subject: &str, id: Option<&str>, details: &str) -> bool {
    journal.append(subject.to_owned(), entry(id, details)).unwrap()
}

/// Returns the details of a subject's entries, in their order.
fn details(journal: &impl Journal, subject: &str) -> Vec<String> {
    journal.entries(subject).unwrap().into_iter().map(|entry| entry.details).collect()
}

/// Returns the reason why a file cannot be opened as a journal.
fn refusal(path: &Path) -> String {
    match SqliteJournal::open(path) {
        Ok(_) => panic!("{} was opened", path.display()),
        Err(error) => {
            let message = error.to_string();
            let reason = message.strip_prefix(&format!("{}: ", path.display()));
            reason.unwrap_or_else(|| panic!("{message}")).to_owned()
        }
    }
}

/// Starts another process that runs a test of this file, in the role that `ROLE` names.
fn process(role: &str, file: &Path, number: u32) -> Child {
    Command::new(env::current_exe().unwrap())
        .args(["--exact", "what_other_processes_do", "--ignored", "--nocapture"])
        .env(ROLE, role)
        .env(FILE, file)
        .env(NUMBER, number.to_string())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

const ROLE: &str = "JOURNAL_TEST_ROLE";
const FILE: &str = "JOURNAL_TEST_FILE";
const NUMBER: &str = "JOURNAL_TEST_NUMBER";

/// How many entries each of two processes appends under ids that both use.
const SHARED: u32 = 100;

#[test]
#[ignore = "it is what the processes do that other tests start"]
fn what_other_processes_do() {
    let (Ok(role), Some(file)) = (env::var(ROLE), env::var_os(FILE)) else {
        panic!("it is started by the other tests alone");
    };
    let number = env::var(NUMBER).unwrap();
    let mut out = std::io::stdout();
    let mut say = |text: &str| {
        writeln!(out, "said: {text}").unwrap();
        out.flush().unwrap();
    };
    match &*role {
        // Appends until it is killed, and prints what was acknowledged.
        "endless" => {
            let journal = SqliteJournal::open(file).unwrap();
            for index in 0_u64.. {
                assert!(append(&journal, "order:1", Some(&format!("{number}-{index}")), &"x".repeat(3_000)));
                say(&format!("{number}-{index}"));
            }
        }
        // Opens the file, which may not exist yet, and prints which ids were new.
        "shared" => {
            let journal = SqliteJournal::open(file).unwrap();
            for index in 0..SHARED {
                if append(&journal, "order:1", Some(&format!("WH-{index}")), &number) {
                    say(&format!("WH-{index}"));
                }
            }
        }
        "refused" => say(&SqliteJournal::open(file).err().map_or("it was opened".to_owned(), |it| it.to_string())),
        other => panic!("{other}"),
    }
}

/// Returns the lines that a process prints until it ends.
fn printed(child: &mut Child) -> Vec<String> {
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    lines.filter_map(|line| line.unwrap().split_once("said: ").map(|(_, text)| text.to_owned())).collect()
}

/// Checks the database's integrity by SQLite's own check.
fn assert_is_whole(file: &Path) {
    let connection = rusqlite::Connection::open(file).unwrap();
    let verdict: String = connection.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(verdict, "ok");
}

#[test]
fn entries_come_back_in_their_order_and_unchanged() {
    let journal = SqliteJournal::in_memory().unwrap();
    for number in 0..50 {
        assert!(append(&journal, &format!("order:{}", number % 2), None, &number.to_string()));
    }
    let even: Vec<_> = (0..50).filter(|number| number % 2 == 0).map(|number| number.to_string()).collect();
    assert_eq!(details(&journal, "order:0"), even);
    assert!(journal.entries("order:2").unwrap().is_empty());
    let first = &journal.entries("order:0").unwrap()[0];
    let expected = entry(None, "0");
    assert_eq!(
        (&first.id, &first.time, &first.event, &first.status),
        (&expected.id, &expected.time, &expected.event, &expected.status),
    );
}

#[test]
fn a_repeat_is_recognised_by_its_id_within_its_subject() {
    for journal in
        [Box::new(MemoryJournal::default()) as Box<dyn Journal>, Box::new(SqliteJournal::in_memory().unwrap())]
    {
        let append = |subject: &str, id: Option<&str>, details: &str| {
            journal.append(subject.to_owned(), entry(id, details)).unwrap()
        };
        assert!(append("order:1", Some("WH-1"), "first"));
        assert!(!append("order:1", Some("WH-1"), "second"));
        assert!(append("order:2", Some("WH-1"), "elsewhere"));
        assert!(append("order:1", Some("wh-1"), "in small letters"));
        assert!(append("order:1", Some(""), "the empty id"));
        assert!(!append("order:1", Some(""), "the empty id again"));
        assert!(append("order:1", None, "without an id"));
        assert!(append("order:1", None, "without an id again"));
        let entries: Vec<_> = journal.entries("order:1").unwrap().into_iter().map(|entry| entry.details).collect();
        let expected = ["first", "in small letters", "the empty id", "without an id", "without an id again"];
        assert_eq!(entries, expected);
    }
}

#[test]
fn an_id_is_new_to_one_of_the_threads_that_append_it() {
    const THREADS: usize = 32;
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("journal");
    let one = SqliteJournal::open(&file).unwrap();
    // Half of them share a connection, half have their own.
    let appended: Vec<Vec<u32>> = thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS)
            .map(|number| {
                let (one, file) = (&one, &file);
                scope.spawn(move || {
                    let journal = if number % 2 == 0 { one.clone() } else { SqliteJournal::open(file).unwrap() };
                    let new = |id: &u32| append(&journal, "order:1", Some(&format!("WH-{id}")), "{}");
                    (0..20).filter(new).collect()
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let mut new: Vec<u32> = appended.into_iter().flatten().collect();
    new.sort_unstable();
    assert_eq!(new, (0..20).collect::<Vec<_>>());
    assert_eq!(one.entries("order:1").unwrap().len(), 20);
}

#[test]
fn two_processes_share_a_file_that_did_not_exist() {
    let directory = tempfile::tempdir().unwrap();
    for round in 0..5 {
        let file = directory.path().join(format!("journal-{round}"));
        let mut children = [1, 2].map(|number| process("shared", &file, number));
        let mut new: Vec<String> = children.iter_mut().flat_map(printed).collect();
        for child in children {
            let output = child.wait_with_output().unwrap();
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        }
        assert_eq!(new.len(), SHARED as usize, "each id was new once");
        new.sort_unstable();
        new.dedup();
        assert_eq!(new.len(), SHARED as usize);
        let journal = SqliteJournal::open(&file).unwrap();
        assert_eq!(journal.entries("order:1").unwrap().len(), SHARED as usize);
        drop(journal);
        assert_is_whole(&file);
    }
}

#[test]
fn a_journal_is_there_when_it_is_opened_again() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("journal");
    assert!(append(&SqliteJournal::open(&file).unwrap(), "order:1", Some("WH-1"), "first"));
    let journal = SqliteJournal::open(&file).unwrap();
    assert!(!append(&journal, "order:1", Some("WH-1"), "second"));
    assert!(append(&journal, "order:1", Some("WH-2"), "third"));
    drop(journal);
    assert_eq!(details(&SqliteJournal::open(&file).unwrap(), "order:1"), ["first", "third"]);
}

#[test]
fn what_was_acknowledged_outlasts_kill_9() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("journal");
    let mut acknowledged = Vec::new();
    for round in 0..6 {
        // Killed later each time, at no particular point.
        let mut child = process("endless", &file, round);
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
        let told = |line: String| line.split_once("said: ").map(|(_, id)| id.to_owned());
        let wanted = 1 + 37 * round as usize;
        let before: Vec<String> = lines.by_ref().filter_map(told).take(wanted).collect();
        assert_eq!(before.len(), wanted);
        child.kill().unwrap();
        // The pipe has what it had printed when it was killed, in whole lines: each is one write.
        acknowledged.extend(before);
        acknowledged.extend(lines.filter_map(told));
        assert!(!child.wait().unwrap().success());
    }
    let journal = SqliteJournal::open(&file).unwrap();
    let kept: BTreeSet<String> = journal.entries("order:1").unwrap().into_iter().filter_map(|entry| entry.id).collect();
    for id in &acknowledged {
        assert!(kept.contains(id), "{id} is lost");
    }
    // At most one entry of each process was written and not printed.
    assert!(kept.len() <= acknowledged.iter().collect::<BTreeSet<_>>().len() + 6);
    assert!(append(&journal, "order:1", None, "it goes on"));
    drop(journal);
    assert_is_whole(&file);
}

#[test]
fn hostile_texts_come_back_unchanged() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("journal");
    let megabyte = "\u{1F600}".repeat(262_144);
    let texts = [
        "",
        "'); DROP TABLE entries; --",
        "\"quoted\" 'twice' `and` [again]",
        "before\0after",
        "\0",
        "%_?1:name@x$y",
        "\u{1F468}\u{200D}\u{1F469}\u{200D}\u{1F467} \u{202E}backwards \u{FEFF}\u{FFFF}",
        "line\r\nbreak\ttab",
        &megabyte,
    ];
    let journal = SqliteJournal::open(&file).unwrap();
    for text in texts {
        let everywhere = Entry {
            id: Some(text.to_owned()),
            time: text.to_owned(),
            event: text.to_owned(),
            status: Some(text.to_owned()),
            details: text.to_owned(),
        };
        let tenant = journal.for_tenant(text);
        assert!(tenant.append(text.to_owned(), everywhere.clone()).unwrap());
        assert!(!tenant.append(text.to_owned(), everywhere).unwrap());
    }
    drop(journal);
    let journal = SqliteJournal::open(&file).unwrap();
    for text in texts {
        let entries = journal.for_tenant(text).entries(text).unwrap();
        assert_eq!(entries.len(), 1);
        let Entry { id, time, event, status, details } = &entries[0];
        for field in [id.as_deref().unwrap(), time, event, status.as_deref().unwrap(), details] {
            assert!(field == text, "a text of {} bytes has changed", text.len());
        }
    }
}

#[test]
fn tenants_see_nothing_of_each_other() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("journal");
    let journal = SqliteJournal::open(&file).unwrap();
    let (one, other) = (journal.for_tenant("one"), journal.for_tenant("other"));
    assert!(append(&one, "order:1", Some("WH-1"), "of one"));
    assert!(append(&other, "order:1", Some("WH-1"), "of the other"));
    assert!(journal.entries("order:1").unwrap().is_empty());
    assert_eq!(details(&one, "order:1"), ["of one"]);
    assert_eq!(details(&SqliteJournal::open(&file).unwrap().for_tenant("other"), "order:1"), ["of the other"]);
}

#[test]
fn a_file_that_is_not_a_journal_is_refused_and_left_unchanged() {
    let directory = tempfile::tempdir().unwrap();
    let at = |name: &str| directory.path().join(name);

    assert_eq!(refusal(directory.path()), "it is a directory");
    assert!(refusal(&at("missing/journal")).contains("its directory must exist"));

    let text =
        "this is a text, and long enough to be read as the header of a database, which has 100 bytes. ".repeat(9);
    fs::write(at("text"), &text).unwrap();
    assert_eq!(refusal(&at("text")), "it is not an SQLite database");
    assert_eq!(fs::read_to_string(at("text")).unwrap(), text);

    let foreign = rusqlite::Connection::open(at("foreign")).unwrap();
    foreign.execute_batch("CREATE TABLE entries (a)").unwrap();
    drop(foreign);
    let before = fs::read(at("foreign")).unwrap();
    assert_eq!(refusal(&at("foreign")), "it is a database of another program, not a journal");
    assert!(fs::read(at("foreign")).unwrap() == before);

    drop(SqliteJournal::open(at("newer")).unwrap());
    rusqlite::Connection::open(at("newer")).unwrap().pragma_update(None, "user_version", 2).unwrap();
    assert!(refusal(&at("newer")).contains("it is a journal of format 2, of a newer release"));

    drop(SqliteJournal::open(at("cut")).unwrap());
    let whole = fs::read(at("cut")).unwrap();
    fs::write(at("cut"), &whole[..whole.len() / 2]).unwrap();
    assert_eq!(refusal(&at("cut")), "the database is damaged");

    // An empty file is a new journal.
    fs::write(at("empty"), "").unwrap();
    assert!(append(&SqliteJournal::open(at("empty")).unwrap(), "order:1", None, "{}"));
}

#[cfg(unix)]
#[test]
fn a_file_that_may_not_be_written_is_refused() {
    use std::os::unix::{fs::PermissionsExt as _, process::CommandExt as _};

    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("journal");
    drop(SqliteJournal::open(&file).unwrap());
    let mode = |path: &Path, mode: u32| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    mode(&file, 0o444);
    mode(directory.path(), 0o755);
    let mut command = Command::new(env::current_exe().unwrap());
    command
        .args(["--exact", "what_other_processes_do", "--ignored", "--nocapture"])
        .envs([(ROLE, "refused"), (NUMBER, "0")])
        .env(FILE, &file);
    // Permissions do not apply to root, so root becomes another user here.
    if fs::OpenOptions::new().write(true).open(&file).is_ok() {
        command.uid(65_534);
    }
    let output = match command.output() {
        Ok(output) => output,
        Err(error) => {
            eprintln!("skipped: this test's binary cannot be run by somebody else than root: {error}");
            return;
        }
    };
    let output = String::from_utf8(output.stdout).unwrap();
    assert!(output.contains("it is not writable"), "{output}");
}
