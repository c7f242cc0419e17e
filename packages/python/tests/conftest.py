"""The simulator, and clients of it."""

import json
import os
import re
import socket
import subprocess
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from paypal_connector.documents import OrderRequest

from paypal_connector import Client, ClientCredentials, Environment, MemoryJournal, PayPalConnection, Secret

ORDER: OrderRequest = {"intent": "CAPTURE", "purchase_units": [{"amount": {"currency_code": "USD", "value": "10.00"}}]}


@dataclass(frozen=True)
class Simulator:
    """A simulator of PayPal that runs."""

    url: str
    client_id: str
    client_secret: str

    def post(self, path: str) -> None:
        """Do what a payer or a test does."""
        urllib.request.urlopen(urllib.request.Request(f"{self.url}/simulator/{path}", method="POST")).close()

    def make(self, path: str, body: dict[str, str]) -> dict[str, str]:
        """Make something, and return what the simulator says of it."""
        url, headers = f"{self.url}/simulator/{path}", {"content-type": "application/json"}
        request = urllib.request.Request(url, json.dumps(body).encode(), headers, method="POST")
        with urllib.request.urlopen(request) as answer:
            made: dict[str, str] = json.load(answer)
            return made

    def get(self, path: str) -> str:
        """Ask for what is there."""
        with urllib.request.urlopen(f"{self.url}/simulator/{path}") as answer:
            text: str = answer.read().decode()
            return text

    def approve(self, order: str) -> None:
        """Approve an order as its payer."""
        self.post(f"orders/{order}/approve")

    def connection(self, authorities: list[str] | None = None) -> PayPalConnection:
        """Make a connection of its own."""
        source = ClientCredentials(self.client_id, Secret(self.client_secret))
        return PayPalConnection(
            source, environment=Environment.SANDBOX, base_url=self.url, certificate_authorities=authorities or []
        )


@pytest.fixture(scope="session")
def simulator() -> Iterator[Simulator]:
    process = subprocess.Popen([os.environ["HOST_TEST"], "simulator", "--port", "0"], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        words = ""
        while "PAYPAL_CLIENT_SECRET=" not in words:
            line = process.stdout.readline()
            assert line, "the simulator has ended"
            words += line
        found = dict(re.findall(r"^export (\w+)=(\S+)$", words, re.MULTILINE))
        (url,) = re.findall(r"http://[0-9.:]+[0-9]", words)
        yield Simulator(url, found["PAYPAL_CLIENT_ID"], found["PAYPAL_CLIENT_SECRET"])
    finally:
        process.terminate()
        process.wait()


@pytest.fixture
def paypal(simulator: Simulator) -> Client:
    return Client(simulator.connection(), MemoryJournal())


def read_request(connection: socket.socket) -> bytes:
    """Read a whole request: one that is half read when it is closed is answered by a reset."""
    request = b""
    while b"\r\n\r\n" not in request:
        request += connection.recv(65536)
    head, body = request.split(b"\r\n\r\n", 1)
    length = re.search(rb"content-length: (\d+)", head.lower())
    while len(body) < (int(length[1]) if length else 0):
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body
