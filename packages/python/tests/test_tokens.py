"""Tokens: one request at a time, kept, renewed, and never shown."""

import logging
import socket
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from conftest import read_request

from paypal_connector import (
    Client,
    ClientCredentials,
    Environment,
    Failure,
    FailureKind,
    MemoryJournal,
    PayPalConnection,
    Secret,
    StaticToken,
    Token,
    TokenError,
    TokenErrorKind,
    paypal_connection,
    token_source,
)

SECRET = "EK-the-client-secret"


class Source:
    """Hands out tokens 1, 2, 3 …, or fails."""

    def __init__(self, expires_in: float | None = None, error: Exception | None = None) -> None:
        self.expires_in, self.error = expires_in, error
        self.asked = 0
        self.gate = threading.Event()
        self.gate.set()

    def obtain(self, origin: str) -> Token:
        self.asked += 1
        assert self.gate.wait(30)
        if self.error is not None:
            raise self.error
        return Token(Secret(f"token-{self.asked}"), expires_in=self.expires_in)


def connection(source: Source) -> PayPalConnection:
    return PayPalConnection(source, environment=Environment.SANDBOX)


def test_one_request_serves_all_that_wait() -> None:
    source = Source()
    source.gate.clear()
    shared = connection(source)
    with ThreadPoolExecutor(8) as threads:
        waiting = [threads.submit(shared.access_token, None) for _ in range(8)]
        source.gate.set()
        assert {it.result().secret.value for it in waiting} == {"token-1"}
    assert source.asked == 1


def test_one_that_is_refused_is_replaced_once() -> None:
    source = Source()
    shared = connection(source)
    assert shared.access_token(None).secret.value == "token-1"
    with ThreadPoolExecutor(8) as threads:
        tokens = list(threads.map(shared.access_token, ["token-1"] * 8))
    assert {token.secret.value for token in tokens} == {"token-2"}
    assert source.asked == 2


def test_it_is_renewed_before_it_expires(monkeypatch: pytest.MonkeyPatch) -> None:
    now = time.monotonic()
    monkeypatch.setattr(paypal_connection, "monotonic", lambda: now)
    source = Source(expires_in=32400)
    shared = connection(source)
    for after, expected in ((0, "token-1"), (32339, "token-1"), (2, "token-2"), (1, "token-2")):
        now += after
        assert shared.access_token(None).secret.value == expected


@pytest.mark.parametrize("kind", TokenErrorKind)
def test_one_that_cannot_be_renewed_is_used_until_it_expires(kind: TokenErrorKind, monkeypatch: pytest.MonkeyPatch) -> None:
    now = time.monotonic()
    monkeypatch.setattr(paypal_connection, "monotonic", lambda: now)
    source = Source(expires_in=32400)
    shared = connection(source)
    assert shared.access_token(None).secret.value == "token-1"
    source.error = TokenError(kind, "out of order")
    for after, asked in ((32341, 2), (0.5, 2), (0.6, 3)):
        now += after
        assert shared.access_token(None).secret.value == "token-1"
        assert source.asked == asked
    with pytest.raises(TokenError, match="out of order"):
        shared.access_token("token-1")
    now += 60
    with pytest.raises(TokenError, match="out of order"):
        shared.access_token(None)


def test_calls_do_not_wait_for_a_renewal(monkeypatch: pytest.MonkeyPatch) -> None:
    now = time.monotonic()
    monkeypatch.setattr(paypal_connection, "monotonic", lambda: now)
    source = Source(expires_in=32400)
    shared = connection(source)
    shared.access_token(None)
    now += 32341
    source.gate.clear()
    with ThreadPoolExecutor(1) as threads:
        renewing = threads.submit(shared.access_token, None)
        while source.asked < 2:
            time.sleep(0.001)
        assert shared.access_token(None).secret.value == "token-1"
        source.gate.set()
        assert renewing.result().secret.value == "token-2"


def test_a_source_that_fails_is_not_asked_again_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    now = time.monotonic()
    monkeypatch.setattr(paypal_connection, "monotonic", lambda: now)
    source = Source(error=TokenError(TokenErrorKind.REFUSED, "invalid_client"))
    shared = connection(source)
    for after, asked in ((0, 1), (0.5, 1), (0.6, 2), (1.5, 2), (0.6, 3)):
        now += after
        with pytest.raises(TokenError, match="invalid_client"):
            shared.access_token(None)
        assert source.asked == asked
    source.error = None
    now += 60
    assert shared.access_token(None).secret.value == "token-4"


