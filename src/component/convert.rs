//! Between the core's types and those of the WIT contract.

use super::bindings::kosha::connector::types as wit;
use crate::{
    failure::{Failure, Issue, Kind},
    options::{CallOptions, Prefer, single_line},
    reply::Reply,
};

impl From<wit::CallOptions> for CallOptions {
    fn from(options: wit::CallOptions) -> Self {
        Self {
            idempotency_key: options.idempotency_key,
            prefer: options.prefer.map(|prefer| match prefer {
                wit::Prefer::Minimal => Prefer::Minimal,
                wit::Prefer::Representation => Prefer::Representation,
            }),
            auth_assertion: options.auth_assertion,
            partner_attribution_id: options.partner_attribution_id,
            client_metadata_id: options.client_metadata_id,
            mock_response: options.mock_response.as_deref().map(single_line),
            deadline_ms: options.deadline_ms,
        }
    }
}

impl From<Reply> for wit::Reply {
    fn from(reply: Reply) -> Self {
        Self {
            status: reply.status,
            body: reply.body,
            debug_id: reply.debug_id,
            idempotency_key: reply.idempotency_key,
            attempts: reply.attempts,
            next: reply.next,
        }
    }
}

impl From<Failure> for wit::Failure {
    fn from(failure: Failure) -> Self {
        Self {
            kind: failure.kind.into(),
            message: failure.message,
            status: failure.status,
            name: failure.name,
            details: failure.details.into_iter().map(Into::into).collect(),
            debug_id: failure.debug_id,
            retryable: failure.retryable,
            retry_after_ms: failure.retry_after_ms,
            request_sent: failure.request_sent,
            idempotency_key: failure.idempotency_key,
            attempts: failure.attempts,
            information_link: failure.information_link,
            body: failure.body,
        }
    }
}

impl From<Issue> for wit::Issue {
    fn from(issue: Issue) -> Self {
        Self {
            field: issue.field,
            value: issue.value,
            location: issue.location,
            issue: issue.issue,
            description: issue.description,
        }
    }
}

impl From<Kind> for wit::FailureKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::InvalidInput => Self::InvalidInput,
            Kind::Unauthorized => Self::Unauthorized,
            Kind::Forbidden => Self::Forbidden,
            Kind::NotFound => Self::NotFound,
            Kind::Conflict => Self::Conflict,
            Kind::Unprocessable => Self::Unprocessable,
            Kind::RateLimited => Self::RateLimited,
            Kind::ProviderError => Self::ProviderError,
            Kind::Unreachable => Self::Unreachable,
            Kind::TimedOut => Self::TimedOut,
            Kind::OutcomeUnknown => Self::OutcomeUnknown,
            Kind::MalformedReply => Self::MalformedReply,
            Kind::TooLarge => Self::TooLarge,
            Kind::ConnectionUnavailable => Self::ConnectionUnavailable,
            Kind::Denied => Self::Denied,
        }
    }
}
