//! What holds for each journal. Each test is there once per kind.

use std::{collections::BTreeSet, io::BufRead as _};

use connector_host::{Entry, JournalError};
use tokio::task::JoinSet;

use crate::{
    append, details, entries,
    kept::Kept,
    processes::{SHARED, assert_passed, printed, process, said},
};

/// Makes a test of each of these functions, for each kind of journal.
macro_rules! tests {
    ($($test:ident)*) => {
        mod memory {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() {
                super::$test(super::Kept::in_memory()).await;
            })*
        }

        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() {
                super::$test(super::Kept::in_a_file()).await;
            })*
        }

        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() {
                if let Some(kept) = super::Kept::in_postgres().await {
                    super::$test(kept).await;
                }
            })*
        }
    };
}

tests! {
    entries_come_back_in_their_order_and_unchanged
    a_repeat_is_recognised_by_its_id_within_its_subject
    tenants_see_nothing_of_each_other
    hostile_texts_come_back_unchanged_or_are_refused
    long_texts_are_told_apart
    what_is_too_long_to_read_is_an_error
    an_id_is_new_to_one_of_many_at_once
    a_journal_is_there_when_it_is_opened_again
    an_id_is_new_to_one_of_two_processes
    what_was_acknowledged_outlasts_kill_9
}

async fn entries_come_back_in_their_order_and_unchanged(kept: Kept) {
    let journal = kept.open("").await;
    for number in 0..50 {
        assert!(append(&journal, &format!("order:{}", number % 2), None, &number.to_string()).await);
    }
    let even: Vec<_> = (0..50).filter(|number| number % 2 == 0).map(|number| number.to_string()).collect();
    assert_eq!(details(&journal, "order:0").await, even);
    assert!(entries(&journal, "order:2").await.is_empty());
    let first = &entries(&journal, "order:0").await[0];
    let expected = crate::entry(None, "0");
    assert_eq!(
        (&first.id, &first.time, &first.event, &first.status),
        (&expected.id, &expected.time, &expected.event, &expected.status),
    );
}

async fn a_repeat_is_recognised_by_its_id_within_its_subject(kept: Kept) {
    let journal = &kept.open("").await;
    let append = async |subject: &str, id: Option<&str>, details: &str| append(journal, subject, id, details).await;
    assert!(append("order:1", Some("WH-1"), "first").await);
    assert!(!append("order:1", Some("WH-1"), "second").await);
    assert!(append("order:2", Some("WH-1"), "elsewhere").await);
    assert!(append("order:1", Some("wh-1"), "in small letters").await);
    assert!(append("order:1", Some(""), "the empty id").await);
    assert!(!append("order:1", Some(""), "the empty id again").await);
    assert!(append("order:1", None, "without an id").await);
    assert!(append("order:1", None, "without an id again").await);
    // Parts are not put together: neither of these is the other.
    assert!(append("a,b", Some("c"), "").await && append("a", Some("b,c"), "").await);
    assert!(append("a\",\"b", Some("c"), "").await && append("a", Some("b\",\"c"), "").await);
    let expected = ["first", "in small letters", "the empty id", "without an id", "without an id again"];
    assert_eq!(details(journal, "order:1").await, expected);
}

async fn tenants_see_nothing_of_each_other(kept: Kept) {
    let (one, other) = (kept.open("one").await, kept.open("other").await);
    assert!(append(&one, "order:1", Some("WH-1"), "of one").await);
    assert!(append(&other, "order:1", Some("WH-1"), "of the other").await);
    assert!(entries(&kept.open("").await, "order:1").await.is_empty());
    assert_eq!(details(&one, "order:1").await, ["of one"]);
    assert_eq!(details(&kept.open("other").await, "order:1").await, ["of the other"]);
}

async fn hostile_texts_come_back_unchanged_or_are_refused(kept: Kept) {
    let megabyte = "\u{1F600}".repeat(262_144);
    let texts = [
        "",
        "'); DROP TABLE entries; --",
        "\"quoted\" 'twice' `and` [again] {array,NULL}",
        "NULL",
        "%_?1:name@x$1 \\x00 \\u0000",
        "\u{1F468}\u{200D}\u{1F469}\u{200D}\u{1F467} \u{202E}backwards \u{FEFF}\u{FFFF}",
        "line\r\nbreak\ttab",
        &megabyte,
    ];
    let with_nul = ["before\0after", "\0"];
    let everywhere = |text: &str| Entry {
        id: Some(text.to_owned()),
        time: text.to_owned(),
        event: text.to_owned(),
        status: Some(text.to_owned()),
        details: text.to_owned(),
    };
    for text in texts.into_iter().chain(with_nul) {
        let tenant = kept.open(text).await;
        let append = async || tenant.append(text.to_owned(), everywhere(text)).await;
        if text.contains('\0') && !kept.keeps_nul() {
            let error = append().await.unwrap_err().to_string();
            assert_eq!(error, "its `tenant` has the character U+0000, which PostgreSQL cannot keep");
            continue;
        }
        assert!(append().await.unwrap());
        assert!(!append().await.unwrap());
    }
    for text in texts.into_iter().chain(with_nul) {
        let entries = entries(&kept.open(text).await, text).await;
        if text.contains('\0') && !kept.keeps_nul() {
            assert!(entries.is_empty());
            continue;
        }
        assert_eq!(entries.len(), 1);
        let Entry { id, time, event, status, details } = &entries[0];
        for field in [id.as_deref().unwrap(), time, event, status.as_deref().unwrap(), details] {
            assert!(field == text, "a text of {} bytes has changed", text.len());
        }
    }
}

