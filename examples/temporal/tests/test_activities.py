"""What each activity makes of the connector's answers."""

import asyncio
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, cast

import pytest
from paypal_connector import AsyncClient, Interrupted
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities import Activities
from steps import Capture, NewCapture, NewOrder, NewRefund, Order, OrderStatus, Refund, Tracker

INPUTS: dict[str, Any] = {
    "orders.create": NewOrder("key", "checkout-1", "10.00", "USD"),
    "orders.status": "O1",
    "orders.capture": NewCapture("key", "O1"),
    "payments.refund-capture": NewRefund("key", "C1", None, "USD"),
    "trackers.add": Tracker("C1", "DHL", "P1"),
    "trackers.list": Tracker("C1", "DHL", "P1"),
}


class PayPal:
    """A client that answers the same to each call."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer

    async def invoke(self, action: str, given: dict[str, Any]) -> Any:
        """Answer."""
        if isinstance(self.answer, Exception):
            raise self.answer
        return SimpleNamespace(body=self.answer)


def call(action: str, answer: Any) -> Any:
    """Run the activity of an action in a worker of its own."""
    it = Activities(cast(AsyncClient, PayPal(answer)))
    methods: dict[str, Callable[..., Any]] = {
        "orders.create": it.create_order,
        "orders.status": it.order_status,
        "orders.capture": it.capture_order,
        "payments.refund-capture": it.refund_capture,
        "trackers.add": it.add_tracker,
        "trackers.list": it.has_tracker,
    }
    return asyncio.run(ActivityEnvironment().run(methods[action], INPUTS[action]))


@pytest.mark.parametrize("action", INPUTS)
def test_a_component_that_was_stopped_is_asked_again_unless_that_could_act_twice(action: str) -> None:
    with pytest.raises(ApplicationError, match="stopped") as caught:
        call(action, Interrupted("the component was stopped"))
    assert (caught.value.type, caught.value.non_retryable) == ("outcome-unknown", action == "trackers.add")


CAPTURES = {"captures": [{"id": "C1", "status": "COMPLETED"}]}
LINKS = [{"rel": "self", "href": "https://paypal.test/1"}, {"rel": "payer-action", "href": "https://paypal.test/2"}]


@pytest.mark.parametrize(
    ("action", "body", "found"),
    [
        ("orders.create", {"id": "O1", "links": LINKS}, Order("O1", "https://paypal.test/2")),
        ("orders.status", {"status": "CREATED", "payments": []}, OrderStatus("CREATED", None)),
        ("orders.capture", {"purchase_units": [{"payments": CAPTURES}]}, Capture("C1", "COMPLETED")),
        ("payments.refund-capture", {"id": "R1", "status": "PENDING"}, Refund("R1", "PENDING")),
        ("trackers.list", {"trackers": [{}]}, True),
        ("trackers.list", {"trackers": []}, False),
    ],
)
def test_only_what_the_workflow_needs_is_returned(action: str, body: dict[str, Any], found: object) -> None:
    assert call(action, body) == found


@pytest.mark.parametrize("action", [it for it in INPUTS if it != "trackers.add"])
def test_an_answer_that_lacks_something_is_not_asked_for_again(action: str) -> None:
    with pytest.raises(ApplicationError, match="lacks something") as caught:
        call(action, {})
    assert caught.value.non_retryable
