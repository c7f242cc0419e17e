import json
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from shop import Shop

from paypal_simulator import ControlError, PayPal, StartError, start_paypal


def test_an_order_is_paid_once_its_payer_has_approved_it(paypal: PayPal) -> None:
    shop = Shop(paypal)
    order = shop.order("10.00")
    status, refusal = shop.capture(order)
    assert (status, refusal["details"][0]["issue"]) == (422, "ORDER_NOT_APPROVED")
    paypal.approve_order(order)
    with pytest.raises(ControlError) as twice:
        paypal.approve_order(order)
    assert (twice.value.status, json.loads(twice.value.text)["state"]) == (409, "APPROVED")
    status, paid = shop.capture(order)
    assert (status, paid["status"]) == (201, "COMPLETED")


def test_the_shop_hears_of_what_is_brought_about(paypal: PayPal) -> None:
    heard: list[tuple[bytes, str]] = []
    came = threading.Event()

    class Hooks(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            heard.append((body, self.headers["paypal-transmission-sig"]))
            self.send_response(200)
            self.end_headers()
            came.set()

    server = HTTPServer(("127.0.0.1", 0), Hooks)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}/hooks"
    webhook = {"url": url, "event_types": [{"name": "PAYMENT.CAPTURE.DENIED"}]}
    assert Shop(paypal).post("/v1/notifications/webhooks", webhook)[0] == 201
    triggered = paypal.trigger("PAYMENT.CAPTURE.DENIED", **{"purchase_units[0].amount.value": "12.00"})
    # The keys of the first signature take a moment.
    assert came.wait(60)
    server.shutdown()
    server.server_close()
    denied = next(event for event in triggered["events"] if event["event_type"] == "PAYMENT.CAPTURE.DENIED")
    assert len(heard) == 1
    assert denied["id"].encode() in heard[0][0]
    assert b'"12.00"' in heard[0][0]
    assert len(heard[0][1]) > 300


def test_time_can_be_moved(paypal: PayPal) -> None:
    order = Shop(paypal).order("10.00")
    assert paypal.advance(timedelta(days=3, hours=1))["expired_tokens"] == 1
    with pytest.raises(ControlError, match="404"):
        paypal.approve_order(order)


def test_worlds_are_apart_and_a_seed_makes_the_same_one() -> None:
    with start_paypal(seed=7) as one, start_paypal(seed=7) as two, start_paypal(seed=8) as three:
        orders = [Shop(paypal).order("1.00") for paypal in (one, two, three)]
        assert one.url != two.url
    assert orders[0] == orders[1] != orders[2]


def test_a_store_keeps_the_world(tmp_path: Path) -> None:
    store = tmp_path / "world"
    with start_paypal(store=store) as paypal:
        order = Shop(paypal).order("10.00")
    with start_paypal(store=store) as paypal:
        status, document = Shop(paypal).get(f"/v2/checkout/orders/{order}")
        assert (status, document["id"]) == (200, order)


def test_what_keeps_it_from_starting_is_said(paypal: PayPal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(StartError, match=r"cannot listen on 127\.0\.0\.1"):
        start_paypal(port=urlsplit(paypal.url).port or 0)
    with pytest.raises(StartError, match="unexpected argument"):
        start_paypal(args=["--nonsense"])
    monkeypatch.setenv("PAYPAL_SIMULATOR", str(tmp_path / "none"))
    with pytest.raises(StartError, match="No such file"):
        start_paypal()
