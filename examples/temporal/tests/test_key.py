"""Keys, and what is written down here of what PayPal says about them."""

from datetime import timedelta

import pytest
from paypal_connector import ClientCredentials, Connector, Environment, MemoryJournal, PayPalConnection, Secret

from checkout import Checkout
from key import key
from steps import ATTEMPT, CALL, KEYED


def test_a_key_is_that_of_the_workflow_and_the_step() -> None:
    assert key("checkout-1042", "orders.create", 108) == "checkout-1042/orders.create"
    assert key("checkout-1042", "orders.capture", 108, of="O1") == "checkout-1042/orders.capture/O1"


def test_a_key_is_another_one_for_another_payment_of_the_same_workflow() -> None:
    for id in ("checkout-1042", "x" * 200):
        assert len({key(id, "payments.refund-capture", 108, of=of) for of in ("C1", "C2", None)}) == 3


@pytest.mark.parametrize("id", ["x" * 200, "bestellung-ü", "a b", "a\nb", "\0", "😀"])
def test_what_cannot_be_a_header_is_hashed(id: str) -> None:
    found = key(id, "orders.create", 108)
    assert (len(found), found.isalnum()) == (64, True)
    assert found == key(id, "orders.create", 108) != key(id, "orders.capture", 108) != key(id + "1", "orders.capture", 108)


@pytest.mark.parametrize("length", range(90, 120))
def test_no_key_is_longer_than_allowed(length: int) -> None:
    assert len(key("x" * length, "orders.create", 108)) <= 108


def test_the_keys_are_as_the_connector_says() -> None:
    connection = PayPalConnection(ClientCredentials("a", Secret("b")), environment=Environment.SANDBOX)
    actions = {it.id: it for it in Connector().call(connection, MemoryJournal(), "list")}
    for action, keyed in KEYED.items():
        idempotency = actions[action].idempotency
        assert getattr(idempotency, "max-length") == keyed.longest
        assert timedelta(seconds=getattr(idempotency, "retention-seconds")) == keyed.remembered
        assert timedelta(hours=1) < keyed.repeated_for() + ATTEMPT < keyed.remembered
    assert actions["trackers.add"].idempotency is None
    assert actions["trackers.add"].lookup == "trackers.list"
    assert CALL < ATTEMPT


@pytest.mark.parametrize(
    ("amount", "kept", "refund"),
    [("10.00", "0", None), ("10.00", "2.50", "7.50"), ("10.00", "9.99", "0.01"), ("1000", "7", "993")],
)
def test_a_refund_is_exact(amount: str, kept: str, refund: str | None) -> None:
    assert Checkout(amount, "USD", kept).refund() == refund


@pytest.mark.parametrize(
    ("amount", "kept", "said"),
    [
        ("10.00", "10.00", "kept_on_cancellation must be less than amount"),
        ("10", "11", "kept_on_cancellation must be less than amount"),
        ("0", "0", "kept_on_cancellation must be less than amount"),
        ("10", "-1", "kept_on_cancellation must be a decimal number"),
        ("1", "", "kept_on_cancellation must be a decimal number"),
        ("ten", "0", "amount must be a decimal number"),
        ("NaN", "0", "amount must be a decimal number"),
        ("1E3", "0", "amount must be a decimal number"),
        ("1_0", "0", "amount must be a decimal number"),
        ("10\n", "0", "amount must be a decimal number"),
        ("10.00", "2.505", "kept_on_cancellation must not have more decimal places"),
        ("10", "0.50", "kept_on_cancellation must not have more decimal places"),
    ],
)
def test_amounts_that_cannot_be_are_refused(amount: str, kept: str, said: str) -> None:
    with pytest.raises(ValueError, match=f"^{said}"):
        Checkout(amount, "USD", kept).check()


@pytest.mark.parametrize("seconds", [-1, 0, 72 * 60 * 60 + 1, 10**30])
def test_a_time_to_approve_that_cannot_be_is_refused(seconds: int) -> None:
    with pytest.raises(ValueError, match=r"^approval_seconds must be from 1 to"):
        Checkout("10.00", "USD", approval_seconds=seconds).check()


def test_the_order_is_last_looked_at_before_paypal_expires_it() -> None:
    checkout = Checkout("10.00", "USD")
    checkout.check()
    assert timedelta(hours=1) < timedelta(seconds=checkout.approval_seconds) < timedelta(hours=3)
