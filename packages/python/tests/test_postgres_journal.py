"""The journal in PostgreSQL keeps the contract, also if connections are lost."""

import random
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress

import pytest
from conftest import ORDER, Simulator
from postgres_server import PASSWORD, Postgres, postgres, programs
from test_journal import entry

from paypal_connector import Client, Entry, JournalError, PostgresJournal

pytestmark = pytest.mark.skipif(programs() is None, reason="there is no PostgreSQL on this machine")


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    with postgres() as it:
        yield it


@pytest.fixture
def journal(server: Postgres, request: pytest.FixtureRequest) -> PostgresJournal:
    it = PostgresJournal(server.address(), tenant=request.node.name)
    it.migrate()
    return it


def test_entries_are_kept_in_order_and_once(journal: PostgresJournal, server: Postgres) -> None:
    ids = ["x", None, "x", "y", None]
    appended = [journal.append("order:1", entry(id, str(number))) for number, id in enumerate(ids)]
    assert appended == [True, True, False, True, True]
    assert [it.event for it in journal.entries("order:1")] == ["0", "1", "3", "4"]
    strange = Entry("é'\"%s\\", "2026-11-30T00:00:00Z", "e", None, '{"a": "\\u0000 😀"}')
    assert journal.append("order:2", strange)
    assert list(journal.entries("order:2")) == [strange]
    assert list(journal.entries("order:3")) == []
    assert list(PostgresJournal(server.address(), tenant="another").entries("order:1")) == []


def test_of_calls_at_once_on_several_machines_one_is_the_first(journal: PostgresJournal, server: Postgres) -> None:
    journals = [PostgresJournal(server.address(), tenant="machines") for _ in range(4)]
    with ThreadPoolExecutor(16) as threads:
        for number in range(25):
            start = threading.Barrier(16)

            def append(index: int, number: int = number, start: threading.Barrier = start) -> bool:
                start.wait()
                return journals[index % 4].append(f"order:{number}", entry("x"))

            assert sorted(threads.map(append, range(16))) == [False] * 15 + [True]


def test_a_number_that_is_taken_is_no_duplicate(journal: PostgresJournal) -> None:
    assert journal.append("order:1", entry("x"))
    assert journal._connection is not None
    # As after a restore that has not restored the sequence.
    numbers = journal._connection.execute("SELECT min(number), max(number) FROM kosha_journal").fetchone()
    assert numbers is not None
    journal._connection.execute(f"ALTER TABLE kosha_journal ALTER COLUMN number RESTART WITH {numbers[0]}")
    with pytest.raises(JournalError, match="kosha_journal_pkey"):
        journal.append("order:2", entry("x"))
    assert list(journal.entries("order:2")) == []
    journal._connection.execute(f"ALTER TABLE kosha_journal ALTER COLUMN number RESTART WITH {numbers[1] + 1}")
    assert journal.append("order:2", entry("x"))
    assert not journal.append("order:1", entry("x"))


def test_several_may_migrate_at_once(journal: PostgresJournal, server: Postgres) -> None:
    journals = [PostgresJournal(server.address(), tenant="a") for _ in range(8)]
    assert journal._connection is not None
    journal._connection.execute("DROP TABLE kosha_journal, kosha_journal_schema; DROP FUNCTION kosha_journal_digest")
    with pytest.raises(JournalError, match=r'^the journal cannot be written: relation "kosha_journal" does not exist'):
        journal.append("order:1", entry("x"))
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(PostgresJournal.migrate, journals))
    assert journal.append("order:1", entry("x"))
    journal.migrate()
    assert len(journal.entries("order:1")) == 1


def test_a_role_that_may_only_read_and_insert_is_enough(journal: PostgresJournal, server: Postgres) -> None:
    assert journal._connection is not None
    journal._connection.execute("CREATE ROLE worker LOGIN PASSWORD 'worker'")
    journal._connection.execute(
        "GRANT SELECT, INSERT ON kosha_journal TO worker; GRANT SELECT ON kosha_journal_schema TO worker"
    )
    worker = PostgresJournal(f"postgresql://worker:worker@127.0.0.1:{server.port}/postgres", tenant="worker")
    worker.migrate()
    assert [worker.append("order:1", entry("x")) for _ in range(2)] == [True, False]
    assert list(worker.entries("order:1")) == [entry("x")]


