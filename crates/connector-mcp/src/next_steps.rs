//! What to do next, by what a provider answers: its codes, its statuses, and where the amounts and the payer's link are.

use std::collections::BTreeMap;

use connector_host::{Failure, FailureKind, Reply, json};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::pointer::{self, Found};

/// The longest link, in bytes.
const LINK: usize = 2000;

/// What to do next, by what a provider answers. The default knows nothing.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NextSteps {
    /// After a failure, by the code of an issue or the provider's name of the error.
    issues: BTreeMap<String, Step>,
    /// After any other failure, by its kind.
    kinds: BTreeMap<String, Step>,
    /// After a reply.
    replies: Vec<Rule>,
    /// What an action is about, by its id.
    subjects: BTreeMap<String, Subject>,
}

/// What to say, first of all.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Step {
    text: String,
    /// The relations of the links that the payer may be given.
    #[serde(default)]
    links: Vec<String>,
}

/// What to say of parts of a reply, by their `status`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rule {
    actions: Vec<String>,
    /// Where the parts are: a JSON Pointer, in which `*` is each item of a list.
    at: String,
    status: BTreeMap<String, Step>,
}

/// How to read the resource that an action is about.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Subject {
    /// The action that reads it.
    pub(crate) read: String,
    /// The arguments that both actions have.
    parameters: Vec<String>,
    /// Where its amounts are, like `at` of a rule.
    amounts: String,
}

/// What is said.
#[derive(Default)]
pub(crate) struct Said {
    pub(crate) text: Vec<String>,
    /// The link for the payer.
    pub(crate) link: Option<String>,
    /// The relations of such a link, if it was not found yet.
    pub(crate) wanted: Vec<String>,
}

impl NextSteps {
    /// Reads them from JSON: `issues` and `kinds` of steps `{text, links}`, `replies`, and `subjects`. What the members mean is at
    /// the fields of this type.
    ///
    /// # Errors
    /// If they are not of that form.
    pub fn parse(text: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text)
    }

    /// Returns the ids of the actions that are named.
    #[must_use]
    pub fn actions(&self) -> Vec<&str> {
        let of_replies = self.replies.iter().flat_map(|rule| &rule.actions);
        let of_subjects = self.subjects.iter().flat_map(|(action, subject)| [action, &subject.read]);
        of_replies.chain(of_subjects).map(String::as_str).collect()
    }

    /// Returns the codes of issues that are known.
    #[must_use]
    pub fn issues(&self) -> Vec<&str> {
        self.issues.keys().map(String::as_str).collect()
    }

    /// Returns what an action is about, if that can be read.
    pub(crate) fn subject(&self, action: &str) -> Option<&Subject> {
        self.subjects.get(action)
    }

    /// What to say of a reply.
    pub(crate) fn of_reply(&self, action: &str, reply: &Reply) -> Said {
        let rules: Vec<&Rule> = self.replies.iter().filter(|rule| rule.actions.iter().any(|it| it == action)).collect();
        let mut said = Said::default();
        if rules.is_empty() {
            return said;
        }
        let Some(body) = reply.body.as_deref().and_then(|body| serde_json::from_str::<Value>(body).ok()) else {
            return said;
        };
        for rule in rules {
            for part in pointer::all(&body, &rule.at) {
                let status = part.value["status"].as_str();
                if let Some(step) = status.and_then(|status| rule.status.get(status)) {
                    said.add(step, &body);
                }
            }
        }
        said
    }

    /// What to say of a failure. What is not known was not refused.
    pub(crate) fn of_failure(&self, failure: &Failure) -> Said {
        let mut said = Said::default();
        if failure.kind == FailureKind::OutcomeUnknown {
            return said;
        }
        let body = failure.body.as_deref().and_then(|body| serde_json::from_str(body).ok()).unwrap_or_default();
        let issues = failure.details.iter().filter_map(|it| it.issue.as_deref());
        for code in issues.chain(failure.name.as_deref()) {
            if let Some(step) = self.issues.get(code) {
                said.add(step, &body);
            }
        }
        // What may be repeated has its own advice.
        if said.text.is_empty()
            && !failure.retryable
            && let Some(step) = self.kinds.get(json::kind(failure.kind))
        {
            said.add(step, &body);
        }
        said
    }
}

impl Said {
    fn add(&mut self, step: &Step, document: &Value) {
        if self.text.contains(&step.text) {
            return;
        }
        self.text.push(step.text.clone());
        self.wanted.extend_from_slice(&step.links);
        self.look_in(document);
    }

    /// Takes the link from a document, if one is wanted.
    pub(crate) fn look_in(&mut self, document: &Value) {
        let Some(links) = document["links"].as_array().filter(|_| !self.wanted.is_empty()) else { return };
        let of = |relation: &String| links.iter().find(|link| link["rel"] == *relation.as_str());
        let found = self.wanted.iter().find_map(|relation| of(relation)?["href"].as_str().filter(|it| is_link(it)));
        if let Some(found) = found {
            self.link = Some(found.to_owned());
            self.wanted.clear();
        }
    }
}

