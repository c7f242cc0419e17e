"""The component in wasmtime."""

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cache
from importlib.resources import files
from os import PathLike
from typing import Any
from weakref import ref

from wasmtime import Config, Engine, Store, Trap, WasiConfig, WasmtimeError
from wasmtime.component import Component, ExportIndex, Linker

from . import imports
from .choices import Choices, choices_of
from .connection import Connection
from .environment import Environment
from .failure import Interrupted, failure_of
from .imports import Call
from .journal import Journal
from .json_input import encode
from .redaction import redacted
from .reply import Reply, reply_of
from .trigger import Trigger, trigger_of

ACTIONS = "kosha:connector/actions@0.2.0"
TRIGGERS = "kosha:connector/triggers@0.2.0"

LARGEST_MEMORY = 256 * 1024 * 1024
"""How much memory a call may use in the component, in bytes."""

LONGEST_CALL = 30 * 60
"""After how many seconds a call is stopped that neither answers nor keeps its own time limits."""


class Connector:
    """The component, compiled: made once per process, used by any number of clients and threads.

    Each call has an instance and a store of its own, so that connections share nothing. Make it after a fork, not before it.
    """

    def __init__(self, component: str | PathLike[str] | None = None) -> None:
        """Compile the component, which takes seconds the first time; wasmtime keeps the result in the user's cache directory.

        `component` is a file to load in place of the one in this package. It must have the egress in it: nothing else keeps
        requests from going to other hosts.
        """
        self._engine = _engine()
        packaged = files(__package__).joinpath("paypal_connector.wasm")
        self._component = Component(self._engine, packaged.read_bytes() if component is None else _read(component))
        self._linker = Linker(self._engine)
        self._linker.add_wasip2()
        self._linker.add_wasi_http()
        imports.add_to(self._linker)
        functions = ("describe", "list", "invoke", "options", "test-connection")
        self._exports = {name: self._export(ACTIONS, name) for name in functions}
        self._exports["list-triggers"] = self._export(TRIGGERS, "list")
        threading.Thread(target=_tick, args=(ref(self._engine),), name="paypal-connector-clock", daemon=True).start()

    def _export(self, interface_name: str, name: str) -> ExportIndex:
        interface = self._component.get_export_index(interface_name)
        function = None if interface is None else self._component.get_export_index(name, interface)
        if function is None:
            raise ValueError(f"the component does not export {name} of {interface_name}")
        return function

    def invoke(
        self, connection: Connection, journal: Journal, action: str, given: Mapping[str, Any], *, record_calls: bool = False
    ) -> Reply[Any]:
        """Run an action; see `Client.invoke`."""
        result = self.call(connection, journal, "invoke", action, encode(given), record_calls=record_calls)
        if result.tag == "err":
            raise failure_of(result.payload)
        return reply_of(result.payload)

    def options(
        self,
        connection: Connection,
        journal: Journal,
        action: str,
        parameter: str,
        given: Mapping[str, Any],
        search: str | None,
        page: Mapping[str, Any] | None,
    ) -> Choices:
        """List what can be chosen for a parameter; see `Client.options`."""
        following = None if page is None else encode(page)
        result = self.call(connection, journal, "options", action, parameter, encode(given), search, following)
        if result.tag == "err":
            raise failure_of(result.payload)
        return choices_of(result.payload)

    def triggers(self, connection: Connection, journal: Journal) -> list[Trigger]:
        """List the triggers; see `Client.list_triggers`."""
        return [trigger_of(record) for record in self.call(connection, journal, "list-triggers")]

    def call(
        self, connection: Connection, journal: Journal, function: str, *arguments: str | None, record_calls: bool = False
    ) -> Any:
        """Call a function of the interface `actions`, or `list-triggers`. The result is without the tokens that the call used.

        Raises `Interrupted`, and what the connection raises for its environment, base URL or delegation, as `ValueError` for an
        environment that there is not.
        """
        # Before anything runs: an import cannot raise, and a guess could be the wrong account.
        environment, on_behalf_of = Environment(connection.environment), connection.on_behalf_of
        asked = Call(connection, journal, environment, on_behalf_of, record_calls)
        store = Store(self._engine)
        store.set_epoch_deadline(LONGEST_CALL)
        store.set_limits(memory_size=LARGEST_MEMORY)
        # Without the process's environment, files, and streams.
        wasi = WasiConfig()
        base_url = connection.base_url
        wasi.env = [] if base_url is None else [("PAYPAL_BASE_URL", base_url)]
        store.set_wasi(wasi)
        store.set_wasi_http()
        with imports.during(asked), _stopped():
            instance = self._linker.instantiate(store, self._component)
            exported = instance.get_func(store, self._exports[function])
            if exported is None:
                raise ValueError(f"{function} is no function")
            return redacted(exported(store, *arguments), asked.tokens)


@cache
def shared() -> Connector:
    """Return the connector that clients use which are not given one."""
    return Connector()


@contextmanager
def _stopped() -> Iterator[None]:
    try:
        yield
    except (Trap, WasmtimeError) as error:
        raise Interrupted("the component was stopped; if the action changes something, PayPal may have acted") from error


def _engine() -> Engine:
    config = Config()
    config.epoch_interruption = True
    # Without a directory that can be written it is compiled each time.
    with suppress(WasmtimeError):
        config.cache = True
    return Engine(config)


def _read(path: str | PathLike[str]) -> bytes:
    with open(path, "rb") as file:
        return file.read()


def _tick(engine: "ref[Engine]") -> None:
    """Count the seconds of an engine, until it is gone."""
    while (found := engine()) is not None:
        found.increment_epoch()
        del found
        time.sleep(1)
