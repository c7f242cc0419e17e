"""What can be chosen for a parameter."""

import asyncio
from uuid import uuid4

import pytest
from conftest import Simulator

from paypal_connector import AsyncClient, Choice, Client, Failure, FailureKind, MemoryJournal


def test_choices_are_listed_in_pages_and_found_by_a_text(paypal: Client) -> None:
    name = f"Choice {uuid4()}"
    product = paypal.products.create(body={"name": name, "type": "DIGITAL"}).body["id"]
    assert product
    found = paypal.options("plans.create", "/body/product_id", search=name.upper())
    assert found.items == [Choice(product, name)]
    for number in range(21):
        paypal.products.create(body={"name": f"Page {number}", "type": "DIGITAL"})
    first = paypal.options("products.get", "product_id")
    assert first.next is not None
    second = paypal.options("products.get", "product_id", page=first.next)
    assert len(first.items) == 20
    assert second.items
    assert not {choice.value for choice in first.items} & {choice.value for choice in second.items}


def test_what_nothing_lists_says_where_to_find_it(paypal: Client) -> None:
    with pytest.raises(Failure) as caught:
        paypal.options("orders.get", "id")
    assert caught.value.kind is FailureKind.INVALID_INPUT
    assert "CHECKOUT.ORDER.APPROVED" in caught.value.message


def test_choices_are_awaited(simulator: Simulator) -> None:
    async def ask() -> list[Choice]:
        async with AsyncClient(simulator.connection(), MemoryJournal()) as paypal:
            return (await paypal.options("products.create", "/body/type", {"options": {"deadline_ms": 60_000}})).items

    assert asyncio.run(ask())[0] == Choice("PHYSICAL", "Physical")
