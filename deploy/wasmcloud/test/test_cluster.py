"""What a cluster has to hold: one history, one effect per key, nothing lost with a host."""

import json
import os
import random
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from fleet import Fleet
from front import Front, front
from receiver import receiver
from service import Answer, UnansweredError, request


def entries(fleet: Fleet, subject: str) -> list[dict[str, Any]]:
    """Return the entries of a subject in the database."""
    query = "SELECT id, event, status FROM kosha_journal WHERE tenant = 'default' AND subject = %s ORDER BY number"
    return fleet.cluster.rows(query, subject)


def done(fleet: Fleet, action: str) -> dict[str, int]:
    """Return how often an action has taken effect in the simulator, by the resource."""
    effects = json.loads(fleet.cluster.simulator.get("/simulator/effects"))["done"]
    return {resource: times for name, resource, times in effects if name == action}


def test_what_one_host_creates_another_captures(fleet: Fleet) -> None:
    a, b = fleet.hosts
    created = fleet.key.call(a, "orders.create", fleet.order("one"), "order-one")
    assert created.status == 200, created.document
    order = created.document["reply"]["body"]["id"]
    fleet.cluster.simulator.approve(order)
    captured = fleet.key.call(b, "orders.capture", {"id": order}, "capture-one")
    assert captured.document["reply"]["body"]["status"] == "COMPLETED", captured
    histories = [fleet.key.call(host, "orders.history", {"id": order}) for host in (a, b)]
    assert histories[0].document["reply"]["body"] == histories[1].document["reply"]["body"]
    assert [it["event"] for it in entries(fleet, f"order:{order}")] == ["orders.create", "orders.capture"]


def test_of_concurrent_creates_under_one_key_there_is_one_order(fleet: Fleet) -> None:
    keys = [f"concurrent-{number}" for number in range(40)]

    def create(at: int) -> Answer:
        key = keys[at // 4]
        host = fleet.hosts[at % 2]
        end = time.monotonic() + 120
        while True:
            assert time.monotonic() < end, key
            answer = fleet.key.call(host, "orders.create", fleet.order(key), key)
            # 429: all permits are taken. A conflict, or an unknown outcome, is asked again under the same key.
            if answer.status == 200 or not answer.document.get("retryable", answer.status == 429):
                return answer
            time.sleep(0.05)

    with ThreadPoolExecutor(16) as threads:
        answers = list(threads.map(create, range(160)))
    orders = [answer.document["reply"]["body"]["id"] for answer in answers]
    for at, key in enumerate(keys):
        (order,) = set(orders[4 * at : 4 * at + 4])
        assert [it["event"] for it in entries(fleet, f"order:{order}")] == ["orders.create"], key
    assert len(set(orders)) == 40


def test_a_host_that_is_killed_loses_and_doubles_nothing(fleet: Fleet) -> None:
    """Pay 1,000 orders over both hosts, while one is killed and started again."""
    payments = int(os.environ.get("PAYMENTS", "1000"))
    before, paid, kills, repeats, unanswered = len(done(fleet, "orders.create")), 0, 0, 0, 0
    lock, failed, hosts = threading.Lock(), threading.Event(), {host.name: host for host in fleet.hosts}

    def call(action: str, input: dict[str, Any], key: str, chosen: random.Random) -> Answer:
        """Call until the outcome is known, by any host, under one key."""
        nonlocal repeats, unanswered
        end = time.monotonic() + 180
        while True:
            assert time.monotonic() < end, f"{action} {key}"
            host = hosts[chosen.choice(["a", "b"])]
            try:
                answer = fleet.key.call(host, action, input, key)
            except UnansweredError:
                answer = None
            if answer is not None and answer.status == 200:
                return answer
            if answer is not None and is_final(answer):
                raise AssertionError(answer)
            with lock:
                repeats += 1
                unanswered += answer is None
            time.sleep(0.05)

    def pay(number: int) -> str:
        nonlocal paid
        chosen = random.Random(number)
        created = call("orders.create", fleet.order(f"kill-{number}"), f"kill-create-{number}", chosen)
        order: str = created.document["reply"]["body"]["id"]
        fleet.cluster.simulator.approve(order)
        captured = call("orders.capture", {"id": order}, f"kill-capture-{number}", chosen)
        assert captured.document["reply"]["body"]["status"] == "COMPLETED"
        with lock:
            paid += 1
        return order

    def kill() -> None:
        """Kill the hosts in turn, each while the other serves."""
        nonlocal kills
        for at in range(1, 4):
            while paid < payments * at // 4:
                if failed.wait(0.02):
                    return
            name = "ab"[at % 2]
            hosts[name].process.kill()
            kills += 1
            hosts[name] = fleet.restart(hosts[name])

    began = time.monotonic()
    with ThreadPoolExecutor(17) as threads:
        killing = threads.submit(kill)
        try:
            orders = list(threads.map(pay, range(payments)))
        except BaseException:
            failed.set()
            raise
        killing.result()
    took = time.monotonic() - began
    print(f"{payments} payments in {took:.0f} s, {kills} kills, {repeats} calls repeated, {unanswered} of them unanswered")
    assert unanswered > 0, "no call was under way when a host was killed"
    assert len(set(orders)) == payments
    assert len(done(fleet, "orders.create")) - before == payments
    captured = done(fleet, "orders.capture")
    assert [captured[order] for order in orders] == [1] * payments
    for order in orders:
        assert [it["event"] for it in entries(fleet, f"order:{order}")] == ["orders.create", "orders.capture"]


def is_final(answer: Answer) -> bool:
    """Whether a repeat has the same answer."""
    document = answer.document
    if not isinstance(document, dict):
        # Of the host, while it starts.
        return False
    failure = document.get("failure")
    if failure is not None:
        return not failure["retryable"]
    return answer.status not in (429, 503)


def test_a_delivery_to_both_counts_once(fleet: Fleet) -> None:
    (a, _) = fleet.hosts
    with receiver() as it:
        wanted = {"url": it.url, "event_types": [{"name": "CHECKOUT.ORDER.APPROVED"}]}
        webhook = fleet.key.call(a, "webhooks.create", {"body": wanted}).document["reply"]["body"]["id"]
        order = fleet.key.call(a, "orders.create", fleet.order("event")).document["reply"]["body"]["id"]
        fleet.cluster.simulator.approve(order)
        delivery = it.deliveries.get(timeout=30)
        fleet.key.call(a, "webhooks.delete", {"webhook_id": webhook})
    path = f"/v1/connections/default/webhooks/{webhook}"
    # Not before it is known that the webhook is the connection's.
    other = request(a, "POST", path, delivery.body, delivery.headers)
    assert (other.status, other.document["type"]) == (404, "urn:problem-type:kosha-gateway:no-such-connection"), other
    fleet.webhooks = webhook
    for host in fleet.hosts:
        fleet.stop(host)
        fleet.start(host)

    def deliver(at: int) -> Answer:
        return request(fleet.hosts[at % 2], "POST", path, delivery.body, delivery.headers)

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(deliver, range(8)))
    assert {answer.status for answer in answers} == {200}, answers
    events = [it["event"] for it in entries(fleet, f"order:{order}")]
    assert events == ["orders.create", "CHECKOUT.ORDER.APPROVED"]
    forged = replace(delivery, body=delivery.body.replace(b'"10.00"', b'"99.00"'))
    assert forged.body != delivery.body
    assert request(a, "POST", path, forged.body, forged.headers).status == 400
    assert [it["event"] for it in entries(fleet, f"order:{order}")] == events


