//! What brings about each type of event: the requests to the API, and the controls of the simulator.

use std::{
    collections::{BTreeMap, HashMap},
    fmt,
    sync::LazyLock,
};

use serde::Deserialize;
use serde_json::Value;

use crate::base::uri::encode;

/// How an event is brought about.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Recipe {
    /// The event whose steps come before.
    after: Option<String>,
    steps: Vec<Step>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Step {
    /// Method and path, in which `{name}` stands for what an earlier step has kept.
    send: String,
    #[serde(default)]
    body: Value,
    /// What later steps need of the answer: names, and pointers into it. Of a link it is the last segment.
    #[serde(default)]
    keep: BTreeMap<String, String>,
}

/// The step that moves the clock.
const CLOCK: &str = "POST /simulator/clock";

static RECIPES: LazyLock<BTreeMap<String, Recipe>> =
    LazyLock::new(|| serde_json::from_str(include_str!("triggers.json")).unwrap_or_default());

impl Recipe {
    /// Returns its steps, with those that come before.
    fn all(&self) -> Vec<&Step> {
        let before = self.after.as_ref().and_then(|name| RECIPES.get(name));
        let mut all = before.map(Self::all).unwrap_or_default();
        all.extend(&self.steps);
        all
    }
}

/// Returns the types of events that can be brought about, in the order of their names.
pub fn event_types() -> impl Iterator<Item = &'static str> {
    RECIPES.keys().map(String::as_str)
}

/// A request of a [`Trigger`].
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// The method.
    pub method: String,
    /// The path, escaped. Below `/simulator/` it is what a payer or the simulator does, else one of PayPal's.
    pub path: String,
    /// The body; null if there is none.
    pub body: Value,
}

/// Why an event cannot be brought about.
#[derive(Debug, PartialEq, Eq)]
pub enum TriggerError {
    /// There is no recipe for this type.
    Unknown(String),
    /// The body of the first request has nothing at this path.
    NoMember(String),
    /// The answer to a step lacks what a later one needs: its name.
    Missing(String),
}

impl fmt::Display for TriggerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown(name) => write!(f, "there is no way here to bring about `{name}`"),
            Self::NoMember(path) => write!(f, "the body of the first request has nothing at `{path}`"),
            Self::Missing(name) => write!(f, "the answer has no id of the {name}"),
        }
    }
}

impl std::error::Error for TriggerError {}

/// The requests that bring about an event, one after the other. The caller sends them.
pub struct Trigger {
    steps: std::vec::IntoIter<&'static Step>,
    /// The body of the first step, as the caller has changed it.
    first: Option<Value>,
    /// The step that waits for its answer.
    sent: Option<&'static Step>,
    kept: HashMap<String, String>,
}

impl Trigger {
    /// Returns the trigger of an event type.
    ///
    /// # Errors
    /// If there is none.
    pub fn new(event_type: &str) -> Result<Self, TriggerError> {
        let recipe = RECIPES.get(event_type).ok_or_else(|| TriggerError::Unknown(event_type.to_owned()))?;
        let steps = recipe.all();
        let first = steps.first().map(|step| step.body.clone());
        Ok(Self { steps: steps.into_iter(), first, sent: None, kept: HashMap::new() })
    }

    /// Whether it has a step that only the simulator can take, such as a payer's approval.
    #[must_use]
    pub fn needs_the_simulator(&self) -> bool {
        self.steps.as_slice().iter().any(|step| step.send.contains(" /simulator/"))
    }

    /// How many requests are left.
    #[must_use]
    pub fn steps(&self) -> usize {
        self.steps.len()
    }

    /// Whether a request that is left moves the clock.
    #[must_use]
    pub fn needs_time(&self) -> bool {
        self.steps.as_slice().iter().any(|step| step.send == CLOCK)
    }

    /// Changes the body of the first request at a path such as `purchase_units[0].amount.value`. The last member may be new.
    ///
    /// # Errors
    /// If there is no such place.
    pub fn set(&mut self, path: &str, value: Value) -> Result<(), TriggerError> {
        let place = self.first.as_mut().and_then(|body| member(body, path));
        *place.ok_or_else(|| TriggerError::NoMember(path.to_owned()))? = value;
        Ok(())
    }

    /// Returns the next request; `None` after the last.
    pub fn next_request(&mut self) -> Option<Request> {
        let step = self.steps.next()?;
        self.sent = Some(step);
        let mut body = self.first.take().unwrap_or_else(|| step.body.clone());
        fill_all(&mut body, &self.kept);
        let (method, path) = step.send.split_once(' ').unwrap_or(("POST", &step.send));
        Some(Request { method: method.to_owned(), path: fill(path, &self.kept, encode), body })
    }

    /// Takes the answer to the last request.
    ///
    /// # Errors
    /// If a later request needs what the answer lacks.
    pub fn answered(&mut self, document: &Value) -> Result<(), TriggerError> {
        for (name, pointer) in self.sent.take().into_iter().flat_map(|step| &step.keep) {
            let text = document.pointer(pointer).and_then(Value::as_str);
            let text = text.ok_or_else(|| TriggerError::Missing(name.clone()))?;
            self.kept.insert(name.clone(), text.rsplit(['/', '=', '#']).next().unwrap_or(text).to_owned());
        }
        Ok(())
    }

    /// Returns the ids of what was made, by kind.
    #[must_use]
    pub fn resources(&self) -> BTreeMap<&str, &str> {
        self.kept.iter().map(|(name, id)| (name.as_str(), id.as_str())).collect()
    }
}

/// Puts what was kept in place of its names.
fn fill(text: &str, kept: &HashMap<String, String>, write: impl Fn(&str) -> String) -> String {
    kept.iter().fold(text.to_owned(), |text, (name, id)| text.replace(&format!("{{{name}}}"), &write(id)))
}

fn fill_all(body: &mut Value, kept: &HashMap<String, String>) {
    match body {
        Value::String(text) => *text = fill(text, kept, str::to_owned),
        Value::Array(items) => items.iter_mut().for_each(|item| fill_all(item, kept)),
        Value::Object(members) => members.values_mut().for_each(|member| fill_all(member, kept)),
        _ => {}
    }
}

/// Returns the place of a path. Its last member may be new.
fn member<'a>(document: &'a mut Value, path: &str) -> Option<&'a mut Value> {
    let names = path.split(['.', '[']).map(|name| name.trim_end_matches(']'));
    let mut names = names.filter(|name| !name.is_empty()).peekable();
    names.peek()?;
    let mut at = document;
    while let Some(name) = names.next() {
        at = match at {
            Value::Array(items) => items.get_mut(name.parse::<usize>().ok()?)?,
            Value::Object(members) => match names.peek() {
                None => members.entry(name).or_insert(Value::Null),
                Some(_) => members.get_mut(name)?,
            },
            _ => return None,
        };
    }
    Some(at)
}
