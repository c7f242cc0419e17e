//! Converts the core's types to those that wit-bindgen generates from the WIT contract.

use super::bindings::kosha::connector::types as wit;
use crate::platform::{
    failure::{Failure, Issue, Kind},
    file::File,
    reply::Reply,
};

impl From<Reply> for wit::Reply {
    fn from(reply: Reply) -> Self {
        Self {
            status: reply.status,
            body: reply.body,
            debug_id: reply.debug_id,
            idempotency_key: reply.idempotency_key,
            attempts: reply.attempts,
            next: reply.next,
            file: reply.file.map(Into::into),
        }
    }
}

impl From<File> for wit::File {
    fn from(file: File) -> Self {
        Self { name: file.name, media_type: file.media_type, data: file.data }
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
            idempotency_retention_seconds: failure.idempotency_retention_seconds,
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
