"""A receiver of deliveries, which keeps them."""

import queue
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True)
class Delivery:
    """What PayPal has posted."""

    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Receiver:
    """Where deliveries come."""

    url: str
    deliveries: "queue.Queue[Delivery]"


@contextmanager
def receiver() -> Iterator[Receiver]:
    """Start one, and end it."""
    deliveries: queue.Queue[Delivery] = queue.Queue()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            own = ("host", "content-length", "connection", "transfer-encoding")
            headers = {name: value for name, value in self.headers.items() if name.lower() not in own}
            self.send_response(200)
            self.send_header("content-length", "0")
            self.end_headers()
            deliveries.put(Delivery(headers, body))

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield Receiver(f"http://127.0.0.1:{server.server_port}/", deliveries)
    finally:
        server.shutdown()
        server.server_close()
