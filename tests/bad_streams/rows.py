"""The table of bad streams: what the server does, and what must be said of it."""

import gzip
import random
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from bad_streams.front import Answer, Request, dribble, endless, http, plain, playlist, segments
from pytest_hlsload.origin import Channel


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """
    One bad stream.

    Attributes:
        name: for the test's id.
        answer: what the server in front of the channel does.
        channel: of what kind the channel is.
        then: what happens to the channel once its client plays.
        plays: whether a client gets to see anything.
        for_seconds: how long it is watched from there.
        states: which it must go through, and no others, "idle" aside.
        stalled: between how many and how many seconds it must stall, in all; None for not at all.
        cause: of every stall, or of why it saw nothing, from the closed list.
        says: what the report's problems, notes, causes or journal must say, as a pattern; "" for nothing.
        settings: of the load.
    """

    name: str
    answer: Answer = plain
    channel: Mapping[str, object] = field(default_factory=dict)
    then: Callable[[Channel], object] | None = None
    plays: bool = True
    for_seconds: float = 3.0
    states: str = "starting streaming"
    stalled: tuple[float, float] | None = None
    cause: str = ""
    says: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)


def redirect_in_a_loop(request: Request) -> Iterable[bytes]:
    return http(b"", f"Location: {request.path}", status="302 Found")


def redirect_to_another_host(request: Request) -> Iterable[bytes]:
    if request.is_playlist and "localhost" not in request.headers["host"]:
        return http(b"", f"Location: http://localhost:{request.front.port}{request.path}", status="302 Found")
    return plain(request)


def gzipped(request: Request) -> Iterable[bytes]:
    if request.is_playlist:
        return http(gzip.compress(request.original()), "Content-Encoding: gzip")
    return plain(request)


def chunked(request: Request) -> Iterator[bytes]:
    yield b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    body = request.original()
    for start in range(0, len(body), 5000):
        piece = body[start : start + 5000]
        yield b"%x\r\n" % len(piece) + piece + b"\r\n"
    yield b"0\r\n\r\n"


def without_length(request: Request) -> Iterator[bytes]:
    yield b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + request.original()
    yield b""


def http_1_0(request: Request) -> Iterator[bytes]:
    yield b"HTTP/1.0 200 OK\r\n\r\n" + request.original()
    yield b""


def closes_unannounced(request: Request) -> Iterator[bytes]:
    yield from http(request.original())
    yield b""


