"""A shop that takes money by PayPal: what the tests test."""

import base64
import json
import urllib.error
import urllib.request
from typing import Any

from paypal_simulator import PayPal


class Shop:
    def __init__(self, paypal: PayPal) -> None:
        self.url = paypal.url
        basic = base64.b64encode(f"{paypal.client_id}:{paypal.client_secret}".encode()).decode()
        granted = self.send(
            "/v1/oauth2/token", f"Basic {basic}", b"grant_type=client_credentials", "application/x-www-form-urlencoded"
        )
        self.bearer = f"Bearer {granted[1]['access_token']}"

    def send(self, path: str, authorization: str, body: bytes | None, media_type: str) -> tuple[int, Any]:
        headers = {"authorization": authorization, "content-type": media_type}
        try:
            with urllib.request.urlopen(urllib.request.Request(self.url + path, body, headers)) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)

    def post(self, path: str, body: object) -> tuple[int, Any]:
        return self.send(path, self.bearer, json.dumps(body).encode(), "application/json")

    def get(self, path: str) -> tuple[int, Any]:
        return self.send(path, self.bearer, None, "application/json")

    def order(self, value: str) -> str:
        unit = {"amount": {"currency_code": "USD", "value": value}}
        status, order = self.post("/v2/checkout/orders", {"intent": "CAPTURE", "purchase_units": [unit]})
        assert status == 201, order
        return str(order["id"])

    def capture(self, order: str) -> tuple[int, Any]:
        return self.post(f"/v2/checkout/orders/{order}/capture", {})
