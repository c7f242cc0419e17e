"""What a cluster has to hold: one history, one effect per key, nothing lost with a host."""

import json
import random
import threading
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from conftest import INSIDE, Fleet
from service import Answer, Unanswered


def entries(fleet: Fleet, subject: str) -> list[dict[str, Any]]:
    """Return the entries of a subject in the database."""
    query = "SELECT id, event, status FROM kosha_journal WHERE tenant = 'default' AND subject = %s ORDER BY number"
    return fleet.cluster.rows(query, subject)


def captures(fleet: Fleet) -> int:
    """Return how many captures the simulator has made."""
    count: int = json.loads(fleet.cluster.simulator.get("/simulator/effects"))["captures"]
    return count


def test_what_one_host_creates_another_captures(fleet: Fleet) -> None:
    a, b = fleet.hosts
    created = fleet.key.call(a, "orders.create", fleet.order("one"), "order-one")
    assert created.status == 200, created
    order = created.document["body"]["id"]
    fleet.cluster.simulator.approve(order)
    captured = fleet.key.call(b, "orders.capture", {"id": order}, "capture-one")
    assert captured.document["body"]["status"] == "COMPLETED", captured
    histories = [fleet.key.call(host, "orders.history", {"id": order}) for host in (a, b)]
    assert histories[0].document["body"] == histories[1].document["body"]
    assert [it["event"] for it in entries(fleet, f"order:{order}")] == ["orders.create", "orders.capture"]


def test_of_concurrent_creates_under_one_key_there_is_one_order(fleet: Fleet) -> None:
    keys = [f"concurrent-{number}" for number in range(40)]

    def create(at: int) -> Answer:
        key = keys[at // 4]
        host = fleet.hosts[at % 2]
        while True:
            answer = fleet.key.call(host, "orders.create", fleet.order(key), key)
            # 429: all permits are taken. A conflict, or an unknown outcome, is asked again under the same key.
            if answer.status == 200 or not answer.document.get("retryable", answer.status == 429):
                return answer
            time.sleep(0.05)

    with ThreadPoolExecutor(16) as threads:
        answers = list(threads.map(create, range(160)))
    orders = [answer.document["body"]["id"] for answer in answers]
    for at, key in enumerate(keys):
        (order,) = set(orders[4 * at : 4 * at + 4])
        assert [it["event"] for it in entries(fleet, f"order:{order}")] == ["orders.create"], key
    assert len(set(orders)) == 40
