"""Keys, and what is written down here of what PayPal says about them."""

from datetime import timedelta

import pytest
from paypal_connector import ClientCredentials, Connector, Environment, MemoryJournal, PayPalConnection, Secret

from checkout import Checkout
from key import key
from steps import ATTEMPT, CALL, KEYED


def test_a_key_is_that_of_the_workflow_and_the_step() -> None:
    assert key("checkout-1042", "orders.capture", 108) == "checkout-1042/orders.capture"


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
    ("amount", "kept", "refund"), [("10.00", "0", None), ("10.00", "2.50", "7.50"), ("10", "9.99", "0.01")]
)
def test_a_refund_is_exact(amount: str, kept: str, refund: str | None) -> None:
    assert Checkout(amount, "USD", kept).refund() == refund


@pytest.mark.parametrize(
    ("amount", "kept"), [("10.00", "10.00"), ("10", "11"), ("10", "-1"), ("ten", "0"), ("NaN", "0"), ("1", "")]
)
def test_amounts_that_cannot_be_are_refused(amount: str, kept: str) -> None:
    with pytest.raises(ValueError, match="kept_on_cancellation"):
        Checkout(amount, "USD", kept).refund()
