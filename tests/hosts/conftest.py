"""The hosts, what they take for PayPal, and the table of what was seen."""

import base64
import json
import os
import urllib.request
from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager, ExitStack

import pytest
from processes import Simulator, simulator

from command_line import command_line
from driven import node, python
from hosts import Host, PayPal, UnavailableError
from peer import Mode, Peer
from served import wasmcloud, wasmtime
from table import RIGHT, SKIPPED, Table

HOSTS: dict[str, Callable[[PayPal], AbstractContextManager[Host]]] = {
    "host-test": command_line,
    "node": node,
    "python": python,
    "wasmtime-serve": wasmtime,
    "wasmcloud": wasmcloud,
}

TABLE = pytest.StashKey[Table]()
REQUIRED = pytest.StashKey[set[str]]()


def pytest_configure(config: pytest.Config) -> None:
    """Read which hosts must not be skipped: `REQUIRED_HOSTS`, their names with commas between them."""
    required = {name.strip() for name in os.environ.get("REQUIRED_HOSTS", "").split(",")} - {""}
    if unknown := required - HOSTS.keys():
        raise pytest.UsageError(f"REQUIRED_HOSTS names {', '.join(sorted(unknown))}; there are {', '.join(HOSTS)}")
    config.stash[REQUIRED] = required
    config.stash[TABLE] = Table()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Function) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Keep what was seen: of a test, and of what went wrong before or after it."""
    report = yield
    if report.when != "call" and report.passed:
        return report
    host, table = str(item.callspec.params["host"]), item.config.stash[TABLE]
    cell = RIGHT if report.passed else f"wrong: {reason(report)}"
    if report.skipped:
        cell = SKIPPED
        table.note(f"{host} is skipped: {reason(report)}")
    table.set(host, item.originalname.removeprefix("test_").replace("_", " "), cell)
    return report


def reason(report: pytest.TestReport) -> str:
    """Return why a test was skipped, or what is wrong, in one line: the test prints the rest."""
    if isinstance(report.longrepr, tuple):
        _, _, words = report.longrepr
    else:
        crash = getattr(report.longrepr, "reprcrash", None)
        words = crash.message if crash else str(report.longrepr)
    line = (words.splitlines() or ["?"])[0]
    for prefix in ("Skipped: ", "Failed: ", "AssertionError: "):
        line = line.removeprefix(prefix)
    return line[:100].replace("|", "/")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print the table."""
    terminalreporter.write_line("")
    for line in config.stash[TABLE].lines():
        terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def paypal_itself() -> Iterator[Simulator]:
    """Start a simulator."""
    it = simulator()
    yield it
    it.process.kill()


@pytest.fixture(scope="session")
def front(paypal_itself: Simulator) -> Iterator[Peer]:
    """Start the server in front of it."""
    it = Peer(paypal_itself.url)
    yield it
    it.close()


@pytest.fixture(scope="session")
def paypal(paypal_itself: Simulator, front: Peer) -> PayPal:
    """Return what hosts are told."""
    client = f"{paypal_itself.client_id}:{paypal_itself.client_secret}".encode()
    headers = {"authorization": f"Basic {base64.b64encode(client).decode()}"}
    wanted = urllib.request.Request(f"{paypal_itself.url}/v1/oauth2/token", b"grant_type=client_credentials", headers)
    with urllib.request.urlopen(wanted, timeout=30) as answer:
        return PayPal(front.url, paypal_itself, json.load(answer)["access_token"])


@pytest.fixture
def peer(front: Peer) -> Peer:
    """Return the server in front of the simulator, as if it were new."""
    front.reset_to(Mode.PASS)
    return front


@pytest.fixture(scope="session", params=HOSTS)
def host(request: pytest.FixtureRequest, paypal: PayPal) -> Iterator[Host]:
    """Start each host in turn."""
    with ExitStack() as stack:
        try:
            it = stack.enter_context(HOSTS[request.param](paypal))
        except UnavailableError as error:
            if request.param in request.config.stash[REQUIRED]:
                pytest.fail(f"{error}, and REQUIRED_HOSTS has {request.param}", pytrace=False)
            pytest.skip(str(error))
        yield it
