//! Redacts the outcome of an action.

use crate::{
    bindings::{
        Failure, File, Issue, Reply,
        actions::{Choice, Choices, ConnectionReport},
    },
    redact::Redactor,
};

impl Redactor {
    /// Replaces the secrets in all texts of an outcome, except in the idempotency key, which is the caller's. The bytes
    /// of a file are unchanged.
    pub(crate) fn outcome(&self, result: Result<Reply, Failure>) -> Result<Reply, Failure> {
        match result {
            Ok(reply) => Ok(Reply {
                body: self.optional(reply.body),
                debug_id: self.optional(reply.debug_id),
                next: self.optional(reply.next),
                file: reply.file.map(|file| File {
                    name: self.text(file.name),
                    media_type: self.text(file.media_type),
                    data: file.data,
                }),
                ..reply
            }),
            Err(failure) => Err(self.failure(failure)),
        }
    }

    /// Does the same for a failure.
    pub(crate) fn failure(&self, failure: Failure) -> Failure {
        let issue = |issue: Issue| Issue {
            field: self.optional(issue.field),
            value: self.optional(issue.value),
            location: self.optional(issue.location),
            issue: self.optional(issue.issue),
            description: self.optional(issue.description),
        };
        Failure {
            message: self.text(failure.message),
            name: self.optional(failure.name),
            details: failure.details.into_iter().map(issue).collect(),
            debug_id: self.optional(failure.debug_id),
            information_link: self.optional(failure.information_link),
            body: self.optional(failure.body),
            ..failure
        }
    }

    /// Does the same for choices.
    pub(crate) fn choices(&self, choices: Choices) -> Choices {
        let choice = |it: Choice| Choice { value: self.text(it.value), label: self.text(it.label) };
        Choices { items: choices.items.into_iter().map(choice).collect(), next: self.optional(choices.next) }
    }

    /// Does the same for the report of a connection test.
    pub(crate) fn report(&self, report: ConnectionReport) -> ConnectionReport {
        let scopes = report.scopes.map(|scopes| scopes.into_iter().map(|scope| self.text(scope)).collect());
        ConnectionReport {
            message: self.text(report.message),
            scopes,
            debug_id: self.optional(report.debug_id),
            ..report
        }
    }

    fn optional(&self, text: Option<String>) -> Option<String> {
        text.map(|text| self.text(text))
    }
}
