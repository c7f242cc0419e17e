"""A call's deadline, while it waits for its turn."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from .failure import Failure, FailureKind
from .reply import Reply

LATEST = 2**32 - 1
"""The latest deadline there is, in milliseconds. What is not 1 to this is left for the component to refuse."""


def shortened(given: Mapping[str, Any], waited: float) -> Mapping[str, Any]:
    """Return the input with its deadline less the seconds it has waited. Raises `Failure` if nothing is left."""
    deadline = _deadline(given)
    if deadline is None:
        return given
    left = deadline - int(waited * 1000)
    if left <= 0:
        raise _too_late(given["options"].get("idempotency_key"))
    return _with_deadline(given, left)


def restored(reply: Reply[Any], given: Mapping[str, Any]) -> Reply[Any]:
    """Return the reply to a shortened input with the whole deadline for its next page."""
    deadline = _deadline(given)
    if deadline is None or reply.next is None or _deadline(reply.next) is None:
        return reply
    return replace(reply, next=_with_deadline(reply.next, deadline))


def _deadline(given: Mapping[str, Any]) -> int | None:
    options = given.get("options")
    deadline = options.get("deadline_ms") if isinstance(options, Mapping) else None
    return deadline if type(deadline) is int and 1 <= deadline <= LATEST else None


def _with_deadline(given: Mapping[str, Any], deadline: int) -> Mapping[str, Any]:
    return {**given, "options": {**given["options"], "deadline_ms": deadline}}


def _too_late(key: object) -> Failure:
    return Failure(
        kind=FailureKind.TIMED_OUT,
        message="the call's time ran out while it waited for others to end; nothing was sent",
        status=None,
        name=None,
        details=[],
        debug_id=None,
        retryable=True,
        retry_after_ms=None,
        request_sent=False,
        idempotency_key=key if isinstance(key, str) else None,
        idempotency_retention_seconds=None,
        attempts=0,
        information_link=None,
        body=None,
    )
