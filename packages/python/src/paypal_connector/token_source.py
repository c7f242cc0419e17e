"""Where a connection's access tokens come from."""

import base64
import http.client
import json
import socket
import ssl
import threading
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit

from .secret import Secret
from .token import Token, TokenError, TokenErrorKind

TIMEOUT = 30.0
"""How long the token endpoint may take to connect, and then up to the last byte of its answer, in seconds."""

LARGEST = 64 * 1024
"""The largest answer of the token endpoint that is read, in bytes."""

LONGEST = 2**32
"""The longest lifetime of a token that is believed, in seconds. A longer one counts as unknown."""


class TokenSource(Protocol):
    """Obtains tokens. A `PayPalConnection` keeps them."""

    def obtain(self, origin: str) -> Token:
        """Obtain a new token from the API at `origin`, such as `https://api-m.sandbox.paypal.com`.

        Raises `TokenError` if there is none.
        """
        ...


@dataclass(frozen=True, slots=True)
class StaticToken:
    """A token from elsewhere. If PayPal refuses it, the call fails."""

    secret: Secret

    def obtain(self, origin: str) -> Token:
        """Return the token."""
        return Token(self.secret)


@dataclass(frozen=True, slots=True)
class ClientCredentials:
    """A REST app's client id and secret, for the client-credentials grant (RFC 6749 section 4.4)."""

    client_id: str
    client_secret: Secret

    def obtain(self, origin: str) -> Token:
        """Request a token."""
        if not self.client_id or not self.client_secret.value:
            raise TokenError(TokenErrorKind.NOT_CONFIGURED, "the client id or the client secret is missing")
        basic = base64.b64encode(f"{self.client_id}:{self.client_secret.value}".encode()).decode()
        try:
            status, answer = _post(origin, basic)
        except (OSError, http.client.HTTPException) as error:
            # Its text can have parts of the answer.
            reason = f"PayPal's token endpoint could not be reached: {type(error).__name__}"
            raise TokenError(TokenErrorKind.UNREACHABLE, reason) from None
        document = _object(answer)
        if status == 200:
            return _token(document)
        name, description = document.get("error"), document.get("error_description")
        words = ": ".join(word for word in (name, description) if isinstance(word, str))[:1000]
        for secret in (basic, self.client_secret.value):
            words = words.replace(secret, "[redacted]")
        # PayPal sometimes refuses credentials without a body. Anything else but an OAuth error says nothing of them: it can be
        # the page of a proxy.
        refused = status == 401 or (400 <= status < 500 and status != 429 and isinstance(name, str))
        kind = TokenErrorKind.REFUSED if refused else TokenErrorKind.UNREACHABLE
        raise TokenError(kind, f"PayPal's token endpoint answered {status} {words}".rstrip())


def _token(document: dict[str, object]) -> Token:
    value, lifetime, scopes = document.get("access_token"), document.get("expires_in"), document.get("scope")
    if not isinstance(value, str) or not value:
        raise TokenError(TokenErrorKind.UNREACHABLE, "PayPal's token endpoint answered without a token")
    return Token(
        Secret(value),
        scopes.split() if isinstance(scopes, str) else None,
        float(lifetime) if isinstance(lifetime, int) and 0 < lifetime <= LONGEST else None,
    )


def _object(text: bytes) -> dict[str, object]:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return document if isinstance(document, dict) else {}


def _post(origin: str, basic: str) -> tuple[int, bytes]:
    """Send the request. Redirects are not followed."""
    parts = urlsplit(origin)
    host = parts.hostname or ""
    connection = (
        http.client.HTTPSConnection(host, parts.port, timeout=TIMEOUT, context=ssl.create_default_context())
        if parts.scheme == "https"
        else http.client.HTTPConnection(host, parts.port, timeout=TIMEOUT)
    )
    try:
        connection.connect()
        # The timeout of a socket is for each of its reads: an endpoint could answer a byte at a time.
        timer = threading.Timer(TIMEOUT, _shut_down, [connection.sock])
        timer.daemon = True
        timer.start()
        try:
            headers = {"Authorization": f"Basic {basic}", "Content-Type": "application/x-www-form-urlencoded"}
            connection.request("POST", "/v1/oauth2/token", "grant_type=client_credentials", headers)
            response = connection.getresponse()
            answer = response.read(LARGEST + 1)
        finally:
            timer.cancel()
        if len(answer) > LARGEST:
            raise http.client.HTTPException("the answer is too large")
        return response.status, answer
    finally:
        connection.close()


def _shut_down(connection: socket.socket) -> None:
    with suppress(OSError):
        # Not the method of a TLS socket, which takes from the reading thread what it uses.
        socket.socket.shutdown(connection, socket.SHUT_RDWR)
