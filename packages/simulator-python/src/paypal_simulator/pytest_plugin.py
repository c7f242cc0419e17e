"""The fixture `paypal`. pytest finds it where this package is installed."""

from collections.abc import Iterator

import pytest

from .paypal import PayPal, start_paypal


@pytest.fixture
def paypal() -> Iterator[PayPal]:
    """Give each test a simulator of its own, in which nothing has happened."""
    with start_paypal() as running:
        yield running
