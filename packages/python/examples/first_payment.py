"""A first payment: create an order, let the payer approve it, capture it.

With the simulator (`host-test simulator`, which prints the two variables), set PAYPAL_BASE_URL to its address, and approve the
order by `curl -X POST $PAYPAL_BASE_URL/simulator/orders/ID/approve`.
"""

import os

from paypal_connector import Client, ClientCredentials, Environment, Failure, MemoryJournal, PayPalConnection, Secret


def main() -> None:
    """Take 10 dollars."""
    connection = PayPalConnection(
        ClientCredentials(os.environ["PAYPAL_CLIENT_ID"], Secret(os.environ["PAYPAL_CLIENT_SECRET"])),
        environment=Environment.SANDBOX,
        base_url=os.environ.get("PAYPAL_BASE_URL"),
    )
    paypal = Client(connection, MemoryJournal())
    try:
        order = paypal.orders.create(
            body={"intent": "CAPTURE", "purchase_units": [{"amount": {"currency_code": "USD", "value": "10.00"}}]}
        ).body
        order_id = order["id"] or ""
        for link in order["links"] or []:
            if link and link["rel"] in ("approve", "payer-action"):
                print("The payer approves at", link["href"])
        input("Press Enter once it is approved. ")
        captured = paypal.orders.capture(id=order_id, options={"idempotency_key": f"capture-{order_id}"})
        print(order_id, captured.body["status"])
    except Failure as failure:
        print(f"{failure} (debug id {failure.debug_id}, sent: {failure.request_sent})")
        raise SystemExit(1) from None


if __name__ == "__main__":
    main()
