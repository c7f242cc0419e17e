"""A checkout, as the shop and its workflow know it.

All of this is in Temporal's history: ids and amounts, nothing of the payer.
"""

from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from enum import StrEnum

TASK_QUEUE = "checkout"
PREFIX = "checkout-"
"""The id of each workflow begins with it."""


@dataclass(frozen=True)
class Checkout:
    """What is to be paid. Amounts are decimal strings, such as `10.00`."""

    amount: str
    currency: str
    kept_on_cancellation: str = "0"
    """What the shop keeps of the amount if the customer cancels after paying."""
    approval_seconds: int = 3 * 60 * 60
    """How long the payer has to approve. Then the order is left for PayPal to expire."""

    def refund(self) -> str | None:
        """Return the amount to give back on a cancellation; `None` is all of it.

        Raises `ValueError` unless what is kept is less than the amount, and neither is negative.
        """
        try:
            amount, kept = Decimal(self.amount), Decimal(self.kept_on_cancellation)
        except InvalidOperation:
            raise ValueError("amount and kept_on_cancellation must be decimal numbers, such as 10.00") from None
        if not (amount.is_finite() and kept.is_finite() and 0 <= kept < amount):
            raise ValueError("kept_on_cancellation must be at least 0 and less than amount")
        return str(amount - kept) if kept else None


@dataclass(frozen=True)
class Parcel:
    """A parcel that was handed to its carrier."""

    carrier: str
    """PayPal's name of the carrier, such as `DHL`."""
    tracking_number: str


class State(StrEnum):
    """How far a checkout is. The last five are its ends."""

    CREATING = "creating"
    AWAITING_APPROVAL = "awaiting-approval"
    CAPTURING = "capturing"
    PAID = "paid"
    REFUNDING = "refunding"
    SHIPPING = "shipping"
    ABANDONED = "abandoned"
    """The payer has not approved in time. Nothing was taken."""
    CANCELLED = "cancelled"
    """Cancelled before it was paid. Nothing was taken."""
    DECLINED = "declined"
    """PayPal has refused the capture. Nothing was taken."""
    REFUNDED = "refunded"
    SHIPPED = "shipped"


@dataclass
class Progress:
    """The answer to the query `progress`, and the workflow's result."""

    state: State = field(default=State.CREATING)
    order_id: str | None = None
    approve_link: str | None = None
    capture_id: str | None = None
    refund_id: str | None = None
    tracking_number: str | None = None
