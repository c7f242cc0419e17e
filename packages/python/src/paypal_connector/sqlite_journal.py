"""A journal in an SQLite file."""

import sqlite3
import threading
from collections.abc import Sequence
from os import PathLike

from .journal import Entry, JournalError

SCHEMA = """
CREATE TABLE IF NOT EXISTS entry (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant TEXT NOT NULL,
    subject TEXT NOT NULL,
    id TEXT,
    time TEXT NOT NULL,
    event TEXT NOT NULL,
    status TEXT,
    details TEXT NOT NULL,
    UNIQUE (tenant, subject, id)
) STRICT
"""

APPEND = """
INSERT INTO entry (tenant, subject, id, time, event, status, details) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
"""

ENTRIES = "SELECT id, time, event, status, details FROM entry WHERE tenant = ? AND subject = ? ORDER BY number"


class SqliteJournal:
    """A journal in an SQLite file, which processes of one machine may share. An entry is on the disk when `append` returns."""

    def __init__(self, path: str | PathLike[str], *, tenant: str, timeout: float = 5.0) -> None:
        """Open or create the file.

        `tenant` names the connection: each sees its own entries only. `timeout` is how long to wait for another process that
        writes, in seconds. Raises `JournalError`.
        """
        self._tenant = tenant
        self._lock = threading.Lock()
        try:
            self._database = sqlite3.connect(path, timeout=timeout, isolation_level=None, check_same_thread=False)
            self._database.execute("PRAGMA journal_mode = WAL")
            self._database.execute("PRAGMA synchronous = FULL")
            self._database.execute(SCHEMA)
        except sqlite3.Error as error:
            raise JournalError(f"the journal cannot be opened: {error}") from error

    def append(self, subject: str, entry: Entry) -> bool:
        """See `Journal`."""
        row = (self._tenant, subject, entry.id, entry.time, entry.event, entry.status, entry.details)
        try:
            with self._lock:
                return self._database.execute(APPEND, row).rowcount == 1
        except sqlite3.Error as error:
            raise JournalError(f"the journal cannot be written: {error}") from error

    def entries(self, subject: str) -> Sequence[Entry]:
        """See `Journal`."""
        try:
            with self._lock:
                rows = self._database.execute(ENTRIES, (self._tenant, subject)).fetchall()
        except sqlite3.Error as error:
            raise JournalError(f"the journal cannot be read: {error}") from error
        return [Entry(*row) for row in rows]

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._database.close()
