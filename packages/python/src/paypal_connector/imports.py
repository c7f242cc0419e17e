"""What the component imports from its platform: `connection` and `journal`."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from wasmtime.component import Linker, Record, Variant
from wasmtime.component import _types as wasmtime_types

from .connection import Connection
from .delegation import Delegation
from .environment import Environment
from .journal import Entry, Journal, JournalError
from .redaction import SHORTEST, redacted
from .token import Token, TokenError


@dataclass(slots=True)
class Call:
    """A call of the component."""

    connection: Connection
    journal: Journal
    environment: Environment
    on_behalf_of: Delegation | None = None
    record_calls: bool = False
    """Whether calls that move money are noted in the journal before they are sent."""
    tokens: list[str] = field(default_factory=list, repr=False)
    """The tokens it has used, except those that are too short to look for."""
    interrupt: BaseException | None = None
    """What has come up in an import and is raised after the call, such as `KeyboardInterrupt`."""


class _Calls(threading.local):
    """The call that each thread makes: wasmtime calls the imports in the same thread."""

    call: Call | None = None


_calls = _Calls()


class _CaseTypes(threading.local):
    """A set of types per thread."""

    def __init__(self) -> None:
        self._types: set[type] = set()
        self.add, self.clear = self._types.add, self._types.clear

    def __iter__(self) -> Iterator[type]:
        return iter(self._types)


# wasmtime keeps the types it is comparing in one set for all threads, so that calls at once would mix up their values.
wasmtime_types.case_test_cache = _CaseTypes()  # type: ignore[assignment]


@contextmanager
def during(call: Call) -> Iterator[None]:
    """Serve the imports of a call that this thread makes."""
    outer, _calls.call = _calls.call, call
    try:
        yield
    finally:
        _calls.call = outer
        if call.interrupt is not None:
            raise call.interrupt


def add_to(linker: Linker) -> None:
    """Define the imports."""
    with linker.root() as root:
        with root.add_instance("kosha:connector/connection@0.2.0") as connection:
            connection.add_func("max-attempts", lambda _: _answer(_max_attempts, lambda _: 1))
            connection.add_func("environment", lambda _: _answer(lambda it: it.environment.value, lambda _: "sandbox"))
            connection.add_func("on-behalf-of", lambda _: _answer(_on_behalf_of, lambda _: _delegation("", "")))
            connection.add_func("access-token", lambda _, rejected: _answer(lambda it: _token(it, rejected), _no_token))
            connection.add_func("certificate-authorities", lambda _: _answer(_authorities, lambda _: []))
        with root.add_instance("kosha:connector/journal@0.2.0") as journal:
            journal.add_func("append", lambda _, subject, entry: _answer(lambda it: _append(it, subject, entry), _no_journal))
            journal.add_func("entries", lambda _, subject: _answer(lambda it: _entries(it, subject), _no_journal))
            journal.add_func("records-calls", lambda _: _answer(lambda it: it.record_calls, lambda _: False))


def _answer(ask: Callable[[Call], Any], otherwise: Callable[[BaseException], Any]) -> Any:
    """Answer the component. An exception would go through wasmtime, which raises it in whichever thread comes first."""
    call = _calls.call
    try:
        if call is None:
            raise LookupError("there is no call")
        return ask(call)
    except Exception as error:
        return otherwise(error)
    except BaseException as error:
        if call is not None:
            call.interrupt = error
        return otherwise(error)


def _on_behalf_of(call: Call) -> Record | None:
    it = call.on_behalf_of
    return None if it is None else _delegation(str(it.client_id), str(it.account_id))


def _delegation(client_id: str, account_id: str) -> Record:
    record = Record()
    vars(record)["client-id"], vars(record)["account-id"] = client_id, account_id
    return record


def _max_attempts(call: Call) -> int:
    return max(1, min(int(call.connection.max_attempts), 2**32 - 1))


def _authorities(call: Call) -> list[str]:
    return [str(it) for it in call.connection.certificate_authorities]


def _token(call: Call, rejected: str | None) -> Record:
    token = call.connection.access_token(rejected)
    if not isinstance(token, Token):
        raise TypeError
    value = token.secret.value
    if len(value) >= SHORTEST:
        call.tokens.append(value)
    record = Record()
    vars(record)["value"] = value
    vars(record)["scopes"] = None if token.scopes is None else [str(it) for it in token.scopes]
    return record


def _no_token(error: BaseException) -> Variant:
    if isinstance(error, TokenError):
        return Variant(error.kind.value, error.message)
    # Its text may have a secret in it.
    return Variant("unreachable", f"the platform failed to provide a token: {type(error).__name__}")


def _append(call: Call, subject: str, entry: Any) -> bool:
    it = redacted(entry, call.tokens)
    return bool(call.journal.append(subject, Entry(it.id, it.time, it.event, it.status, it.details)))


def _entries(call: Call, subject: str) -> list[Record]:
    return [_record(entry) for entry in call.journal.entries(subject)]


def _record(entry: Entry) -> Record:
    record = Record()
    names = ("id", "time", "event", "status", "details")
    vars(record).update({name: getattr(entry, name) for name in names})
    return record


def _no_journal(error: BaseException) -> str:
    if isinstance(error, JournalError):
        return str(error)
    return f"the journal failed: {type(error).__name__}"
