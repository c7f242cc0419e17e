"""Connections and journals with asyncio."""

import asyncio
from collections.abc import Coroutine, Sequence
from concurrent.futures import Future
from typing import Any, Protocol, TypeVar

from .connection import Connection
from .delegation import Delegation
from .environment import Environment
from .journal import Entry, Journal
from .token import Token

T = TypeVar("T")

PATIENCE = 30.0
"""How long a call waits for a coroutine of its connection or journal, in seconds."""


class AsyncConnection(Protocol):
    """A `Connection` that is awaited for its token, in the event loop of the call."""

    @property
    def environment(self) -> Environment: ...  # noqa: D102  as those of `Connection`

    @property
    def base_url(self) -> str | None: ...  # noqa: D102

    @property
    def on_behalf_of(self) -> Delegation | None: ...  # noqa: D102

    @property
    def max_attempts(self) -> int: ...  # noqa: D102

    @property
    def certificate_authorities(self) -> Sequence[str]: ...  # noqa: D102

    async def access_token(self, rejected: str | None) -> Token:
        """See `Connection`."""
        ...


class AsyncJournal(Protocol):
    """A `Journal` that is awaited, in the event loop of the call."""

    async def append(self, subject: str, entry: Entry) -> bool:
        """See `Journal`."""
        ...

    async def entries(self, subject: str) -> Sequence[Entry]:
        """See `Journal`."""
        ...


class Awaited:
    """A connection and a journal of either kind, for the thread of a call."""

    def __init__(
        self, connection: Connection | AsyncConnection, journal: Journal | AsyncJournal, loop: asyncio.AbstractEventLoop
    ) -> None:
        self._connection, self._journal, self._loop = connection, journal, loop

    @property
    def environment(self) -> Environment:
        """See `Connection`."""
        return self._connection.environment

    @property
    def base_url(self) -> str | None:
        """See `Connection`."""
        return self._connection.base_url

    @property
    def on_behalf_of(self) -> Delegation | None:
        """See `Connection`."""
        return self._connection.on_behalf_of

    @property
    def max_attempts(self) -> int:
        """See `Connection`."""
        return self._connection.max_attempts

    @property
    def certificate_authorities(self) -> Sequence[str]:
        """See `Connection`."""
        return self._connection.certificate_authorities

    def access_token(self, rejected: str | None) -> Token:
        """See `Connection`."""
        return self._wait(self._connection.access_token(rejected))

    def append(self, subject: str, entry: Entry) -> bool:
        """See `Journal`."""
        return self._wait(self._journal.append(subject, entry))

    def entries(self, subject: str) -> Sequence[Entry]:
        """See `Journal`."""
        return self._wait(self._journal.entries(subject))

    def _wait(self, answer: T | Coroutine[Any, Any, T]) -> T:
        if not isinstance(answer, Coroutine):
            return answer
        future: Future[T] = asyncio.run_coroutine_threadsafe(answer, self._loop)
        try:
            return future.result(PATIENCE)
        finally:
            # If it is late. The event loop may have ended, too.
            future.cancel()