def test_what_a_source_raises_is_not_passed_on() -> None:
    for error in (ValueError(SECRET), OSError(SECRET)):
        with pytest.raises(Failure) as caught:
            Client(connection(Source(error=error)), MemoryJournal()).orders.get(id="5O190127TN364715T")
        failure = caught.value
        assert (failure.kind, failure.request_sent) == (FailureKind.CONNECTION_UNAVAILABLE, False)
        assert type(error).__name__ in failure.message
        assert SECRET not in repr(failure) + str(failure)


def serve(status: int, body: bytes, location: str | None = None) -> tuple[HTTPServer, list[str]]:
    seen: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            seen.append(self.rfile.read(int(self.headers["content-length"])).decode())
            self.send_response(status)
            if location is not None:
                self.send_header("location", location)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_GET(self) -> None:
            self.do_POST()

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server, seen


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (401, b'{"error": "invalid_client", "error_description": "not EK-the-client-secret"}', TokenErrorKind.REFUSED),
        (503, b"busy", TokenErrorKind.UNREACHABLE),
        (429, b"{}", TokenErrorKind.UNREACHABLE),
        (200, b"[]", TokenErrorKind.UNREACHABLE),
        (200, b"x" * 70000, TokenErrorKind.UNREACHABLE),
        (200, b"[" * 3000, TokenErrorKind.UNREACHABLE),
        (400, b'{"error": "unsupported_grant_type"}', TokenErrorKind.REFUSED),
        (401, b"", TokenErrorKind.REFUSED),
        (403, b"<html>a proxy</html>", TokenErrorKind.UNREACHABLE),
        (404, b'{"error": 7}', TokenErrorKind.UNREACHABLE),
        (429, b'{"error": "slow_down"}', TokenErrorKind.UNREACHABLE),
        (307, b"", TokenErrorKind.UNREACHABLE),
        (307, b'{"error": "moved"}', TokenErrorKind.UNREACHABLE),
    ],
)
def test_the_endpoint_fails(status: int, body: bytes, kind: TokenErrorKind) -> None:
    elsewhere, reached = serve(200, b'{"access_token": "stolen"}')
    location = f"http://127.0.0.1:{elsewhere.server_port}/" if status == 307 else None
    server, seen = serve(status, body, location)
    with pytest.raises(TokenError) as caught:
        ClientCredentials("AY-client-id", Secret(SECRET)).obtain(f"http://127.0.0.1:{server.server_port}")
    assert caught.value.kind is kind
    assert SECRET not in str(caught.value)
    assert (seen, reached) == (["grant_type=client_credentials"], [])
    for it in (server, elsewhere):
        it.shutdown()
        it.server_close()


def test_a_lifetime_that_is_none_is_unknown() -> None:
    server, _ = serve(200, b'{"access_token": "A21AA", "expires_in": 1' + b"0" * 400 + b"}")
    token = ClientCredentials("AY-client-id", Secret(SECRET)).obtain(f"http://127.0.0.1:{server.server_port}")
    assert (token.secret.value, token.expires_in) == ("A21AA", None)
    server.shutdown()
    server.server_close()


def test_an_answer_that_drips_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(token_source, "TIMEOUT", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as listener, ThreadPoolExecutor(1) as threads:

        def drip() -> bool:
            connection, _ = listener.accept()
            with connection:
                read_request(connection)
                connection.sendall(b"HTTP/1.1 200 OK\r\nx: ")
                for _ in range(600):
                    try:
                        connection.sendall(b"x")
                    except OSError:
                        return True
                    time.sleep(0.1)
            return False

        given_up = threads.submit(drip)
        with pytest.raises(TokenError) as caught:
            ClientCredentials("AY-client-id", Secret(SECRET)).obtain(f"http://127.0.0.1:{listener.getsockname()[1]}")
        assert caught.value.kind is TokenErrorKind.UNREACHABLE
        assert given_up.result()


def test_missing_credentials_are_named() -> None:
    with pytest.raises(TokenError) as caught:
        ClientCredentials("", Secret("")).obtain("https://api-m.sandbox.paypal.com")
    assert caught.value.kind is TokenErrorKind.NOT_CONFIGURED


@pytest.mark.parametrize("show", [repr, str, lambda it: f"{it}", lambda it: repr([it]), lambda it: f"{it!r:>10}"])
def test_secrets_are_not_shown(show: Callable[[object], str], caplog: pytest.LogCaptureFixture) -> None:
    values = [Secret(SECRET), Token(Secret(SECRET)), StaticToken(Secret(SECRET)), ClientCredentials("id", Secret(SECRET))]
    source = PayPalConnection(values[2], environment=Environment.SANDBOX)  # type: ignore[arg-type]
    source.access_token(None)
    with caplog.at_level(logging.DEBUG):
        for value in (*values, source):
            logging.getLogger().debug("%s %r", value, value)
            assert SECRET not in show(value)
    assert SECRET not in caplog.text
