"""What the workflow does with each answer of PayPal's: activities answer as a test scripts them, in a real server."""

import asyncio
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from conftest import Shop
from temporalio import activity
from temporalio.client import (
    Client,
    WithStartWorkflowOperation,
    WorkflowFailureError,
    WorkflowHandle,
    WorkflowUpdateFailedError,
)
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.exceptions import ApplicationError
from temporalio.worker import Worker

from checkout import Checkout, Parcel, Progress, State
from steps import Capture, Order, OrderStatus, Refund
from workflow import CheckoutWorkflow

Handle = WorkflowHandle[CheckoutWorkflow, Progress]
Asked = list[tuple[str, Any]]

APPROVED = OrderStatus("APPROVED", None)
PARCEL = Parcel("DHL", "P1")
CHECKOUT = Checkout("10.00", "USD")
HASTY = Checkout("10.00", "USD", approval_seconds=1)


def refused() -> ApplicationError:
    return ApplicationError("refused", type="unprocessable", non_retryable=True)


def unknown(key: bool) -> ApplicationError:
    return ApplicationError("lost", type="outcome-unknown", non_retryable=not key)


def not_found() -> ApplicationError:
    return ApplicationError("no such order", type="not-found", non_retryable=True)


def unreachable() -> ApplicationError:
    return ApplicationError("down", type="unreachable")


class Script:
    """The answers of each action, one after the other; the last one stays."""

    def __init__(self, **answers: list[Any]) -> None:
        self.asked: Asked = []
        self.answers: dict[str, list[Any]] = {
            "orders.create": [Order("O1", "https://paypal.test/checkoutnow?token=O1")],
            "orders.status": [APPROVED],
            "orders.capture": [Capture("C1", "COMPLETED")],
            "payments.refund-capture": [Refund("R1", "COMPLETED")],
            "trackers.add": [None],
            "trackers.list": [False],
        }
        for name, given in answers.items():
            action = name.replace("__", "-").replace("_", ".")
            assert action in self.answers
            self.answers[action] = given

    def activities(self) -> list[Callable[..., Any]]:
        return [self._activity(action) for action in self.answers]

    def _activity(self, action: str) -> Callable[..., Any]:
        @activity.defn(name=action)
        async def run(argument: Any) -> Any:
            self.asked.append((action, argument))
            answers = self.answers[action]
            answer = answers.pop(0) if len(answers) > 1 else answers[0]
            if isinstance(answer, Exception):
                raise answer
            return answer

        return run

    def times(self, action: str) -> int:
        return len([it for it, _ in self.asked if it == action])


def play(
    shop: Shop, script: Script, follow: Callable[[Handle], Any], checkout: Checkout = CHECKOUT, id: str | None = None
) -> Progress:
    """Run a checkout with the scripted activities while `follow` does what happens around it. Return how it ends."""

    async def run() -> Progress:
        temporal = await Client.connect(shop.temporal)
        queue = str(uuid.uuid4())
        async with Worker(temporal, task_queue=queue, workflows=[CheckoutWorkflow], activities=script.activities()):
            handle: Handle = await temporal.start_workflow(CheckoutWorkflow.run, checkout, id=id or queue, task_queue=queue)
            await asyncio.wait_for(follow(handle), 30)
            return await asyncio.wait_for(handle.result(), 30)

    return asyncio.run(run())


async def approve(handle: Handle) -> None:
    await handle.signal(CheckoutWorkflow.event)


async def ship(handle: Handle) -> None:
    await approve(handle)
    await handle.signal(CheckoutWorkflow.ship, PARCEL)


async def cancel_when_paid(handle: Handle) -> None:
    await approve(handle)
    await until(handle, State.PAID)
    await handle.cancel()


async def nothing(handle: Handle) -> None:
    pass


async def until(handle: Handle, state: State) -> None:
    while (await handle.query(CheckoutWorkflow.progress)).state is not state:
        await asyncio.sleep(0.05)


