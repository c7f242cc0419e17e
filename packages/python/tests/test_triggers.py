"""What can start a workflow."""

import json
import urllib.request
from typing import Any

from conftest import Simulator

from paypal_connector import Client


def bring_about(simulator: Simulator, event_type: str) -> None:
    body = json.dumps({"event_type": event_type}).encode()
    urllib.request.urlopen(urllib.request.Request(f"{simulator.url}/simulator/trigger", body, method="POST")).close()


def test_a_trigger_fires_once_by_polling(paypal: Client, simulator: Simulator) -> None:
    triggers = {trigger.id: trigger for trigger in paypal.list_triggers()}
    assert len(triggers) >= 30
    trigger = triggers["invoice-paid"]
    assert (trigger.label, trigger.event_types) == ("Invoice paid", ["INVOICING.INVOICE.PAID"])
    assert trigger.sample["type"] == "INVOICING.INVOICE.PAID"
    assert trigger.poll is not None

    def poll(given: dict[str, Any]) -> tuple[list[str], str]:
        assert trigger.poll is not None
        body = paypal.invoke(trigger.poll.action, {**trigger.poll.input, **given}).body
        return [item["type"] for item in body["items"]], body["checkpoint"]

    subscribed = {**trigger.subscribe.input, "url": "https://example.com/poll"}
    paypal.invoke(trigger.subscribe.action, subscribed)
    _, checkpoint = poll({})
    bring_about(simulator, "INVOICING.INVOICE.PAID")
    items, checkpoint = poll({"checkpoint": checkpoint})
    assert items == ["INVOICING.INVOICE.PAID"]
    assert poll({"checkpoint": checkpoint})[0] == []
