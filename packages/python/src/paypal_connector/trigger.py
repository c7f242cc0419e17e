"""What can start a workflow."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Operation:
    """An action, and the part of its input that is the same for every user."""

    action: str
    """The action's id, for `Client.invoke`."""
    input: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Trigger:
    """An event that users know by name. Its samples and items are as `event` in the reply of `events.receive`."""

    id: str
    """In kebab-case, such as `payment-received`."""
    group: str
    label: str
    description: str
    event_types: list[str]
    """PayPal's event types behind it."""
    requires: list[str]
    """JSON Pointers into an item: it fires only if each of them has a value."""
    sample: Mapping[str, Any] = field(repr=False)
    """An item with made-up ids."""
    subject_kinds: list[str]
    """The kinds that the `subject` of an item can have."""
    deduplication_key: str
    """A JSON Pointer to the text by which an item is the same however often it comes."""
    subscribe: Operation
    """Switches it on; add the `url`."""
    unsubscribe: Operation
    """Switches it off; add the `url`."""
    receive: Operation
    """Reads a delivery."""
    poll: Operation | None
    """Asks for what is new; add the `checkpoint` of the last reply."""


def trigger_of(record: Any) -> Trigger:
    """Read the component's record `trigger-info`."""
    return Trigger(
        id=record.id,
        group=record.group,
        label=record.label,
        description=record.description,
        event_types=list(getattr(record, "event-types")),
        requires=list(record.requires),
        sample=json.loads(record.sample),
        subject_kinds=list(getattr(record, "subject-kinds")),
        deduplication_key=getattr(record, "deduplication-key"),
        subscribe=_operation(record.subscribe),
        unsubscribe=_operation(record.unsubscribe),
        receive=_operation(record.receive),
        poll=None if record.poll is None else _operation(record.poll),
    )


def _operation(record: Any) -> Operation:
    return Operation(record.action, json.loads(record.input))
