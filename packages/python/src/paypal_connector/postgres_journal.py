"""A journal in PostgreSQL."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Sequence
from importlib.resources import files
from typing import TYPE_CHECKING, Any, TypeVar

from .journal import Entry, JournalError

if TYPE_CHECKING:
    import psycopg

    Connected = psycopg.Connection[tuple[Any, ...]]

T = TypeVar("T")

COLUMNS = ("tenant", "subject", "id", "time", "event", "status", "details")

# The transaction is what tells whether a commit has arrived whose answer is lost. The index is named, since a conflict of
# another one, such as that of `number`, is no duplicate.
APPEND = f"""
INSERT INTO kosha_journal ({", ".join(COLUMNS)}) VALUES (%s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (kosha_journal_digest(tenant, subject, id)) WHERE id IS NOT NULL DO NOTHING
RETURNING pg_current_xact_id()::text, number
"""  # noqa: S608  the names above

# The first condition is for the index, the others are for certainty.
ENTRIES = """
SELECT id, time, event, status, details FROM kosha_journal
WHERE kosha_journal_digest(%(tenant)s, %(subject)s) = kosha_journal_digest(tenant, subject)
AND tenant = %(tenant)s AND subject = %(subject)s ORDER BY number
"""

# Whether the transaction has arrived, and the entry is there: after a failover to a standby that was behind, the number of the
# transaction may be another one's.
ARRIVED = """
SELECT pg_xact_status(%(transaction)s::xid8),
EXISTS (SELECT FROM kosha_journal WHERE number = %(number)s AND tenant = %(tenant)s AND subject = %(subject)s)
"""

SERVER = """
SELECT current_setting('server_encoding'), current_setting('synchronous_commit'),
to_regclass('kosha_journal_schema') IS NOT NULL
"""

VERSION = 1
"""The version of the tables."""

TIMEOUTS = """
SELECT set_config('statement_timeout', %(time)s, false), set_config('idle_in_transaction_session_timeout', %(time)s, false)
"""

QUOTED = re.compile(r""""[^"]*"|'(?:\\.|[^'\\])*'""")

LOCK = 0x4B504A4C
"""The advisory lock under which one process at a time migrates; the same as that of `connector-host`."""


