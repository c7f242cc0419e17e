"""Which failures Temporal repeats."""

from datetime import timedelta

import pytest
from paypal_connector import Failure, FailureKind, Issue
from temporalio.exceptions import ActivityError, ApplicationError, RetryState, TimeoutError, TimeoutType

from failures import error_of, is_not_found, is_refusal, is_unknown


def failure(kind: FailureKind, *, retryable: bool = False, after: int | None = None, key: str | None = "key") -> Failure:
    issue = Issue("/payer/email_address", "alex@example.com", "body", "INVALID_STRING_LENGTH", None)
    return Failure(kind, "It failed.", 422, None, [issue], "f123", retryable, after, True, key, 21600, 1, None, "{}")


def activity_error(cause: BaseException) -> ActivityError:
    error = ActivityError(
        "",
        scheduled_event_id=1,
        started_event_id=2,
        identity="",
        activity_type="",
        activity_id="",
        retry_state=RetryState.TIMEOUT,
    )
    error.__cause__ = cause
    return error


REPAIRABLE = {"unauthorized", "forbidden", "connection-unavailable"}


@pytest.mark.parametrize("kind", FailureKind)
@pytest.mark.parametrize("retryable", [False, True])
def test_what_is_retryable_is_repeated_and_what_can_be_repaired(kind: FailureKind, retryable: bool) -> None:
    error = error_of(failure(kind, retryable=retryable))
    assert error.type == kind.value
    assert error.non_retryable is not (retryable or kind.value in REPAIRABLE)
    assert error.next_retry_delay == (timedelta(minutes=1) if kind.value in REPAIRABLE else None)


def test_an_unknown_outcome_without_a_key_is_not_repeated_blindly() -> None:
    error = activity_error(error_of(failure(FailureKind.OUTCOME_UNKNOWN, key=None)))
    assert (is_unknown(error), is_refusal(error)) == (True, False)


def test_a_refusal_is_none_of_these() -> None:
    error = activity_error(error_of(failure(FailureKind.UNPROCESSABLE)))
    assert (is_unknown(error), is_refusal(error)) == (False, True)
    error = activity_error(error_of(failure(FailureKind.UNREACHABLE, retryable=True)))
    assert (is_unknown(error), is_refusal(error)) == (False, False)


def test_a_killed_worker_leaves_the_outcome_unknown() -> None:
    error = activity_error(TimeoutError("", type=TimeoutType.HEARTBEAT, last_heartbeat_details=[]))
    assert (is_unknown(error), is_refusal(error)) == (True, False)


def test_an_error_of_the_workers_own_leaves_the_outcome_unknown() -> None:
    error = activity_error(ApplicationError("database is locked", type="OperationalError"))
    assert (is_unknown(error), is_refusal(error)) == (True, False)


@pytest.mark.parametrize("kind", FailureKind)
def test_what_is_not_there_is_told_from_all_else(kind: FailureKind) -> None:
    assert is_not_found(activity_error(error_of(failure(kind)))) is (kind is FailureKind.NOT_FOUND)


def test_paypal_says_when() -> None:
    error = error_of(failure(FailureKind.RATE_LIMITED, retryable=True, after=1500))
    assert error.next_retry_delay == timedelta(milliseconds=1500)


def test_the_values_of_the_payer_stay_out_of_the_history() -> None:
    error = error_of(failure(FailureKind.INVALID_INPUT))
    assert "alex@example.com" not in f"{error} {error.details}"
    assert error.details[0]["issues"] == ["INVALID_STRING_LENGTH"]
    assert error.details[0]["debug_id"] == "f123"
