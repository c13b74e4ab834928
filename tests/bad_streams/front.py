"""
An HTTP server whose every byte a test decides, in front of a channel of the built-in origin

Threads and bare sockets: what is sent may be no HTTP at all.
"""

import contextlib
import socket
import socketserver
import ssl
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

CHUNK = 16384


@dataclass(frozen=True, slots=True)
class Request:
    """
    What a client asks.

    Attributes:
        path: with the query.
        headers: names in lower case.
        front: whom.
    """

    path: str
    headers: dict[str, str]
    front: "Front"

    @property
    def is_playlist(self) -> bool:
        return self.path.partition("?")[0].endswith(".m3u8")

    def original(self) -> bytes:
        """What the channel has there."""
        return self.front.fetch(self.path)


Answer = Callable[[Request], Iterable[bytes]]
"""From a request to what is sent, piece by piece; an empty piece closes the connection."""


@dataclass
class Front:
    """
    Args:
        origin: URL of the channel's playlist.
        answer: to every request.
        host: address to listen on.
        certificate: path of a PEM file for TLS; its key is beside it, ``server.key``.
    """

    origin: str
    answer: Answer
    host: str = "127.0.0.1"
    tls: ssl.SSLContext | None = None
    asked: list[Request] = field(default_factory=list)

    def __enter__(self) -> "Front":
        front = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                with contextlib.suppress(OSError, ssl.SSLError):
                    front._serve(self.request)

        class Server(socketserver.ThreadingTCPServer):
            address_family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
            daemon_threads = True
            block_on_close = False
            request_queue_size = 64

        self._server = Server((self.host, 0), Handler)
        self._over = threading.Event()
        self._open: set[socket.socket] = set()
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._server.shutdown()
        self._thread.join()
        for connection in tuple(self._open):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self._server.server_close()

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        scheme = "https" if self.tls else "http"
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{scheme}://{host}:{self.port}/live.m3u8"

    def fetch(self, path: str) -> bytes:
        url = self.origin.rpartition("/")[0] + path
        try:
            with urllib.request.urlopen(url, timeout=10) as response:
                return bytes(response.read())
        except urllib.error.HTTPError as error:
            error.close()
            return b""

    def pause(self, seconds: float) -> None:
        """Wait, but not beyond this server's end."""
        self._over.wait(seconds)
        if self._over.is_set():
            raise OSError("over")

    def _serve(self, connection: socket.socket) -> None:
        self._open.add(connection)
        try:
            if self.tls is not None:
                connection = self.tls.wrap_socket(connection, server_side=True)
                self._open.add(connection)
            received = b""
            while True:
                while b"\r\n\r\n" not in received:
                    piece = connection.recv(CHUNK)
                    if not piece:
                        return
                    received += piece
                head, _, received = received.partition(b"\r\n\r\n")
                first, *lines = head.decode("latin-1").split("\r\n")
                pairs = (line.partition(":") for line in lines)
                request = Request(
                    first.split(" ")[1], {name.strip().lower(): value.strip() for name, _, value in pairs}, self
                )
                self.asked.append(request)
                for piece in self.answer(request):
                    if not piece:
                        return
                    connection.sendall(piece)
        finally:
            self._open.discard(connection)
            connection.close()


def http(
    body: bytes, *headers: str, status: str = "200 OK", version: str = "1.1", length: int | None = None
) -> Iterator[bytes]:
    """An answer as a good server gives it, with what is asked for besides."""
    size = len(body) if length is None else length
    lines = [f"HTTP/{version} {status}", f"Content-Length: {size}", *headers, "", ""]
    yield "\r\n".join(lines).encode("latin-1")
    if body:
        yield body


def plain(request: Request) -> Iterator[bytes]:
    """What the channel has, unchanged."""
    body = request.original()
    return http(
        body, "Content-Type: application/vnd.apple.mpegurl" if request.is_playlist else "Content-Type: video/mp2t"
    )


def playlist(change: Callable[[bytes], bytes]) -> Answer:
    """A channel whose playlist is another."""

    def answer(request: Request) -> Iterable[bytes]:
        return http(change(request.original())) if request.is_playlist else plain(request)

    return answer


def segments(change: Callable[[bytes], bytes]) -> Answer:
    """A channel whose segments are others."""

    def answer(request: Request) -> Iterable[bytes]:
        return plain(request) if request.is_playlist else http(change(request.original()))

    return answer


def dribble(request: Request, data: bytes, every: float) -> Iterator[bytes]:
    """A byte at a time, for ever."""
    yield b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n"
    while True:
        for number in range(len(data)):
            yield data[number : number + 1]
            request.front.pause(every)


def endless(request: Request, data: bytes, then: bytes) -> Iterator[bytes]:
    """What does not stop."""
    yield b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + data
    while True:
        yield then
        request.front.pause(0.05)


def wait_for(condition: Callable[[], bool], seconds: float) -> bool:
    until = time.monotonic() + seconds
    while not condition() and time.monotonic() < until:
        time.sleep(0.02)
    return condition()
