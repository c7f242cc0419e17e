//! Brings about an event by actions, where nobody but the merchant is needed: in PayPal's sandbox.

use connector_host::{Reply, actions::ActionInfo};
use paypal_simulator::triggers::{self, Request, Trigger, TriggerError};
use serde_json::{Value, json};

/// Returns the types of events that can be brought about by actions, in the order of their names.
pub fn event_types() -> impl Iterator<Item = &'static str> {
    triggers::event_types().filter(|name| Trigger::new(name).is_ok_and(|trigger| !trigger.needs_the_simulator()))
}

/// The calls that bring about an event, one after the other. The caller makes them.
pub struct Calls<'a> {
    actions: &'a [ActionInfo],
    trigger: Trigger,
}

/// A call.
#[derive(Debug)]
pub struct Call<'a> {
    /// The request that it makes.
    pub request: Request,
    /// The action.
    pub action: &'a str,
    /// Its input.
    pub input: Value,
}

/// Why an event is not brought about. What came before is done.
#[derive(Debug, thiserror::Error)]
pub enum Stopped {
    /// No action makes a request.
    #[error("no action makes {} {}", .0.method, .0.path)]
    NoAction(Request),
    /// A reply is not JSON.
    #[error("the reply is not JSON: {0}")]
    Malformed(#[from] serde_json::Error),
    /// A reply lacks what a later call needs.
    #[error(transparent)]
    Incomplete(#[from] TriggerError),
}

impl<'a> Calls<'a> {
    /// Returns the calls of a trigger that does not need the simulator, by these actions.
    #[must_use]
    pub fn new(actions: &'a [ActionInfo], trigger: Trigger) -> Self {
        Self { actions, trigger }
    }

    /// Returns the next call; `None` after the last.
    ///
    /// # Errors
    /// If no action makes the request.
    pub fn next_call(&mut self) -> Result<Option<Call<'a>>, Stopped> {
        let Some(request) = self.trigger.next_request() else { return Ok(None) };
        match call(self.actions, &request) {
            Some((action, input)) => Ok(Some(Call { request, action, input })),
            None => Err(Stopped::NoAction(request)),
        }
    }

    /// Takes the reply to the last call.
    ///
    /// # Errors
    /// If a later call needs what it lacks.
    pub fn answered(&mut self, reply: &Reply) -> Result<(), Stopped> {
        let document: Value = reply.body.as_deref().map(serde_json::from_str).transpose()?.unwrap_or_default();
        Ok(self.trigger.answered(&document)?)
    }

    /// Returns the ids of what was made, by kind.
    #[must_use]
    pub fn resources(&self) -> Value {
        json!(self.trigger.resources())
    }
}

/// Returns the action of a request, and its input.
fn call<'a>(actions: &'a [ActionInfo], request: &Request) -> Option<(&'a str, Value)> {
    let given: Vec<_> = request.path.split('/').collect();
    let fits = |action: &&ActionInfo| {
        let path: Vec<_> = action.path.split('/').collect();
        action.method.eq_ignore_ascii_case(&request.method)
            && path.len() == given.len()
            && path.iter().zip(&given).all(|(it, segment)| it.starts_with('{') || it == segment)
    };
    let action = actions.iter().find(fits)?;
    let mut input = json!({});
    for (name, segment) in action.path.split('/').zip(given) {
        if let Some(name) = name.strip_prefix('{').and_then(|name| name.strip_suffix('}')) {
            input[name] = segment.into();
        }
    }
    if !request.body.is_null() {
        input["body"] = request.body.clone();
    }
    // The simulator answers a trigger so, and later calls need an id of it. PayPal ignores it where
    // there is no choice (RFC 7240).
    input["options"] = json!({"prefer": "representation"});
    Some((&action.id, input))
}
