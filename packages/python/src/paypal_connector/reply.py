"""What a call returns."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class File:
    """A file in an answer."""

    name: str
    media_type: str
    """Its media type (RFC 6838), such as `image/png`."""
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Reply(Generic[T]):
    """The result of a call that succeeded. `repr` leaves out PayPal's document, which may have personal data or a secret."""

    status: int
    """The HTTP status, 200 to 299."""
    body: T = field(repr=False)
    """PayPal's document, or `None` if it sent none. Any member can be missing, null or new.

    It is also `None` if Python cannot read the document: it is nested too deep, or has an integer of thousands of digits. Then
    `text` has it.
    """
    text: str | None = field(repr=False)
    """The same as PayPal wrote it."""
    debug_id: str | None
    """PayPal's id of this exchange, to be quoted to its support."""
    idempotency_key: str | None
    """The idempotency key that was sent, yours or a generated one."""
    attempts: int
    """How many times the request was sent, 1 or more."""
    next: Mapping[str, Any] | None = field(repr=False)
    """The input of the next page for the same action."""
    file: File | None
    """The file in the answer, of actions that return one."""


def reply_of(record: Any) -> Reply[Any]:
    """Read the component's record `reply`."""
    text, following, file = record.body, record.next, record.file
    return Reply(
        status=record.status,
        body=None if text is None else _document(text),
        text=text,
        debug_id=getattr(record, "debug-id"),
        idempotency_key=getattr(record, "idempotency-key"),
        attempts=record.attempts,
        next=None if following is None else json.loads(following),
        file=None if file is None else File(file.name, getattr(file, "media-type"), bytes(file.data)),
    )


def _document(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        # PayPal has acted, so the reply must reach the caller.
        return None
