"""Failures of the connector as errors of Temporal, which decides by them whether to repeat."""

from datetime import timedelta

from paypal_connector import Failure, FailureKind
from temporalio.exceptions import ActivityError, ApplicationError

REPAIRABLE = {FailureKind.UNAUTHORIZED, FailureKind.FORBIDDEN, FailureKind.CONNECTION_UNAVAILABLE}
"""Not for the same call to cure, but somebody can correct the credentials or the account while the workflow waits."""

REPAIR = timedelta(minutes=1)


def error_of(failure: Failure) -> ApplicationError:
    """Return the error: its type is the failure's kind, and it is retryable if a repeat has no second effect.

    `outcome-unknown` with a key is: the repeat has the same key. Without one it is not, and the workflow looks. Of PayPal's
    details only the codes are kept, since the values may be personal data.
    """
    delay = None if failure.retry_after_ms is None else timedelta(milliseconds=failure.retry_after_ms)
    repairable = failure.kind in REPAIRABLE
    return ApplicationError(
        failure.message,
        {
            "debug_id": failure.debug_id,
            "issues": [issue.issue for issue in failure.details],
            "request_sent": failure.request_sent,
            "idempotency_key": failure.idempotency_key,
        },
        type=failure.kind.value,
        non_retryable=not (failure.retryable or repairable),
        next_retry_delay=delay or (REPAIR if repairable else None),
    )


def is_refusal(error: ActivityError) -> bool:
    """Whether PayPal or the local check has refused, so that nothing was done. A killed worker or a lost answer is none."""
    cause = error.cause
    return isinstance(cause, ApplicationError) and cause.non_retryable and cause.type != FailureKind.OUTCOME_UNKNOWN.value


def is_unknown(error: ActivityError) -> bool:
    """Whether the action may have been carried out: the worker or the answer was lost, or the error is none of PayPal's."""
    cause = error.cause
    known = {kind.value for kind in FailureKind if kind is not FailureKind.OUTCOME_UNKNOWN}
    return not isinstance(cause, ApplicationError) or cause.type not in known


def is_not_found(error: ActivityError) -> bool:
    """Whether PayPal knows no such thing. An order that is not approved within three hours expires, and is unknown then."""
    cause = error.cause
    return isinstance(cause, ApplicationError) and cause.type == FailureKind.NOT_FOUND.value
