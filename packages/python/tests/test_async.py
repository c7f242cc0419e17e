"""Connections and journals that are awaited."""

import asyncio
import threading
from collections.abc import Sequence

import pytest
from conftest import ORDER, Simulator

from paypal_connector import (
    AsyncClient,
    AsyncConnection,
    AsyncJournal,
    Delegation,
    Entry,
    Failure,
    FailureKind,
    MemoryJournal,
    PayPalConnection,
    Reply,
    Token,
    TokenError,
    TokenErrorKind,
    async_platform,
    deadline,
)


class Awaiting:
    """A connection and a journal that let others run before they answer."""

    def __init__(self, connection: PayPalConnection) -> None:
        self.environment, self.base_url, self.max_attempts = connection.environment, connection.base_url, 1
        self.on_behalf_of: Delegation | None = connection.on_behalf_of
        self.certificate_authorities: Sequence[str] = ()
        self.connection, self.journal = connection, MemoryJournal()
        self.loops: set[asyncio.AbstractEventLoop] = set()
        self.fails: Exception | None = None
        self.takes = 0.001

    async def access_token(self, rejected: str | None) -> Token:
        self.loops.add(asyncio.get_running_loop())
        await asyncio.sleep(self.takes)
        if self.fails is not None:
            raise self.fails
        return await asyncio.to_thread(self.connection.access_token, rejected)

    async def append(self, subject: str, entry: Entry) -> bool:
        await asyncio.sleep(0.001)
        return self.journal.append(subject, entry)

    async def entries(self, subject: str) -> Sequence[Entry]:
        await asyncio.sleep(0.001)
        return self.journal.entries(subject)


def test_they_are_awaited_in_the_loop_of_the_call(simulator: Simulator) -> None:
    async def run() -> None:
        platform = Awaiting(simulator.connection())
        connection: AsyncConnection = platform
        journal: AsyncJournal = platform
        async with AsyncClient(connection, journal, concurrency=4) as paypal:
            replies = await asyncio.gather(*(paypal.orders.create(body=ORDER) for _ in range(12)))
            assert platform.loops == {asyncio.get_running_loop()}
            for reply in replies:
                order = reply.body["id"]
                assert order
                assert "orders.create" in ((await paypal.orders.history(id=order)).text or "")

    asyncio.run(run())


@pytest.mark.parametrize("error", [TokenError(TokenErrorKind.REFUSED, "no credentials"), RuntimeError("a secret"), None])
def test_what_they_raise_is_a_failure(simulator: Simulator, error: Exception | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(async_platform, "PATIENCE", 0.5)

    async def run() -> None:
        platform = Awaiting(simulator.connection())
        platform.fails = error
        # Or it takes too long.
        platform.takes = 0.001 if error else 60
        async with AsyncClient(platform, platform) as paypal:
            with pytest.raises(Failure) as caught:
                await paypal.orders.create(body=ORDER)
        assert (caught.value.kind, caught.value.request_sent) == (FailureKind.CONNECTION_UNAVAILABLE, False)
        assert ("no credentials" in caught.value.message) == isinstance(error, TokenError)
        assert "a secret" not in caught.value.message

    asyncio.run(run())


def test_a_deadline_counts_the_wait_for_a_thread(simulator: Simulator) -> None:
    async def run() -> None:
        platform, gate = Awaiting(simulator.connection()), threading.Event()
        async with AsyncClient(platform, platform, concurrency=1) as paypal:
            paypal._threads.submit(gate.wait, 30)
            late = asyncio.create_task(
                paypal.orders.create(body=ORDER, options={"deadline_ms": 50, "idempotency_key": "late-1"}),
            )
            await asyncio.sleep(0.2)
            gate.set()
            with pytest.raises(Failure) as caught:
                await late
            failure = caught.value
            assert (failure.kind, failure.request_sent, failure.attempts) == (FailureKind.TIMED_OUT, False, 0)
            assert (failure.retryable, failure.idempotency_key) == (True, "late-1")
            # The connection was not asked for a token, either.
            assert platform.loops == set()
            # One that has time left is made.
            assert (await paypal.orders.create(body=ORDER, options={"deadline_ms": 30000})).status == 201

    asyncio.run(run())


def test_what_is_left_of_a_deadline() -> None:
    given = {"id": "1", "options": {"deadline_ms": 1000, "prefer": "minimal"}}
    assert deadline.shortened(given, 0.25) == {"id": "1", "options": {"deadline_ms": 750, "prefer": "minimal"}}
    with pytest.raises(Failure):
        deadline.shortened(given, 1)
    # What the component refuses, and what has none.
    for wrong in (0, -1, 2**32, True, "1000", 1.5, None):
        assert deadline.shortened({"options": {"deadline_ms": wrong}}, 9) == {"options": {"deadline_ms": wrong}}
    assert deadline.shortened({"options": "x"}, 9) == {"options": "x"}
    # The next page has as much time as this one.
    page = Reply(200, None, None, None, None, 1, {"page": 2, "options": {"deadline_ms": 750}}, None)
    assert deadline.restored(page, given).next == {"page": 2, "options": {"deadline_ms": 1000}}
