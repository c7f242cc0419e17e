"""Answers that nobody expects: the reply reaches the caller all the same, and the token does not."""

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

import pytest
from conftest import ORDER, read_request

from paypal_connector import Client, Entry, Environment, Failure, MemoryJournal, PayPalConnection, Secret, StaticToken

TOKEN = "A21AA-token-that-must-not-come-back"


@contextmanager
def answering(status: str, body: bytes) -> Iterator[PayPalConnection]:
    """Yield a connection whose next request is answered so."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(30)

        def answer() -> None:
            connection, _ = listener.accept()
            with connection:
                read_request(connection)
                head = f"HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
                connection.sendall(head.encode() + body)

        thread = Thread(target=answer)
        thread.start()
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        yield PayPalConnection(StaticToken(Secret(TOKEN)), environment=Environment.SANDBOX, base_url=url, max_attempts=1)
        thread.join()


@pytest.mark.parametrize("value", ["[" * 3000 + "]" * 3000, "1" * 5000])
def test_a_document_that_python_cannot_read_is_a_reply(value: str) -> None:
    document = f'{{"id": "5O190127TN364715T", "new": {value}}}'
    with answering("201 Created", document.encode()) as connection:
        reply = Client(connection, MemoryJournal()).orders.create(body=ORDER)
    assert (reply.status, reply.text) == (201, document)
    assert reply.body is None
    assert reply.idempotency_key


class Remembering(MemoryJournal):
    """A journal that can be read whole."""

    def __init__(self) -> None:
        super().__init__()
        self.noted: list[Entry] = []

    def append(self, subject: str, entry: Entry) -> bool:
        self.noted.append(entry)
        return super().append(subject, entry)


def test_a_token_does_not_come_back_in_a_reply() -> None:
    body = json.dumps({"id": "5O190127TN364715T", "echo": f"Bearer {TOKEN}"}).encode()
    with answering("200 OK", body) as connection:
        reply = Client(connection, MemoryJournal()).orders.get(id="5O190127TN364715T")
    assert reply.text == body.decode().replace(TOKEN, "[redacted]")
    assert reply.body == json.loads(reply.text)


def test_a_token_does_not_come_back_in_a_failure() -> None:
    issue = {"field": "/f", "value": TOKEN, "issue": "I", "description": f"not {TOKEN}"}
    body = json.dumps({"name": "UNPROCESSABLE_ENTITY", "message": f"Not {TOKEN}", "debug_id": "d", "details": [issue]}).encode()
    with answering("422 Unprocessable Entity", body) as connection, pytest.raises(Failure) as caught:
        Client(connection, MemoryJournal()).orders.capture(id="5O190127TN364715T")
    failure = caught.value
    assert failure.body == body.decode().replace(TOKEN, "[redacted]")
    assert (failure.details[0].value, failure.details[0].description) == ("[redacted]", "not [redacted]")
    assert TOKEN not in repr(failure)


def test_a_token_does_not_get_into_the_journal() -> None:
    journal = Remembering()
    body = json.dumps({"id": "5O190127TN364715T", "status": TOKEN}).encode()
    with answering("201 Created", body) as connection:
        Client(connection, journal).orders.create(body=ORDER)
    assert [entry.status for entry in journal.noted] == ["[redacted]"]
    assert TOKEN.lower() not in repr(journal.noted).lower()
