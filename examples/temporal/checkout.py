"""A checkout, as the shop and its workflow know it.

All of this is in Temporal's history: ids and amounts, nothing of the payer.
"""

import re
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

TASK_QUEUE = "checkout"
PREFIX = "checkout-"
"""The id of each workflow begins with it."""

LONGEST_APPROVAL = 72 * 60 * 60
"""The most seconds a payer can be given."""


@dataclass(frozen=True)
class Checkout:
    """What is to be paid. Amounts are decimal strings, such as `10.00`."""

    amount: str
    currency: str
    kept_on_cancellation: str = "0"
    """What the shop keeps of the amount if the customer cancels after paying."""
    approval_seconds: int = 150 * 60
    """How long the payer has to approve. Then the order is left for PayPal to expire, which it does after three hours."""

    def check(self) -> None:
        """Raise `ValueError`, which names the field, for what would be found wrong only when money is to be given back."""
        for name in ("amount", "kept_on_cancellation"):
            if not re.fullmatch(r"[0-9]{1,15}(\.[0-9]{1,3})?", getattr(self, name)):
                raise ValueError(f"{name} must be a decimal number, such as 10.00")
        if not Decimal(self.kept_on_cancellation) < Decimal(self.amount):
            raise ValueError("kept_on_cancellation must be less than amount")
        # PayPal refuses a refund that is more exact than the currency. Of the amount's places it is asked before it is paid.
        if len(self.kept_on_cancellation.partition(".")[2]) > len(self.amount.partition(".")[2]):
            raise ValueError("kept_on_cancellation must not have more decimal places than amount")
        if not 0 < self.approval_seconds <= LONGEST_APPROVAL:
            raise ValueError(f"approval_seconds must be from 1 to {LONGEST_APPROVAL}")

    def refund(self) -> str | None:
        """Return the amount to give back on a cancellation; `None` is all of it. Both amounts must have been checked."""
        kept = Decimal(self.kept_on_cancellation)
        return str(Decimal(self.amount) - kept) if kept else None


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
