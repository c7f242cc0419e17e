"""The checkout as a workflow: what is done next, never how. It is deterministic; whatever asks PayPal is an activity."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

from temporalio import workflow
from temporalio.exceptions import ActivityError, ApplicationError

with workflow.unsafe.imports_passed_through():
    from paypal_connector import FailureKind

    from activities import Activities
    from checkout import Checkout, Parcel, Progress, State
    from failures import is_not_found, is_refusal, is_unknown
    from key import key
    from steps import (
        ATTEMPT,
        BACKOFF,
        HEARTBEAT,
        KEYED,
        ONCE,
        Capture,
        NewCapture,
        NewOrder,
        NewRefund,
        Order,
        OrderStatus,
        Refund,
        Tracker,
    )

PATIENCE = timedelta(minutes=15)
"""How often an order is looked at that awaits its approval, if no event comes."""
REVIEW = timedelta(days=1)
"""How often a capture is looked at that PayPal reviews, if no event comes."""
TRIES = 20
"""How often a tracker is tried."""


@workflow.defn(name="Checkout")
class CheckoutWorkflow:
    """Create an order, wait until the payer approves it, capture it, and ship; or refund it, if it is cancelled first.

    To cancel it is to cancel the workflow: it then undoes what has been done, and ends by itself.
    """

    def __init__(self) -> None:
        self._progress = Progress()
        self._order: Order | None = None
        self._refusal = ""
        self._parcel: Parcel | None = None
        self._has_news = False
        self._is_cancelled = False
        self._is_over = False

    @workflow.run
    async def run(self, checkout: Checkout) -> Progress:
        """Run to the end. Fails only if a person has to look, with PayPal's words."""
        work = asyncio.create_task(self._check_out(checkout))
        try:
            while not work.done():
                try:
                    await asyncio.shield(work)
                except asyncio.CancelledError:
                    # A step that is under way ends first: to leave it would be not to know what it has done.
                    self._is_cancelled = True
            self._progress.state = work.result()
        finally:
            self._is_over = True
            await workflow.wait_condition(workflow.all_handlers_finished)
        return self._progress

    @workflow.signal(name="paypal-event")
    def event(self) -> None:
        """Take note that PayPal has sent an event. It is a hint: what has happened, PayPal is asked."""
        self._has_news = True

    @workflow.signal
    def ship(self, parcel: Parcel) -> None:
        """Take note that the goods have left. From now on it is too late to cancel."""
        self._parcel = self._parcel or parcel

    @workflow.update
    async def approve_link(self) -> str:
        """Return the link at which the payer approves, as soon as there is one."""
        await workflow.wait_condition(lambda: self._order is not None or self._is_over)
        if self._order is None:
            raise ApplicationError(f"the order could not be created: {self._refusal}", non_retryable=True)
        return self._order.approve_link

    @workflow.query
    def progress(self) -> Progress:
        """Return how far it is."""
        return self._progress

    async def _check_out(self, checkout: Checkout) -> State:
        try:
            # Whoever starts it need not have used `start.py`, and later the money would be taken already.
            checkout.check()
        except ValueError as error:
            self._refusal = str(error)
            raise ApplicationError(self._refusal, type=FailureKind.INVALID_INPUT.value, non_retryable=True) from None
        await self._create(checkout)
        if not await self._is_approved(checkout.approval_seconds):
            return State.CANCELLED if self._is_cancelled else State.ABANDONED
        capture = await self._capture()
        if capture is None:
            return State.DECLINED
        self._progress.state = State.PAID
        await workflow.wait_condition(lambda: self._parcel is not None or self._is_cancelled)
        if self._parcel is None:
            await self._refund(checkout, capture)
            return State.REFUNDED
        await self._ship(capture, self._parcel)
        return State.SHIPPED

    async def _create(self, checkout: Checkout) -> None:
        id = workflow.info().workflow_id
        order = NewOrder(self._key("orders.create"), id, checkout.amount, checkout.currency)
        try:
            self._order = await self._keyed("orders.create", Activities.create_order, order)
        except ActivityError as error:
            self._refusal = str(error.cause)
            raise
        self._progress.order_id, self._progress.approve_link = self._order.id, self._order.approve_link
        self._progress.state = State.AWAITING_APPROVAL

    async def _is_approved(self, seconds: int) -> bool:
        until = workflow.now() + timedelta(seconds=seconds)
        while not self._is_cancelled:
            left = until - workflow.now()
            if left > timedelta(0):
                await self._happens(lambda: self._has_news or self._is_cancelled, min(left, PATIENCE))
            if self._is_cancelled:
                break
            # Also without an event, which can be lost.
            seen = await self._look()
            status = None if seen is None else seen.status
            if status == "COMPLETED" or (status == "APPROVED" and not self._is_cancelled):
                return True
            if workflow.now() >= until:
                break
        return False

    async def _capture(self) -> Capture | None:
        self._progress.state = State.CAPTURING
        order = NewCapture(self._key("orders.capture", self._order_id()), self._order_id())
        try:
            capture: Capture = await self._keyed("orders.capture", Activities.capture_order, order)
        except ActivityError as error:
            # Refused, or repeated for as long as PayPal knows the key: the order itself says whether it was captured.
            seen = await self._look()
            if seen is None or seen.capture is None:
                if is_refusal(error):
                    return None
                raise
            capture = seen.capture
        self._progress.capture_id = capture.id
        while capture.status == "PENDING":
            await self._happens(lambda: self._has_news, REVIEW)
            seen = await self._look()
            capture = (seen and seen.capture) or capture
        if capture.status in ("DECLINED", "FAILED"):
            return None
        if capture.status != "COMPLETED":
            # Such as REFUNDED: the money was taken, and somebody else has given it back.
            raise _for_a_person(f"the capture {capture.id} is {capture.status}")
        return capture

    async def _refund(self, checkout: Checkout, capture: Capture) -> None:
        self._progress.state = State.REFUNDING
        given = NewRefund(self._key("payments.refund-capture", capture.id), capture.id, checkout.refund(), checkout.currency)
        refund: Refund = await self._keyed("payments.refund-capture", Activities.refund_capture, given)
        self._progress.refund_id = refund.id
        if refund.status not in ("COMPLETED", "PENDING"):
            raise _for_a_person(f"the refund {refund.id} is {refund.status}")

    async def _ship(self, capture: Capture, parcel: Parcel) -> None:
        """Add the tracker. There is no key: where the outcome is not known, look before it is tried again."""
        self._progress.state = State.SHIPPING
        tracker = Tracker(capture.id, parcel.carrier, parcel.tracking_number)
        for attempt in range(TRIES):
            try:
                await self._once(Activities.add_tracker, tracker)
                break
            except ActivityError as error:
                if is_refusal(error) or attempt == TRIES - 1:
                    raise
                # A request that is still on its way arrives meanwhile.
                await workflow.sleep(timedelta(seconds=min(2**attempt, 60)))
                if is_unknown(error) and await self._find(Activities.has_tracker, tracker):
                    break
        self._progress.tracking_number = parcel.tracking_number

    async def _look(self) -> OrderStatus | None:
        """Ask how the order stands. `None` is an order that PayPal does not know (any more)."""
        self._has_news = False
        found: OrderStatus | None = await self._find(Activities.order_status, self._order_id())
        return found

    async def _happens(self, condition: Callable[[], bool], within: timedelta) -> None:
        with suppress(TimeoutError):
            await workflow.wait_condition(condition, timeout=within)

    def _order_id(self) -> str:
        assert self._order is not None
        return self._order.id

    def _key(self, action: str, of: str | None = None) -> str:
        return key(workflow.info().workflow_id, action, KEYED[action].longest, of=of)

    async def _keyed(self, action: str, method: Any, argument: Any) -> Any:
        """Run a write that has a key: it is repeated, with the same key, while PayPal remembers it."""
        return await workflow.execute_activity_method(
            method,
            argument,
            start_to_close_timeout=ATTEMPT,
            heartbeat_timeout=HEARTBEAT,
            schedule_to_close_timeout=KEYED[action].repeated_for(),
            retry_policy=BACKOFF,
        )

    async def _once(self, method: Any, argument: Any) -> Any:
        """Run a write without a key."""
        return await workflow.execute_activity_method(
            method, argument, start_to_close_timeout=ATTEMPT, heartbeat_timeout=HEARTBEAT, retry_policy=ONCE
        )

    async def _find(self, method: Any, argument: Any) -> Any:
        """Run a read. Return `None` for what PayPal does not know."""
        try:
            return await self._read(method, argument)
        except ActivityError as error:
            if is_not_found(error):
                return None
            raise

    async def _read(self, method: Any, argument: Any) -> Any:
        """Run a read, which may be repeated at will."""
        return await workflow.execute_activity_method(
            method,
            argument,
            start_to_close_timeout=ATTEMPT,
            heartbeat_timeout=HEARTBEAT,
            schedule_to_close_timeout=timedelta(days=1),
            retry_policy=BACKOFF,
        )


def _for_a_person(what: str) -> ApplicationError:
    return ApplicationError(f"{what}: a person has to look", non_retryable=True)
