"""Payments, by both clients."""

import asyncio
import json
import pickle
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from conftest import ORDER, Simulator

from paypal_connector import (
    AsyncClient,
    Client,
    ClientCredentials,
    Delegation,
    Entry,
    Environment,
    Failure,
    FailureKind,
    JournalError,
    MemoryJournal,
    PayPalConnection,
    Secret,
)


def create(paypal: Client) -> str:
    found = paypal.orders.create(body=ORDER).body["id"]
    assert found
    return found


def test_an_order_is_paid_and_leaves_its_history(simulator: Simulator) -> None:
    journal = MemoryJournal()
    paypal = Client(simulator.connection(), journal)
    order = create(paypal)
    simulator.approve(order)
    reply = paypal.orders.capture(id=order, options={"idempotency_key": f"capture-{order}"})
    assert (reply.status, reply.body["status"], reply.attempts) == (201, "COMPLETED", 1)
    again = paypal.orders.capture(id=order, options={"idempotency_key": f"capture-{order}"})
    assert (again.status, again.body["status"]) == (200, "COMPLETED")
    effects = json.loads(simulator.get("effects"))["done"]
    assert [times for action, id, times in effects if action == "orders.capture" and id == order] == [1]
    entries: list[Entry] = list(journal.entries(f"order:{order}"))
    assert [entry.event for entry in entries] == ["orders.create", "orders.capture"]
    history = paypal.orders.history(id=order).text
    assert history is not None
    assert "orders.capture" in history


def test_a_partner_sells_for_a_seller(simulator: Simulator) -> None:
    shop = simulator.make("merchants", {"name": "Tea Shop"})
    seller = shop["id"]
    source = ClientCredentials(simulator.client_id, Secret(simulator.client_secret))
    selling = Client(
        PayPalConnection(
            source,
            environment=Environment.SANDBOX,
            base_url=simulator.url,
            on_behalf_of=Delegation(simulator.client_id, seller),
        ),
        MemoryJournal(),
    )
    order = create(selling)
    own = ClientCredentials(shop["client_id"], Secret(shop["client_secret"]))
    theirs = Client(PayPalConnection(own, environment=Environment.SANDBOX, base_url=simulator.url), MemoryJournal())
    assert theirs.orders.get(id=order).body == selling.orders.get(id=order).body
    with pytest.raises(Failure) as caught:
        Client(simulator.connection(), MemoryJournal()).orders.get(id=order)
    assert caught.value.kind == FailureKind.NOT_FOUND
    with pytest.raises(ValueError, match="on_behalf_of"):
        PayPalConnection(source, environment=Environment.SANDBOX, on_behalf_of=Delegation("", seller))


class Crashing(MemoryJournal):
    """A journal of a process that is killed before it can note the outcome of an action."""

    def __init__(self, action: str) -> None:
        super().__init__()
        self.action: str | None = action

    def append(self, subject: str, entry: Entry) -> bool:
        """Lose the outcome."""
        if subject.startswith("calls:") and entry.event == self.action and ":" in (entry.id or ""):
            return True
        return super().append(subject, entry)


def test_what_a_crash_has_cut_off_is_found_out(simulator: Simulator) -> None:
    journal = Crashing("orders.capture")
    paypal = Client(simulator.connection(), journal, record_calls=True)
    since = datetime.now(UTC).isoformat()
    order = create(paypal)
    simulator.approve(order)
    paypal.orders.capture(id=order)

    journal.action = None
    (call,) = paypal.calls.unresolved(since=since).body["calls"]
    assert (call["action"], call["state"], call["parameters"]) == ("orders.capture", "cut-off", {"id": order})
    found = paypal.calls.resolve(call=call["call"]).body
    assert (found["outcome"], found["found_by"]) == ("done", "key")
    assert paypal.calls.unresolved(since=since).body["calls"] == []
    effects = json.loads(simulator.get("effects"))["done"]
    assert [times for action, id, times in effects if action == "orders.capture" and id == order] == [1]


