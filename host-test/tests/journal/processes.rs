//! Other processes that use the same journal.

use std::{
    env,
    io::{BufRead as _, BufReader, Write as _},
    process::{Child, Command, Stdio},
};

use connector_host::SqliteJournal;

use crate::{append, kept::open};

pub(crate) const ROLE: &str = "JOURNAL_TEST_ROLE";
pub(crate) const PLACE: &str = "JOURNAL_TEST_PLACE";
pub(crate) const NUMBER: &str = "JOURNAL_TEST_NUMBER";

/// How many entries each of two processes appends under ids that both use.
pub(crate) const SHARED: u32 = 100;

/// Starts another process that runs a test of this file, in the role that `ROLE` names.
pub(crate) fn process(role: &str, place: &str, number: u32) -> Child {
    command(role, place, number).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

/// The same, before it is started.
pub(crate) fn command(role: &str, place: &str, number: u32) -> Command {
    let mut command = Command::new(env::current_exe().unwrap());
    command.args(["--exact", "processes::what_other_processes_do", "--ignored", "--nocapture"]);
    command.envs([(ROLE, role), (PLACE, place), (NUMBER, &number.to_string())]).stdin(Stdio::null());
    command
}

/// Returns what a process has said in this line, if anything.
pub(crate) fn said(line: &str) -> Option<String> {
    line.split_once("said: ").map(|(_, text)| text.to_owned())
}

/// Returns what a process says until it ends.
pub(crate) fn printed(child: &mut Child) -> Vec<String> {
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    lines.filter_map(|line| said(&line.unwrap())).collect()
}

/// Returns how many processes' tests have passed; the others' output is the panic.
pub(crate) fn assert_passed(children: impl IntoIterator<Item = Child>) {
    for child in children {
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "it is what the processes do that other tests start"]
async fn what_other_processes_do() {
    let (Ok(role), Ok(place)) = (env::var(ROLE), env::var(PLACE)) else {
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
            let journal = open(&place, "").await;
            for index in 0_u64.. {
                assert!(append(&journal, "order:1", Some(&format!("{number}-{index}")), &"x".repeat(3_000)).await);
                say(&format!("{number}-{index}"));
            }
        }
        // Opens the journal, which may not exist yet, and prints which ids were new.
        "shared" => {
            let journal = open(&place, "").await;
            for index in 0..SHARED {
                if append(&journal, "order:1", Some(&format!("WH-{index}")), &number).await {
                    say(&format!("WH-{index}"));
                }
            }
        }
        // Appends 32 entries with one id at once, and prints how often it was new.
        "at-once" => {
            let journal = open(&place, "").await;
            let mut appends = tokio::task::JoinSet::new();
            for _ in 0..32 {
                let (journal, number) = (journal.clone(), number.clone());
                appends.spawn(async move { append(&journal, "order:1", Some("at-once"), &number).await });
            }
            let appended = appends.join_all().await;
            say(&appended.into_iter().filter(|new| *new).count().to_string());
        }
        "refused" => say(&SqliteJournal::open(place).err().map_or("it was opened".to_owned(), |it| it.to_string())),
        other => panic!("{other}"),
    }
}
