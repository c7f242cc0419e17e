"""What a call raises."""

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Any


class FailureKind(StrEnum):
    """The kind of a failure, for programs to branch on."""

    INVALID_INPUT = "invalid-input"
    """The input violates a rule of the action."""
    UNAUTHORIZED = "unauthorized"
    """PayPal does not accept the token, or the account's state."""
    FORBIDDEN = "forbidden"
    """The token or the account may not do this."""
    NOT_FOUND = "not-found"
    """There is no such resource."""
    CONFLICT = "conflict"
    """It conflicts with the resource's state or another request."""
    UNPROCESSABLE = "unprocessable"
    """Understood, and refused for a business reason."""
    RATE_LIMITED = "rate-limited"
    """Too many requests."""
    PROVIDER_ERROR = "provider-error"
    """PayPal failed on a call that only reads, or answered with a status that no other kind fits."""
    UNREACHABLE = "unreachable"
    """PayPal could not be reached and has not acted, or the connection broke on a call that only reads."""
    TIMED_OUT = "timed-out"
    """It timed out before anything was sent, or on a call that only reads."""
    OUTCOME_UNKNOWN = "outcome-unknown"
    """PayPal may or may not have acted. The message says how to find out."""
    MALFORMED_REPLY = "malformed-reply"
    """The answer to a call that only reads was cut off, or is not as PayPal documents."""
    TOO_LARGE = "too-large"
    """The request is larger than the limit, or the answer to a call that only reads is."""
    CONNECTION_UNAVAILABLE = "connection-unavailable"
    """There is no access token, or something else that the action needs from its platform."""
    DENIED = "denied"
    """The policy does not allow the request; nothing was sent."""


@dataclass(frozen=True, slots=True)
class Issue:
    """An error in a request, found by PayPal or the local check."""

    field: str | None
    value: str | None
    location: str | None
    """The part of the request: `body`, `path`, `query` or `header`."""
    issue: str | None
    """PayPal's code, such as `DECIMAL_PRECISION`, or its prose if it has no code."""
    description: str | None


@dataclass(eq=False)
class Failure(Exception):  # noqa: N818  as the contract names it
    """The result of a call that did not succeed."""

    kind: FailureKind
    message: str
    """One sentence for a person. Never contains a secret."""
    status: int | None
    """The HTTP status, if there was an answer."""
    name: str | None
    """PayPal's name of the error, such as `UNPROCESSABLE_ENTITY`."""
    details: Sequence[Issue]
    """All issues at once."""
    debug_id: str | None
    """PayPal's id of this exchange, to be quoted to its support."""
    retryable: bool
    """Whether the same call may succeed later without the risk of a second effect, given the same idempotency key."""
    retry_after_ms: int | None
    """How long PayPal asks to wait before that, in milliseconds."""
    request_sent: bool
    """Whether any of the request may have reached PayPal."""
    idempotency_key: str | None
    """The key that was or would have been sent: give it again to repeat the call safely."""
    idempotency_retention_seconds: int | None
    """How long PayPal remembers that key, in seconds from its first use."""
    attempts: int
    """How many times the request was sent, 0 or more."""
    information_link: str | None
    """A page of PayPal about this error."""
    body: str | None = field(repr=False)
    """PayPal's error document, unchanged, if it was JSON."""

    def __post_init__(self) -> None:
        # So that it can be pickled, as a pool of processes does.
        super().__init__(*(getattr(self, it.name) for it in fields(self)))

    def __str__(self) -> str:
        return f"{self.kind}: {self.message}"


class Interrupted(Exception):  # noqa: N818  as the kinds of failures, it says what happened
    """The component was stopped, by a limit or an error of its own. PayPal may have acted, if the action changes something."""


def failure_of(record: Any) -> Failure:
    """Read the component's record `failure`."""
    return Failure(
        kind=FailureKind(record.kind),
        message=record.message,
        status=record.status,
        name=record.name,
        details=[Issue(it.field, it.value, it.location, it.issue, it.description) for it in record.details],
        debug_id=getattr(record, "debug-id"),
        retryable=record.retryable,
        retry_after_ms=getattr(record, "retry-after-ms"),
        request_sent=getattr(record, "request-sent"),
        idempotency_key=getattr(record, "idempotency-key"),
        idempotency_retention_seconds=getattr(record, "idempotency-retention-seconds"),
        attempts=record.attempts,
        information_link=getattr(record, "information-link"),
        body=record.body,
    )