def test_an_order_is_paid_and_shipped(shop: Shop) -> None:
    script = Script()
    end = play(shop, script, ship)
    assert (end.state, end.order_id, end.capture_id, end.tracking_number) == (State.SHIPPED, "O1", "C1", "P1")
    assert [it for it, _ in script.asked] == ["orders.create", "orders.status", "orders.capture", "trackers.add"]


def test_a_lost_event_is_no_lost_payment(shop: Shop) -> None:
    async def follow(handle: Handle) -> None:
        await handle.signal(CheckoutWorkflow.ship, PARCEL)

    # When the time is over the order is looked at.
    assert play(shop, Script(), follow, HASTY).state is State.SHIPPED


def test_without_approval_it_is_abandoned(shop: Shop) -> None:
    script = Script(orders_status=[OrderStatus("CREATED", None)])
    assert play(shop, script, nothing, HASTY).state is State.ABANDONED
    assert script.times("orders.capture") == 0


def test_an_order_that_paypal_has_expired_is_abandoned(shop: Shop) -> None:
    script = Script(orders_status=[OrderStatus("CREATED", None), not_found()])
    assert play(shop, script, approve, HASTY).state is State.ABANDONED
    assert (script.times("orders.status"), script.times("orders.capture")) == (2, 0)


def test_an_order_that_paypal_does_not_know_yet_is_looked_at_again(shop: Shop) -> None:
    async def follow(handle: Handle) -> None:
        await handle.signal(CheckoutWorkflow.ship, PARCEL)
        await approve(handle)

    script = Script(orders_status=[not_found(), APPROVED])
    assert play(shop, script, follow, HASTY).state is State.SHIPPED


def test_an_order_that_expires_before_its_capture_is_declined(shop: Shop) -> None:
    script = Script(orders_status=[APPROVED, not_found()], orders_capture=[not_found()])
    assert play(shop, script, ship).state is State.DECLINED


def test_an_order_that_is_gone_after_a_capture_of_unknown_outcome_is_for_a_person(shop: Shop) -> None:
    script = Script(orders_status=[APPROVED, not_found()], orders_capture=[unknown(key=False)])
    with pytest.raises(WorkflowFailureError) as caught:
        play(shop, script, ship)
    assert "outcome-unknown" in str(caught.value.cause.__cause__)


def test_a_false_event_captures_nothing(shop: Shop) -> None:
    script = Script(orders_status=[OrderStatus("CREATED", None)])
    assert play(shop, script, approve, HASTY).state is State.ABANDONED
    assert script.times("orders.status") >= 2
    assert script.times("orders.capture") == 0


def test_cancelled_before_it_is_paid_nothing_is_taken(shop: Shop) -> None:
    async def follow(handle: Handle) -> None:
        await until(handle, State.AWAITING_APPROVAL)
        await handle.cancel()

    script = Script()
    assert play(shop, script, follow).state is State.CANCELLED
    assert script.times("orders.capture") == 0


def test_cancelled_while_it_is_looked_at_nothing_is_taken(shop: Shop) -> None:
    script = Script(orders_status=[unreachable(), APPROVED])

    async def follow(handle: Handle) -> None:
        await approve(handle)
        while script.times("orders.status") == 0:
            await asyncio.sleep(0.02)
        await handle.cancel()

    assert play(shop, script, follow).state is State.CANCELLED
    assert script.times("orders.capture") == 0


@pytest.mark.parametrize(("kept", "amount"), [("0", None), ("2.50", "7.50")])
def test_cancelled_after_it_is_paid_it_is_refunded(shop: Shop, kept: str, amount: str | None) -> None:
    script = Script()
    end = play(shop, script, cancel_when_paid, Checkout("10.00", "USD", kept))
    assert (end.state, end.refund_id) == (State.REFUNDED, "R1")
    (refund,) = [given for action, given in script.asked if action == "payments.refund-capture"]
    assert (refund["capture_id"], refund["amount"]) == ("C1", amount)
    assert script.times("trackers.add") == 0


def test_cancelled_while_it_is_captured_it_is_refunded(shop: Shop) -> None:
    async def follow(handle: Handle) -> None:
        await approve(handle)
        await until(handle, State.CAPTURING)
        await handle.cancel()

    script = Script(orders_capture=[unreachable(), Capture("C1", "COMPLETED")])
    assert play(shop, script, follow).state is State.REFUNDED


