"""Workers are killed at random moments, answers are lost: each order is created, captured and refunded once.

ORDERS=200 SEED=7 scripts/test tests/test_kills.py
"""

import asyncio
import json
import os
import random
import re
import time
from base64 import b64decode
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from conftest import Shop
from lossy import LOST, REFUSED
from processes import FIGURES, Process
from temporalio.client import Client, WorkflowFailureError, WorkflowHandle, WorkflowHistory
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.worker import Replayer

from checkout import Checkout, Parcel, Progress, State
from paypal import journal
from start import start
from workflow import CheckoutWorkflow

ORDERS = int(os.environ.get("ORDERS", "40"))
SEED = int(os.environ.get("SEED", "1"))
WORKERS = 3
PATIENCE = 60 + 3 * ORDERS

TIMEOUT = timedelta(seconds=2)

Handle = WorkflowHandle[CheckoutWorkflow, Progress]


@dataclass(frozen=True)
class Plan:
    """What happens to an order."""

    number: int
    end: State
    checkout: Checkout


def plans() -> list[Plan]:
    """Plan each order: of ten, one is abandoned, one is cancelled before it is paid, three after, and five are shipped."""
    ends = [State.ABANDONED, State.CANCELLED, *[State.REFUNDED] * 3, *[State.SHIPPED] * 5]
    found = []
    for number in range(ORDERS):
        end = ends[number % len(ends)]
        seconds = 6 if end is State.ABANDONED else 3600
        # Four dollars are given back, of ten or more: PayPal would do that twice.
        found.append(Plan(number, end, Checkout(f"{number + 10}.00", "USD", f"{number + 6}.00", seconds)))
    return found


async def follow(temporal: Client, shop: Shop, plan: Plan, chance: random.Random) -> Progress:
    """Do with an order what customer, payer and warehouse do, whatever happens to the workers meanwhile."""
    await asyncio.sleep(chance.uniform(0, ORDERS / 6))
    link = await start(temporal, str(plan.number), plan.checkout)
    # A customer who clicks twice.
    assert await start(temporal, str(plan.number), plan.checkout) == link
    handle: Handle = temporal.get_workflow_handle_for(CheckoutWorkflow.run, f"checkout-{plan.number}")
    await asyncio.sleep(chance.uniform(0, 1))
    if plan.end is State.CANCELLED:
        await handle.cancel()
    elif plan.end is not State.ABANDONED:
        await asyncio.to_thread(shop.simulator.approve, link.rpartition("=")[2])
        if plan.number % 2:
            await asyncio.to_thread(shop.simulator.post, "deliveries/duplicate")
        # A refund may be asked for while the capture is under way.
        while plan.end is State.REFUNDED and await state(handle) in (State.CREATING, State.AWAITING_APPROVAL):
            await asyncio.sleep(0.1)
        await (handle.cancel() if plan.end is State.REFUNDED else handle.signal(CheckoutWorkflow.ship, parcel(plan)))
    try:
        return await handle.result()
    except WorkflowFailureError:
        # What PayPal has done is looked at, too.
        return await handle.query(CheckoutWorkflow.progress)


async def state(handle: Handle) -> State:
    """Ask how far it is. Whoever is asked may be killed."""
    while True:
        try:
            return (await handle.query(CheckoutWorkflow.progress, rpc_timeout=TIMEOUT)).state
        except Exception:
            await asyncio.sleep(0.1)


def parcel(plan: Plan) -> Parcel:
    return Parcel("DHL", f"PARCEL-{plan.number}")


async def kill(workers: list[Process], shop: Shop, chance: random.Random) -> int:
    """Kill a worker, start another one, and so on. Return how many, once this is cancelled."""
    killed = 0
    try:
        while True:
            await asyncio.sleep(chance.uniform(0.3, 1.5))
            ready = [it for it in workers if "ready" in it.printed]
            if len(ready) == len(workers):
                victim = chance.choice(ready)
                await asyncio.to_thread(victim.kill)
                workers[workers.index(victim)] = shop.worker()
                killed += 1
    except asyncio.CancelledError:
        return killed


@dataclass(frozen=True)
class Results:
    """What has become of all orders."""

    plans: list[Plan]
    ends: list[Progress]
    killed: int
    histories: list[WorkflowHistory]


async def run(shop: Shop) -> Results:
    """Run all orders."""
    temporal = await Client.connect(shop.temporal)
    workers = [shop.worker() for _ in range(WORKERS)]
    for it in workers:
        await asyncio.to_thread(it.wait_for, "ready")
    chance, every = random.Random(SEED), plans()
    killing = asyncio.create_task(kill(workers, shop, random.Random(SEED)))
    try:
        follows = [follow(temporal, shop, plan, random.Random(chance.random())) for plan in every]
        ends = await asyncio.wait_for(asyncio.gather(*follows), PATIENCE)
        with pytest.raises(WorkflowAlreadyStartedError):
            await start(temporal, "0", every[0].checkout)
    finally:
        killing.cancel()
        killed = await killing
        for it in workers:
            await asyncio.to_thread(it.stop)
    histories = [await temporal.get_workflow_handle(f"checkout-{plan.number}").fetch_history() for plan in every]
    return Results(every, ends, killed, histories)


