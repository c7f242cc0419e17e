"""A webhook endpoint in FastAPI: verifies each event, hands it on once, and only then answers PayPal.

    uvicorn webhook:app

Set PAYPAL_WEBHOOK_ID to the id of the webhook that PayPal delivers to /webhooks.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from fastapi import FastAPI, Request, Response

from paypal_connector import (
    AsyncClient,
    ClientCredentials,
    Environment,
    Failure,
    PayPalConnection,
    Secret,
    SqliteJournal,
)

if TYPE_CHECKING:
    from paypal_connector.documents import EventsReceiveHeadersItem, TypedEvent

LARGEST = 12 * 1024 * 1024

app = FastAPI()
connection = PayPalConnection(
    ClientCredentials(os.environ["PAYPAL_CLIENT_ID"], Secret(os.environ["PAYPAL_CLIENT_SECRET"])),
    environment=Environment.SANDBOX,
    base_url=os.environ.get("PAYPAL_BASE_URL"),
    # The simulator's own; none for PayPal.
    certificate_authorities=[it for it in [os.environ.get("PAYPAL_AUTHORITIES")] if it],
)
paypal = AsyncClient(connection, SqliteJournal(os.environ.get("JOURNAL", "journal.sqlite"), tenant="shop"))


async def hand_on(event: TypedEvent) -> None:
    """Do what the event is for. May be called again for the same event, if the process is killed just after it."""
    print(event["type"], event["subject"], event["status"], flush=True)


@app.post("/webhooks")
async def receive(request: Request) -> Response:
    """Receive one delivery. PayPal repeats one that is not answered 2xx."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST:
            return Response(status_code=413)
    webhook_id = os.environ["PAYPAL_WEBHOOK_ID"]
    headers: list[EventsReceiveHeadersItem] = [{"name": name, "value": value} for name, value in request.headers.items()]
    try:
        received = (await paypal.events.receive(headers=headers, body=bytes(body), webhook_id=webhook_id)).body
        event = received["event"]
        if received["outcome"] != "valid" or event is None:
            # What cannot be verified now is to be delivered again.
            return Response(status_code=503 if received["outcome"] == "unverifiable" else 400)
        if received["duplicate"] is not True:
            await hand_on(event)
            if event["id"] is not None:
                await paypal.events.acknowledge(webhook_id=webhook_id, event_id=event["id"])
    except Failure as failure:
        print(failure, flush=True)
        return Response(status_code=503)
    return Response(status_code=204)