def truncated(request: Request) -> Iterator[bytes]:
    if request.is_playlist:
        yield from plain(request)
        return
    body = request.original()
    yield from http(body[: len(body) // 2], length=len(body))
    yield b""


def never_ends(request: Request) -> Iterable[bytes]:
    # Null packets, as a multiplexer with nothing to send fills its line with.
    nothing = (b"\x47\x1f\xff\x10" + b"\xff" * 184) * 20
    return plain(request) if request.is_playlist else endless(request, request.original(), nothing)


def byte_a_second(request: Request) -> Iterable[bytes]:
    return plain(request) if request.is_playlist else dribble(request, request.original()[:1000], 1.0)


def playlist_byte_a_second(request: Request) -> Iterable[bytes]:
    return dribble(request, request.original(), 1.0) if request.is_playlist else plain(request)


def without_extensions(request: Request) -> Iterable[bytes]:
    """Segment 7 is /media/7?token=…"""
    if request.is_playlist:
        return http(re.sub(rb"(?m)^([^#\n]+)\.ts$", rb"media/\1?token=abc&expires=1", request.original()))
    name = request.path.partition("?")[0].removeprefix("/media/")
    assert request.path.endswith("?token=abc&expires=1")
    return http(request.front.fetch(f"/{name}.ts"))


def byte_ranges(request: Request) -> Iterable[bytes]:
    """Each segment is a part of a longer file, behind what is no part of it."""
    if request.is_playlist:
        lengths = {
            name: len(request.front.fetch(f"/{name.decode()}"))
            for name in re.findall(rb"(?m)^[^#\n]+\.ts$", request.original())
        }
        return http(
            re.sub(
                rb"(?m)^[^#\n]+\.ts$",
                lambda name: b"#EXT-X-BYTERANGE:%d@5000\n%s" % (lengths[name[0]], name[0]),
                request.original(),
            )
        )
    body = b"?" * 5000 + request.original() + b"?" * 5000
    first, last = map(int, re.findall(r"\d+", request.headers["range"]))
    part = body[first : last + 1]
    return http(part, f"Content-Range: bytes {first}-{last}/{len(body)}", status="206 Partial Content")


def gaps(request: Request) -> Iterable[bytes]:
    if request.is_playlist:
        return http(re.sub(rb"(?m)^(#EXTINF.*\n[^#\n]*[05]\.ts)$", rb"#EXT-X-GAP\n\1", request.original()))
    if request.path.endswith(("0.ts", "5.ts")):
        return http(b"gone", status="404 Not Found")
    return plain(request)


class Growing:
    """Every playlist is half a megabyte longer than the one before."""

    def __init__(self) -> None:
        self._asked = 0

    def __call__(self, request: Request) -> Iterable[bytes]:
        if not request.is_playlist:
            return plain(request)
        self._asked += 1
        more = (b"# " + b"x" * 998 + b"\n") * (500 * self._asked)
        return http(request.original().replace(b"\n", b"\n" + more, 1))


def endless_head(request: Request) -> Iterator[bytes]:
    yield b"HTTP/1.1 200 OK\r\n"
    while True:
        yield b"X-More: " + b"x" * 4000 + b"\r\n"
        request.front.pause(0.01)


def first_segment_is(uri: bytes) -> Answer:
    return playlist(lambda text: re.sub(rb"(?m)^[^#\n]+\.ts$", uri, text))


def shouts(text: bytes) -> bytes:
    """Comments that would do harm to a terminal, to XML, HTML and JSON, and one that is long."""
    evil = b'#EXT-X-\x1b]0;owned\x07\x1b[2J<script>alert(1)</script>]]>&"\xff\xfe\xed\xa0\x80\x00\x9b31m\n'
    return text.replace(b"\n", b"\n" + evil + b"#EXT-X-" + b"A" * 1_000_000 + b"\n", 1)


def _noise(size: int) -> bytes:
    return random.Random(1).randbytes(size)


_NEVER = "starting backoff"  # reader after reader gives up
_WAITS = "starting"  # one reader waits

ROWS = (
    Row(
        name="an empty playlist",
        answer=playlist(lambda _: b""),
        plays=False,
        states=_NEVER,
        cause="playlist_error",
        says="not a playlist: it is empty",
    ),
    Row(
        name="HTML instead of a playlist",
        answer=playlist(lambda _: b"<html><body><h1>Sign in</h1></body></html>"),
        plays=False,
        states=_NEVER,
        cause="playlist_error",
        says="not a playlist: it begins with '<html>",
    ),
    Row(
        name="binary garbage",
        answer=playlist(lambda _: _noise(20000)),
        plays=False,
        states=_NEVER,
        cause="playlist_error",
        says="not a playlist",
    ),
    Row(
        name="a playlist of 10 MB",
        answer=playlist(lambda text: text + (b"# " + b"x" * 998 + b"\n") * 10_000),
        settings={"startup_timeout": "30s"},
    ),
    Row(name="a playlist that grows for ever", answer=Growing()),
    Row(
        name="a head that never ends",
        answer=endless_head,
        plays=False,
        states=_WAITS,
        cause="playlist_error",
        for_seconds=6,
        says="more than 100 headers",
    ),
    Row(
        name="redirects in a loop",
        answer=redirect_in_a_loop,
        plays=False,
        states=_NEVER,
        cause="playlist_error",
        says="redirect",
    ),
    Row(name="a redirect to another host", answer=redirect_to_another_host),
    Row(name="a playlist in gzip", answer=gzipped),
    Row(name="chunked transfer", answer=chunked),
    Row(name="no Content-Length", answer=without_length),
    Row(name="a server of HTTP/1.0", answer=http_1_0),
    Row(name="connections closed after each answer", answer=closes_unannounced),
    Row(
        name="segments of no length",
        answer=segments(lambda _: b""),
        plays=False,
        states=_WAITS,
        cause="segment_error",
        says="no stream was found",
    ),
    # Half of the media comes, after a buffer of four halves.
    Row(
        name="truncated segments",
        answer=truncated,
        for_seconds=14,
        states="starting streaming buffering",
        stalled=(2, 11),
        cause="segment_error",
        says="Stream ends prematurely",
    ),
    Row(
        name="text as segments",
        answer=segments(lambda _: b"Not today.\n" * 500),
        plays=False,
        states=_WAITS,
        cause="segment_error",
        says="no stream was found",
    ),
    # The first segment is two seconds of media, and nothing comes after it.
    Row(
        name="a segment that never ends",
        answer=never_ends,
        for_seconds=5,
        states="starting streaming buffering",
        stalled=(1.5, 5),
        cause="segment_slow",
    ),
    Row(
        name="segments of one byte a second",
        answer=byte_a_second,
        plays=False,
        states=_WAITS,
        cause="segment_slow",
    ),
    Row(
        name="a playlist of one byte a second",
        answer=playlist_byte_a_second,
        plays=False,
        states=_WAITS,
        cause="timeout",
        says="timed out",
        for_seconds=9,
    ),
    Row(
        name="a media sequence that goes back",
        then=lambda channel: channel.sequence_reset(),
        for_seconds=12,
        states="starting streaming buffering",
        stalled=(0.5, 9),
        cause="playlist_error",
        says="sequence",
    ),
    Row(name="an encoder that restarts at 0", then=lambda channel: channel.encoder_restart(), for_seconds=6),
    Row(name="timestamps that wrap", channel={"first_timestamp": 95430}, for_seconds=8),
    Row(name="segments with EXT-X-GAP", answer=gaps, for_seconds=8, says="404"),
    Row(
        name="a live stream that ends",
        then=lambda channel: channel.end(),
        states="starting streaming ended",
        says="the live stream ended",
        for_seconds=9,
    ),
    Row(name="VOD", channel={"kind": "vod"}),
    Row(name="fMP4 with EXT-X-MAP", channel={"container": "fmp4"}),
    Row(name="byte ranges", answer=byte_ranges, for_seconds=5),
    # The first reader asks for both, and is followed by another at once.
    Row(name="audio only", channel={"video": False}, states="starting backoff streaming"),
    Row(name="video only", channel={"audio": False}, states="starting backoff streaming"),
    Row(name="segment URLs without extension, with tokens", answer=without_extensions),
    Row(
        name="segments that are files of this machine",
        answer=first_segment_is(rb"file:///etc/hosts.ts"),
        plays=False,
        states=_WAITS,
        cause="playlist_error",
        says="not on whitelist",
    ),
    Row(
        name="segments put together of files of this machine",
        answer=first_segment_is(rb"concat:/etc/hosts|/etc/passwd"),
        plays=False,
        states=_WAITS,
        cause="segment_error",
        says="Failed to open segment",
    ),
    Row(name="a playlist that shouts", answer=playlist(shouts)),
)
