"""The cases. Each is the same for every host."""

import json
import time
import uuid
from dataclasses import replace
from typing import Any

import pytest
from receiver import Delivery, receiver

from hosts import Host, PayPal, with_key
from peer import Mode, Peer

DEADLINE_MS = 1500

SLACK = 1.0
"""How much later than its deadline a call may end, in seconds. A host under load needs some of it."""

pytestmark = pytest.mark.usefixtures("peer")


def reply_of(host: Host, action: str, input: dict[str, Any]) -> dict[str, Any]:
    """Run an action that has to succeed."""
    outcome = host.call("default", action, input)
    if "failure" in outcome:
        pytest.fail(f"{action}: {outcome['failure']['kind']}: {outcome['failure']['message']}")
    reply: dict[str, Any] = outcome["reply"]
    return reply


def body_of(host: Host, action: str, input: dict[str, Any]) -> dict[str, Any]:
    """Run an action that has to succeed, and return PayPal's document."""
    body: dict[str, Any] = reply_of(host, action, input)["body"]
    return body


def failure_of(host: Host, input: dict[str, Any]) -> dict[str, Any]:
    """Create an order, by a token that is there, which has to fail."""
    outcome = host.call("static", "orders.create", input)
    assert "failure" in outcome, f"a reply: {outcome}"
    failure: dict[str, Any] = outcome["failure"]
    return failure


def order(key: str, value: str = "10.00") -> dict[str, Any]:
    unit = {"amount": {"currency_code": "USD", "value": value}}
    options = {"idempotency_key": key, "deadline_ms": DEADLINE_MS}
    return {"body": {"intent": "CAPTURE", "purchase_units": [unit]}, "options": options}


def paid_order(value: str) -> dict[str, Any]:
    """Return the input of an order without a deadline: the first call of a host may have to compile."""
    return {"body": order("", value)["body"], "options": {"idempotency_key": f"order-{uuid.uuid4()}"}}


def test_list(host: Host) -> None:
    """All that was made is listed, once, over several pages."""
    product = {"name": "A tea", "type": "PHYSICAL"}
    made = {body_of(host, "products.create", {"body": product})["id"] for _ in range(3)}
    assert len(made) == 3
    listed: list[str] = []
    input: dict[str, Any] | None = {"page_size": 2}
    pages = 0
    while input is not None:
        page = reply_of(host, "products.list", input)
        listed += [it["id"] for it in page["body"]["products"]]
        input = page["next"]
        pages += 1
    assert pages > 1
    assert len(listed) == len(set(listed))
    assert made <= set(listed)


def test_create_capture_status(host: Host, paypal: PayPal) -> None:
    wanted = paid_order("12.34")
    created = body_of(host, "orders.create", wanted)["id"]
    # The same key is the same order.
    assert body_of(host, "orders.create", wanted)["id"] == created
    assert body_of(host, "orders.status", {"id": created})["paid"] is False
    paypal.simulator.approve(created)
    captured = body_of(host, "orders.capture", {"id": created, "options": {"idempotency_key": f"capture-{created}"}})
    assert captured["status"] == "COMPLETED"
    assert body_of(host, "orders.status", {"id": created})["paid"] is True
    effects = json.loads(paypal.simulator.get("/simulator/effects"))["done"]
    assert [times for action, resource, times in effects if (action, resource) == ("orders.capture", created)] == [1]


def check_unknown(host: Host, peer: Peer) -> dict[str, Any]:
    """Create an order at a peer that reads the request and does not answer. Return the failure."""
    key = f"lost-{uuid.uuid4()}"
    failure = failure_of(host, order(key))
    took = time.monotonic() - peer.first
    assert failure["kind"] == "outcome-unknown"
    assert failure["request_sent"] is True
    assert failure["idempotency_key"] == key
    assert peer.requests, "nothing was read"
    assert with_key(peer.requests, key) == len(peer.requests)
    assert failure["attempts"] == len(peer.requests)
    assert took < DEADLINE_MS / 1000 + SLACK
    return failure


def test_hang(host: Host, peer: Peer) -> None:
    peer.reset_to(Mode.HANG)
    assert check_unknown(host, peer)["attempts"] == 1


def test_reset(host: Host, peer: Peer) -> None:
    peer.reset_to(Mode.RESET)
    # It is safe to send it again under its key.
    assert check_unknown(host, peer)["attempts"] > 1


def test_refused(host: Host, peer: Peer) -> None:
    with peer.refusing():
        failure = failure_of(host, order("refused"))
    assert failure["kind"] == "unreachable"
    assert failure["request_sent"] is False
    assert failure["attempts"] == 0
    assert peer.connections == 0


def test_bad_input(host: Host, peer: Peer) -> None:
    failure = failure_of(host, order("bad", "ten"))
    assert failure["kind"] == "invalid-input"
    assert failure["request_sent"] is False
    assert [it["field"] for it in failure["details"]] == ["/purchase_units/0/amount/value"]
    assert peer.connections == 0


def delivery_of(host: Host, paypal: PayPal) -> tuple[Delivery, str]:
    """Return an event that the simulator has signed and delivered, and the webhook's id."""
    with receiver() as it:
        wanted = {"url": it.url, "event_types": [{"name": "CHECKOUT.ORDER.APPROVED"}]}
        webhook: str = body_of(host, "webhooks.create", {"body": wanted})["id"]
        paypal.simulator.approve(body_of(host, "orders.create", paid_order("10.00"))["id"])
        delivery = it.deliveries.get(timeout=30)
        reply_of(host, "webhooks.delete", {"webhook_id": webhook})
    return delivery, webhook


def test_webhook(host: Host, paypal: PayPal) -> None:
    delivery, webhook = delivery_of(host, paypal)
    forged = replace(delivery, body=delivery.body.replace(b'"10.00"', b'"99.00"'))
    assert forged.body != delivery.body
    assert host.receive(forged, webhook).accepted is False
    first = host.receive(delivery, webhook)
    assert (first.accepted, first.duplicate) == (True, False)
    again = host.receive(delivery, webhook)
    assert (again.accepted, again.duplicate) == (True, host.has_journal)
