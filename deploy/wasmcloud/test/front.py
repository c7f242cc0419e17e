"""A server in front of the simulator, which counts requests, delays them, and can refuse them."""

import http.client
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit


class Front(ThreadingHTTPServer):
    """It passes requests on, but those for tokens, after a pause."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, simulator: str) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.simulator = urlsplit(simulator)
        self.pause = 0.0
        self.refusals: list[int] = []
        """`Retry-After` of the next answers, in seconds: they are 429."""
        self.lock = threading.Lock()
        self.seen = self.open = self.most = 0

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    """Passes a request on."""

    protocol_version = "HTTP/1.1"
    server: Front

    def do_GET(self) -> None:
        """Pass it on."""
        front = self.server
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        if self.path == "/v1/oauth2/token":
            self.forward(body)
            return
        with front.lock:
            front.seen += 1
            front.open += 1
            front.most = max(front.most, front.open)
            refusal = front.refusals.pop(0) if front.refusals else None
        try:
            time.sleep(front.pause)
            if refusal is None:
                self.forward(body)
            else:
                self.answer(429, [("retry-after", str(refusal))], b'{"name": "RATE_LIMIT_REACHED"}')
        finally:
            with front.lock:
                front.open -= 1

    def do_POST(self) -> None:
        """Pass it on."""
        self.do_GET()

    def forward(self, body: bytes) -> None:
        """Ask the simulator."""
        connection = http.client.HTTPConnection(self.server.simulator.netloc, timeout=30)
        headers = {name: value for name, value in self.headers.items() if name.lower() not in ("host", "connection")}
        connection.request(self.command, self.path, body, headers)
        answer = connection.getresponse()
        text = answer.read()
        kept = [(name, value) for name, value in answer.getheaders() if name.lower().startswith(("content-type", "paypal-"))]
        self.answer(answer.status, kept, text)
        connection.close()

    def answer(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        """Answer."""
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Print nothing."""


@contextmanager
def front(simulator: str) -> Iterator[Front]:
    """Start one, and end it."""
    server = Front(simulator)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