class PostgresJournal:
    """A journal in PostgreSQL 13 or later, in a database whose encoding is UTF8, which any number of machines share.

    An entry is committed when `append` returns. It needs psycopg: `pip install paypal-connector[postgres]`. A journal has one
    connection, which threads use in turn, and makes another one if that is lost.
    """

    def __init__(self, address: str, *, tenant: str, timeout: float = 5.0) -> None:
        """Connect.

        `address` is that of libpq: `postgresql://user:password@host/database`, or `host=... dbname=...`. Over a network the
        connection is encrypted, and the server's certificate checked against the system's authorities, unless the address
        has an `sslmode`. `tenant` names the PayPal connection: each sees its own entries only. `timeout` is how long
        connecting and a statement may take, in seconds, at least 2.

        Raises `JournalError`, which never quotes the address, and `ImportError` without psycopg.
        """
        import psycopg
        from psycopg.conninfo import conninfo_to_dict

        self._psycopg = psycopg
        self._tenant, self._timeout = tenant, max(timeout, 2.0)
        self._lock = threading.Lock()
        self._connection: Connected | None = None
        try:
            self._parameters: dict[str, Any] | None = conninfo_to_dict(address)
        except psycopg.Error:
            # Its text has a part of the address.
            self._parameters = None
        if self._parameters is None:
            raise JournalError("the address of PostgreSQL is malformed: expected postgresql://user:password@host/database")
        if "sslmode" not in self._parameters and not _is_local(self._parameters):
            self._parameters |= {"sslmode": "verify-full"} | (
                {} if "sslrootcert" in self._parameters else {"sslrootcert": "system"}
            )
        with self._lock:
            self._do("opened", self._check)

    def _check(self, connection: Connected) -> None:
        """Check that what is committed is kept, and that the tables are those that this version knows."""
        found = connection.execute(SERVER).fetchone()
        encoding, synchronous, exists = found or ("", "", False)
        if encoding != "UTF8":
            raise JournalError(f"the encoding of the database must be UTF8, not {encoding}")
        if synchronous == "off":
            raise JournalError("synchronous_commit is off: entries could be lost when the server crashes")
        if exists:
            (version,) = connection.execute("SELECT max(version) FROM kosha_journal_schema").fetchone() or (None,)
            if version != VERSION:
                raise JournalError(f"the tables of the journal have version {version}; this release knows {VERSION}")

    def migrate(self) -> None:
        """Create the table, unless it is there. It is that of `connector-host`. Raises `JournalError`.

        Whoever migrates owns the table. Who uses it needs no more than SELECT and INSERT.
        """

        def work(connection: Connected) -> None:
            with connection.transaction():
                connection.execute("SELECT pg_advisory_xact_lock(%s)", (LOCK,))
                found = connection.execute("SELECT to_regclass('kosha_journal_schema') IS NULL").fetchone()
                if found is not None and found[0]:
                    connection.execute(files(__package__).joinpath("journal.sql").read_bytes())

        with self._lock:
            self._do("migrated", work)

    def append(self, subject: str, entry: Entry) -> bool:
        """See `Journal`. Raises `JournalError` for a NUL character too, which PostgreSQL cannot store."""
        row = (self._tenant, subject, entry.id, entry.time, entry.event, entry.status, entry.details)
        for column, value in zip(COLUMNS, row, strict=True):
            if value is not None and "\0" in value:
                raise JournalError(f"the journal cannot store a NUL character, which the entry's {column} has")
        with self._lock:
            return self._do("written", lambda connection: self._insert(connection, row))

    def entries(self, subject: str) -> Sequence[Entry]:
        """See `Journal`."""
        if "\0" in subject:
            return []
        with self._lock:
            rows = self._do("read", lambda it: it.execute(ENTRIES, {"tenant": self._tenant, "subject": subject}).fetchall())
        return [Entry(*row) for row in rows]

    def close(self) -> None:
        """Close the connection. Another call opens one again."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()

    def _do(self, what: str, work: Callable[[Connected], T]) -> T:
        """Work, once more if the connection is lost: `work` raises a lost connection only if nothing is committed."""
        message = ""
        for _ in range(2):
            connection = None
            try:
                connection = self._connected()
                return work(connection)
            except self._psycopg.Error as error:
                message = f"the journal cannot be {what}: {self._reason(error)}"
                if connection is None or not connection.closed:
                    break
        raise JournalError(message)

    def _connected(self) -> Connected:
        if self._connection is None or self._connection.closed:
            own = {"connect_timeout": int(self._timeout), "tcp_user_timeout": int(self._timeout * 1000), "keepalives_idle": 30}
            # Prepared statements would be lost in a pool such as PgBouncer.
            connection = self._psycopg.connect(**(own | (self._parameters or {})), autocommit=True, prepare_threshold=None)
            connection.execute(TIMEOUTS, {"time": f"{int(self._timeout * 1000)}ms"})
            self._connection = connection
        return self._connection

    def _insert(self, connection: Connected, row: Sequence[str | None]) -> bool:
        found: tuple[str, int] | None = None
        try:
            with connection.transaction():
                found = connection.execute(APPEND, row).fetchone()
        except self._psycopg.OperationalError:
            # Before the commit nothing is stored.
            if found is None or not connection.closed or not self._is_committed(*found, subject=row[1]):
                raise
        return found is not None

    def _is_committed(self, transaction: str, number: int, subject: str | None) -> bool:
        values = {"transaction": transaction, "number": number, "tenant": self._tenant, "subject": subject}
        until = time.monotonic() + self._timeout
        while time.monotonic() < until:
            try:
                found = self._connected().execute(ARRIVED, values).fetchone()
            except self._psycopg.Error:
                found = None
            if found == ("aborted", False):
                return False
            if found == ("committed", True):
                return True
            time.sleep(0.05)
        raise JournalError("the connection to the journal was lost; the entry may or may not be stored")

    def _reason(self, error: psycopg.Error) -> str:
        """Say what went wrong, without what libpq quotes: of a malformed address it may be a part of the password."""
        name = f"{type(error).__name__}{f' {error.sqlstate}' if error.sqlstate else ''}"
        if error.diag.message_primary:
            return f"{error.diag.message_primary} ({name})"
        if any(mark in str(value) for value in (self._parameters or {}).values() for mark in "\"'"):
            return name
        lines = str(error).strip().splitlines()
        return f"{QUOTED.sub('...', lines[0])} ({name})" if lines else name


def _is_local(parameters: dict[str, Any]) -> bool:
    """Whether an address is on this machine: a socket of the file system, or loopback."""
    hosts = str(parameters.get("hostaddr") or parameters.get("host") or "").split(",")
    return all(it in ("", "localhost", "::1") or it.startswith(("/", "@", "127.")) for it in hosts)
