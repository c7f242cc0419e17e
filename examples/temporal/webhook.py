"""Receives PayPal's events: verifies each offline, signals the order's workflow, and only then answers PayPal.

    python webhook.py

PayPal repeats an event that is not answered 2xx. If this process is killed at any point, the event comes again.
"""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import uvicorn
from fastapi import FastAPI, Request, Response
from paypal_connector import Failure
from temporalio.service import RPCError, RPCStatusCode

from checkout import PREFIX
from paypal import client, setting
from worker import connect
from workflow import CheckoutWorkflow

LARGEST = 1024 * 1024
EVENTS = ["CHECKOUT.ORDER.APPROVED", "PAYMENT.CAPTURE.COMPLETED", "PAYMENT.CAPTURE.DENIED"]


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Subscribe to the events, and connect to Temporal."""
    async with client() as paypal:
        given = {"url": setting("WEBHOOK_URL"), "event_types": EVENTS}
        subscribed = (await paypal.invoke("triggers.subscribe", given)).body
        app.state.paypal, app.state.webhook_id = paypal, subscribed["webhook_id"]
        app.state.temporal = await connect()
        yield


app = FastAPI(lifespan=lifespan)


def workflow_of(event: Any) -> str | None:
    """Return the checkout that an event is about: `custom_id` of the capture, or of the order's unit."""
    match event["raw"]:
        case {"resource": {"custom_id": str(found)}} | {"resource": {"purchase_units": [{"custom_id": str(found)}, *_]}}:
            return found if found.startswith(PREFIX) else None
    return None


async def signal(event: Any) -> None:
    """Signal the workflow. An event of another order, or of a checkout that has ended, has nobody to tell."""
    workflow_id = workflow_of(event)
    if workflow_id is None:
        return
    try:
        handle = app.state.temporal.get_workflow_handle_for(CheckoutWorkflow.run, workflow_id)
        await handle.signal(CheckoutWorkflow.event)
    except RPCError as error:
        if error.status not in (RPCStatusCode.NOT_FOUND, RPCStatusCode.INVALID_ARGUMENT):
            raise


@app.post("/webhooks")
async def receive(request: Request) -> Response:
    """Receive one delivery."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST:
            return Response(status_code=413)
    paypal, webhook_id = app.state.paypal, app.state.webhook_id
    headers = [{"name": name, "value": value} for name, value in request.headers.items()]
    try:
        received = (await paypal.events.receive(headers=headers, body=bytes(body), webhook_id=webhook_id)).body
        event = received["event"]
        if received["outcome"] != "valid":
            # What cannot be verified now is to be delivered again.
            return Response(status_code=503 if received["outcome"] == "unverifiable" else 400)
        if received["duplicate"] is not True:
            await signal(event)
            if event["id"] is not None:
                await paypal.events.acknowledge(webhook_id=webhook_id, event_id=event["id"])
    except (Failure, RPCError) as error:
        print(error, flush=True)
        return Response(status_code=503)
    return Response(status_code=204)


if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=int(os.environ.get("WEBHOOK_PORT", "4020")), log_level="warning")
