"""The activities: each is an action of the connector, and has its id as name."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from paypal_connector import AsyncClient, Failure, FailureKind, Interrupted
from temporalio import activity
from temporalio.exceptions import ApplicationError

from failures import error_of
from steps import CALL, HEARTBEAT, Capture, NewCapture, NewOrder, NewRefund, Order, OrderStatus, Refund, Tracker

T = TypeVar("T")


class Activities:
    """The activities of a worker."""

    def __init__(self, paypal: AsyncClient) -> None:
        self._paypal = paypal

    @activity.defn(name="orders.create")
    async def create_order(self, order: NewOrder) -> Order:
        """Create an order, and return the link at which the payer approves it."""
        unit = {"custom_id": order.workflow_id, "amount": {"currency_code": order.currency, "value": order.amount}}
        given = {"body": {"intent": "CAPTURE", "purchase_units": [unit]}}
        return await self._call("orders.create", given, _order, order.key)

    @activity.defn(name="orders.status")
    async def order_status(self, order_id: str) -> OrderStatus:
        """Ask PayPal how an order stands."""
        return await self._call("orders.status", {"id": order_id}, _order_status, only_reads=True)

    @activity.defn(name="orders.capture")
    async def capture_order(self, capture: NewCapture) -> Capture:
        """Take the money of an approved order."""
        return await self._call("orders.capture", {"id": capture.order_id}, _capture, capture.key)

    @activity.defn(name="payments.refund-capture")
    async def refund_capture(self, refund: NewRefund) -> Refund:
        """Give the money back, or a part of it."""
        given: dict[str, Any] = {"capture_id": refund.capture_id}
        if refund.amount is not None:
            given["body"] = {"amount": {"currency_code": refund.currency, "value": refund.amount}}
        return await self._call("payments.refund-capture", given, _refund, refund.key)

    @activity.defn(name="trackers.add")
    async def add_tracker(self, tracker: Tracker) -> None:
        """Tell PayPal how the parcel is sent. PayPal knows no key for this."""
        document = {
            "transaction_id": tracker.capture_id,
            "status": "SHIPPED",
            "carrier": tracker.carrier,
            "tracking_number": tracker.tracking_number,
        }
        await self._call("trackers.add", {"body": {"trackers": [document]}}, lambda _: None)

    @activity.defn(name="trackers.list")
    async def has_tracker(self, tracker: Tracker) -> bool:
        """Look whether PayPal has the tracker."""
        given = {"transaction_id": tracker.capture_id, "tracking_number": tracker.tracking_number}
        return await self._call("trackers.list", given, lambda body: bool(body["trackers"]), only_reads=True)

    async def _call(
        self,
        action: str,
        given: Mapping[str, Any],
        read: Callable[[Any], T],
        key: str | None = None,
        *,
        only_reads: bool = False,
    ) -> T:
        options: dict[str, Any] = {"deadline_ms": int(CALL.total_seconds() * 1000)}
        if key is not None:
            options["idempotency_key"] = key
        beat = asyncio.create_task(_beat())
        try:
            return read((await self._paypal.invoke(action, {**given, "options": options})).body)
        except Failure as failure:
            raise error_of(failure) from None
        except Interrupted as error:
            # A repeat has no second effect if it has the same key, or if there is no first one.
            raise _unknown(str(error), non_retryable=key is None and not only_reads) from None
        except (LookupError, TypeError) as error:
            # It would be the same again.
            raise _unknown(f"PayPal's answer to {action} lacks something: {error!r}", non_retryable=True) from None
        finally:
            beat.cancel()


def _order(body: Any) -> Order:
    links = [it["href"] for it in body["links"] if it["rel"] in ("approve", "payer-action")]
    return Order(body["id"], links[0])


def _order_status(body: Any) -> OrderStatus:
    captures = [Capture(it["id"], it["status"]) for it in body["payments"] if it["kind"] == "capture"]
    return OrderStatus(body["status"], captures[-1] if captures else None)


def _capture(body: Any) -> Capture:
    found = body["purchase_units"][0]["payments"]["captures"][-1]
    return Capture(found["id"], found["status"])


def _refund(body: Any) -> Refund:
    return Refund(body["id"], body["status"])


def _unknown(message: str, *, non_retryable: bool) -> ApplicationError:
    return ApplicationError(message, type=FailureKind.OUTCOME_UNKNOWN.value, non_retryable=non_retryable)


async def _beat() -> None:
    while True:
        activity.heartbeat()
        await asyncio.sleep(HEARTBEAT.total_seconds() / 4)
