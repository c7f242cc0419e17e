"""What the workflow gives its activities and gets from them, and for how long Temporal repeats each.

Only these values reach Temporal's history. PayPal's documents, which have the payer's name and address, and the token stay in
the worker.
"""

from dataclasses import dataclass
from datetime import timedelta

from temporalio.common import RetryPolicy

CALL = timedelta(seconds=20)
"""A call's own deadline. It is less than `ATTEMPT`, so that the next attempt does not meet it."""
ATTEMPT = timedelta(seconds=30)
HEARTBEAT = timedelta(seconds=5)
"""After this time without a heartbeat a worker is given up, and its activities start elsewhere."""

BACKOFF = RetryPolicy(initial_interval=timedelta(seconds=1), backoff_coefficient=2, maximum_interval=timedelta(minutes=1))
"""Without a limit of attempts: the time that an action is repeated for is the limit."""
ONCE = RetryPolicy(maximum_attempts=1)


@dataclass(frozen=True)
class Keyed:
    """What PayPal documents about the key of an action; `actions.list` of the connector says the same."""

    longest: int
    remembered: timedelta

    def repeated_for(self) -> timedelta:
        """Return for how long it is repeated: while PayPal surely knows the key, and no longer than a day."""
        return min(self.remembered - timedelta(minutes=30), timedelta(days=1))


KEYED = {
    "orders.create": Keyed(108, timedelta(hours=6)),
    "orders.capture": Keyed(10_000, timedelta(hours=6)),
    "payments.refund-capture": Keyed(10_000, timedelta(days=45)),
}


@dataclass(frozen=True)
class NewOrder:
    """The input of `orders.create`."""

    key: str
    workflow_id: str
    """Becomes the order's `custom_id`, by which its events find the workflow."""
    amount: str
    currency: str


@dataclass(frozen=True)
class Order:
    """An order that the payer can approve."""

    id: str
    approve_link: str


@dataclass(frozen=True)
class NewCapture:
    """The input of `orders.capture`."""

    key: str
    order_id: str


@dataclass(frozen=True)
class Capture:
    """A capture: only `COMPLETED` means that the money was taken."""

    id: str
    status: str


@dataclass(frozen=True)
class OrderStatus:
    """How PayPal says that an order stands."""

    status: str
    capture: Capture | None


@dataclass(frozen=True)
class NewRefund:
    """The input of `payments.refund-capture`. Without an amount it is all of the capture."""

    key: str
    capture_id: str
    amount: str | None
    currency: str


@dataclass(frozen=True)
class Refund:
    """A refund: `COMPLETED`, or `PENDING` while the money is on its way; `FAILED` and `CANCELLED` give nothing back."""

    id: str
    status: str


@dataclass(frozen=True)
class Tracker:
    """The input of `trackers.add` and `trackers.list`."""

    capture_id: str
    carrier: str
    tracking_number: str
