"""The receiver of events signals once what PayPal has signed, and loses nothing if it is killed."""

import asyncio
import time
import urllib.error
import urllib.request
import uuid

import pytest
from conftest import Shop
from paypal_connector import Client as PayPal
from paypal_connector import ClientCredentials, Environment, Journal, PayPalConnection, Secret
from temporalio.client import Client, WorkflowHandle

from checkout import PREFIX, TASK_QUEUE, Checkout
from paypal import journal
from workflow import CheckoutWorkflow

EVENT = "EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED"


@pytest.fixture
def kept(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Journal:
    monkeypatch.setenv("JOURNAL", shop.environment["JOURNAL"])
    return journal()


def approved(shop: Shop, kept: Journal, workflow_id: str | None) -> str:
    """Create an order of a workflow, and approve it."""
    credentials = ClientCredentials(shop.simulator.client_id, Secret(shop.simulator.client_secret))
    paypal = PayPal(PayPalConnection(credentials, environment=Environment.SANDBOX, base_url=shop.simulator.url), kept)
    unit = {"amount": {"currency_code": "USD", "value": "10.00"}} | ({"custom_id": workflow_id} if workflow_id else {})
    order = str(paypal.invoke("orders.create", {"body": {"intent": "CAPTURE", "purchase_units": [unit]}}).body["id"])
    shop.simulator.approve(order)
    return order


def wait_for_acknowledgement(kept: Journal, order: str) -> None:
    """Wait until the event of the order's approval is acknowledged."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        events = [it.id for it in kept.entries(f"order:{order}") if it.event == "CHECKOUT.ORDER.APPROVED"]
        if any(it.event == "events.acknowledge" for id in events for it in kept.entries(f"event:{id}")):
            return
        time.sleep(0.1)
    raise TimeoutError


async def waiting(shop: Shop) -> WorkflowHandle[CheckoutWorkflow, object]:
    """Start a workflow that no worker runs."""
    temporal = await Client.connect(shop.temporal)
    id = f"{PREFIX}{uuid.uuid4()}"
    return await temporal.start_workflow("Checkout", Checkout("10.00", "USD"), id=id, task_queue=f"{TASK_QUEUE}-{id}")


async def signals(handle: WorkflowHandle[CheckoutWorkflow, object]) -> int:
    events = (await handle.fetch_history()).to_json_dict()["events"]
    return sum(it["eventType"] == EVENT for it in events)


def test_what_paypal_has_not_signed_is_refused(shop: Shop) -> None:
    forged = b'{"id": "WH-1", "resource": {"custom_id": "checkout-1"}}'
    for headers in ({}, {"paypal-transmission-id": "1", "paypal-transmission-sig": "AAAA"}):
        with pytest.raises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(urllib.request.Request(shop.environment["WEBHOOK_URL"], forged, headers))
        assert caught.value.code == 400


@pytest.mark.parametrize("workflow_id", ["checkout-of-nobody", "another-shop", "checkout-\u00fc" + "x" * 240, None])
def test_an_event_that_is_nobodys_is_not_sent_for_ever(shop: Shop, kept: Journal, workflow_id: str | None) -> None:
    wait_for_acknowledgement(kept, approved(shop, kept, workflow_id))


def test_a_duplicate_signals_once(shop: Shop, kept: Journal) -> None:
    async def run() -> None:
        handle = await waiting(shop)
        shop.simulator.post("deliveries/duplicate")
        wait_for_acknowledgement(kept, approved(shop, kept, handle.id))
        # Events come in turn, so that the duplicate has come, too.
        wait_for_acknowledgement(kept, approved(shop, kept, None))
        assert await signals(handle) == 1
        await handle.terminate()

    asyncio.run(run())


def test_an_event_comes_again_after_the_receiver_was_killed(shop: Shop, kept: Journal) -> None:
    async def run() -> None:
        handle = await waiting(shop)
        shop.events.kill()
        order = approved(shop, kept, handle.id)
        assert await signals(handle) == 0
        shop.restart_receiver()
        wait_for_acknowledgement(kept, order)
        assert await signals(handle) == 1
        await handle.terminate()

    asyncio.run(run())
