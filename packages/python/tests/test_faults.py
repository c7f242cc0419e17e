"""A peer that hangs, resets, or refuses: what the failure says of it."""

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from conftest import ORDER, read_request

from paypal_connector import Client, Environment, Failure, FailureKind, MemoryJournal, PayPalConnection, Secret, StaticToken


@contextmanager
def peer(serve: Callable[[socket.socket], None]) -> Iterator[tuple[str, list[bytes]]]:
    """Serve each connection, after reading what was sent. Yields the address, and what was read."""
    read: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def accept() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                read.append(read_request(connection))
                serve(connection)

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", read
        listener.shutdown(socket.SHUT_RDWR)
        thread.join()


def client(url: str) -> Client:
    source = StaticToken(Secret("A21AA-token"))
    connection = PayPalConnection(source, environment=Environment.SANDBOX, base_url=url, max_attempts=2)
    return Client(connection, MemoryJournal())


def read_of(url: str) -> Failure:
    with pytest.raises(Failure) as caught:
        client(url).orders.get(id="5O190127TN364715T", options={"deadline_ms": 1500})
    return caught.value


def write_of(url: str) -> Failure:
    with pytest.raises(Failure) as caught:
        client(url).orders.create(body=ORDER, options={"idempotency_key": "key-1", "deadline_ms": 1500})
    return caught.value


def unkeyed_write_of(url: str) -> Failure:
    with pytest.raises(Failure) as caught:
        client(url).invoices.send(invoice_id="INV2-Z56S-5LLA-Q52L-CPZ5", options={"deadline_ms": 1500})
    return caught.value


def test_a_peer_that_hangs() -> None:
    held: list[socket.socket] = []
    with peer(held.append) as (url, _):
        failure = read_of(url)
        assert (failure.kind, failure.request_sent) == (FailureKind.TIMED_OUT, True)
        failure = write_of(url)
        assert (failure.kind, failure.request_sent, failure.idempotency_key) == (FailureKind.OUTCOME_UNKNOWN, True, "key-1")
    with peer(held.append) as (url, read):
        failure = unkeyed_write_of(url)
        assert (failure.kind, failure.request_sent, failure.retryable) == (FailureKind.OUTCOME_UNKNOWN, True, False)
        assert len(read) == 1
    for connection in held:
        connection.close()


def reset(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def test_a_peer_that_resets() -> None:
    with peer(reset) as (url, read):
        failure = read_of(url)
        assert (failure.kind, failure.request_sent) == (FailureKind.UNREACHABLE, True)
        read.clear()
        failure = write_of(url)
        assert (failure.kind, failure.request_sent) == (FailureKind.OUTCOME_UNKNOWN, True)
        assert len(read) == failure.attempts
        assert all(b"paypal-request-id: key-1" in request.lower() for request in read)
        read.clear()
        failure = unkeyed_write_of(url)
        assert (failure.kind, failure.attempts, len(read)) == (FailureKind.OUTCOME_UNKNOWN, 1, 1)


def test_a_peer_that_refuses() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    for fails in (read_of, write_of, unkeyed_write_of):
        failure = fails(url)
        assert (failure.kind, failure.request_sent, failure.attempts) == (FailureKind.UNREACHABLE, False, 0)