def test_cancelled_after_it_is_shipped_is_too_late(shop: Shop) -> None:
    async def follow(handle: Handle) -> None:
        await ship(handle)
        await until(handle, State.SHIPPING)
        await handle.cancel()

    script = Script(trackers_add=[unreachable(), None])
    assert play(shop, script, follow).state is State.SHIPPED
    assert script.times("payments.refund-capture") == 0


def test_an_unknown_outcome_is_repeated_with_the_same_key(shop: Shop) -> None:
    script = Script(orders_capture=[unknown(key=True), unknown(key=True), Capture("C1", "COMPLETED")])
    assert play(shop, script, ship).state is State.SHIPPED
    captures = [given for action, given in script.asked if action == "orders.capture"]
    assert len(captures) == 3
    assert len({given["key"] for given in captures}) == 1
    keys = {given["key"] for _, given in script.asked if isinstance(given, dict) and "key" in given}
    assert {it.partition("/")[2] for it in keys} == {"orders.create", "orders.capture/O1"}


def test_another_payment_of_the_same_number_has_other_keys(shop: Shop) -> None:
    id, found = str(uuid.uuid4()), []
    for number in ("1", "2"):
        script = Script(
            orders_create=[Order(f"O{number}", "https://paypal.test")], orders_capture=[Capture(f"C{number}", "COMPLETED")]
        )
        assert play(shop, script, cancel_when_paid, id=id).state is State.REFUNDED
        found.append([given["key"] for _, given in script.asked if "key" in given and isinstance(given, dict)])
    assert found == [
        [f"{id}/orders.create", f"{id}/orders.capture/O{number}", f"{id}/payments.refund-capture/C{number}"]
        for number in ("1", "2")
    ]


def test_a_refused_capture_is_declined(shop: Shop) -> None:
    assert play(shop, Script(orders_capture=[refused()]), ship).state is State.DECLINED
    for status in ("DECLINED", "FAILED"):
        assert play(shop, Script(orders_capture=[Capture("C1", status)]), ship).state is State.DECLINED


@pytest.mark.parametrize("status", ["PARTIALLY_REFUNDED", "REFUNDED", "ANYTHING_NEW"])
def test_a_capture_that_is_neither_taken_nor_declined_is_for_a_person(shop: Shop, status: str) -> None:
    seen = OrderStatus("COMPLETED", Capture("C9", status))
    script = Script(orders_status=[APPROVED, seen], orders_capture=[refused()])
    with pytest.raises(WorkflowFailureError) as caught:
        play(shop, script, ship)
    assert str(caught.value.cause) == f"the capture C9 is {status}: a person has to look"
    assert script.times("trackers.add") == 0


def test_a_refund_is_done_while_its_money_is_on_its_way(shop: Shop) -> None:
    script = Script(payments_refund__capture=[Refund("R2", "PENDING")])
    end = play(shop, script, cancel_when_paid)
    assert (end.state, end.refund_id) == (State.REFUNDED, "R2")


@pytest.mark.parametrize("status", ["FAILED", "CANCELLED"])
def test_a_refund_that_gives_nothing_back_is_for_a_person(shop: Shop, status: str) -> None:
    with pytest.raises(WorkflowFailureError) as caught:
        play(shop, Script(payments_refund__capture=[Refund("R1", status)]), cancel_when_paid)
    assert str(caught.value.cause) == f"the refund R1 is {status}: a person has to look"


@pytest.mark.parametrize(
    ("checkout", "said"),
    [
        (Checkout("10.00", "USD", "ten"), "kept_on_cancellation must be a decimal number, such as 10.00"),
        (Checkout("10.00", "USD", "11.00"), "kept_on_cancellation must be less than amount"),
        (Checkout("10.00", "USD", approval_seconds=10**15), "approval_seconds must be from 1 to 259200"),
    ],
)
def test_a_checkout_that_cannot_be_fails_before_anything_is_done(shop: Shop, checkout: Checkout, said: str) -> None:
    script = Script()
    with pytest.raises(WorkflowFailureError) as caught:
        play(shop, script, nothing, checkout)
    assert str(caught.value.cause) == f"invalid-input: {said}"
    assert script.asked == []


