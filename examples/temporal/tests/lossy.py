"""A bad network in front of the simulator: answers are late or lost, and requests are refused."""

import http.client
import random
import threading
import time
from collections import Counter
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

LOST = "lost"
"""PayPal has acted, and its answer does not arrive."""
REFUSED = "refused"
"""503 or 429, and PayPal has not acted."""
PASSED = "passed"


@dataclass(frozen=True)
class Seen:
    """A request for an action."""

    method: str
    path: str
    key: str | None
    fate: str


class Lossy(ThreadingHTTPServer):
    """The network. Tokens and certificates pass unharmed; of the rest a tenth of the answers are lost."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, upstream: str, seed: int, *, slow: float = 0.25, lost: float = 0.1, refused: float = 0.05) -> None:
        self.upstream = urlsplit(upstream).netloc
        self.slow, self.lost, self.refused = slow, lost, refused
        self.random = random.Random(seed)
        self.seen: list[Seen] = []
        super().__init__(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def repeated(self) -> int:
        """Return how many requests had a key that PayPal had seen in one before."""
        arrived = Counter(it.key for it in self.seen if it.key is not None and it.fate != REFUSED)
        return sum(times - 1 for times in arrived.values())

    def fates(self) -> Counter[str]:
        """Return how many requests there were of each fate."""
        return Counter(it.fate for it in self.seen)

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: those who call are killed."""


class Handler(BaseHTTPRequestHandler):
    """A connection."""

    protocol_version = "HTTP/1.1"
    server: Lossy

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing."""

    def _forward(self) -> None:
        network, own = self.server, self.headers
        body = self.rfile.read(int(own.get("content-length") or 0))
        is_action = self.path.startswith(("/v1/shipping", "/v2/"))
        chance = network.random.random() if is_action else 1.0
        fate = LOST if chance < network.lost else REFUSED if chance < network.lost + network.refused else PASSED
        if is_action:
            network.seen.append(Seen(self.command, self.path, own.get("paypal-request-id"), fate))
        if fate == REFUSED:
            self._answer(429 if chance < network.lost + network.refused / 2 else 503, [], b"")
            return
        upstream = http.client.HTTPConnection(network.upstream, timeout=30)
        headers = {name: value for name, value in own.items() if name.lower() not in ("host", "connection")}
        upstream.request(self.command, self.path, body or None, headers)
        answer = upstream.getresponse()
        document = answer.read()
        upstream.close()
        if is_action:
            # Whoever is killed now does not know that PayPal has acted.
            time.sleep(network.random.uniform(0.02, network.slow))
        if fate == LOST:
            self.close_connection = True
            return
        self._answer(answer.status, answer.getheaders(), document)

    def _answer(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.send_response_only(status)
        for name, value in headers:
            if name.lower() not in ("content-length", "transfer-encoding", "connection"):
                self.send_header(name, value)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = _forward  # noqa: N815  as the base class calls them
