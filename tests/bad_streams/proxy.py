"""An HTTP proxy that lets in whoever knows its password, and remembers what it was asked"""

import base64
import contextlib
import socket
import socketserver
import threading
from urllib.parse import urlsplit

from bad_streams.front import CHUNK

USER, PASSWORD = "ann", "pl4nted-proxy"
_KNOWN = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()


class Proxy:
    """Forwards requests, and makes tunnels."""

    def __enter__(self) -> "Proxy":
        proxy = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                with contextlib.suppress(OSError):
                    proxy._serve(self.request)

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads = True
            block_on_close = False
            request_queue_size = 64

        self.asked: list[tuple[str, str, str]] = []
        """Method, address and User-Agent of each request."""
        self.strangers = 0
        self._server = Server(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def url(self) -> str:
        return f"http://{USER}:{PASSWORD}@127.0.0.1:{self._server.server_address[1]}"

    def _serve(self, client: socket.socket) -> None:
        received = b""
        while True:
            while b"\r\n\r\n" not in received:
                piece = client.recv(CHUNK)
                if not piece:
                    return
                received += piece
            head, _, received = received.partition(b"\r\n\r\n")
            first, *lines = head.decode("latin-1").split("\r\n")
            method, target, _ = first.split(" ")
            headers = {
                name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)
            }
            if headers.get("proxy-authorization") != f"Basic {_KNOWN}":
                self.strangers += 1
                client.sendall(
                    b'HTTP/1.1 407 Who are you\r\nProxy-Authenticate: Basic realm="p"\r\nContent-Length: 0\r\n\r\n'
                )
                continue
            self.asked.append((method, target, headers.get("user-agent", "")))
            if method == "CONNECT":
                host, _, port = target.rpartition(":")
                with socket.create_connection((host, int(port))) as origin:
                    client.sendall(b"HTTP/1.1 200 Connected\r\n\r\n")
                    _tunnel(client, origin)
                return
            client.sendall(_forward(method, target, lines))


def _forward(method: str, target: str, lines: list[str]) -> bytes:
    parts = urlsplit(target)
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    kept = [line for line in lines if not line.lower().startswith(("proxy-", "connection:"))]
    with socket.create_connection((parts.hostname or "", parts.port or 80)) as origin:
        origin.sendall("\r\n".join([f"{method} {path} HTTP/1.1", *kept, "Connection: close", "", ""]).encode("latin-1"))
        answer = b""
        while piece := origin.recv(CHUNK):
            answer += piece
    # The origin closes; the client need not notice.
    return answer.replace(b"Connection: close", b"Connection: keep-alive", 1)


def _tunnel(client: socket.socket, origin: socket.socket) -> None:
    def pump(source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while piece := source.recv(CHUNK):
                target.sendall(piece)
            target.shutdown(socket.SHUT_WR)

    back = threading.Thread(target=pump, args=(origin, client), daemon=True)
    back.start()
    pump(client, origin)
    back.join()
