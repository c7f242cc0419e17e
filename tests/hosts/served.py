"""The service, by HTTP: in `wasmtime serve`, and in wasmCloud."""

import base64
import hmac
import json
import os
import queue
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cluster
import wasmtime_cli
from fleet import Fleet
from processes import Process, free_port
from receiver import Delivery, Receiver, receiver
from service import Key, request

from hosts import ROOT, PayPal, Received, UnavailableError, environment, file
from hosts import Host as Asked


@dataclass(frozen=True)
class Consumer:
    """Who takes what the service hands on."""

    receiver: Receiver
    key: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)

    @property
    def secret(self) -> str:
        """The key as `GATEWAY_FORWARD_SECRET` has it."""
        return f"whsec_{base64.b64encode(self.key).decode()}"

    def take(self, webhook: str, event: str) -> None:
        """Check that the event was handed on, once, and signed as Standard Webhooks describes."""
        handed_on = self.receiver.deliveries.get(timeout=30)
        self.check_none()
        headers = {name.lower(): value for name, value in handed_on.headers.items()}
        signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + handed_on.body
        signature = base64.b64encode(hmac.digest(self.key, signed, "sha256")).decode()
        assert headers["webhook-signature"] == f"v1,{signature}"
        document = json.loads(handed_on.body)
        assert (document["connection"], document["channel"], document["webhook_id"]) == ("default", "webhook", webhook)
        assert headers["webhook-id"] == document["reply"]["event"]["id"] == event

    def check_none(self) -> None:
        """Check that nothing more was handed on."""
        try:
            more = self.receiver.deliveries.get_nowait()
        except queue.Empty:
            return
        raise AssertionError(more)


@dataclass
class Service:
    """The service on a host, with a key for all that it does."""

    host: cluster.Host
    key: Key
    has_journal: bool
    restart: Callable[[str], cluster.Host]
    """Starts the host again, for the events of this webhook."""
    consumer: Consumer | None = None
    """Who takes the events, if the journal does not."""
    webhook: str = ""

    def call(self, connection: str, action: str, input: dict[str, Any]) -> dict[str, Any]:
        """Post to the action."""
        path = f"/v1/connections/{connection}/actions/{action}"
        answer = self.key.post(self.host, path, json.dumps(input).encode(), {})
        document = answer.document
        assert isinstance(document, dict), document
        assert ("reply" in document) == (answer.status == 200), document
        assert "reply" in document or "failure" in document, document
        # 504 says that the outcome is unknown, and nothing else.
        assert (answer.status == 504) == (document.get("failure", {}).get("kind") == "outcome-unknown"), document
        return document

    def receive(self, delivery: Delivery, webhook: str) -> Received:
        """Deliver it, as PayPal does. A service has to know its webhooks from its start."""
        if webhook != self.webhook:
            self.host, self.webhook = self.restart(webhook), webhook
        path = f"/v1/connections/default/webhooks/{webhook}"
        answer = request(self.host, "POST", path, delivery.body, delivery.headers)
        assert answer.status in (200, 400), answer
        if answer.status == 400:
            if self.consumer is not None:
                self.consumer.check_none()
            return Received(accepted=False, duplicate=False)
        assert answer.document["outcome"] == "valid", answer
        if self.consumer is not None:
            self.consumer.take(webhook, json.loads(delivery.body)["id"])
        return Received(accepted=True, duplicate=answer.document["duplicate"])


@contextmanager
def wasmtime(paypal: PayPal) -> Iterator[Asked]:
    """Start `wasmtime serve`. It has a fresh instance for each request, and no journal: events are handed on."""
    service = file("SERVICE", ROOT / "target/component/paypal_service.wasm")
    with tempfile.TemporaryDirectory() as directory, receiver() as it:
        # A copy, as the package may not have made it executable.
        program = Path(directory) / "wasmtime"
        shutil.copy(Path(wasmtime_cli.__file__).parent / "wasmtime", program)
        program.chmod(0o700)
        compiled = Path(directory) / "service.cwasm"
        subprocess.run([program, "compile", "--output", compiled, service], check=True)
        key, consumer = Key(), Consumer(it)
        variables = environment(
            PAYPAL_BASE_URL=paypal.url,
            PAYPAL_CLIENT_ID=paypal.simulator.client_id,
            PAYPAL_CLIENT_SECRET=paypal.simulator.client_secret,
            PAYPAL_STATIC_ACCESS_TOKEN=paypal.token,
            PAYPAL_CERTIFICATE_AUTHORITIES=paypal.authorities,
            PAYPAL_WEBHOOK_IDS="",
            GATEWAY_KEYS=key.configuration(),
            GATEWAY_FORWARD_URL=consumer.receiver.url,
            GATEWAY_FORWARD_SECRET=consumer.secret,
        )
        # Named, so that no value is among the arguments, which other users of a machine can read.
        names = [f"--env={name}" for name in variables if name.startswith(("PAYPAL_", "GATEWAY_"))]
        processes: list[Process] = []

        def start(webhook: str) -> cluster.Host:
            port = free_port()
            options = ["--allow-precompiled", "-S", "cli", f"--addr=127.0.0.1:{port}"]
            for process in processes:
                process.kill()
            processes[:] = [
                Process([str(program), "serve", *options, *names, str(compiled)], variables | {"PAYPAL_WEBHOOK_IDS": webhook})
            ]
            cluster.wait(processes[0], port)
            return cluster.Host("wasmtime", processes[0], port, "")

        try:
            yield Service(start(""), key, has_journal=False, restart=start, consumer=consumer)
        finally:
            for process in processes:
                process.kill()


@contextmanager
def wasmcloud(paypal: PayPal) -> Iterator[Asked]:
    """Start a host of wasmCloud, with the journal in PostgreSQL."""
    if not os.environ.get("DOCKER_REGISTRY"):
        raise UnavailableError("there is no docker-registry")
    if not list(Path("/usr/lib/postgresql").glob("*/bin/initdb")):
        raise UnavailableError("there is no PostgreSQL")
    service = file("SERVICE_POSTGRES", ROOT / "target/component/paypal_service_postgres.wasm")
    with cluster.cluster(paypal.simulator) as it:
        fleet = Fleet(it, it.push("paypal-service-postgres", service), Key())
        host = it.start_host("a")
        fleet.start(host, paypal=paypal.url, PAYPAL_STATIC_ACCESS_TOKEN=paypal.token)

        def restart(webhook: str) -> cluster.Host:
            fleet.webhooks = webhook
            fleet.stop(host)
            fleet.start(host, paypal=paypal.url, PAYPAL_STATIC_ACCESS_TOKEN=paypal.token)
            return host

        yield Service(host, fleet.key, has_journal=True, restart=restart)