def test_ids_may_be_long(journal: PostgresJournal) -> None:
    # Longer than an index takes, and not to be compressed.
    long = "".join(random.Random(1).choices("abcdefghijklmnopqrstuvwxyz0123456789", k=20_000))
    subject = f"order:{long}"
    assert [journal.append(subject, entry(id)) for id in (long, long, f"{long}1")] == [True, False, True]
    assert [it.id for it in journal.entries(subject)] == [long, f"{long}1"]


def test_a_restarted_server_is_found_again(journal: PostgresJournal, server: Postgres) -> None:
    assert journal.append("order:1", entry(None, "before"))
    server.control("stop", "--mode=fast")
    try:
        with pytest.raises(JournalError, match="Connection refused"):
            journal.append("order:1", entry(None, "meanwhile"))
    finally:
        server.start()
    assert journal.append("order:1", entry(None, "after"))
    server.control("restart", "--mode=immediate")
    # Nothing was known of it.
    assert [it.event for it in journal.entries("order:1")] == ["before", "after"]
    journal.close()
    assert journal.append("order:1", entry(None, "at last"))


@contextmanager
def cutting(server: Postgres, word: bytes, arrives: bool, for_good: bool = False) -> Iterator[tuple[int, list[bytes]]]:
    """Forward connections. The first time that the client says the word, cut its connection, before or after it has arrived.

    `for_good` means that no other one is taken.
    """
    cuts: list[bytes] = []

    def forward(source: socket.socket, sink: socket.socket, is_client: bool, is_cut: threading.Event) -> None:
        try:
            while data := source.recv(65536):
                cut = is_client and word in data and not cuts
                if cut:
                    cuts.append(data)
                    # Before it arrives, so that no answer can be faster.
                    is_cut.set()
                if (cut and arrives) or not is_cut.is_set():
                    sink.sendall(data)
                if cut:
                    if for_good:
                        shut(listener)
                    break
        except OSError:
            pass
        # The client's side first: the answer is lost.
        for it in (source, sink) if is_client else (sink, source):
            shut(it)

    with socket.create_server(("127.0.0.1", 0)) as listener:

        def accept() -> None:
            while True:
                try:
                    client, _ = listener.accept()
                except OSError:
                    return
                upstream = socket.create_connection(("127.0.0.1", server.port))
                is_cut = threading.Event()
                threading.Thread(target=forward, args=(client, upstream, True, is_cut), daemon=True).start()
                threading.Thread(target=forward, args=(upstream, client, False, is_cut), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        yield listener.getsockname()[1], cuts
        shut(listener)


def shut(it: socket.socket) -> None:
    with suppress(OSError):
        it.shutdown(socket.SHUT_RDWR)


@pytest.mark.parametrize("id", ["x", None])
@pytest.mark.parametrize(("word", "arrives"), [(b"INSERT", False), (b"INSERT", True), (b"COMMIT", False), (b"COMMIT", True)])
def test_a_lost_connection_neither_loses_nor_doubles_an_entry(
    journal: PostgresJournal, server: Postgres, id: str | None, word: bytes, arrives: bool
) -> None:
    with cutting(server, word, arrives) as (port, cuts):
        through = PostgresJournal(server.address(port), tenant=f"{word!r} {arrives} {id}")
        assert through.append("order:1", entry(id, "first"))
        assert len(cuts) == 1
        assert through.append("order:1", entry("y", "second"))
        assert [it.event for it in through.entries("order:1")] == ["first", "second"]


def test_an_entry_that_may_be_stored_is_said_to_be(journal: PostgresJournal, server: Postgres) -> None:
    with cutting(server, b"COMMIT", arrives=True, for_good=True) as (port, _):
        through = PostgresJournal(server.address(port), tenant="a", timeout=2)
        with pytest.raises(JournalError, match="may or may not be stored"):
            through.append("order:lost", entry(None))
    assert len(PostgresJournal(server.address(), tenant="a").entries("order:lost")) == 1


def test_a_nul_is_refused_with_the_name_of_its_column(journal: PostgresJournal) -> None:
    for subject, broken, column in [
        ("order:\0", entry("x"), "subject"),
        ("order:1", entry("x\0"), "id"),
        ("order:1", Entry("x", "t", "e", "s", "a\0b"), "details"),
    ]:
        with pytest.raises(JournalError, match=rf"NUL character, which the entry's {column} has"):
            journal.append(subject, broken)
    assert list(journal.entries("order:1")) == []
    assert list(journal.entries("order:\0")) == []


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://shop:{0}wrong@127.0.0.1:{port}/postgres",
        "postgresql://shop:{0}@127.0.0.1:1/postgres",
        "postgresql://shop:{0}@no-such-host.invalid/postgres",
        "postgresql://shop:{0}@127.0.0.1:{port}/nothing",
        "postgresql://shop:p@{0}@127.0.0.1:{port}/postgres",
        "postgresql://shop:p/{0}@127.0.0.1:{port}/postgres",
        "postgresql://shop:%zz{0}@127.0.0.1:{port}/postgres",
        "postgresql://{0}:{0}",
        "postgresql://shop:p'@{0}@127.0.0.1:{port}/postgres",
        "host=127.0.0.1 password {0}",
        "host=127.0.0.1 password='{0}",
        "{0}",
        "",
    ],
)
def test_the_password_is_in_no_error(server: Postgres, address: str) -> None:
    with pytest.raises(JournalError) as caught:
        PostgresJournal(address.format(PASSWORD, port=server.port), tenant="a", timeout=2)
    error = caught.value
    assert str(error).startswith("the ")
    assert PASSWORD not in "".join([str(error), repr(error), str(error.__cause__ or "")])
    assert error.__suppress_context__ or error.__context__ is None


