"""Captures an order exactly once, though the process may be killed at any point: run it again with the same order.

The key is made from the order and written down by nobody: each run makes the same one, and PayPal answers it with the first
capture. The journal is a file, so that the history of the order outlives the process.
"""

import os
import sys
import time

from paypal_connector.documents import CallOptions

from paypal_connector import (
    Client,
    ClientCredentials,
    Environment,
    Failure,
    FailureKind,
    PayPalConnection,
    Secret,
    SqliteJournal,
)

ATTEMPTS = 5


def capture(paypal: Client, order_id: str) -> str | None:
    """Capture the order, and return its status. Raises `Failure`."""
    options: CallOptions = {"idempotency_key": f"capture-{order_id}", "deadline_ms": 30_000}
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return paypal.orders.capture(id=order_id, options=options).body["status"]
        except Failure as failure:
            # With the key there is no second effect. Without it, only a look at the order would tell.
            again = failure.retryable or failure.kind is FailureKind.OUTCOME_UNKNOWN
            if not again or attempt == ATTEMPTS:
                raise
            time.sleep((failure.retry_after_ms or 1000 * 2**attempt) / 1000)
    raise AssertionError("unreachable")


def main() -> None:
    """Capture the order that the command line names."""
    order_id = sys.argv[1]
    connection = PayPalConnection(
        ClientCredentials(os.environ["PAYPAL_CLIENT_ID"], Secret(os.environ["PAYPAL_CLIENT_SECRET"])),
        environment=Environment.SANDBOX,
        base_url=os.environ.get("PAYPAL_BASE_URL"),
    )
    journal = SqliteJournal(os.environ.get("JOURNAL", "journal.sqlite"), tenant="shop")
    paypal = Client(connection, journal)
    print(order_id, capture(paypal, order_id))
    for entry in journal.entries(f"order:{order_id}"):
        print(entry.time, entry.event, entry.status)


if __name__ == "__main__":
    main()