@pytest.fixture(scope="module")
def results(shop: Shop) -> Results:
    begun = time.monotonic()
    found = asyncio.run(run(shop))
    FIGURES.append(
        f"{ORDERS} orders, seed {SEED}: {time.monotonic() - begun:.0f} s, {found.killed} workers killed;"
        f" requests: {dict(shop.network.fates())}, {shop.network.repeated()} repeated under a key that had arrived"
    )
    return found


def test_every_checkout_ends_as_planned(results: Results) -> None:
    assert [it.state for it in results.ends] == [it.end for it in results.plans]
    assert results.killed >= ORDERS / 10


def test_the_faults_were_met(results: Results, shop: Shop) -> None:
    fates = shop.network.fates()
    assert min(fates[LOST], fates[REFUSED], shop.network.repeated()) > 0, fates


def test_paypal_has_done_each_thing_once(results: Results, shop: Shop) -> None:
    done = json.loads(shop.simulator.get("/simulator/effects"))["done"]
    of = {action: {id: times for it, id, times in done if it == action} for action, _, _ in done}
    ends = results.ends
    assert of["orders.create"] == {it.order_id: 1 for it in ends}
    assert of["orders.capture"] == {it.order_id: 1 for it in ends if it.capture_id is not None}
    assert of["payments.refund-capture"] == {it.refund_id: 1 for it in ends if it.refund_id is not None}
    # A tracker that is added again is the same one: PayPal's own id of it is made from the two.
    assert set(of["trackers.add"]) == {f"{it.capture_id}-{it.tracking_number}" for it in ends if it.tracking_number is not None}
    planned = Counter(it.end for it in results.plans)
    assert len(of["orders.create"]) == ORDERS
    assert len(of["orders.capture"]) == planned[State.REFUNDED] + planned[State.SHIPPED]
    assert len(of["payments.refund-capture"]) == planned[State.REFUNDED]
    assert len(of["trackers.add"]) == planned[State.SHIPPED]


def test_the_journal_has_each_thing_once(results: Results, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JOURNAL", shop.environment["JOURNAL"])
    kept = journal()
    for end in results.ends:
        entries = kept.entries(f"order:{end.order_id}")
        # Without an id are those of a lost answer, which say so.
        assert max(Counter(it.id for it in entries if it.id is not None).values()) == 1
        known = Counter(it.event for it in entries if json.loads(it.details).get("outcome") != "unknown")
        assert known["orders.create"] == 1
        assert known["orders.capture"] == (end.capture_id is not None)
        assert known["payments.refund-capture"] == (end.refund_id is not None)
        assert known["CHECKOUT.ORDER.APPROVED"] == (end.capture_id is not None)


def test_the_workflow_is_deterministic(results: Results) -> None:
    asyncio.run(Replayer(workflows=[CheckoutWorkflow]).replay_workflows(as_iterator(results.histories)))


async def as_iterator(histories: list[WorkflowHistory]) -> AsyncIterator[WorkflowHistory]:
    for it in histories:
        yield it


def test_histories_have_neither_secrets_nor_the_payer(results: Results, shop: Shop) -> None:
    told = "\n".join(text for it in results.histories for text in texts(it.to_json_dict()))
    # It is what the workflows have got that is looked at.
    assert "checkout-0/orders.create" in told
    assert str(results.ends[0].order_id) in told
    for hidden in (shop.simulator.client_secret, "Bearer", "example.com", "Alex", "access_token"):
        assert hidden not in told


def texts(value: Any) -> Iterator[str]:
    """Yield all texts of a document, with payloads decoded."""
    if isinstance(value, dict):
        for name, member in value.items():
            yield from [b64decode(member).decode()] if name == "data" and isinstance(member, str) else texts(member)
    elif isinstance(value, list):
        for member in value:
            yield from texts(member)
    elif isinstance(value, str):
        yield value


@pytest.mark.skipif("UPDATE_HISTORIES" not in os.environ, reason="UPDATE_HISTORIES=1 records them anew")
def test_histories_are_recorded(results: Results, histories: Path) -> None:
    for plan, history in zip(results.plans[:10], results.histories, strict=False):
        text = re.sub(r'"identity": "[^"]*"', '"identity": "worker"', json.dumps(history.to_json_dict(), indent=1))
        (histories / f"{plan.end}.json").write_text(text + "\n")