/// Of subjects and ids nothing but the last character differs.
async fn long_texts_are_told_apart(kept: Kept) {
    let journal = kept.open(&"tenant".repeat(10_000)).await;
    // Text that does not compress, as an index that compresses it would take more of it.
    let mut state = 11_u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        char::from(b'!' + u8::try_from((state >> 33) % 90).unwrap())
    };
    let long: String = (0..60_000).map(|_| next()).collect();
    for subject in ["1", "2"].map(|last| format!("{long}{last}")) {
        for id in ["1", "2"].map(|last| format!("{long}{last}")) {
            assert!(append(&journal, &subject, Some(&id), "{}").await);
            assert!(!append(&journal, &subject, Some(&id), "{}").await);
        }
        assert_eq!(entries(&journal, &subject).await.len(), 2);
    }
}

async fn what_is_too_long_to_read_is_an_error(kept: Kept) {
    const LIMIT: usize = 16 * 1024 * 1024;
    let journal = kept.open("").await;
    let (one, fixed) = ("x".repeat(LIMIT / 4), {
        let Entry { id, time, event, status, .. } = crate::entry(None, "");
        time.len() + event.len() + [id, status].into_iter().flatten().map(|it| it.len()).sum::<usize>()
    });
    for _ in 0..3 {
        assert!(append(&journal, "order:1", None, &one).await);
    }
    assert!(append(&journal, "order:1", None, &one[4 * fixed..]).await);
    assert_eq!(entries(&journal, "order:1").await.len(), 4, "exactly the limit");
    assert!(append(&journal, "order:1", None, "").await);
    let error = journal.entries("order:1".to_owned()).await.unwrap_err();
    assert!(matches!(error, JournalError::TooLong), "{error:?}");
    // It goes on, for this subject too.
    assert!(append(&journal, "order:1", Some("WH-1"), "{}").await);
    assert_eq!(entries(&journal, "order:2").await.len(), 0);
}

async fn an_id_is_new_to_one_of_many_at_once(kept: Kept) {
    const TASKS: usize = 64;
    let (one, other) = (kept.open("").await, kept.open("").await);
    let mut tasks = JoinSet::new();
    for number in 0..TASKS {
        let journal = if number % 2 == 0 { one.clone() } else { other.clone() };
        tasks.spawn(async move {
            let mut new = Vec::new();
            for id in 0..20 {
                if append(&journal, "order:1", Some(&format!("WH-{id}")), "{}").await {
                    new.push(id);
                }
            }
            new
        });
    }
    let mut new: Vec<u32> = tasks.join_all().await.into_iter().flatten().collect();
    new.sort_unstable();
    assert_eq!(new, (0..20).collect::<Vec<_>>());
    assert_eq!(entries(&one, "order:1").await.len(), 20);
}

async fn a_journal_is_there_when_it_is_opened_again(kept: Kept) {
    assert!(append(&kept.open("").await, "order:1", Some("WH-1"), "first").await);
    let journal = kept.open("").await;
    assert!(!append(&journal, "order:1", Some("WH-1"), "second").await);
    assert!(append(&journal, "order:1", Some("WH-2"), "third").await);
    drop(journal);
    assert_eq!(details(&kept.open("").await, "order:1").await, ["first", "third"]);
}

async fn an_id_is_new_to_one_of_two_processes(kept: Kept) {
    if !kept.lasts() {
        return;
    }
    let mut children = [1, 2].map(|number| process("shared", &kept.place(), number));
    let mut new: Vec<String> = children.iter_mut().flat_map(printed).collect();
    assert_passed(children);
    assert_eq!(new.len(), SHARED as usize, "each id was new once");
    new.sort_unstable();
    new.dedup();
    assert_eq!(new.len(), SHARED as usize);
    assert_eq!(entries(&kept.open("").await, "order:1").await.len(), SHARED as usize);

    // And of 64 at once with one id, from two processes, one is new.
    let mut children = [1, 2].map(|number| process("at-once", &kept.place(), number));
    let mut new: Vec<String> = children.iter_mut().flat_map(printed).collect();
    assert_passed(children);
    new.sort_unstable();
    assert_eq!(new, ["0", "1"]);
}

async fn what_was_acknowledged_outlasts_kill_9(kept: Kept) {
    if !kept.lasts() {
        return;
    }
    let mut acknowledged = Vec::new();
    for round in 0..6 {
        // Killed later each time, at no particular point.
        let mut child = process("endless", &kept.place(), round);
        let mut lines = std::io::BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
        let wanted = 1 + 37 * round as usize;
        let before: Vec<String> = lines.by_ref().filter_map(|line| said(&line)).take(wanted).collect();
        assert_eq!(before.len(), wanted);
        child.kill().unwrap();
        // The pipe has what it had printed when it was killed, in whole lines: each is one write.
        acknowledged.extend(before);
        acknowledged.extend(lines.filter_map(|line| said(&line)));
        assert!(!child.wait().unwrap().success());
    }
    let journal = kept.open("").await;
    let ids: Vec<String> = entries(&journal, "order:1").await.into_iter().filter_map(|entry| entry.id).collect();
    let kept: BTreeSet<&String> = ids.iter().collect();
    assert_eq!(kept.len(), ids.len(), "nothing is there twice");
    for id in &acknowledged {
        assert!(kept.contains(id), "{id} is lost");
    }
    // At most one entry of each process was written and not printed.
    assert!(kept.len() <= acknowledged.iter().collect::<BTreeSet<_>>().len() + 6);
    assert!(append(&journal, "order:1", None, "it goes on").await);
}
