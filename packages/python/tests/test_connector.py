"""The component in wasmtime: its limits, and what comes up in its imports."""

import gc
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from wasmtime.component import _types as wasmtime_types

from paypal_connector import (
    Client,
    Connector,
    Delegation,
    Entry,
    Environment,
    Failure,
    FailureKind,
    Interrupted,
    MemoryJournal,
    PayPalConnection,
    Secret,
    StaticToken,
    Token,
    connector,
)


class Offline:
    """A connection to a port on which nobody listens."""

    environment = Environment.SANDBOX
    base_url = "http://127.0.0.1:9"
    on_behalf_of: Delegation | None = None
    max_attempts = 1
    certificate_authorities: Sequence[str] = ()

    def access_token(self, rejected: str | None) -> Token:
        return Token(Secret("token"))


class Interrupting(MemoryJournal):
    """A journal during which somebody presses Ctrl-C."""

    def entries(self, subject: str) -> Sequence[Entry]:
        raise KeyboardInterrupt


class Lost(Offline):
    """A connection that does not know its environment."""

    @property
    def environment(self) -> Environment:  # type: ignore[override]
        raise LookupError("no environment")


class Text(Offline):
    """A connection with its environment as text, as from a file."""

    def __init__(self, environment: str) -> None:
        self.environment = environment  # type: ignore[assignment]


def failure_of(connection: Offline) -> Failure:
    """Ask for an answer that only the sandbox has."""
    with pytest.raises(Failure) as caught:
        Client(connection, MemoryJournal()).orders.get(
            id="5O190127TN364715T", options={"mock_response": {"mock_application_codes": "INTERNAL_SERVER_ERROR"}}
        )
    return caught.value


def test_an_environment_is_never_guessed() -> None:
    sandbox, live = failure_of(Text("sandbox")), failure_of(Text("live"))
    assert (sandbox.kind, live.kind) == (FailureKind.UNREACHABLE, FailureKind.INVALID_INPUT)
    for connection, error in ((Text("Live"), ValueError), (Text(""), ValueError), (Lost(), LookupError)):
        with pytest.raises(error, match=r"Environment|no environment"):
            Client(connection, MemoryJournal()).orders.get(id="5O190127TN364715T")
    source = StaticToken(Secret("token"))
    assert PayPalConnection(source, environment="live").environment is Environment.LIVE  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="Environment"):
        PayPalConnection(source, environment="production")  # type: ignore[arg-type]


def test_a_call_that_does_not_end_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connector, "LONGEST_CALL", 0)
    with pytest.raises(Interrupted):
        Client(Offline(), MemoryJournal()).orders.history(id="5O190127TN364715T")


def test_a_call_that_takes_too_much_memory_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connector, "LARGEST_MEMORY", 65536)
    with pytest.raises(Interrupted):
        Client(Offline(), MemoryJournal()).orders.history(id="5O190127TN364715T")


def test_an_interrupt_in_an_import_ends_the_call() -> None:
    with pytest.raises(KeyboardInterrupt):
        Client(Offline(), Interrupting()).orders.history(id="5O190127TN364715T")
    # And the next one is not affected.
    assert Client(Offline(), MemoryJournal()).orders.history(id="5O190127TN364715T").body


def test_threads_do_not_share_the_types_that_wasmtime_compares() -> None:
    with ThreadPoolExecutor(1) as other:
        other.submit(lambda: None).result()
        Client(Offline(), MemoryJournal()).orders.history(id="5O190127TN364715T")
        # It is what wasmtime uses, and only in the thread of the call.
        assert list(wasmtime_types.case_test_cache) != []
        assert other.submit(lambda: list(wasmtime_types.case_test_cache)).result() == []


def test_a_connector_that_is_dropped_leaves_no_thread() -> None:
    before = threading.active_count()
    dropped = Connector()
    assert threading.active_count() == before + 1
    del dropped
    gc.collect()
    until = time.monotonic() + 30
    while threading.active_count() > before:
        assert time.monotonic() < until
        time.sleep(0.1)
