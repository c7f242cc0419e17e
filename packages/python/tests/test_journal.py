"""Both journals keep the contract."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from conftest import ORDER, Simulator

from paypal_connector import Client, Entry, Failure, FailureKind, Journal, JournalError, MemoryJournal, SqliteJournal

Make = Callable[[], Journal]


def entry(id: str | None, event: str = "orders.create") -> Entry:
    return Entry(id, "2026-11-30T00:00:00Z", event, "CREATED", '{"a": "ü"}')


@pytest.fixture(params=["memory", "sqlite"])
def journal(request: pytest.FixtureRequest, tmp_path: Path) -> Journal:
    return MemoryJournal() if request.param == "memory" else SqliteJournal(tmp_path / "journal.sqlite", tenant="a")


def test_entries_are_kept_in_order_and_once(journal: Journal) -> None:
    assert [journal.append("order:1", entry(id, str(number))) for number, id in enumerate(["x", None, "x", "y", None])] == [
        True,
        True,
        False,
        True,
        True,
    ]
    assert [it.event for it in journal.entries("order:1")] == ["0", "1", "3", "4"]
    assert journal.append("order:2", entry("x"))
    assert list(journal.entries("order:2")) == [entry("x")]
    assert list(journal.entries("order:3")) == []


def test_of_calls_at_once_one_is_the_first(journal: Journal) -> None:
    start = threading.Barrier(8)

    def append(_: int) -> bool:
        start.wait()
        return journal.append("order:1", entry("x"))

    with ThreadPoolExecutor(8) as threads:
        assert sorted(threads.map(append, range(8))) == [False] * 7 + [True]


def test_a_file_outlives_the_process_and_keeps_tenants_apart(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    first, other = SqliteJournal(path, tenant="a"), SqliteJournal(path, tenant="b")
    assert first.append("order:1", entry("x"))
    assert list(other.entries("order:1")) == []
    assert other.append("order:1", entry("x"))
    first.close()
    again = SqliteJournal(path, tenant="a")
    assert not again.append("order:1", entry("x"))
    assert list(again.entries("order:1")) == [entry("x")]


def test_a_journal_that_fails_does_not_undo_a_payment(simulator: Simulator, tmp_path: Path) -> None:
    journal = SqliteJournal(tmp_path / "journal.sqlite", tenant="a")
    journal.close()
    with pytest.raises(JournalError):
        journal.entries("order:1")
    # What moves money and is to be noted first is not sent; without that, it is done.
    with pytest.raises(Failure) as refused:
        Client(simulator.connection(), journal).orders.create(body=ORDER)
    assert refused.value.kind is FailureKind.CONNECTION_UNAVAILABLE
    assert not refused.value.request_sent
    assert Client(simulator.connection(), journal, record_calls=False).orders.create(body=ORDER).status == 201
