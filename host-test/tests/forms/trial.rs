//! Every action's sample, entered into its form, succeeds at the simulator.

use std::{
    cell::RefCell,
    collections::BTreeMap,
    fs,
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    rc::Rc,
};

use connector_host::testing::NumberedTokens;
use paypal_simulator::Simulator;
use serde_json::Value;
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::{
    Described, composed,
    field::{Entries, Field},
    ids,
    operations::{Played, RESOURCES},
    prepared,
    simulated::Simulated,
};

/// The seed of the worlds.
const SEED: u64 = 4;

/// The samples, and what came of them.
pub(crate) struct Trial {
    /// Each action's form, and the input of its sample.
    samples: BTreeMap<String, (Field, Value)>,
    /// Why an action's sample has not succeeded so far: `None` once it has.
    results: RefCell<BTreeMap<String, Option<String>>>,
}

impl Trial {
    fn new(described: &Described) -> Self {
        let sample = |action: &_| (described.form(action), described.sample(action)["input"].clone());
        let samples = described.actions.iter().map(|action| (action.id.clone(), sample(action))).collect();
        Self { samples, results: RefCell::default() }
    }

    /// Enters the sample with the ids of an input into the form, and runs what the form makes of it. Returns the answer.
    pub(crate) async fn run(&self, paypal: &Simulated, action: &str, real: &Value) -> Option<Value> {
        self.enter(paypal, action, ids::replaced(&self.samples[action].1, real)).await
    }

    /// The same with these members in place of the sample's: what has come in cannot be made up.
    pub(crate) async fn run_with(&self, paypal: &Simulated, action: &str, members: &Value) -> Option<Value> {
        let mut input = self.samples[action].1.clone();
        for (name, value) in members.as_object().unwrap() {
            assert!(input.get(name).is_some(), "{action}: the sample has no {name}");
            input[name] = value.clone();
        }
        self.enter(paypal, action, input).await
    }

    /// Returns why an action's sample has not succeeded.
    pub(crate) fn problem(&self, action: &str) -> Option<String> {
        self.results.borrow().get(action).cloned().flatten()
    }

    async fn enter(&self, paypal: &Simulated, action: &str, wanted: Value) -> Option<Value> {
        let (form, _) = &self.samples[action];
        let mut entries = Entries::new();
        form.enter(&wanted, "", &mut entries).unwrap_or_else(|problem| panic!("{action}: {problem}"));
        let input = form.read("", &entries).unwrap_or_else(|| Value::Object(serde_json::Map::new()));
        assert_eq!(input, wanted, "{action}: the form makes another input");
        let reply = paypal.invoke(action, input).await;
        let mut results = self.results.borrow_mut();
        let result = results.entry(action.to_owned()).or_insert_with(|| Some(String::new()));
        match reply {
            Ok(reply) => {
                *result = None;
                Some(reply.body)
            }
            Err(failure) => {
                // Where it has succeeded, it is a true sample.
                if result.is_some() {
                    *result = Some(format!("{action}: {failure:?}"));
                }
                None
            }
        }
    }
}

/// A simulator whose world is kept in a file, so that there can be another of the same.
struct Kept {
    sandbox: Simulator,
    file: PathBuf,
}

impl Kept {
    fn new(directory: &Path) -> Self {
        let (sandbox, file) = (Simulator::new(SEED), directory.join("world"));
        sandbox.keep_in(&file).unwrap();
        Self { sandbox, file }
    }
}

/// Returns a world in which everything has happened that has happened in the one in the file.
fn another(file: &Path) -> Simulated {
    let copy = file.with_extension("copy");
    // SQLite's write-ahead log has what is not in the file yet.
    for end in ["", "-wal", "-shm"] {
        let of = |path: &Path| PathBuf::from(format!("{}{end}", path.display()));
        let _ = fs::remove_file(of(&copy));
        if end != "-shm" && of(file).exists() {
            fs::copy(of(file), of(&copy)).unwrap();
        }
    }
    let sandbox = Simulator::new(SEED);
    sandbox.keep_in(&copy).unwrap();
    Simulated::by(sandbox, NumberedTokens::new(Simulator::token()))
}

#[test]
fn every_sample_succeeds_at_the_simulator() {
    let runtime = Runtime::new().unwrap();
    let trial = Rc::new(Trial::new(&runtime.block_on(Described::load())));
    for (name, play) in RESOURCES {
        let directory = TempDir::new().unwrap();
        let Kept { sandbox, file } = Kept::new(directory.path());
        let tried = Rc::clone(&trial);
        let played = Played::observed(sandbox, move |action, input| {
            let (tried, file) = (Rc::clone(&tried), file.clone());
            Box::pin(async move {
                if tried.results.borrow().get(action) != Some(&None) {
                    tried.run(&another(&file), action, input).await;
                }
            })
        });
        let run = || Runtime::new().unwrap().block_on(play(&played));
        assert!(catch_unwind(AssertUnwindSafe(run)).is_ok(), "{name} are not played to the end");
    }
    runtime.block_on(prepared::run(&trial));
    runtime.block_on(composed::run(&trial));

    let results = trial.results.borrow();
    let problem = |action: &String| match results.get(action) {
        None => Some(format!("{action}: not tried")),
        Some(problem) => problem.clone(),
    };
    let problems: Vec<_> = trial.samples.keys().filter_map(problem).collect();
    assert!(problems.is_empty(), "{} of {}\n{}", problems.len(), trial.samples.len(), problems.join("\n"));
}
