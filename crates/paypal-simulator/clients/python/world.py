"""The controllers of a client, and what a payer, time and another program do."""

import base64
import importlib
import inspect
import json
import pkgutil
import urllib.request
import uuid
from typing import Any

import paypalserversdk.controllers
from paypalserversdk.models.amount_with_breakdown import AmountWithBreakdown
from paypalserversdk.models.money import Money

from client import FIRST, URL, App, local_client
from recorder import Recorder


class PayPal:
    """The controllers of a new client, which requests a token of its own unless one is given."""

    def __init__(self, recorder: Recorder, app: App = FIRST, token: str | None = None) -> None:
        client = local_client(app, token)
        self.tokens = recorder.wrap(client.o_auth_authorization)
        self.orders = recorder.wrap(client.orders)
        self.payments = recorder.wrap(client.payments)
        self.subscriptions = recorder.wrap(client.subscriptions)
        self.reports = recorder.wrap(client.transaction_search)
        self.vault = recorder.wrap(client.vault)


def methods() -> list[str]:
    """Return every public method of every controller in the package."""
    found = []
    package = paypalserversdk.controllers
    for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
        for name, controller in inspect.getmembers(importlib.import_module(module.name), inspect.isclass):
            if controller.__module__ == module.name and name != "BaseController":
                own = (it for it, member in vars(controller).items() if inspect.isfunction(member))
                found += [f"{name}.{it}" for it in own if not it.startswith("_")]
    return found


def basic(app: App) -> str:
    """Return the header of an app, as a request for a token has it."""
    return "Basic " + base64.b64encode(":".join(app).encode()).decode()


def post(path: str, body: str, headers: dict[str, str]) -> Any:
    """Send a request without the SDK."""
    request = urllib.request.Request(URL + path, body.encode(), headers, method="POST")
    with urllib.request.urlopen(request) as response:
        return json.loads(response.read() or "null")


def control(path: str, **body: object) -> Any:
    """Use a control of the simulator: a payer approves, time passes."""
    return post(f"/simulator/{path}", json.dumps(body), {"Content-Type": "application/json"})


def merchant(scopes: list[str] | None = None) -> tuple[str, App]:
    """Add a merchant, whose app has all scopes, or those. Return its id and its app."""
    added = control("merchants", scopes=scopes)
    return added["id"], App(added["client_id"], added["client_secret"])


def product(name: str) -> str:
    """Make a product, for which this SDK has no method. Return its id."""
    form = {"Authorization": basic(FIRST), "Content-Type": "application/x-www-form-urlencoded"}
    token = post("/v1/oauth2/token", "grant_type=client_credentials", form)["access_token"]
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    return post("/v1/catalogs/products", json.dumps({"name": name, "type": "SERVICE"}), headers)["id"]


def usd(value: str) -> Money:
    """Return an amount of US dollars."""
    return Money(currency_code="USD", value=value)


def total(value: str) -> AmountWithBreakdown:
    """Return the same as the amount of a purchase unit."""
    return AmountWithBreakdown(currency_code="USD", value=value)


def dollars(money: Money | None) -> str:
    """Return the value of an amount of US dollars."""
    assert money is not None
    assert money.currency_code == "USD"
    return money.value


def key() -> str:
    """Return a key for `PayPal-Request-Id`, never used before."""
    return str(uuid.uuid4())
