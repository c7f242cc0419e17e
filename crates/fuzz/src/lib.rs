//! Runs fuzzing targets: functions that take any bytes, and panic if a property of a parser does not hold.
//!
//! The corpus of a target is the directory `fuzz/corpus/<target>` of the repository. An input is one of its files, or made from
//! them. The inputs follow from the seed.

mod mutate;

use std::{
    cell::Cell,
    fs, io,
    panic::{self, AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    sync::Once,
};

pub use mutate::Mutator;

/// The largest input, in bytes.
pub const LARGEST: usize = 4096;

/// A target: its name, and the function that takes an input.
pub type Target = (&'static str, fn(&[u8]));

/// An input at which a target panics.
#[derive(Debug)]
pub struct Finding {
    /// The name of the target.
    pub target: &'static str,
    /// The input, reduced by leaving out parts.
    pub input: Vec<u8>,
}

/// Returns the files of a target's corpus, in the order of their names.
///
/// # Errors
/// If there is no such directory, or a file cannot be read.
pub fn corpus(target: &str) -> io::Result<Vec<Vec<u8>>> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus").join(target);
    let files = fs::read_dir(directory)?.map(|entry| Ok(entry?.path()));
    let mut files: Vec<PathBuf> = files.collect::<io::Result<_>>()?;
    files.sort();
    files.iter().map(fs::read).collect()
}

/// Runs a target over its corpus, and over `rounds` inputs made from it.
///
/// # Errors
/// The input at which it panics.
pub fn run((name, run): Target, corpus: &[Vec<u8>], seed: u64, rounds: usize) -> Result<(), Finding> {
    let fails = |input: &[u8]| {
        silence();
        IS_RUNNING.set(true);
        let failed = catch_unwind(AssertUnwindSafe(|| run(input))).is_err();
        IS_RUNNING.set(false);
        failed
    };
    let mut mutator = Mutator::new(seed, corpus);
    let made = (0..rounds).map(|_| mutator.input());
    match corpus.iter().cloned().chain(made).find(|input| fails(input)) {
        None => Ok(()),
        Some(input) => Err(Finding { target: name, input: reduce(input, fails) }),
    }
}

/// Runs each target over its corpus, and over 10,000 inputs made from it, for a test. Returns a line for each target that
/// panics, or whose corpus has fewer than three inputs.
#[must_use]
pub fn findings(targets: &[Target], seed: u64) -> Vec<String> {
    let finding = |target: &Target| match corpus(target.0) {
        Err(error) => Some(format!("{}: {error}", target.0)),
        Ok(corpus) if corpus.len() < 3 => Some(format!("{} has no corpus", target.0)),
        Ok(corpus) => {
            let finding = run(*target, &corpus, seed, 10_000).err()?;
            Some(format!("{} panics at b\"{}\"", finding.target, finding.input.escape_ascii()))
        }
    };
    targets.iter().filter_map(finding).collect()
}

thread_local! {
    static IS_RUNNING: Cell<bool> = const { Cell::new(false) };
}

/// Silences the panics of targets: reducing an input causes many.
fn silence() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let print = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !IS_RUNNING.get() {
                print(info);
            }
        }));
    });
}

/// Leaves out what a failure does not need: halves, quarters, and so on to single bytes.
fn reduce(mut input: Vec<u8>, fails: impl Fn(&[u8]) -> bool) -> Vec<u8> {
    let mut size = input.len() / 2;
    while size > 0 {
        let mut start = 0;
        while start < input.len() {
            let end = input.len().min(start + size);
            let without = [&input[..start], &input[end..]].concat();
            if fails(&without) {
                input = without;
            } else {
                start = end;
            }
        }
        size /= 2;
    }
    input
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_is_found_and_reduced() {
        let target: Target = ("two", |input| assert!(input.iter().filter(|byte| **byte == b'!').count() < 2));
        let corpus = [b"well! done".to_vec(), b"and 1 more".to_vec()];
        let finding = run(target, &corpus, 1, 10_000).err().map(|finding| (finding.target, finding.input));
        assert_eq!(finding, Some(("two", b"!!".to_vec())));
        assert!(run(("none", |_| ()), &[], 1, 100).is_ok());
    }

    #[test]
    fn a_target_that_panics_and_one_without_a_corpus_are_reported() {
        let targets: [Target; 3] =
            [("date", |_| ()), ("money", |input| assert_eq!(input.len(), usize::MAX)), ("nothing", |_| ())];
        let found = findings(&targets, 1);
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found[0] == r#"money panics at b"""# && found[1].starts_with("nothing: "), "{found:?}");
    }
}
