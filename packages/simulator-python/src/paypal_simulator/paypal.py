"""Starts the simulator, and does what payers and tests do in it."""

from __future__ import annotations

import json
import re
import subprocess
import threading
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from datetime import timedelta
from os import PathLike, fspath
from types import TracebackType
from typing import Any, Self, TypedDict
from urllib.parse import quote

from . import program

_ADDRESS = re.compile(r"(http://127\.0\.0\.1:\d+)\.")
_CREDENTIAL = re.compile(r"export PAYPAL_(CLIENT_ID|CLIENT_SECRET)=(\S+)")

# How long the program may take to start. It takes some milliseconds; with a store it carries out what is in it.
_PATIENCE = timedelta(minutes=1)

# Nothing goes through a proxy: the simulator is on this machine.
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class StartError(Exception):
    """The program does not start. The message is what it has said."""


class ControlError(Exception):
    """The simulator has refused what a payer or a test does."""

    def __init__(self, path: str, status: int, text: str) -> None:
        super().__init__(f"/simulator/{path}: {status} {text}")
        self.status = status
        self.text = text


class Advanced(TypedDict):
    """The time in the simulator, such as `2026-03-02T10:00:00Z`, and how many access tokens have expired."""

    time: str
    expired_tokens: int


class Triggered(TypedDict):
    """What was brought about: the events in their order, and the ids of what was made, such as `order`."""

    event_type: str
    events: list[dict[str, str]]
    resources: dict[str, str]


class PayPal:
    """A running simulator: `url` is in place of `https://api-m.sandbox.paypal.com`. Leaving its `with` block ends it.

    It begins with one merchant, who has 100,000.00 USD, and one payer; with a `store`, with all that was in the file.
    """

    def __init__(self, process: subprocess.Popen[str], url: str, client_id: str, client_secret: str) -> None:
        self._process = process
        self.url = url
        self.client_id = client_id
        self.client_secret = client_secret

    def approve_order(self, order_id: str, *, payer: str | None = None) -> None:
        """Approve an order as a payer does: the first one, or the one with this e-mail address or id.

        Raises `ControlError` if the order does not wait for its payer, as one that is approved already.
        """
        self.control(f"orders/{quote(order_id, safe='')}/approve", {} if payer is None else {"payer": payer})

    def trigger(self, event_type: str, **members: object) -> Triggered:
        """Bring about an event by the whole flow that leads to it, such as `PAYMENT.CAPTURE.DENIED`.

        `members` change the body of the first request: `**{"purchase_units[0].amount.value": "12.00"}`.
        """
        triggered: Triggered = self.control("trigger", {"event_type": event_type, "set": members})
        return triggered

    def advance(self, time: timedelta) -> Advanced:
        """Move the clock forward, and carry out what becomes due on the way, such as the payments of subscriptions.

        Returns the time, and how many access tokens have expired: they last nine hours.
        """
        advanced: Advanced = self.control("clock", {"seconds": int(time.total_seconds())})
        return advanced

    def control(self, path: str, body: Mapping[str, object] | None = None) -> Any:  # noqa: ANN401
        """Do anything else of `/simulator/`, such as `control("captures/pending", {"reason": "ECHECK"})`.

        Returns the answer's document, or `None`. Raises `ControlError` if it is refused: 409 if the state of the resource
        does not allow it.
        """
        request = urllib.request.Request(  # noqa: S310
            f"{self.url}/simulator/{path}",
            data=json.dumps(body or {}).encode(),
            headers={"content-type": "application/json"},
            method="POST",
        )
        try:
            with _OPENER.open(request) as answer:
                text = answer.read()
        except urllib.error.HTTPError as error:
            raise ControlError(path, error.code, error.read().decode()) from None
        return json.loads(text) if text else None

    def stop(self) -> None:
        """End the program. What is not in a store is gone."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdout, self._process.stderr):
            if pipe:
                pipe.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        self.stop()


def start_paypal(
    *, port: int = 0, seed: int | None = None, store: str | PathLike[str] | None = None, args: Sequence[str] = ()
) -> PayPal:
    """Start the simulator on a port of 127.0.0.1; 0 picks a free one.

    Ids, keys and credentials follow from the seed, 1 if there is none. `store` is a file that keeps everything over
    restarts. `args` are more options of the program. Raises `StartError` if it does not start.
    """
    options = ["--port", str(port)]
    if seed is not None:
        options += ["--seed", str(seed)]
    if store is not None:
        options += ["--store", fspath(store)]
    try:
        process = subprocess.Popen(  # noqa: S603
            [program.path(), *options, *args],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
            text=True,
        )
    except OSError as error:
        raise StartError(str(error)) from error
    # Ends the wait below, as it closes the pipe.
    timer = threading.Timer(_PATIENCE.total_seconds(), process.kill)
    timer.start()
    found: dict[str, str] = {}
    try:
        for line in process.stdout or ():
            if address := _ADDRESS.search(line):
                found["url"] = address[1]
            if credential := _CREDENTIAL.search(line):
                found[credential[1].lower()] = credential[2]
            # The last thing that it prints.
            if "client_secret" in found:
                return PayPal(process, found["url"], found["client_id"], found["client_secret"])
    finally:
        timer.cancel()
    _, said = process.communicate()
    raise StartError(said.strip() or f"it ended with {process.returncode}")
