"""A PostgreSQL server of Debian's, in a directory of its own."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PASSWORD = "s3cr3t-of-the-shop"


def programs() -> Path | None:
    """Return the directory of `initdb` and `pg_ctl`, of the newest version."""
    found = shutil.which("initdb")
    if found is not None:
        return Path(found).resolve().parent
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda it: float(it.parent.parent.name))
    return versions[-1].parent if versions else None


@dataclass(frozen=True)
class Postgres:
    """A server that runs."""

    bin: Path
    directory: Path
    port: int
    user: str | None

    def address(self, port: int | None = None) -> str:
        """Return the address, by another port if one is given."""
        return f"postgresql://shop:{PASSWORD}@127.0.0.1:{port or self.port}/postgres?sslmode=disable"

    def control(self, *arguments: str) -> None:
        """Run `pg_ctl`, as a user who is not root: PostgreSQL refuses to run as root."""
        command = [str(self.bin / "pg_ctl"), "--pgdata", str(self.directory / "data"), "--wait", *arguments]
        quiet = subprocess.DEVNULL
        subprocess.run(command, cwd=self.directory, user=self.user, check=True, stdin=quiet, stdout=quiet)

    def start(self) -> None:
        """Start it."""
        options = (
            f"-c listen_addresses=127.0.0.1 -c port={self.port} -c unix_socket_directories= -c fsync=off -c max_connections=200"
        )
        self.control("start", "--log", str(self.directory / "log"), "--options", options)


@contextmanager
def postgres() -> Iterator[Postgres]:
    """Start one, and stop it. `programs` must have found it."""
    directory, bin = Path(tempfile.mkdtemp(prefix="postgres-")), programs()
    assert bin is not None
    user = "postgres" if os.geteuid() == 0 else None
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    server = Postgres(bin, directory, port, user)
    try:
        (directory / "password").write_text(PASSWORD)
        if user is not None:
            shutil.chown(directory, user)
            shutil.chown(directory / "password", user)
        make = [str(bin / "initdb"), "--pgdata", str(directory / "data"), "--username=shop", "--auth=scram-sha-256"]
        make += [f"--pwfile={directory / 'password'}", "--encoding=UTF8", "--locale=C", "--no-sync"]
        subprocess.run(make, cwd=directory, user=user, check=True, stdout=subprocess.DEVNULL)
        server.start()
        try:
            yield server
        finally:
            server.control("stop", "--mode=immediate")
    finally:
        shutil.rmtree(directory)
