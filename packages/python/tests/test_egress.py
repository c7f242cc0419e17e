"""Where requests may go."""

import socket
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from conftest import read_request

from paypal_connector import (
    Client,
    ClientCredentials,
    Delegation,
    Environment,
    Failure,
    FailureKind,
    MemoryJournal,
    PayPalConnection,
    Secret,
    Token,
)

TOKEN = "A21AA-token-that-must-not-leave"


class Careless:
    """A connection of somebody who does not check the base URL."""

    environment = Environment.SANDBOX
    on_behalf_of: Delegation | None = None
    max_attempts = 1
    certificate_authorities: Sequence[str] = ()

    def __init__(self, base_url: str) -> None:
        self.base_url: str | None = base_url

    def access_token(self, rejected: str | None) -> Token:
        return Token(Secret(TOKEN))


@pytest.mark.parametrize(
    "url",
    [
        "http://192.0.2.1",
        "https://evil.example",
        "http://127.0.0.1@evil.example",
        "http://127.0.0.1.evil.example",
        "http://127.0.0.1:80/path",
        "http://127.0.0.1:99999",
        "ftp://127.0.0.1",
        "",
    ],
)
def test_a_base_url_elsewhere_is_refused(url: str) -> None:
    source = ClientCredentials("id", Secret("secret"))
    with pytest.raises(ValueError, match=r"base URL|[Pp]ort"):
        PayPalConnection(source, environment=Environment.SANDBOX, base_url=url)
    # The component does not rely on it.
    with pytest.raises(Failure) as caught:
        Client(Careless(url), MemoryJournal()).orders.get(id="5O190127TN364715T")
    assert (caught.value.kind, caught.value.request_sent) == (FailureKind.DENIED, False)


def test_a_request_passes_unchanged_except_for_where_it_goes() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        listener.settimeout(30)

        def answer() -> bytes:
            connection, _ = listener.accept()
            with connection:
                request = read_request(connection)
                connection.sendall(b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n")
                return request

        with ThreadPoolExecutor(1) as threads:
            request = threads.submit(answer)
            paypal = Client(Careless(f"http://127.0.0.1:{port}"), MemoryJournal())
            paypal.invoices.remind(invoice_id="INV2-Z56S-5LLA-Q52L-CPZ5", body={"note": "ü"})
            head, body = request.result().split(b"\r\n\r\n", 1)
    lines = head.decode().split("\r\n")
    assert lines[0] == "POST /v2/invoicing/invoices/INV2-Z56S-5LLA-Q52L-CPZ5/remind HTTP/1.1"
    fields = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines[1:])}
    assert fields["authorization"] == f"Bearer {TOKEN}"
    assert fields["host"] == f"127.0.0.1:{port}"
    assert body.decode() == '{"note": "ü"}'
