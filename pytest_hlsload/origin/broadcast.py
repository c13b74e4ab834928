"""One channel inside the origin process: its port, its connections, and what its faults do to the answers."""

import asyncio
import contextlib
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from pytest_hlsload.origin.connection import BadRequestError, Connection, RequestHead
from pytest_hlsload.origin.delivery import DeliveryLog, Entry
from pytest_hlsload.origin.faults import FaultBoard, RunningFault
from pytest_hlsload.origin.publication import Publication
from pytest_hlsload.origin.records import FaultKind, RequestKind
from pytest_hlsload.origin.renditions import Rendition, multivariant

# one send never takes longer than a fraction of a millisecond, so others are not kept waiting
_CHUNK = 64 * 1024
_SLOW_TICK = 0.025
_TYPES = {"m3u8": "application/vnd.apple.mpegurl", "ts": "video/mp2t", "m4s": "video/iso.segment", "mp4": "video/mp4"}


@dataclass(frozen=True, slots=True)
class _Resource:
    """What a path stands for; a body of None is not there."""

    kind: RequestKind
    body: bytes | None
    rendition: str = ""
    segment: int | None = None
    cache: str = "no-cache"


class Broadcast:
    """
    A channel that is served.

    Args:
        publication: what is published when.
        renditions: what is published, by name; the first is what the bare file names stand for.
        port: port on 127.0.0.1; 0 for any free one.
    """

    def __init__(self, publication: Publication, renditions: Mapping[str, Rendition], port: int = 0) -> None:
        self.publication = publication
        self.log = DeliveryLog()
        self.faults = FaultBoard(self._fault_changed)
        self._renditions = renditions
        self._first = next(iter(renditions))
        self._rendered: dict[tuple[str, int], bytes] = {}
        self._connections: dict[asyncio.Task[None], Connection] = {}
        self._accepted = 0
        # bound, never listening: it keeps the port ours while connections are refused
        self._guard = _bound(port)
        self.port: int = self._guard.getsockname()[1]
        self._acceptor: asyncio.Task[None] | None = None
        self.open()

    def open(self) -> None:
        """Accept connections."""
        if self._acceptor is None:
            listener = _bound(self.port)
            listener.listen(1024)
            self._acceptor = asyncio.create_task(self._accept(listener))

    def shut(self) -> None:
        """Refuse connections and reset those that are open."""
        if self._acceptor is not None:
            self._acceptor.cancel()
            self._acceptor = None
        for task, connection in self._connections.items():
            connection.resets = True
            task.cancel()

    def command(
        self, kind: FaultKind, *, seconds: float | None, count: int | None, details: dict[str, Any]
    ) -> RunningFault:
        """Begin a fault, or arm it if it waits for a byte offset."""
        now = time.monotonic()
        armed = kind == "hang" and details.get("at_byte") is not None
        if armed:
            details = {**details, "from_segment": self.publication.edge(now) + 1}
        fault = self.faults.add(kind, seconds=seconds, count=count, details=details, armed=armed)
        match kind:
            case "sequence_reset":
                self.publication.reset_sequence(now, details["first"])
            case "encoder_restart":
                self.publication.restart_encoder(now, restart_names=details["restart_names"])
            case "end":
                self.publication.finish(now)
            case _:
                return fault
        # these are done in an instant
        self.faults.finish(fault)
        return fault

    @property
    def init(self) -> bytes | None:
        """The first rendition's initialisation section, if the container has one."""
        return self._renditions[self._first].media.init

    def segment(self, ordinal: int, rendition: str | None = None) -> bytes:
        """The bytes of a segment, published or not; of the first rendition, or another by name."""
        name = self._first if rendition is None else rendition
        key = name, ordinal
        if key not in self._rendered:
            while len(self._rendered) > 3 * self.publication.window * len(self._renditions):
                del self._rendered[next(iter(self._rendered))]
            self._rendered[key] = self._renditions[name].media.segment(self.publication.position(ordinal))
        return self._rendered[key]

    def _fault_changed(self, fault: RunningFault) -> None:
        began = fault.end is None
        if fault.kind == "stale":
            now = time.monotonic()
            if began:
                self.publication.freeze(now, pause=fault.details["pause"])
            elif fault.start is not None and self.faults.active("stale") is None:
                self.publication.thaw(now)
        elif fault.kind == "refuse":
            if began:
                self.shut()
            elif self.faults.active("refuse") is None:
                self.open()

    async def _accept(self, listener: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        with listener:
            while True:
                try:
                    sock, _ = await loop.sock_accept(listener)
                except OSError:
                    # no descriptors left, or a client that has gone already: neither may end the channel
                    await asyncio.sleep(0.05)
                    continue
                self._accepted += 1
                connection = Connection(sock, self._accepted)
                task = asyncio.create_task(self._serve(connection))
                self._connections[task] = connection
                task.add_done_callback(self._connections.pop)

    async def _serve(self, connection: Connection) -> None:
        with contextlib.closing(connection), contextlib.suppress(OSError, BadRequestError):
            while (head := await connection.read_head()) is not None:
                entry = Entry(head.headers.get("user-agent", ""), connection.number, head.method, head.target)
                self.log.add(entry)
                try:
                    await self._answer(connection, head, entry)
                finally:
                    # an entry that is complete stays so
                    entry.end("broken")
                if entry.outcome != "whole" or not head.keeps_alive:
                    return

    async def _answer(self, connection: Connection, head: RequestHead, entry: Entry) -> None:
        name = urlsplit(head.target).path.lstrip("/")
        now = time.monotonic()
        # the kind is known at once, the content only when it is answered
        found = self._find(name, now)
        entry.kind, entry.rendition, entry.segment = found.kind, found.rendition, found.segment
        while self.faults.active("hang"):
            await self.faults.change()
            found = self._find(name, time.monotonic())
        status, body = self._status(head, found)
        entry.status, entry.length = status, len(body)
        headers = {
            "Content-Type": _TYPES.get(name.rpartition(".")[2], "text/plain") if status == 200 else "text/plain",
            "Content-Length": str(len(body)),
            "Cache-Control": found.cache if status == 200 else "no-store",
            "Access-Control-Allow-Origin": "*",
            "Connection": "keep-alive" if head.keeps_alive else "close",
        }
        sends_body = bool(body) and head.method != "HEAD"
        await connection.send_head(status, headers, body_follows=sends_body)
        if sends_body:
            await self._deliver(connection, entry, body, found.segment if status == 200 else None)
        else:
            entry.end("whole")

    def _find(self, path: str, now: float) -> _Resource:
        if path == "master.m3u8":
            return _Resource("playlist", multivariant(self._renditions).encode())
        folder, _, name = path.rpartition("/")
        rendition = folder or self._first
        if rendition not in self._renditions:
            return _Resource("other", None)
        if name == "live.m3u8":
            return _Resource("playlist", self.publication.playlist(now).encode(), rendition)
        init = self._renditions[rendition].media.init
        if name == "init.mp4" and init is not None:
            return _Resource("init", init, rendition, cache="max-age=3600")
        if name.startswith("live-"):
            ordinal = self.publication.find(name, now)
            body = None if ordinal is None else self.segment(ordinal, rendition)
            return _Resource("segment", body, rendition, ordinal, "max-age=3600")
        return _Resource("other", None)

    def _status(self, head: RequestHead, found: _Resource) -> tuple[int, bytes]:
        if head.method not in {"GET", "HEAD"}:
            return 405, b"only GET and HEAD\n"
        fault = self.faults.active("playlist_status" if found.kind == "playlist" else "segment_status")
        if fault is not None and found.kind in {"playlist", "segment"}:
            self.faults.hit(fault)
            code: int = fault.details["code"]
            return code, f"fault: status {code}\n".encode()
        if found.body is None:
            return 404, b"not here\n"
        return 200, found.body

    async def _deliver(self, connection: Connection, entry: Entry, body: bytes, segment: int | None) -> None:
        view = memoryview(body)
        end = len(body)
        truncate = self.faults.active("truncate") if segment is not None else None
        if truncate is not None:
            self.faults.hit(truncate)
            end = int(end * truncate.details["share"])
        offset = 0
        pace = _Pace(float(self.publication.segment_seconds), len(body))
        while offset < end:
            while self.faults.active("hang"):
                await self.faults.change()
            stop = min(end, offset + _CHUNK)
            hang = self._hang_ahead(segment)
            if hang is not None:
                stop = min(stop, max(offset, min(hang.details["at_byte"], len(body))))
            slow = self.faults.active("slow") if segment is not None else None
            if slow is not None:
                stop = min(stop, pace.limit(offset, slow.details["factor"]))
            else:
                pace.reset()
            if stop > offset:
                now, sent = await connection.send(view[offset:stop])
                if not sent:
                    # that was a wait, and a fault may have begun meanwhile
                    continue
                offset += sent
                entry.sent.append((now, offset))
            if hang is not None and offset >= min(hang.details["at_byte"], len(body)):
                self.faults.begin(hang)
            elif slow is not None and offset < end:
                await asyncio.sleep(_SLOW_TICK)
        entry.end("whole" if end == len(body) else "cut")

    def _hang_ahead(self, segment: int | None) -> RunningFault | None:
        if segment is None:
            return None
        hang = self.faults.armed("hang")
        return hang if hang is not None and segment >= hang.details["from_segment"] else None


class _Pace:
    """How far a slowed segment may have got: its own rate times a factor, from where the slowness found it."""

    def __init__(self, seconds: float, length: int) -> None:
        self._rate = length / seconds
        self._from: tuple[float, int, float] | None = None

    def reset(self) -> None:
        self._from = None

    def limit(self, offset: int, factor: float) -> int:
        now = time.monotonic()
        if self._from is None or self._from[2] != factor:
            self._from = (now, offset, factor)
        since, start, _ = self._from
        return start + int((now - since) * self._rate * factor)


def _bound(port: int) -> socket.socket:
    sock = socket.socket()
    sock.setblocking(False)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    try:
        sock.bind(("127.0.0.1", port))
    except OSError:
        sock.close()
        raise
    return sock
