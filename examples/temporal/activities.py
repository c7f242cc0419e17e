"""The activities: each is an action of the connector, and has its id as name."""

import asyncio
from collections.abc import Mapping
from typing import Any

from paypal_connector import AsyncClient, Failure, FailureKind, Interrupted
from temporalio import activity
from temporalio.exceptions import ApplicationError

from failures import error_of
from steps import CALL, HEARTBEAT, Capture, NewCapture, NewOrder, NewRefund, Order, OrderStatus, Tracker


class Activities:
    """The activities of a worker."""

    def __init__(self, paypal: AsyncClient) -> None:
        self._paypal = paypal

    @activity.defn(name="orders.create")
    async def create_order(self, order: NewOrder) -> Order:
        """Create an order, and return the link at which the payer approves it."""
        unit = {"custom_id": order.workflow_id, "amount": {"currency_code": order.currency, "value": order.amount}}
        body = await self._call("orders.create", {"body": {"intent": "CAPTURE", "purchase_units": [unit]}}, order.key)
        links = [it["href"] for it in body["links"] if it["rel"] in ("approve", "payer-action")]
        return Order(body["id"], links[0])

    @activity.defn(name="orders.status")
    async def order_status(self, order_id: str) -> OrderStatus:
        """Ask PayPal how an order stands."""
        body = await self._call("orders.status", {"id": order_id})
        captures = [Capture(it["id"], it["status"]) for it in body["payments"] if it["kind"] == "capture"]
        return OrderStatus(body["status"], captures[-1] if captures else None)

    @activity.defn(name="orders.capture")
    async def capture_order(self, capture: NewCapture) -> Capture:
        """Take the money of an approved order."""
        body = await self._call("orders.capture", {"id": capture.order_id}, capture.key)
        found = body["purchase_units"][0]["payments"]["captures"][-1]
        return Capture(found["id"], found["status"])

    @activity.defn(name="payments.refund-capture")
    async def refund_capture(self, refund: NewRefund) -> str:
        """Give the money back, or a part of it. Return the refund's id."""
        given: dict[str, Any] = {"capture_id": refund.capture_id}
        if refund.amount is not None:
            given["body"] = {"amount": {"currency_code": refund.currency, "value": refund.amount}}
        body = await self._call("payments.refund-capture", given, refund.key)
        return str(body["id"])

    @activity.defn(name="trackers.add")
    async def add_tracker(self, tracker: Tracker) -> None:
        """Tell PayPal how the parcel is sent. PayPal knows no key for this."""
        document = {
            "transaction_id": tracker.capture_id,
            "status": "SHIPPED",
            "carrier": tracker.carrier,
            "tracking_number": tracker.tracking_number,
        }
        await self._call("trackers.add", {"body": {"trackers": [document]}})

    @activity.defn(name="trackers.list")
    async def has_tracker(self, tracker: Tracker) -> bool:
        """Look whether PayPal has the tracker."""
        given = {"transaction_id": tracker.capture_id, "tracking_number": tracker.tracking_number}
        return bool((await self._call("trackers.list", given))["trackers"])

    async def _call(self, action: str, given: Mapping[str, Any], key: str | None = None) -> Any:
        options: dict[str, Any] = {"deadline_ms": int(CALL.total_seconds() * 1000)}
        if key is not None:
            options["idempotency_key"] = key
        beat = asyncio.create_task(_beat())
        try:
            return (await self._paypal.invoke(action, {**given, "options": options})).body
        except Failure as failure:
            raise error_of(failure) from None
        except Interrupted as error:
            unknown = FailureKind.OUTCOME_UNKNOWN.value
            raise ApplicationError(str(error), type=unknown, non_retryable=key is None) from None
        finally:
            beat.cancel()


async def _beat() -> None:
    while True:
        activity.heartbeat()
        await asyncio.sleep(HEARTBEAT.total_seconds() / 4)