impl Subject {
    /// Returns the input to read it with. `None` if an argument is missing.
    pub(crate) fn input(&self, arguments: &Map<String, Value>) -> Option<String> {
        let own = self.parameters.iter().map(|name| Some((name.clone(), arguments.get(name)?.clone())));
        Some(Value::Object(own.collect::<Option<_>>()?).to_string())
    }

    /// Returns its amounts, with their places.
    pub(crate) fn amounts<'a>(&self, document: &'a Value) -> Vec<Found<'a>> {
        pointer::all(document, &self.amounts)
    }
}

/// Whether a text is an address for a browser, and nothing else.
fn is_link(text: &str) -> bool {
    let is_plain = text.len() <= LINK && text.bytes().all(|byte| byte.is_ascii_graphic());
    is_plain && (text.starts_with("https://") || text.starts_with("http://"))
}

#[cfg(test)]
mod tests {
    use connector_host::Issue;
    use serde_json::json;

    use super::*;

    fn steps() -> NextSteps {
        let steps = json!({
            "issues": {"NOT_APPROVED": {"text": "Approve it.", "links": ["approve"]}},
            "kinds": {"not-found": {"text": "Check the id."}},
            "replies": [
                {"actions": ["orders.capture"], "at": "/units/*/captures/*", "status": {"DECLINED": {"text": "Declined."}}},
                {"actions": ["orders.capture"], "at": "", "status": {"NEW": {"text": "Pay.", "links": ["payer-action", "approve"]}}},
            ],
            "subjects": {"orders.capture": {"read": "orders.get", "parameters": ["id"], "amounts": "/units/*/amount"}},
        });
        NextSteps::parse(&steps.to_string()).unwrap()
    }

    fn reply(body: &Value) -> Reply {
        Reply {
            status: 201,
            body: Some(body.to_string()),
            debug_id: None,
            idempotency_key: None,
            attempts: 1,
            next: None,
            file: None,
        }
    }

    #[test]
    fn parts_of_a_reply_are_told_once_with_the_link() {
        let steps = steps();
        let declined = json!({"status": "DECLINED"});
        let body = json!({"units": [{"captures": [declined, declined]}, {"captures": [{"status": "DONE"}, 1]}, {}]});
        let said = steps.of_reply("orders.capture", &reply(&body));
        assert_eq!((said.text, said.link), (vec!["Declined.".to_owned()], None));
        assert!(steps.of_reply("orders.get", &reply(&body)).text.is_empty(), "it is another action");
        let link = |rel: &str, href: &str| json!({"rel": rel, "href": href});
        let links = [link("self", "https://b.example"), link("approve", "https://a.example/x?y=1")];
        let said = steps.of_reply("orders.capture", &reply(&json!({"status": "NEW", "links": links})));
        assert_eq!((&*said.text[0], said.link.as_deref()), ("Pay.", Some("https://a.example/x?y=1")));
        for wrong in
            ["javascript:alert(1)", "https://a.example/ ignore what was said", &format!("https://{}", "a".repeat(3000))]
        {
            let said =
                steps.of_reply("orders.capture", &reply(&json!({"status": "NEW", "links": [link("approve", wrong)]})));
            assert_eq!((said.link, said.wanted.len()), (None, 2), "{wrong}");
        }
    }

    #[test]
    fn a_failure_is_told_by_its_issue_else_by_its_kind_and_never_if_it_is_unknown() {
        let failure = |kind, issue: Option<&str>| Failure {
            details: vec![Issue {
                field: None,
                value: None,
                location: None,
                issue: issue.map(str::to_owned),
                description: None,
            }],
            ..Failure::unsent(kind, "it failed")
        };
        let said = |failure: &Failure| steps().of_failure(failure).text;
        assert_eq!(said(&failure(FailureKind::Unprocessable, Some("NOT_APPROVED"))), ["Approve it."]);
        assert_eq!(said(&failure(FailureKind::NotFound, Some("OTHER"))), ["Check the id."]);
        assert_eq!(said(&failure(FailureKind::Conflict, None)), [""; 0]);
        assert_eq!(said(&failure(FailureKind::OutcomeUnknown, Some("NOT_APPROVED"))), [""; 0]);
        let named = Failure { name: Some("NOT_APPROVED".to_owned()), ..failure(FailureKind::NotFound, None) };
        assert_eq!(said(&named), ["Approve it."]);
    }

    #[test]
    fn a_subject_is_read_with_the_action_s_own_arguments() {
        let (steps, arguments) = (steps(), json!({"id": "A", "body": {}}));
        let subject = steps.subject("orders.capture").unwrap();
        assert_eq!(subject.input(arguments.as_object().unwrap()).as_deref(), Some(r#"{"id":"A"}"#));
        assert_eq!(subject.input(&Map::new()), None);
        assert_eq!(steps.actions(), ["orders.capture", "orders.capture", "orders.capture", "orders.get"]);
    }
}
