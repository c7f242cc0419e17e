//! The component's own typed functions (`src/component/typed.rs`) do what those do that wit-bindgen generates from the same
//! contract: for any arguments the same requests and the same outcome.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test panics to fail")]

mod answers;
#[allow(dead_code, reason = "other tests use the rest")]
#[path = "../guests/mod.rs"]
mod guests;
mod run;
mod seen;
mod values;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    sync::{Arc, LazyLock, Mutex},
    thread,
};

use connector_host::{
    Connector, Engine,
    testing::arguments,
    wasmtime::component::{
        Val,
        types::{ComponentFunc, Type},
    },
};
use host_test::{
    COMPONENT,
    fixture::{self, Case},
};

use answers::Answers;
use run::Run;
use seen::Seen;

/// The component, and the one with wit-bindgen's exports.
struct Pair {
    own: Connector,
    generated: Connector,
}

static PAIR: LazyLock<Pair> = LazyLock::new(|| {
    let engine = Engine::new().unwrap();
    let load = |file| Connector::load(&engine, file).unwrap();
    Pair { own: load(Path::new(COMPONENT)), generated: load(guests::generated_exports()) }
});

type Functions = BTreeMap<String, ComponentFunc>;

fn functions(connector: &Connector) -> Functions {
    connector.typed_functions().into_iter().collect()
}

/// The functions that are not of the same type in both components, one per line.
fn unequal(own: &Functions, generated: &Functions) -> Vec<String> {
    let signature = |function: &ComponentFunc| -> (Vec<(String, Type)>, Vec<Type>) {
        (function.params().map(|(name, ty)| (name.to_owned(), ty)).collect(), function.results().collect())
    };
    let ids: BTreeSet<&String> = own.keys().chain(generated.keys()).collect();
    let problem = |id: &String| match (own.get(id), generated.get(id)) {
        (Some(own), Some(generated)) if signature(own) == signature(generated) => None,
        (Some(_), Some(_)) => Some(format!("{id} has other types by wit-bindgen")),
        (Some(_), None) => Some(format!("{id} is in the component only")),
        (None, _) => Some(format!("{id} is in that of wit-bindgen only")),
    };
    ids.into_iter().filter_map(problem).collect()
}

#[test]
fn both_have_the_same_functions() {
    let (own, generated) = (functions(&PAIR.own), functions(&PAIR.generated));
    assert!(own.contains_key("orders.create"), "the functions have been read");
    let problems = unequal(&own, &generated);
    assert!(problems.is_empty(), "{}", problems.join("\n"));

    let mut other = generated;
    let get = other.remove("orders.get").unwrap();
    assert_eq!(unequal(&own, &other), ["orders.get is in the component only"]);
    assert_eq!(unequal(&other, &own), ["orders.get is in that of wit-bindgen only"]);
    other.insert("orders.get".to_owned(), own["orders.create"].clone());
    assert_eq!(unequal(&own, &other), ["orders.get has other types by wit-bindgen"]);
    other.insert("orders.get".to_owned(), get);
    assert_eq!(unequal(&own, &other), [""; 0]);
}

#[test]
fn each_function_does_what_the_generated_one_does() {
    let functions = functions(&PAIR.own);
    let cases = fixture::load(Path::new(fixture::DIRECTORY)).unwrap();
    let given: Vec<(Arc<Case>, Vec<Val>)> = cases
        .into_iter()
        .filter(|case| !case.invoke_only())
        .map(|case| (arguments(&functions[&case.action], case.input()).unwrap(), Arc::new(case)))
        .map(|(arguments, case)| (case, arguments))
        .collect();
    let pool =
        values::Pool::new(given.iter().map(|(case, arguments)| (&**case, &functions[&case.action], &**arguments)));

    let mut tasks: Vec<(String, ComponentFunc, Vec<Run>)> = Vec::new();
    for (id, function) in functions {
        let mut runs: Vec<Run> = Vec::new();
        let own: Vec<_> = given.iter().filter(|(case, _)| case.action == id).collect();
        for (case, arguments) in &own {
            runs.push(Run::new(case, Answers::OfCase, case.name.clone(), arguments.clone()));
        }
        // What sends something shows its arguments.
        let success = own.iter().filter(|(case, _)| case.succeeds()).max_by_key(|(case, _)| case.sends());
        let (case, base) = success.unwrap_or_else(|| panic!("{id} has no fixture of a success"));
        for (label, arguments) in values::variants(&id, &function, base, &pool) {
            runs.push(Run::new(case, Answers::OfCase, label, arguments));
        }
        for answers in answers::FAILURES {
            runs.push(Run::new(case, answers, format!("{answers:?}"), base.clone()));
        }
        tasks.push((id, function, runs));
    }
    let (mut problems, mut seen) = (Vec::new(), Seen::default());
    for (problem, part) in in_parallel(tasks) {
        problems.extend(problem);
        seen.join(part);
    }
    problems.sort();
    assert!(problems.is_empty(), "{} functions differ:\n{}", problems.len(), problems.join("\n"));
    let unseen = seen.lacks();
    assert!(unseen.is_empty(), "equal, but nothing was tried that shows it:\n{}", unseen.join("\n"));
}

/// What became of each function: its first difference, in one line, and what its runs have shown.
fn in_parallel(tasks: Vec<(String, ComponentFunc, Vec<Run>)>) -> Vec<(Option<String>, Seen)> {
    let (tasks, done) = (Mutex::new(tasks), Mutex::new(Vec::new()));
    let work = || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        loop {
            let Some((id, function, runs)) = tasks.lock().unwrap().pop() else { break };
            let result = runtime.block_on(compare(&id, &function, &runs));
            done.lock().unwrap().push(result);
        }
    };
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(work);
        }
    });
    done.into_inner().unwrap()
}

/// Runs a function in both ways.
async fn compare(id: &str, function: &ComponentFunc, runs: &[Run]) -> (Option<String>, Seen) {
    let mut seen = Seen::of(id, function);
    for run in runs {
        let (own, generated) = (run.by(&PAIR.own).await, run.by(&PAIR.generated).await);
        if let Some(what) = run::difference("", &own, &generated) {
            return (Some(format!("{id}, {}: {what}", run.label)), seen);
        }
        if let Some(error) = generated.get("error") {
            return (Some(format!("{id}, {}: both fail with {error}", run.label)), seen);
        }
        seen.note(run, &generated["outcome"]);
    }
    (None, seen)
}