def test_other_hosts_are_denied(fleet: Fleet) -> None:
    (a, _) = fleet.hosts
    fleet.stop(a)
    try:
        fleet.start(
            a,
            hosts=["https://api-m.sandbox.paypal.com"],
            PAYPAL_ACCESS_TOKEN="A21AA-of-nobody",
            PAYPAL_CLIENT_ID="",
            PAYPAL_CLIENT_SECRET="",
        )
        denied = fleet.key.call(a, "orders.get", {"id": "5O190127TN364715T"})
        assert (denied.status, denied.document["failure"]["kind"]) == (403, "denied"), denied
        assert denied.document["failure"]["request_sent"] is False
    finally:
        fleet.stop(a)
        fleet.start(a)


def wait_for_permits(fleet: Fleet) -> None:
    """Wait until all permits are free: a host that was killed holds its own until their leases end, after 30 seconds."""
    until = time.monotonic() + 40
    while fleet.cluster.rows("SELECT slot FROM kosha_permit WHERE until > now()"):
        assert time.monotonic() < until, "a permit is held for longer than its lease"
        time.sleep(0.2)


@pytest.fixture
def slow(fleet: Fleet) -> Iterator[Front]:
    """Both hosts with two permits, behind a server that counts."""
    wait_for_permits(fleet)
    with front(fleet.cluster.simulator.url) as it:
        for host in fleet.hosts:
            fleet.stop(host)
            fleet.start(host, paypal=it.url, PAYPAL_CONCURRENCY="2")
        yield it
        for host in fleet.hosts:
            fleet.stop(host)
            fleet.start(host)


def test_the_limit_of_a_connection_holds_for_all_hosts(fleet: Fleet, slow: Front) -> None:
    order = fleet.key.call(fleet.hosts[0], "orders.create", fleet.order("slow")).document["reply"]["body"]["id"]
    slow.most, slow.pause = 0, 0.3

    def read(at: int) -> int:
        return fleet.key.call(fleet.hosts[at % 2], "orders.get", {"id": order}).status

    with ThreadPoolExecutor(12) as threads:
        statuses = list(threads.map(read, range(12)))
    assert slow.most == 2
    assert set(statuses) <= {200, 429}
    # They wait for a permit before they are refused.
    assert statuses.count(200) >= 6


def test_a_pause_that_paypal_asks_for_holds_for_all_hosts(fleet: Fleet, slow: Front) -> None:
    a, b = fleet.hosts
    order = fleet.key.call(a, "orders.create", fleet.order("pause")).document["reply"]["body"]["id"]
    slow.refusals = [6] * 10
    limited = fleet.key.call(a, "orders.get", {"id": order, "options": {"deadline_ms": 1000}})
    assert (limited.status, limited.document["failure"]["kind"]) == (429, "rate-limited"), limited
    slow.refusals, seen = [], slow.seen
    busy = fleet.key.call(b, "orders.get", {"id": order})
    assert (busy.status, busy.document["type"]) == (429, "urn:problem-type:kosha-gateway:connection-busy"), busy
    assert 0 < int(busy.headers["retry-after"]) <= 6
    assert slow.seen == seen, "it was sent"
    time.sleep(int(busy.headers["retry-after"]))
    assert fleet.key.call(b, "orders.get", {"id": order}).status == 200
