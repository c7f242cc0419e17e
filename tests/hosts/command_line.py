"""`host-test`, by its command line."""

import http.client
import json
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cluster import wait
from processes import Process, free_port
from receiver import Delivery

from hosts import ROOT, Host, PayPal, Received, environment, file


@dataclass
class CommandLine:
    """A process for each call, and one that listens for each delivery, with a journal in a file."""

    program: Path
    directory: Path
    paypal: PayPal
    has_journal: bool = True

    def _environment(self, connection: str) -> dict[str, str]:
        if connection == "static":
            return environment(PAYPAL_ACCESS_TOKEN=self.paypal.token)
        client = self.paypal.simulator
        return environment(PAYPAL_CLIENT_ID=client.client_id, PAYPAL_CLIENT_SECRET=client.client_secret)

    def _options(self) -> list[str]:
        return ["--base-url", self.paypal.url, "--journal", str(self.directory / "journal"), "--json"]

    def call(self, connection: str, action: str, input: dict[str, Any]) -> dict[str, Any]:
        """Run `host-test call`."""
        command = [str(self.program), "call", action, "--input", "-", *self._options()]
        variables = self._environment(connection)
        ended = subprocess.run(command, input=json.dumps(input), env=variables, capture_output=True, text=True, timeout=120)
        assert ended.stdout, ended.stderr
        outcome: dict[str, Any] = json.loads(ended.stdout)
        assert ended.returncode == (0 if "reply" in outcome else 1), ended.stderr
        return outcome

    def receive(self, delivery: Delivery, webhook: str) -> Received:
        """Post it to `host-test listen`, which prints what it takes."""
        authorities = self.directory / "authorities.pem"
        authorities.write_text(self.paypal.authorities)
        port = free_port()
        options = ["--port", str(port), "--webhook-id", webhook, "--authority", str(authorities), *self._options()]
        process = Process([str(self.program), "listen", *options], self._environment("default"))
        try:
            wait(process, port)
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            connection.request("POST", "/webhooks", delivery.body, delivery.headers)
            status = connection.getresponse().status
            connection.close()
        finally:
            process.stop()
        assert status in (200, 400), process.printed
        if status == 400:
            return Received(accepted=False, duplicate=False)
        # It is printed before it is answered.
        (printed,) = (json.loads(line) for line in process.printed.splitlines() if line.startswith("{"))
        assert printed["answer"] == 200, printed
        return Received(accepted=True, duplicate=printed["reply"]["duplicate"])


@contextmanager
def command_line(paypal: PayPal) -> Iterator[Host]:
    """Find the program."""
    program = file("HOST_TEST", ROOT / "target/debug/host-test")
    with tempfile.TemporaryDirectory() as directory:
        yield CommandLine(program, Path(directory), paypal)
