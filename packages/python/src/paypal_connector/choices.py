"""What can be chosen for a parameter of an action."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to choose."""

    value: str
    """The parameter's value."""
    label: str
    """What a person reads."""


@dataclass(frozen=True, slots=True)
class Choices:
    """A page of choices."""

    items: list[Choice]
    """In PayPal's order."""
    next: Mapping[str, Any] | None = field(repr=False)
    """The `page` of the call that continues, or `None` on the last page."""


def choices_of(record: Any) -> Choices:
    """Read the component's record `choices`."""
    items = [Choice(item.value, item.label) for item in record.items]
    return Choices(items, None if record.next is None else json.loads(record.next))
