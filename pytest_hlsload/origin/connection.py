"""
HTTP/1.1 on one TCP connection, on the bare socket: what `send` returned is what the kernel has.

aiohttp and asyncio's streams keep a buffer of their own in between, so with them no one can tell when a byte left.
"""

import asyncio
import contextlib
import socket
import struct
import time
from dataclasses import dataclass
from http import HTTPStatus

_HEAD_LIMIT = 32 * 1024
# bounds what a slow reader leaves in the kernel after the log has called it sent
SEND_BUFFER = 128 * 1024


class BadRequestError(Exception):
    """The peer does not speak HTTP/1.1 as an HLS client does."""


@dataclass(frozen=True, slots=True)
class RequestHead:
    """The first line and the headers of a request, header names in lower case."""

    method: str
    target: str
    headers: dict[str, str]

    @property
    def keeps_alive(self) -> bool:
        """Whether the client wants to use the connection again."""
        return "close" not in self.headers.get("connection", "").lower()


class Connection:
    """
    One accepted connection.

    Args:
        sock: the accepted socket; the connection makes it non-blocking.
        number: its number in the channel.

    Attributes:
        resets: whether `close` resets the connection instead of ending it in order.
    """

    def __init__(self, sock: socket.socket, number: int) -> None:
        self.number = number
        self.resets = False
        self._sock = sock
        self._received = bytearray()
        sock.setblocking(False)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)

    async def read_head(self) -> RequestHead | None:
        """
        Read the next request; None when the client has closed.

        Raises:
            BadRequestError: what came is no request without a body.
            OSError: the connection was lost.
        """
        loop = asyncio.get_running_loop()
        while (end := self._received.find(b"\r\n\r\n")) < 0:
            if len(self._received) > _HEAD_LIMIT:
                raise BadRequestError
            data = await loop.sock_recv(self._sock, 8192)
            if not data:
                return None
            self._received += data
        text = self._received[:end].decode("latin-1")
        del self._received[: end + 4]
        return _parse(text)

    async def send_head(self, status: int, headers: dict[str, str], *, body_follows: bool) -> None:
        """Send the status line and headers; with a body to follow the kernel may wait for it (MSG_MORE)."""
        lines = [f"HTTP/1.1 {status} {_reason(status)}", *(f"{name}: {value}" for name, value in headers.items())]
        data = "\r\n".join((*lines, "", "")).encode("latin-1")
        while data:
            _, sent = await self.send(data, more=body_follows)
            data = data[sent:]

    async def send(self, data: bytes | memoryview, *, more: bool = False) -> tuple[float, int]:
        """Hand over what the kernel takes now: (time just before, bytes taken), 0 bytes after a wait for room."""
        # the time before: after `send` the receiver may run first on this core, and lines would precede their cause
        now = time.monotonic()
        try:
            return now, self._sock.send(data, socket.MSG_MORE if more else 0)
        except BlockingIOError:
            await self._writable()
            return now, 0

    def close(self) -> None:
        """Close: the client reads what was sent, then end of file, or a reset."""
        if self.resets:
            with contextlib.suppress(OSError):
                self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._sock.close()

    async def _writable(self) -> None:
        loop = asyncio.get_running_loop()
        ready = loop.create_future()
        number = self._sock.fileno()
        loop.add_writer(number, _settle, ready)
        try:
            await ready
        finally:
            loop.remove_writer(number)


def _settle(ready: asyncio.Future[None]) -> None:
    if not ready.done():
        ready.set_result(None)


def _reason(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unnamed"


def _parse(text: str) -> RequestHead:
    first, *lines = text.split("\r\n")
    words = first.split(" ")
    if len(words) != 3 or not words[2].startswith("HTTP/1."):
        raise BadRequestError
    pairs = (line.partition(":") for line in lines)
    headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
    if words[2] == "HTTP/1.0":
        headers.setdefault("connection", "close")
    if headers.get("content-length", "0") != "0" or "transfer-encoding" in headers:
        raise BadRequestError
    return RequestHead(words[0], words[1], headers)
