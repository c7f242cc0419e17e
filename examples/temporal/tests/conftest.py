"""A shop: Temporal, the simulator behind a bad network, a journal, and the receiver of events."""

import os
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from lossy import Lossy
from postgres_server import postgres, programs
from processes import FIGURES, Process, Simulator, free_port, receiver, simulator, temporal, worker


@dataclass
class Shop:
    """All that a test needs."""

    temporal: str
    simulator: Simulator
    network: Lossy
    environment: dict[str, str] = field(repr=False)
    events: Process
    """The receiver of events."""

    def restart_receiver(self) -> None:
        """Start the receiver again, after it was killed."""
        self.events = receiver(self.environment)

    def worker(self) -> Process:
        """Start a worker."""
        return worker(self.environment)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    directory = tmp_path_factory.mktemp("shop")
    with ExitStack() as stack:
        server, address = temporal()
        stack.callback(server.kill)
        paypal = simulator()
        stack.callback(paypal.process.kill)
        network = Lossy(paypal.url, int(os.environ.get("SEED", "1")))
        stack.callback(network.shutdown)
        journal = str(directory / "journal.sqlite")
        if programs() is None:
            FIGURES.append("there is no PostgreSQL on this machine: the journal was a file")
        else:
            journal = stack.enter_context(postgres()).address()
        authorities = directory / "ca.pem"
        authorities.write_bytes(paypal.get("/simulator/authorities"))
        port = free_port()
        environment = os.environ | {
            "PAYPAL_CLIENT_ID": paypal.client_id,
            "PAYPAL_CLIENT_SECRET": paypal.client_secret,
            "PAYPAL_BASE_URL": network.url,
            "PAYPAL_AUTHORITIES": str(authorities),
            "TEMPORAL_ADDRESS": address,
            "JOURNAL": journal,
            "WEBHOOK_URL": f"http://127.0.0.1:{port}/webhooks",
            "WEBHOOK_PORT": str(port),
            "PYTHONUNBUFFERED": "1",
        }
        shop = Shop(address, paypal, network, environment, receiver(environment))
        stack.callback(lambda: shop.events.stop())
        yield shop


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for line in FIGURES:
        terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def histories() -> Path:
    return Path(__file__).parent / "histories"
