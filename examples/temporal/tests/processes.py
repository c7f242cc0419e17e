"""The processes of a shop under test: Temporal, the simulator, the receiver of events, and workers."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

EXAMPLE = Path(__file__).parent.parent

FIGURES: list[str] = []
"""What is printed at the end of the tests."""


def free_port() -> int:
    """Return a port of this machine that nothing uses."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


class Process:
    """A process, and what it prints."""

    def __init__(self, command: list[str], environment: dict[str, str] | None = None) -> None:
        self._process = subprocess.Popen(
            command, cwd=EXAMPLE, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        self.printed = ""
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self.printed += line

    def wait_for(self, words: str, seconds: float = 60) -> None:
        """Wait until it has printed the words."""
        until = time.monotonic() + seconds
        while words not in self.printed:
            assert self._process.poll() is None, f"it has ended: {self.printed}"
            assert time.monotonic() < until, f"no {words!r} in {self.printed}"
            time.sleep(0.02)

    def is_running(self) -> bool:
        """Whether it has not ended."""
        return self._process.poll() is None

    def kill(self) -> None:
        """Kill it: it has no time for anything."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Ask it to end, and wait until it has."""
        self._end(signal.SIGTERM)

    def _end(self, number: int) -> None:
        self._process.send_signal(number)
        self._process.wait(60)
        self._reader.join()


@dataclass(frozen=True)
class Simulator:
    """PayPal on this machine."""

    process: Process
    url: str
    client_id: str
    client_secret: str = field(repr=False)

    def get(self, path: str) -> bytes:
        """Ask it for something."""
        with urllib.request.urlopen(f"{self.url}{path}", timeout=30) as answer:
            text: bytes = answer.read()
            return text

    def approve(self, order: str) -> None:
        """Approve an order, as its payer does on the page that it links to."""
        self.post(f"orders/{order}/approve")

    def post(self, path: str) -> None:
        """Do what a test does."""
        urllib.request.urlopen(urllib.request.Request(f"{self.url}/simulator/{path}", method="POST"), timeout=30).close()


def simulator() -> Simulator:
    """Start one."""
    process = Process([os.environ["HOST_TEST"], "simulator", "--port", "0"])
    process.wait_for("PAYPAL_CLIENT_SECRET=")
    process.wait_for("\n")
    found = dict(re.findall(r"^export (\w+)=(\S+)$", process.printed, re.MULTILINE))
    (url,) = re.findall(r"http://[0-9.:]+[0-9]", process.printed)
    return Simulator(process, url, found["PAYPAL_CLIENT_ID"], found["PAYPAL_CLIENT_SECRET"])


def temporal() -> tuple[Process, str]:
    """Start a Temporal server that keeps all in memory. Return it with its address."""
    port = free_port()
    program = str(Path(sys.executable).parent / "temporal")
    command = [program, "server", "start-dev", "--headless", "--ip", "127.0.0.1", "--port", str(port), "--log-level", "error"]
    process = Process(command)
    until = time.monotonic() + 60
    while not can_connect(port):
        assert process.is_running(), process.printed
        assert time.monotonic() < until, process.printed
        time.sleep(0.1)
    return process, f"127.0.0.1:{port}"


def can_connect(port: int) -> bool:
    """Whether something listens on the port."""
    with socket.socket() as it:
        return it.connect_ex(("127.0.0.1", port)) == 0


def worker(environment: dict[str, str]) -> Process:
    """Start a worker."""
    return Process([sys.executable, "worker.py"], environment)


def receiver(environment: dict[str, str]) -> Process:
    """Start the receiver of events, and wait until it receives."""
    process = Process([sys.executable, "webhook.py"], environment)
    until = time.monotonic() + 60
    while not can_connect(int(environment["WEBHOOK_PORT"])):
        assert process.is_running(), process.printed
        assert time.monotonic() < until, process.printed
        time.sleep(0.05)
    return process
