"""A cluster on this machine: NATS, a registry, PostgreSQL, two wasmCloud hosts, and the simulator behind them."""

import asyncio
import json
import os
import shutil
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nats
import psycopg
from postgres_server import PASSWORD, Postgres, postgres
from processes import Process, Simulator, can_connect, free_port, simulator
from psycopg.rows import dict_row

BIN = Path(sys.executable).parent
"""Where `wash` and `nats-server` are."""

DATABASE = "paypal"

MIGRATIONS = Path(__file__).parents[2] / "postgres"

STARTS = 120.0
"""How long a host may take to compile a component, in seconds."""


def wait(process: Process, port: int, seconds: float = 30) -> None:
    """Wait until a process listens on a port."""
    until = time.monotonic() + seconds
    while not can_connect(port):
        assert process.is_running(), process.printed
        assert time.monotonic() < until, process.printed
        time.sleep(0.05)


@dataclass
class Host:
    """A host of wasmCloud."""

    name: str
    process: Process
    port: int
    """Where it receives requests."""
    id: str
    """Of this start: another one has another."""

    @property
    def url(self) -> str:
        """Where it receives requests."""
        return f"http://127.0.0.1:{self.port}"


@dataclass
class Cluster:
    """All that runs."""

    directory: Path
    nats_url: str
    registry: str
    postgres: Postgres
    simulator: Simulator
    hosts: dict[str, Host] = field(default_factory=dict)
    _lost: set[str] = field(default_factory=set)
    """The ids of hosts that were killed."""

    def push(self, name: str, component: Path) -> str:
        """Push a component to the registry. Return the image, by digest."""
        image = f"{self.registry}/{name}:test"
        pushed = subprocess.run(
            [BIN / "wash", "oci", "push", "--insecure", "--output", "json", image, component],
            check=True,
            capture_output=True,
            text=True,
        )
        digest: str = json.loads(pushed.stdout)["data"]["digest"]
        return f"{self.registry}/{name}@{digest}"

    def rows(self, query: str, *values: str) -> list[dict[str, Any]]:
        """Ask the database."""
        with psycopg.connect(address(self.postgres, DATABASE), row_factory=dict_row) as connection:
            return connection.execute(query, values).fetchall()

    def start_host(self, name: str) -> Host:
        """Start a host, or start it again."""
        port = free_port()
        if name in self.hosts:
            port = self.hosts[name].port
            self._lost.add(self.hosts[name].id)
        command = [
            str(BIN / "wash"), "host",
            "--host-name", name,
            "--scheduler-nats-url", self.nats_url,
            "--data-nats-url", self.nats_url,
            "--http-addr", f"127.0.0.1:{port}",
            "--allow-insecure-registries",
            "--oci-cache-dir", str(self.directory / "oci" / name),
        ]  # fmt: skip
        # Not among the arguments, which other users of a machine can read.
        environment = os.environ | {"WASH_POSTGRES_URL": address(self.postgres)}
        process = Process(command, environment)
        host = Host(name, process, port, asyncio.run(self._heartbeat(process, name)))
        self.hosts[name] = host
        return host

    async def _heartbeat(self, process: Process, name: str) -> str:
        connection = await nats.connect(self.nats_url)
        try:
            heartbeats = await connection.subscribe("runtime.operator.heartbeat.*")
            async for message in heartbeats.messages:
                assert process.is_running(), process.printed
                beat = json.loads(message.data)
                if beat["hostname"] == name and beat["id"] not in self._lost:
                    id: str = beat["id"]
                    return id
        finally:
            await connection.close()
        raise AssertionError("NATS has ended")

    def kill_hosts(self) -> None:
        """Kill the hosts that run."""
        for host in self.hosts.values():
            if host.process.is_running():
                host.process.kill()

    def ask(self, host: Host, verb: str, request: dict[str, Any]) -> dict[str, Any]:
        """Ask a host by NATS, as an operator does."""

        async def ask() -> dict[str, Any]:
            connection = await nats.connect(self.nats_url)
            try:
                subject = f"runtime.host.{host.id}.workload.{verb}"
                answer = await connection.request(subject, json.dumps(request).encode(), timeout=STARTS)
                document: dict[str, Any] = json.loads(answer.data)
                return document
            finally:
                await connection.close()

        try:
            return asyncio.run(ask())
        except nats.errors.TimeoutError as error:
            # A host that cannot read a request says so in its log only.
            raise AssertionError(host.process.printed[-5000:]) from error


def address(server: Postgres, database: str | None = None) -> str:
    """Return the address of a database, or of the server."""
    name = "" if database is None else f"/{database}"
    return f"postgresql://shop:{PASSWORD}@127.0.0.1:{server.port}{name}?sslmode=disable"


def migrate(server: Postgres) -> None:
    """Make the database, with its tables."""
    with psycopg.connect(server.address(), autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{DATABASE}"')
    for file in sorted(MIGRATIONS.glob("*.sql")):
        with psycopg.connect(address(server, DATABASE), autocommit=True) as connection:
            connection.execute(file.read_text().encode())


@contextmanager
def cluster(paypal: Simulator | None = None) -> Iterator[Cluster]:
    """Start all but the hosts, and end it: also a simulator, unless there is one."""
    with ExitStack() as stack:
        directory = Path(os.environ.get("CLUSTER_DIRECTORY", "/tmp")) / f"cluster-{uuid.uuid4()}"
        directory.mkdir()
        stack.callback(shutil.rmtree, directory, ignore_errors=True)
        port = free_port()
        command = [str(BIN / "nats-server"), "-js", "-a", "127.0.0.1", "-p", str(port), "-sd", str(directory / "nats")]
        bus = Process(command)
        stack.callback(bus.kill)
        wait(bus, port)
        registry = free_port()
        configuration = directory / "registry.yml"
        configuration.write_text(
            f"version: 0.1\nstorage: {{filesystem: {{rootdirectory: {directory / 'registry'}}}}}\n"
            f"http: {{addr: '127.0.0.1:{registry}'}}\nlog: {{level: error}}\n"
        )
        images = Process([os.environ["DOCKER_REGISTRY"], "serve", str(configuration)])
        stack.callback(images.kill)
        wait(images, registry)
        if paypal is None:
            paypal = simulator()
            stack.callback(paypal.process.kill)
        database = stack.enter_context(postgres())
        migrate(database)
        it = Cluster(directory, f"nats://127.0.0.1:{port}", f"127.0.0.1:{registry}", database, paypal)
        stack.callback(it.kill_hosts)
        yield it
