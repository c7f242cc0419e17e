"""The service's HTTP API, by the host that is asked."""

import http.client
import json
import secrets
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from cluster import Host

NAME = "paypal.example"
"""The name by which the service is reached: hosts route requests by it."""


@dataclass(frozen=True)
class Answer:
    """An answer of the service."""

    status: int
    headers: dict[str, str]
    document: Any


class UnansweredError(Exception):
    """No answer came, so nothing is known of what has happened."""


@dataclass(frozen=True)
class Key:
    """A caller's key."""

    value: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)

    def configuration(self) -> str:
        """Return `GATEWAY_KEYS` with it."""
        effects = ["read", "write", "moves-money", "irreversible", "notifies-customer"]
        digest = sha256(self.value.encode()).hexdigest()
        return json.dumps([{"name": "test", "sha256": digest, "connections": ["*"], "effects": effects}])

    def call(self, host: Host, action: str, input: dict[str, Any], key: str | None = None) -> Answer:
        """Run an action. Raises `UnansweredError`."""
        headers = {} if key is None else {"idempotency-key": key}
        return self.post(host, f"/v1/connections/default/actions/{action}", json.dumps(input).encode(), headers)

    def post(self, host: Host, path: str, body: bytes, headers: dict[str, str]) -> Answer:
        """Post to a path. Raises `UnansweredError`."""
        own = {"authorization": f"Bearer {self.value}", "content-type": "application/json"}
        return request(host, "POST", path, body, own | headers)


def request(host: Host, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> Answer:
    """Send a request. Raises `UnansweredError`."""
    connection = http.client.HTTPConnection("127.0.0.1", host.port, timeout=60)
    try:
        connection.request(method, path, body, {"host": NAME} | (headers or {}))
        answer = connection.getresponse()
        text = answer.read()
    except (OSError, http.client.HTTPException) as error:
        raise UnansweredError(type(error).__name__) from error
    finally:
        connection.close()
    fields = {name.lower(): value for name, value in answer.getheaders()}
    document = json.loads(text) if "json" in fields.get("content-type", "") else text.decode(errors="replace")
    return Answer(answer.status, fields, document)
