"""Workers are killed at random moments, answers are lost: each order is created, captured and refunded once.

    ORDERS=200 SEED=7 scripts/test tests/test_kills.py
"""

import asyncio
import json
import os
import random
import time
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from checkout import Checkout, Parcel, Progress, State
from conftest import Shop
from lossy import LOST, REFUSED
from processes import Process
from temporalio.client import Client, WorkflowHandle
from workflow import CheckoutWorkflow

from paypal_connector import Entry
from start import start

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
        # What is given back is less than what was taken, so that PayPal would do it twice.
        found.append(Plan(number, end, Checkout(f"{number + 10}.00", "USD", "5.50", seconds)))
    return found


async def follow(temporal: Client, shop: Shop, plan: Plan, chance: random.Random) -> Progress:
    """Do with an order what customer, payer and warehouse do, whatever happens to the workers meanwhile."""
    await asyncio.sleep(chance.uniform(0, ORDERS / 6))
    link = await start(temporal, str(plan.number), plan.checkout)
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
    return await handle.result()


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


@pytest.fixture(scope="module")
def results(shop: Shop) -> tuple[list[Plan], list[Progress], int]:
    """Run all orders."""

    async def run() -> tuple[list[Plan], list[Progress], int]:
        temporal = await Client.connect(shop.temporal)
        workers = [shop.worker() for _ in range(WORKERS)]
        for it in workers:
            await asyncio.to_thread(it.wait_for, "ready")
        chance = random.Random(SEED)
        killing = asyncio.create_task(kill(workers, shop, random.Random(SEED)))
        try:
            every = plans()
            seeds = [chance.random() for _ in every]
            follows = [follow(temporal, shop, plan, random.Random(seed)) for plan, seed in zip(every, seeds, strict=True)]
            ends = await asyncio.wait_for(asyncio.gather(*follows), PATIENCE)
        finally:
            killing.cancel()
            killed = await killing
            for it in workers:
                await asyncio.to_thread(it.stop)
        return every, ends, killed

    begun = time.monotonic()
    found = asyncio.run(run())
    print(f"\n{ORDERS} orders, seed {SEED}: {time.monotonic() - begun:.0f} s, {found[2]} workers killed;", end=" ")
    print(f"requests {dict(shop.network.fates())}, {shop.network.repeated()} repeated under a key that had arrived")
    return found


def test_every_checkout_ends_as_planned(results: tuple[list[Plan], list[Progress], int]) -> None:
    every, ends, killed = results
    assert [it.state for it in ends] == [it.end for it in every]
    assert killed >= ORDERS / 10


def test_the_faults_were_met(results: tuple[list[Plan], list[Progress], int], shop: Shop) -> None:
    fates = shop.network.fates()
    assert min(fates[LOST], fates[REFUSED], shop.network.repeated()) > 0, fates


def test_paypal_has_done_each_thing_once(results: tuple[list[Plan], list[Progress], int], shop: Shop) -> None:
    every, ends, _ = results
    done = json.loads(shop.simulator.get("/simulator/effects"))["done"]
    of = {action: {id: times for it, id, times in done if it == action} for action, _, _ in done}
    paid = [it for it in ends if it.capture_id is not None]
    assert of["orders.create"] == {it.order_id: 1 for it in ends}
    assert of["orders.capture"] == {it.order_id: 1 for it in paid}
    assert of["payments.refund-capture"] == {it.refund_id: 1 for it in ends if it.refund_id is not None}
    # A tracker that is added again is the same one: PayPal's own id of it is made from the two.
    shipped = {f"{it.capture_id}-{it.tracking_number}" for it in ends if it.tracking_number is not None}
    assert set(of["trackers.add"]) == shipped
    count = Counter(it.end for it in every)
    assert len(of["payments.refund-capture"]) == count[State.REFUNDED] > 0
    assert len(shipped) == count[State.SHIPPED] > 0
    assert len(paid) == count[State.REFUNDED] + count[State.SHIPPED]
