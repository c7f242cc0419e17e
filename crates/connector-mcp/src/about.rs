//! What a call is about: it is read for its amounts, which a person is asked about, and for the payer's link.

use std::time::Duration;

use connector_host::{Connector, Failure, Progress, Reply, Tenant};
use serde_json::{Map, Value};
use tokio::time::timeout;

use crate::{
    amounts,
    next_steps::{NextSteps, Said, Subject},
    target::{Call, Target},
};

/// How long it may take.
const PATIENCE: Duration = Duration::from_secs(15);

/// What is told of a call whose arguments have no amount.
const UNKNOWN: &str = "not known: the arguments name none";

/// Reads what calls are about.
pub(crate) struct About<'a> {
    pub(crate) connector: &'a Connector,
    pub(crate) target: &'a dyn Target,
    pub(crate) next_steps: &'a NextSteps,
}

impl About<'_> {
    /// Returns the amounts of what a call is about, as they are now, for a person; or that they are not known.
    pub(crate) async fn amounts(&self, tenant: Option<Tenant>, action: &str, arguments: &Map<String, Value>) -> String {
        let Some(subject) = self.next_steps.subject(action) else { return UNKNOWN.to_owned() };
        let read = match tenant {
            Some(tenant) => self.read(&tenant, subject, arguments).await,
            None => None,
        };
        let Some(document) = read else { return format!("{UNKNOWN}, and {} could not read it", subject.read) };
        let found: Vec<String> =
            subject.amounts(&document).iter().filter_map(|it| amounts::one(it.value, &it.place)).collect();
        let more = match found.len().saturating_sub(amounts::MOST) {
            0 => String::new(),
            more => format!(", and {more} more"),
        };
        match found.get(..amounts::MOST.min(found.len())) {
            Some(listed @ [_, ..]) => format!("{}{more}, as {} says now", listed.join(", "), subject.read),
            _ => format!("{UNKNOWN}, and {} says none", subject.read),
        }
    }

    /// Returns what to say of an outcome. The payer's link may be in what the call is about and not in the answer.
    pub(crate) async fn said(
        &self,
        tenant: &Tenant,
        action: &str,
        arguments: &Map<String, Value>,
        outcome: &Result<Reply, Failure>,
    ) -> Said {
        let mut said = match outcome {
            Ok(reply) => self.next_steps.of_reply(action, reply),
            Err(failure) => self.next_steps.of_failure(failure),
        };
        if !said.wanted.is_empty()
            && let Some(subject) = self.next_steps.subject(action)
            && let Some(document) = self.read(tenant, subject, arguments).await
        {
            said.look_in(&document);
        }
        said
    }

    /// Reads it. `None` if that fails.
    async fn read(&self, tenant: &Tenant, subject: &Subject, arguments: &Map<String, Value>) -> Option<Value> {
        let (input, progress) = (subject.input(arguments)?, Progress::default());
        let (connector, action) = (self.connector, &*subject.read);
        let call = Call { connector, tenant, action, input: &input, progress: &progress };
        let read = timeout(PATIENCE, self.target.invoke(call)).await.ok()?.ok()?;
        serde_json::from_str(&read.result.ok()?.body?).ok()
    }
}
