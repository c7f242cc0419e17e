//! The calls that an action for triggers makes.

use crate::{
    actions::calls::{self, says},
    base::document::Document,
    call::{arguments::Arguments, options::CallOptions},
    catalogue::{Action, webhooks},
    platform::{
        failure::{Failure, Kind},
        interface::Platform,
        reply::Reply,
    },
};

/// How often the webhooks are listed if they change meanwhile.
const ROUNDS: u32 = 3;

pub(super) const URL_EXISTS: &str = "WEBHOOK_URL_ALREADY_EXISTS";
pub(super) const NO_CHANGE: &str = "WEBHOOK_PATCH_REQUEST_NO_CHANGE";

/// The calls that one action makes.
pub(super) struct Calls<'a> {
    calls: calls::Calls<'a>,
    rounds: u32,
}

impl<'a> Calls<'a> {
    pub(super) fn new(platform: &'a dyn Platform, options: &'a CallOptions) -> Self {
        Self { calls: calls::Calls::new(platform, options), rounds: 1 }
    }

    pub(super) fn list(&mut self) -> Result<Reply, Failure> {
        self.call(webhooks::LIST, Arguments::default())
    }

    pub(super) fn create(&mut self, url: &str, event_types: &[String]) -> Result<Reply, Failure> {
        self.call(webhooks::CREATE, Arguments::default().body(webhook_request(url, event_types)))
    }

    /// Replaces the types of a webhook.
    pub(super) fn replace(&mut self, id: &str, event_types: &[String]) -> Result<Reply, Failure> {
        let operation = Document::Object(vec![
            ("op".into(), Document::Text("replace".into())),
            ("path".into(), Document::Text("/event_types".into())),
            ("value".into(), named(event_types)),
        ]);
        let patch = Document::Array(vec![operation]).to_json();
        self.call(webhooks::UPDATE, Arguments::default().with("webhook_id", id.to_owned()).body(patch))
    }

    pub(super) fn delete(&mut self, id: &str) -> Result<(), Failure> {
        self.call(webhooks::DELETE, Arguments::default().with("webhook_id", id.to_owned())).map(|_| ())
    }

    /// Allows another round if the webhooks have changed since the last list. Any other refusal is returned.
    pub(super) fn look_again(&mut self, refused: Failure) -> Result<(), Failure> {
        let changed = says(&refused, URL_EXISTS) || says(&refused, NO_CHANGE) || refused.kind == Kind::NotFound;
        if !changed || self.rounds == ROUNDS {
            return Err(refused);
        }
        self.rounds += 1;
        Ok(())
    }

    fn call(&mut self, action: &'static Action, arguments: Arguments) -> Result<Reply, Failure> {
        self.calls.call(action, arguments).map_err(|mut failure| {
            if failure.kind == Kind::OutcomeUnknown {
                // Repeating the write blindly is not safe, but repeating this action is.
                failure.retryable = true;
                failure.message += "; this action checks first, so it can be repeated";
            }
            failure
        })
    }

    /// The failure as that of the action as a whole.
    pub(super) fn failed(&self, failure: Failure) -> Failure {
        self.calls.failed(failure)
    }

    /// A change that PayPal has accepted, but that neither its response nor the list shows.
    pub(super) fn not_shown(&self, answer: &Reply) -> Failure {
        let message = "PayPal answered as if it had changed the webhook, but does not show the change; this action looks first, \
                       so that it can be repeated";
        let unclear =
            Failure { retryable: true, status: Some(answer.status), ..Failure::unsent(Kind::OutcomeUnknown, message) };
        self.failed(Failure { debug_id: answer.debug_id.clone(), body: answer.body.clone(), ..unclear })
    }

    pub(super) fn reply(self, body: Document) -> Reply {
        self.calls.reply(body.to_json())
    }
}

/// The body of `webhooks.create`.
pub(super) fn webhook_request(url: &str, event_types: &[String]) -> String {
    let url = Document::Text(url.into());
    Document::Object(vec![("url".into(), url), ("event_types".into(), named(event_types))]).to_json()
}

/// Event types in PayPal's form.
fn named(event_types: &[String]) -> Document<'_> {
    let named = |name: &'_ String| Document::Object(vec![("name".into(), name.clone().into())]);
    Document::Array(event_types.iter().map(named).collect())
}
