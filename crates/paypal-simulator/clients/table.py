"""Makes the table of docs/simulator-clients.md, or compares it, for scripts/test-clients.

    table.py TYPESCRIPT.json PYTHON.json CHECKOUT.json MEDUSA.json

Each file is what a client has printed: {"outcomes": [{"method", "request", "result"}], "problems": [...]}.
"""

import difflib
import json
import os
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
PAGE = ROOT / "docs" / "simulator-clients.md"
# What follows is made.
HEADING = "## Answers\n"
INTRODUCTION = """
Statuses, and the issue of each refusal, or its name if it has none. Where a cell is empty, the client has no method. The last two
requests are not in PayPal's files.

"""
# The catalogue has no operation for it: the connector is given its tokens.
TOKEN = ("POST", "/v1/oauth2/token")


def operations() -> dict[tuple[str, str], str]:
    """Return the id of each operation of the catalogue, by method and path."""
    paths = json.loads((ROOT / "openapi.json").read_text("utf-8"))["paths"]
    found = {TOKEN: "access token"}
    for path, item in paths.items():
        for method, operation in item.items():
            if isinstance(operation, dict) and "operationId" in operation:
                found[method.upper(), path] = operation["operationId"]
    return found


def operation_of(request: str, known: dict[tuple[str, str], str]) -> str:
    """Return the operation of a request, or the request without its ids if the catalogue has none."""
    method, _, sent = request.partition(" ")
    fitting = []
    for (of, path), name in known.items():
        pattern = re.sub(r"\\\{[^/]*\\\}", "[^/]+", re.escape(path))
        if of == method and re.fullmatch(pattern, sent):
            fitting.append((path.count("{"), name))
    if fitting:
        return min(fitting)[1]
    return re.sub(r"/[A-Z0-9]{10,}", "/{id}", request)


def cell(results: list[str]) -> str:
    """Return what a client was answered, each once."""
    told = []
    for result in sorted(set(results)):
        status, _, reason = result.partition(" ")
        told.append(f"{status} `{reason}`" if reason else status)
    return ", ".join(told)


def table(clients: list[dict]) -> str:
    """Return the table, in the order of the catalogue."""
    known = operations()
    rows: dict[str, list[list[str]]] = {}
    for column, client in enumerate(clients):
        for outcome in client["outcomes"]:
            row = rows.setdefault(operation_of(outcome["request"], known), [[] for _ in clients])
            row[column].append(outcome["result"])
    order = list(known.values())
    names = sorted(rows, key=lambda name: (order.index(name) if name in order else len(order), name))
    lines = ["| Operation | TypeScript | Python | Checkout and Payouts | Medusa |", "| --- | --- | --- | --- | --- |"]
    for name in names:
        shown = f"`{name}`" if name != known[TOKEN] else name
        lines.append(f"| {' | '.join([shown, *map(cell, rows[name])])} |")
    return "\n".join(lines) + "\n"


def read(file: str) -> dict:
    """Return what a client has printed. One that has printed nothing has a problem."""
    text = Path(file).read_text("utf-8")
    return json.loads(text) if text else {"outcomes": [], "problems": ["it ended before it had printed what it did"]}


def main(files: list[str]) -> int:
    """Return the exit status: 1 if a client has problems, or the page is stale."""
    clients = [read(file) for file in files]
    failed = False
    for file, client in zip(files, clients, strict=True):
        methods = {outcome["method"] for outcome in client["outcomes"]}
        problems = client["problems"]
        print(f"{Path(file).stem}: {len(methods)} methods, {len(client['outcomes'])} calls, {len(problems)} problems")
        for problem in problems:
            failed = True
            print(f"- {problem}")
    text = PAGE.read_text("utf-8")
    made = text[: text.index(HEADING)] + HEADING + INTRODUCTION + table(clients)
    if os.environ.get("UPDATE_CLIENTS"):
        PAGE.write_text(made, "utf-8")
    elif made != text:
        failed = True
        print("docs/simulator-clients.md is stale; UPDATE_CLIENTS=1 renews it:")
        print("\n".join(difflib.unified_diff(text.splitlines(), made.splitlines(), "the page", "the answers", "", "", 0, "")))
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