def test_a_call_leaves_its_history_there(journal: PostgresJournal, simulator: Simulator) -> None:
    assert PASSWORD not in repr(journal)
    paypal = Client(simulator.connection(), journal)
    for _ in range(2):
        order = paypal.orders.create(body=ORDER, options={"idempotency_key": "one"}).body["id"] or ""
    assert [it.event for it in journal.entries(f"order:{order}")] == ["orders.create"]
    assert '"orders.create"' in (paypal.orders.history(id=order).text or "")


def test_a_server_that_could_lose_entries_is_refused(server: Postgres, journal: PostgresJournal) -> None:
    with pytest.raises(JournalError, match=r"^synchronous_commit is off: entries could be lost"):
        PostgresJournal(server.address() + "&options=-c%20synchronous_commit%3Doff", tenant="a")
    assert journal._connection is not None
    journal._connection.execute("UPDATE kosha_journal_schema SET version = 2")
    try:
        with pytest.raises(JournalError, match=r"^the tables of the journal have version 2; this release knows 1$"):
            PostgresJournal(server.address(), tenant="a")
    finally:
        journal._connection.execute("UPDATE kosha_journal_schema SET version = 1")


@pytest.mark.parametrize(
    ("address", "mode"),
    [
        ("host=127.0.0.1 port=1", None),
        ("postgresql://localhost:1/shop", None),
        ("host=/nowhere", None),
        ("postgresql://shop@database.invalid/shop", "verify-full"),
        ("host=10.255.255.1 sslmode=require", "require"),
    ],
)
def test_over_a_network_the_server_is_verified(address: str, mode: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    import psycopg

    seen: list[dict[str, object]] = []

    def connect(**parameters: object) -> None:
        seen.append(parameters)
        raise psycopg.OperationalError("refused")

    monkeypatch.setattr(psycopg, "connect", connect)
    with pytest.raises(JournalError, match="refused"):
        PostgresJournal(address, tenant="a")
    assert {it.get("sslmode") for it in seen} == {mode}
    assert all(it.get("sslrootcert") == ("system" if mode == "verify-full" else None) for it in seen)
