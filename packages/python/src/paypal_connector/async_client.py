"""A client for programs with asyncio."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from time import monotonic
from types import TracebackType
from typing import Any, Self

from .async_actions import AsyncActions
from .async_platform import AsyncConnection, AsyncJournal, Awaited
from .choices import Choices
from .connection import Connection
from .connector import Connector, shared
from .deadline import restored, shortened
from .journal import Journal, records_calls
from .reply import Reply
from .trigger import Trigger


class AsyncClient(AsyncActions):
    """PayPal, by one connection, for programs with asyncio: `Client`, with methods to be awaited.

    Each call runs in a thread. Its connection and its journal are asked in that thread, or awaited in the event loop. A call
    that is cancelled goes on in its thread, so PayPal may act; give its options a `deadline_ms` rather than cancel it.
    """

    def __init__(
        self,
        connection: Connection | AsyncConnection,
        journal: Journal | AsyncJournal,
        *,
        connector: Connector | None = None,
        concurrency: int = 16,
        record_calls: bool | None = None,
    ) -> None:
        """Create one that makes up to `concurrency` calls at once. Others wait. `record_calls` is that of `Client`."""
        self._connection, self._journal, self._connector = connection, journal, connector or shared()
        self._record_calls = records_calls(journal) if record_calls is None else record_calls
        self._threads = ThreadPoolExecutor(concurrency, thread_name_prefix="paypal-connector")
        super().__init__(self.invoke)

    async def invoke(self, action: str, given: Mapping[str, Any]) -> Reply[Any]:
        """Run any action by its id; see `Client.invoke`. Its deadline counts from here, also while it waits for a thread."""
        loop = asyncio.get_running_loop()
        platform = Awaited(self._connection, self._journal, loop)
        arrived = monotonic()

        def run() -> Reply[Any]:
            left = shortened(given, monotonic() - arrived)
            reply = self._connector.invoke(platform, platform, action, left, record_calls=self._record_calls)
            return restored(reply, given)

        return await loop.run_in_executor(self._threads, run)

    async def options(
        self,
        action: str,
        parameter: str,
        given: Mapping[str, Any] | None = None,
        *,
        search: str | None = None,
        page: Mapping[str, Any] | None = None,
    ) -> Choices:
        """List what can be chosen for a parameter of an action; see `Client.options`."""
        loop = asyncio.get_running_loop()
        platform = Awaited(self._connection, self._journal, loop)
        arrived = monotonic()

        def run() -> Choices:
            left = shortened(given or {}, monotonic() - arrived)
            return self._connector.options(platform, platform, action, parameter, left, search, page)

        return await loop.run_in_executor(self._threads, run)

    async def list_triggers(self) -> list[Trigger]:
        """List what can start a workflow; see `Client.list_triggers`."""
        loop = asyncio.get_running_loop()
        platform = Awaited(self._connection, self._journal, loop)
        return await loop.run_in_executor(self._threads, lambda: self._connector.triggers(platform, platform))

    async def pages(self, action: str, given: Mapping[str, Any]) -> AsyncIterator[Reply[Any]]:
        """Run an action that is paged, and go on with its next pages."""
        following: Mapping[str, Any] | None = given
        while following is not None:
            reply = await self.invoke(action, following)
            yield reply
            following = reply.next

    async def aclose(self) -> None:
        """Wait for the calls that run, and end the threads."""
        await asyncio.to_thread(self._threads.shutdown)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.aclose()
