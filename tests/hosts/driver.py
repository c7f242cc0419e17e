"""Calls the wheel as it is asked to by lines on stdin, and prints the outcomes. Run by the interpreter that has it."""

import base64
import dataclasses
import json
import sys
from typing import Any

from paypal_connector import (
    Client,
    ClientCredentials,
    Environment,
    Failure,
    MemoryJournal,
    PayPalConnection,
    Secret,
    StaticToken,
)


def outcome(client: Client, action: str, given: dict[str, Any]) -> dict[str, Any]:
    """Run an action."""
    if action == "events.receive":
        given["body"] = base64.b64decode(given["body"])
    try:
        reply = client.invoke(action, given)
    except Failure as failure:
        return {"failure": {field.name: getattr(failure, field.name) for field in dataclasses.fields(failure)}}
    return {"reply": {"status": reply.status, "body": reply.body, "next": reply.next}}


def main() -> None:
    """Read the setup from the first line, and a call from each that follows."""
    setup = json.loads(sys.stdin.readline())
    sources = {
        "default": ClientCredentials(setup["client_id"], Secret(setup["client_secret"])),
        "static": StaticToken(Secret(setup["token"])),
    }
    clients = {
        name: Client(
            PayPalConnection(
                source,
                environment=Environment.SANDBOX,
                base_url=setup["url"],
                certificate_authorities=[setup["authorities"]],
            ),
            MemoryJournal(),
        )
        for name, source in sources.items()
    }
    for line in sys.stdin:
        call = json.loads(line)
        document = outcome(clients[call["connection"]], call["action"], call["input"])
        print(json.dumps(document, default=dataclasses.asdict), flush=True)


main()
