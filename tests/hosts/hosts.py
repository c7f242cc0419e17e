"""What the table asks of a host."""

import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from processes import Simulator
from receiver import Delivery

ROOT = Path(__file__).parents[2]


class UnavailableError(Exception):
    """The host cannot be had on this machine."""


@dataclass(frozen=True)
class PayPal:
    """What a host is told of PayPal. It has two connections: `default` and `static`."""

    url: str
    simulator: Simulator
    token: str = field(repr=False)
    """Of the connection `static`, for which no token is requested. The other one has the simulator's client."""

    @property
    def authorities(self) -> str:
        """The certificates that the simulator's events are signed with, in PEM."""
        return self.simulator.get("/simulator/authorities").decode()


@dataclass(frozen=True)
class Received:
    """What a host says of a delivery."""

    accepted: bool
    duplicate: bool


class Host(Protocol):
    """A host with the connector."""

    has_journal: bool
    """Whether it remembers events."""

    def call(self, connection: str, action: str, input: dict[str, Any]) -> dict[str, Any]:
        """Run an action. Return `{"reply": ...}` or `{"failure": ...}`."""

    def receive(self, delivery: Delivery, webhook: str) -> Received:
        """Receive a delivery as an endpoint for webhooks does."""


def environment(**variables: str) -> dict[str, str]:
    """Return this process's environment with the variables, and without any other of PayPal's."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PAYPAL_")} | variables


def file(variable: str, otherwise: Path) -> Path:
    """Return the file that the variable names. Raises `UnavailableError` if there is none."""
    # Absolute, as programs run elsewhere.
    path = Path(os.environ.get(variable) or otherwise).absolute()
    if not path.exists():
        raise UnavailableError(f"there is no {path}")
    return path


def with_key(requests: list[bytes], key: str) -> int:
    """Return how many of the requests have an idempotency key."""
    field = re.compile(rb"\r\npaypal-request-id: *" + re.escape(key.encode()) + rb"\r\n", re.IGNORECASE)
    return sum(bool(field.search(request)) for request in requests)
