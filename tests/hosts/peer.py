"""What all hosts take for PayPal: a server that passes requests on to the simulator, hangs, resets, or refuses."""

import re
import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import Enum
from urllib.parse import urlsplit


class Mode(Enum):
    """What it does with a request that it has read whole."""

    PASS = "passes it on"
    HANG = "never answers"
    RESET = "resets the connection"


class Peer:
    """A server on one port of this machine, so that a host with one configuration meets all of it."""

    def __init__(self, simulator: str) -> None:
        self._simulator = urlsplit(simulator)
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._port: int = self._listener.getsockname()[1]
        self._accepting = self._accept()
        self.mode = Mode.PASS
        self.connections = 0
        """How many it has accepted since `reset_to`."""
        self.requests: list[bytes] = []
        """What it has read since then."""
        self.first = 0.0
        """When the first of these connections came."""

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._port}"

    def reset_to(self, mode: Mode) -> None:
        """Begin anew: close what is open, and forget what was read."""
        with self._lock:
            self.mode, self.connections, self.requests = mode, 0, []
            for connection in self._open:
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)

    @contextmanager
    def refusing(self) -> Iterator[None]:
        """Listen no more, for a while."""
        self.close()
        with socket.socket() as probe:
            assert probe.connect_ex(("127.0.0.1", self._port)) != 0, "it listens"
        try:
            yield
        finally:
            self._listener = socket.create_server(("127.0.0.1", self._port))
            self._accepting = self._accept()

    def close(self) -> None:
        """End it."""
        self._listener.shutdown(socket.SHUT_RDWR)
        self._accepting.join()
        self._listener.close()
        self.reset_to(self.mode)

    def _accept(self) -> threading.Thread:
        def accept() -> None:
            while True:
                try:
                    connection, _ = self._listener.accept()
                except OSError:
                    return
                with self._lock:
                    self.connections += 1
                    if self.connections == 1:
                        self.first = time.monotonic()
                    self._open.add(connection)
                threading.Thread(target=self._serve, args=[connection], daemon=True).start()

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        return thread

    def _serve(self, connection: socket.socket) -> None:
        with suppress(OSError), connection:
            request = read(connection)
            with self._lock:
                mode = self.mode
                self.requests.append(request)
            if mode is Mode.PASS:
                self._pass_on(connection, request)
            elif mode is Mode.HANG:
                # Until the other side, or `reset_to`, ends it.
                connection.recv(1)
            else:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        with self._lock:
            self._open.discard(connection)

    def _pass_on(self, connection: socket.socket, request: bytes) -> None:
        """Answer as the simulator does. One request per connection: none is kept open for a case that follows."""
        with socket.create_connection((self._simulator.hostname, self._simulator.port or 80)) as simulator:
            simulator.sendall(request.replace(b"\r\n", b"\r\nconnection: close\r\n", 1))
            while piece := simulator.recv(65536):
                connection.sendall(piece)


def read(connection: socket.socket) -> bytes:
    """Read a whole request. Raises `OSError` if it ends before."""
    request = b""
    while b"\r\n\r\n" not in request:
        request += _more(connection)
    head, _ = request.split(b"\r\n\r\n", 1)
    length = re.search(rb"\r\ncontent-length: *(\d+)", head, re.IGNORECASE)
    whole = len(head) + 4 + (int(length[1]) if length else 0)
    while len(request) < whole:
        request += _more(connection)
    return request


def _more(connection: socket.socket) -> bytes:
    piece = connection.recv(65536)
    if not piece:
        raise ConnectionError("the request is not whole")
    return piece