def test_a_call_is_not_sent_unless_a_journal_that_lasts_has_noted_it(simulator: Simulator) -> None:
    class Full:
        def append(self, subject: str, entry: Entry) -> bool:
            raise JournalError("the disk is full")

        def entries(self, subject: str) -> list[Entry]:
            return []

    with pytest.raises(Failure) as caught:
        create(Client(simulator.connection(), Full()))
    assert (caught.value.kind, caught.value.request_sent) == (FailureKind.CONNECTION_UNAVAILABLE, False)
    assert create(Client(simulator.connection(), Full(), record_calls=False))


def test_an_order_is_paid_with_asyncio(simulator: Simulator) -> None:
    async def pay() -> str | None:
        async with AsyncClient(simulator.connection(), MemoryJournal()) as paypal:
            order = (await paypal.orders.create(body=ORDER)).body["id"]
            assert order
            await asyncio.to_thread(simulator.approve, order)
            return (await paypal.orders.capture(id=order)).body["status"]

    assert asyncio.run(pay()) == "COMPLETED"


def test_bad_input_is_refused_before_it_is_sent(paypal: Client) -> None:
    with pytest.raises(Failure) as caught:
        paypal.invoke("orders.create", {"body": {"intent": "CAPTURE"}})
    failure = caught.value
    assert (failure.kind, failure.request_sent, failure.attempts) == (FailureKind.INVALID_INPUT, False, 0)
    assert [(issue.field, issue.location) for issue in failure.details] == [("/purchase_units", "body")]
    with pytest.raises(Failure) as caught:
        paypal.invoke("orders.nothing", {})
    assert caught.value.kind is FailureKind.INVALID_INPUT
    for given in ({"body": {1, 2}}, {"body": float("nan")}):
        with pytest.raises((TypeError, ValueError)):
            paypal.invoke("orders.create", given)


def test_what_paypal_refuses_keeps_its_words(paypal: Client) -> None:
    with pytest.raises(Failure) as caught:
        paypal.orders.capture(id=create(paypal))
    failure = caught.value
    assert (failure.kind, failure.status, failure.name) == (FailureKind.UNPROCESSABLE, 422, "UNPROCESSABLE_ENTITY")
    assert [issue.issue for issue in failure.details] == ["ORDER_NOT_APPROVED"]
    assert failure.debug_id
    copy = pickle.loads(pickle.dumps(failure))
    assert (copy.kind, copy.message, list(copy.details)) == (failure.kind, failure.message, list(failure.details))


def test_a_token_that_has_expired_is_replaced(simulator: Simulator, paypal: Client) -> None:
    order = create(paypal)
    simulator.post("tokens/expire")
    assert paypal.orders.get(id=order).body["id"] == order


def test_calls_at_once_do_not_mix(simulator: Simulator) -> None:
    tenants = [(Client(simulator.connection(), journal), journal) for journal in (MemoryJournal() for _ in range(4))]

    def pay(number: int) -> tuple[int, str]:
        paypal, _ = tenants[number % len(tenants)]
        order = create(paypal)
        for _ in range(4):
            assert paypal.orders.get(id=order).body["id"] == order
            with pytest.raises(Failure) as caught:
                paypal.invoke("orders.get", {"id": ""})
            assert caught.value.kind is FailureKind.INVALID_INPUT
        return number % len(tenants), order

    with ThreadPoolExecutor(8) as threads:
        orders = list(threads.map(pay, range(64)))
    for number, order in orders:
        found = [bool(journal.entries(f"order:{order}")) for _, journal in tenants]
        assert found == [other == number for other in range(len(tenants))]


def test_pages_follow_each_other(paypal: Client) -> None:
    for number in range(3):
        paypal.products.create(body={"name": f"Product {number}", "type": "SERVICE"})
    pages = list(paypal.pages("products.list", {"page_size": 1}))
    assert len(pages) >= 3
    assert all(len(page.body["products"]) == 1 for page in pages)
    assert len({page.body["products"][0]["id"] for page in pages}) == len(pages)
    assert pages[-1].next is None


def test_a_reply_does_not_show_its_document(paypal: Client) -> None:
    reply = paypal.orders.create(body=ORDER)
    assert reply.body["id"]
    assert reply.body["id"] not in repr(reply)
