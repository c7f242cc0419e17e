"""The examples run as they are."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from conftest import ORDER, Simulator

from paypal_connector import Client, MemoryJournal

EXAMPLES = Path(__file__).parent.parent / "examples"


def environment(simulator: Simulator, directory: Path) -> dict[str, str]:
    return os.environ | {
        "PAYPAL_CLIENT_ID": simulator.client_id,
        "PAYPAL_CLIENT_SECRET": simulator.client_secret,
        "PAYPAL_BASE_URL": simulator.url,
        "JOURNAL": str(directory / "journal.sqlite"),
        "PYTHONUNBUFFERED": "1",
    }


def approved(simulator: Simulator, paypal: Client) -> str:
    order = paypal.orders.create(body=ORDER).body["id"]
    assert order
    simulator.approve(order)
    return order


def test_first_payment(simulator: Simulator, tmp_path: Path) -> None:
    command = [sys.executable, str(EXAMPLES / "first_payment.py")]
    with subprocess.Popen(
        command, env=environment(simulator, tmp_path), text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        found = re.search(r"token=(\w+)", process.stdout.readline())
        assert found
        simulator.approve(found[1])
        words, _ = process.communicate("\n")
    assert words.endswith(f"{found[1]} COMPLETED\n")
    assert process.returncode == 0


def test_crash_safe_capture(simulator: Simulator, paypal: Client, tmp_path: Path) -> None:
    order = approved(simulator, paypal)
    command = [sys.executable, str(EXAMPLES / "crash_safe_capture.py"), order]
    words = ""
    # Killed somewhere between its start and its end, then run to its end twice.
    with subprocess.Popen(command, env=environment(simulator, tmp_path), stdout=subprocess.DEVNULL) as process:
        time.sleep(0.4)
        process.send_signal(signal.SIGKILL)
    for _ in range(2):
        words = subprocess.run(
            command, env=environment(simulator, tmp_path), text=True, stdout=subprocess.PIPE, check=True
        ).stdout
        assert words.startswith(f"{order} COMPLETED\n")
    assert words.count("orders.capture") == 1
    assert simulator.get("effects").count(f'"orders.capture","{order}",1') == 1


def test_webhook(simulator: Simulator, paypal: Client, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    url = f"http://127.0.0.1:{port}/webhooks"
    created = paypal.webhooks.create(body={"url": url, "event_types": [{"name": "PAYMENT.CAPTURE.COMPLETED"}]}).body
    webhook = created["id"]
    assert webhook
    more = {"PAYPAL_WEBHOOK_ID": webhook, "PAYPAL_AUTHORITIES": simulator.get("authorities")}
    command = [sys.executable, "-m", "uvicorn", "webhook:app", "--port", str(port), "--log-level", "warning"]
    with subprocess.Popen(
        command, cwd=EXAMPLES, env=environment(simulator, tmp_path) | more, text=True, stdout=subprocess.PIPE
    ) as process:
        try:
            wait_for(port)
            assert status_of(url, b"{}") == 400
            order = Client(simulator.connection(), MemoryJournal())
            simulator.post("deliveries/duplicate")
            paid = approved(simulator, order)
            order.orders.capture(id=paid)
            assert process.stdout is not None
            line = process.stdout.readline()
            assert line.startswith("PAYMENT.CAPTURE.COMPLETED ")
            assert line.endswith(" COMPLETED\n")
            # Another one, which comes after the duplicate of the first.
            order.orders.capture(id=approved(simulator, order))
            assert process.stdout.readline() != line
        finally:
            process.terminate()
            paypal.webhooks.delete(webhook_id=webhook)


def wait_for(port: int) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        with socket.socket() as it:
            if it.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise TimeoutError


def status_of(url: str, body: bytes) -> int:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, body, method="POST")) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
