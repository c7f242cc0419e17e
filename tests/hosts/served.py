"""The service, by HTTP: in `wasmtime serve`, and in wasmCloud."""

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cluster
import wasmtime_cli
from fleet import Fleet
from processes import Process, free_port
from receiver import Delivery
from service import Key, request

from hosts import ROOT, PayPal, Received, UnavailableError, environment, file
from hosts import Host as Asked


@dataclass
class Service:
    """The service on a host, with a key for all that it does."""

    host: cluster.Host
    key: Key
    has_journal: bool

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
        """Deliver it, as PayPal does."""
        path = f"/v1/connections/default/webhooks/{webhook}"
        answer = request(self.host, "POST", path, delivery.body, delivery.headers)
        assert answer.status in (200, 400), answer
        if answer.status == 400:
            return Received(accepted=False, duplicate=False)
        assert answer.document["outcome"] == "valid", answer
        return Received(accepted=True, duplicate=answer.document["duplicate"])


@contextmanager
def wasmtime(paypal: PayPal) -> Iterator[Asked]:
    """Start `wasmtime serve`. It has a fresh instance for each request, and no journal."""
    service = file("SERVICE", ROOT / "target/component/paypal_service.wasm")
    with tempfile.TemporaryDirectory() as directory:
        # A copy, as the package may not have made it executable.
        program = Path(directory) / "wasmtime"
        shutil.copy(Path(wasmtime_cli.__file__).parent / "wasmtime", program)
        program.chmod(0o700)
        compiled = Path(directory) / "service.cwasm"
        subprocess.run([program, "compile", "--output", compiled, service], check=True)
        key, port = Key(), free_port()
        variables = environment(
            PAYPAL_BASE_URL=paypal.url,
            PAYPAL_CLIENT_ID=paypal.simulator.client_id,
            PAYPAL_CLIENT_SECRET=paypal.simulator.client_secret,
            PAYPAL_STATIC_ACCESS_TOKEN=paypal.token,
            PAYPAL_CERTIFICATE_AUTHORITIES=paypal.authorities,
            GATEWAY_KEYS=key.configuration(),
        )
        # Named, so that no value is among the arguments, which other users of a machine can read.
        names = [f"--env={name}" for name in variables if name.startswith(("PAYPAL_", "GATEWAY_"))]
        serve = [str(program), "serve", "--allow-precompiled", "-S", "cli", f"--addr=127.0.0.1:{port}", *names, str(compiled)]
        process = Process(serve, variables)
        try:
            cluster.wait(process, port)
            yield Service(cluster.Host("wasmtime", process, port, ""), key, has_journal=False)
        finally:
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
        yield Service(host, fleet.key, has_journal=True)
