"""The log of what happened to each resource of a connection."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the log."""

    id: str | None
    """Identifies it among the entries of its subject, if it can be appended twice."""
    time: str
    """When it happened, RFC 3339 in UTC."""
    event: str
    """The id of the action, or PayPal's event type."""
    status: str | None
    """PayPal's status afterwards, such as `COMPLETED`."""
    details: str
    """Further details: a JSON object."""


class JournalError(Exception):
    """The journal cannot store or read entries now. The message reaches the caller, so it must contain no secret."""


class Journal(Protocol):
    """The journal of one connection. May be called from several threads at once."""

    def append(self, subject: str, entry: Entry) -> bool:
        """Append an entry under a subject, such as `order:5O190127TN364715T`, and return `True`.

        Return `False` if the subject already has an entry with its id; of two concurrent calls, one gets `True`. The order of
        the calls is kept. Raises `JournalError`.
        """
        ...

    def entries(self, subject: str) -> Sequence[Entry]:
        """Return the entries of a subject, the oldest first. Raises `JournalError`."""
        ...


class MemoryJournal:
    """A journal that is gone when the process ends: for tests and development."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._entries: dict[str, list[Entry]] = {}

    def append(self, subject: str, entry: Entry) -> bool:
        """See `Journal`."""
        with self._lock:
            entries = self._entries.setdefault(subject, [])
            if entry.id is not None and any(it.id == entry.id for it in entries):
                return False
            entries.append(entry)
            return True

    def entries(self, subject: str) -> Sequence[Entry]:
        """See `Journal`."""
        with self._lock:
            return list(self._entries.get(subject, ()))


def records_calls(journal: object) -> bool:
    """Return whether notes of calls in this journal are of use: not if it is gone with the process."""
    return not isinstance(journal, MemoryJournal)