def test_a_checkout_that_cannot_be_is_said_to_whoever_starts_it(shop: Shop) -> None:
    async def run() -> None:
        temporal = await Client.connect(shop.temporal)
        queue = str(uuid.uuid4())
        operation = WithStartWorkflowOperation(
            CheckoutWorkflow.run,
            Checkout("10.00", "USD", "11.00"),
            id=queue,
            task_queue=queue,
            id_conflict_policy=WorkflowIDConflictPolicy.FAIL,
        )
        update = temporal.execute_update_with_start_workflow(CheckoutWorkflow.approve_link, start_workflow_operation=operation)
        async with Worker(temporal, task_queue=queue, workflows=[CheckoutWorkflow], activities=Script().activities()):
            with pytest.raises(WorkflowUpdateFailedError) as caught:
                await asyncio.wait_for(update, 30)
        said = "the order could not be created: kept_on_cancellation must be less than amount"
        assert str(caught.value.cause) == said

    asyncio.run(run())


def test_a_capture_that_was_done_before_counts(shop: Shop) -> None:
    done = OrderStatus("COMPLETED", Capture("C9", "COMPLETED"))
    script = Script(orders_status=[APPROVED, done], orders_capture=[refused()])
    end = play(shop, script, cancel_when_paid)
    assert (end.state, end.capture_id) == (State.REFUNDED, "C9")


def test_a_capture_that_stays_unknown_is_for_a_person(shop: Shop) -> None:
    with pytest.raises(WorkflowFailureError) as caught:
        play(shop, Script(orders_capture=[unknown(key=False)]), ship)
    assert "outcome-unknown" in str(caught.value.cause.__cause__)


@pytest.mark.parametrize(("last", "state"), [("COMPLETED", State.SHIPPED), ("DECLINED", State.DECLINED)])
def test_a_capture_under_review_is_waited_for(shop: Shop, last: str, state: State) -> None:
    async def follow(handle: Handle) -> None:
        await ship(handle)
        for _ in range(2):
            await asyncio.sleep(1.5)
            await handle.signal(CheckoutWorkflow.event)

    pending, end = (OrderStatus("COMPLETED", Capture("C1", it)) for it in ("PENDING", last))
    script = Script(orders_status=[APPROVED, pending, end], orders_capture=[Capture("C1", "PENDING")])
    assert play(shop, script, follow).state is state
    assert script.times("orders.capture") == 1


@pytest.mark.parametrize(
    ("answers", "there", "added", "looked"),
    [
        ([unknown(key=False), None], [True], 1, 1),
        ([unknown(key=False), None], [False], 2, 1),
        ([unknown(key=False), unknown(key=False), None], [False, True], 2, 2),
        ([unknown(key=False), None], [not_found()], 2, 1),
        ([unreachable(), None], [False], 2, 0),
    ],
)
def test_a_write_without_a_key_is_looked_up(shop: Shop, answers: list[Any], there: list[Any], added: int, looked: int) -> None:
    script = Script(trackers_add=answers, trackers_list=there)
    assert play(shop, script, ship).state is State.SHIPPED
    assert (script.times("trackers.add"), script.times("trackers.list")) == (added, looked)


def test_what_paypal_refuses_is_not_repeated(shop: Shop) -> None:
    script = Script(trackers_add=[refused()])
    with pytest.raises(WorkflowFailureError):
        play(shop, script, ship)
    assert script.times("trackers.add") == 1


def test_an_order_that_cannot_be_created_is_said_to_whoever_waits(shop: Shop) -> None:
    async def follow(handle: Handle) -> None:
        with pytest.raises(WorkflowUpdateFailedError) as caught:
            await handle.execute_update(CheckoutWorkflow.approve_link)
        assert str(caught.value.cause) == "the order could not be created: unprocessable: refused"

    with pytest.raises(WorkflowFailureError):
        play(shop, Script(orders_create=[unreachable(), refused()]), follow)
