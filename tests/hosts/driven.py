"""The packages for Node and Python, each in a process of its own that a driver leads."""

import base64
import json
import queue
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from receiver import Delivery

from hosts import ROOT, Host, PayPal, Received, UnavailableError, environment, file

HERE = Path(__file__).parent

ENDS = 60.0
"""How long a call may take, in seconds: longer than any deadline here."""


class Driven:
    """A driver: it reads calls and prints outcomes, a document per line. Its journal is in memory."""

    has_journal = True

    def __init__(self, command: list[str], directory: Path, paypal: PayPal) -> None:
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(command, cwd=directory, env=environment(), stdin=pipe, stdout=pipe, text=True)
        self._printed: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()
        client = paypal.simulator
        self._write(
            {
                "url": paypal.url,
                "authorities": paypal.authorities,
                "client_id": client.client_id,
                "client_secret": client.client_secret,
                "token": paypal.token,
            }
        )

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._printed.put(line)
        self._printed.put("")

    def _write(self, document: dict[str, Any]) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(document) + "\n")
        self._process.stdin.flush()

    def call(self, connection: str, action: str, input: dict[str, Any]) -> dict[str, Any]:
        """Run an action."""
        self._write({"connection": connection, "action": action, "input": input})
        line = self._printed.get(timeout=ENDS)
        assert line, "the driver has ended"
        outcome: dict[str, Any] = json.loads(line)
        return outcome

    def receive(self, delivery: Delivery, webhook: str) -> Received:
        """Do what the packages' examples of an endpoint do."""
        headers = [{"name": name, "value": value} for name, value in delivery.headers.items()]
        body = base64.b64encode(delivery.body).decode()
        outcome = self.call("default", "events.receive", {"headers": headers, "body": body, "webhook_id": webhook})
        received = outcome["reply"]["body"]
        assert received["outcome"] in ("valid", "invalid"), received
        if received["outcome"] == "invalid":
            assert received["event"] is None
            return Received(accepted=False, duplicate=False)
        if not received["duplicate"]:
            event = received["event"]["id"]
            acknowledged = self.call("default", "events.acknowledge", {"webhook_id": webhook, "event_id": event})
            assert "reply" in acknowledged, acknowledged
        return Received(accepted=True, duplicate=received["duplicate"])

    def close(self) -> None:
        """End it."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


@contextmanager
def driven(command: list[str], directory: Path, paypal: PayPal) -> Iterator[Host]:
    """Start a driver, and end it."""
    host = Driven(command, directory, paypal)
    try:
        yield host
    finally:
        host.close()


@contextmanager
def node(paypal: PayPal) -> Iterator[Host]:
    """Use the package that `npm test` has installed."""
    program = shutil.which("node")
    if program is None:
        raise UnavailableError("there is no node")
    installed = file("NODE_INSTALLED", ROOT / "target/node/installed")
    # As text: from a file, it would look for the package beside that.
    command = [program, "--input-type=module", "--eval", (HERE / "driver.mjs").read_text()]
    with driven(command, installed, paypal) as host:
        yield host


@contextmanager
def python(paypal: PayPal) -> Iterator[Host]:
    """Use the wheel that `packages/python/scripts/test` has installed."""
    interpreter = file("PYTHON_INSTALLED", ROOT / "target/python/venv") / "bin/python"
    with driven([str(interpreter), str(HERE / "driver.py")], ROOT, paypal) as host:
        yield host
