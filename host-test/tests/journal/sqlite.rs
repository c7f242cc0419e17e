//! What is SQLite's own: the file, its format and its permissions.

use std::{fs, path::Path};

use connector_host::SqliteJournal;

use crate::{
    append, entries,
    processes::{SHARED, assert_passed, command, printed, process},
};

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

/// Checks the database's integrity by SQLite's own check.
fn assert_is_whole(file: &Path) {
    let connection = rusqlite::Connection::open(file).unwrap();
    let verdict: String = connection.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(verdict, "ok");
}

#[tokio::test]
async fn two_processes_share_a_file_that_did_not_exist() {
    let directory = tempfile::tempdir().unwrap();
    for round in 0..5 {
        let file = directory.path().join(format!("journal-{round}"));
        let mut children = [1, 2].map(|number| process("shared", file.to_str().unwrap(), number));
        let mut new: Vec<String> = children.iter_mut().flat_map(printed).collect();
        assert_passed(children);
        assert_eq!(new.len(), SHARED as usize, "each id was new once");
        new.sort_unstable();
        new.dedup();
        assert_eq!(new.len(), SHARED as usize);
        let journal = SqliteJournal::open(&file).unwrap();
        assert_eq!(entries(&journal, "order:1").await.len(), SHARED as usize);
        drop(journal);
        assert_is_whole(&file);
    }
}

#[tokio::test]
async fn a_file_that_is_not_a_journal_is_refused_and_left_unchanged() {
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
    assert!(append(&SqliteJournal::open(at("empty")).unwrap(), "order:1", None, "{}").await);
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
    let mut command = command("refused", file.to_str().unwrap(), 0);
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
