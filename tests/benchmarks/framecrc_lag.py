"""
How far ffmpeg's framecrc lines lag behind what an origin delivered (some two minutes)

    PYTHONPATH=tests python -m benchmarks.framecrc_lag [--hangs 12] [--seed 1] [--bitrate 300000] [--small] [FFMPEG ...]

For each ffmpeg, container, frame rate, with and without audio: a reader on a channel of its own; again and again the
channel hangs at a random byte of a segment. Then, and at each segment's end, the frames that were wholly delivered are
compared with the lines printed. All times are CLOCK_MONOTONIC.

ffmpeg's HLS demuxer hands a segment on in blocks of 32 KiB (`avio_read` fills the whole buffer before it returns), the
last one shorter. So frames are held back for two reasons, told apart here: "block" counts those in the unfinished
block, "own" those that the container's demuxer and parser hold back beyond that.
"""

import argparse
import itertools
import os
import random
import selectors
import statistics
import subprocess
import time
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from benchmarks.options import version
from benchmarks.tables import machine, table
from truth.frames import Frame, Stream
from truth.viewer import Table, frame_times, table_of

from pytest_hlsload.origin import Channel, Delivery, Fault, Origin
from pytest_hlsload.origin.media import Container
from pytest_hlsload.reader.binary import find_ffmpeg

_HANG_SECONDS = 0.8
# long enough for ffmpeg to have printed all that it will print
_SETTLED = 0.3
_BLOCK = 32 * 1024


@dataclass(frozen=True, slots=True)
class Case:
    """One combination under test."""

    ffmpeg: str
    version: str
    container: Container
    fps: int
    audio: bool
    bitrate: int

    @property
    def streams(self) -> tuple[Stream, ...]:
        """The streams read."""
        return ("video", "audio") if self.audio else ("video",)


@dataclass(slots=True)
class Reader:
    """An ffmpeg and the lines it has printed for each stream, as (time, packet size)."""

    case: Case
    channel: Channel
    process: subprocess.Popen[bytes]
    pipes: dict[Stream, int]
    lines: dict[Stream, list[tuple[float, int]]]
    rest: dict[Stream, bytes]
    watched_from: float = 0.0
    hangs: list[Fault] = field(default_factory=list)

    def take(self, stream: Stream) -> None:
        """Read what a pipe holds."""
        data = os.read(self.pipes[stream], 65536)
        now = time.monotonic()
        *whole, self.rest[stream] = (self.rest[stream] + data).split(b"\n")
        self.lines[stream] += [(now, int(line.split(b",")[4])) for line in whole if not line.startswith(b"#")]


def start_reader(case: Case, channel: Channel) -> Reader:
    """Start the reader command of the notes, with an output for each stream."""
    known = subprocess.run(
        [case.ffmpeg, "-hide_banner", "-h", "demuxer=hls"], capture_output=True, text=True, check=True
    ).stdout
    command = [case.ffmpeg, "-hide_banner", "-nostdin", "-nostats", "-loglevel", "quiet"]
    command += ["-f", "hls", "-user_agent", "lag", "-live_start_index", "-3", "-http_multiple", "0"]
    if "extension_picky" in known:
        command += ["-extension_picky", "0"]
    command += ["-i", channel.url]
    pipes: dict[Stream, int] = {}
    theirs: list[int] = []
    for stream in case.streams:
        ours, end = os.pipe()
        pipes[stream] = ours
        theirs.append(end)
        command += ["-map", f"0:{stream[0]}:0", "-c", "copy", "-f", "framecrc", f"pipe:{end}"]
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, pass_fds=theirs)
    for end in theirs:
        os.close(end)
    return Reader(case, channel, process, pipes, {s: [] for s in pipes}, dict.fromkeys(pipes, b""))


def run(readers: list[Reader], hangs: int, chance: random.Random) -> None:
    """Let each channel hang so often, each time at another byte."""
    selector = selectors.DefaultSelector()
    for reader in readers:
        for stream, pipe in reader.pipes.items():
            selector.register(pipe, selectors.EVENT_READ, (reader, stream))
    for reader in readers:
        # what was printed before was not read as it came
        reader.watched_from = time.monotonic() + 3
    deadline = time.monotonic() + 30 + hangs * 8
    next_look = time.monotonic() + 4
    while time.monotonic() < deadline:
        for key, _ in selector.select(0.05):
            reader, stream = key.data
            reader.take(stream)
        if time.monotonic() < next_look:
            continue
        next_look = time.monotonic() + 0.25
        busy = False
        for reader in readers:
            reader.hangs = list(reader.channel.faults())
            waiting = bool(reader.hangs) and reader.hangs[-1].end is None
            busy |= waiting
            if not waiting and len(reader.hangs) < hangs:
                # about as long as a segment is, so that the whole length is covered
                size = int(reader.channel.segment_seconds * (reader.case.bitrate + 64_000 * reader.case.audio) / 8)
                reader.channel.hang(_HANG_SECONDS, at_byte=chance.randrange(1, size))
                busy = True
        if not busy:
            break
    selector.close()


@dataclass(slots=True)
class Findings:
    """What one case gave: frames held back, media held back and the lag of the lines that come (s)."""

    own_at_hang: dict[Stream, list[int]]
    block_at_hang: dict[Stream, list[int]]
    at_end: dict[Stream, list[int]]
    media_at_hang: list[float] = field(default_factory=list)
    media_at_end: list[float] = field(default_factory=list)
    line_lag: list[float] = field(default_factory=list)
    sizes_differ: int = 0


@dataclass(frozen=True, slots=True)
class Account:
    """What a reader has printed, against what was delivered to it."""

    reader: Reader
    frames: dict[Stream, list[tuple[float, Frame]]]

    def delivered(self, at: float) -> dict[Stream, int]:
        """Frames wholly delivered by a moment."""
        return {stream: bisect_left(known, at, key=lambda item: item[0]) for stream, known in self.frames.items()}

    def printed(self, at: float) -> dict[Stream, int]:
        """Lines printed by a moment."""
        return {stream: bisect_left(lines, at, key=lambda item: item[0]) for stream, lines in self.reader.lines.items()}

    def media(self, counts: dict[Stream, int]) -> float:
        """The least over the streams (s)."""
        return float(min(count * self.frames[stream][0][1].duration for stream, count in counts.items()))


def evaluate(reader: Reader) -> Findings:
    """Compare the lines of a reader with its channel's delivery log."""
    table = table_of(reader.channel)
    delivery = reader.channel.delivery()
    streams = reader.case.streams
    account = Account(reader, {stream: list(_in_order(delivery, table, stream)) for stream in streams})
    found = Findings({s: [] for s in streams}, {s: [] for s in streams}, {s: [] for s in streams})
    for stream, lines in reader.lines.items():
        pairs = zip(lines, account.frames[stream], strict=False)
        found.sizes_differ += sum(size != frame.size for (_, size), (_, frame) in pairs)
    for fault in reader.hangs:
        if fault.start is None or fault.end is None or fault.start < reader.watched_from:
            continue
        delivered, printed = account.delivered(fault.start + 0.01), account.printed(fault.end - 0.05)
        found.media_at_hang.append(account.media(delivered) - account.media(printed))
        blocks = _in_unfinished_block(delivery, table, fault.start)
        for stream in streams:
            count = blocks[stream]
            found.block_at_hang[stream].append(count)
            found.own_at_hang[stream].append(delivered[stream] - printed[stream] - count)
    for end in _quiet_ends(delivery, reader.watched_from):
        delivered, printed = account.delivered(end), account.printed(end)
        found.media_at_end.append(account.media(delivered) - account.media(printed))
        for stream in streams:
            found.at_end[stream].append(delivered[stream] - printed[stream])
    marks = sorted(at for request in delivery.requests for at, _ in request.sent)
    for at, _ in itertools.chain.from_iterable(reader.lines.values()):
        if at > reader.watched_from:
            found.line_lag.append(at - marks[bisect_right(marks, at) - 1])
    return found


def _in_order(delivery: Delivery, frames: Table, stream: Stream) -> Iterator[tuple[float, Frame]]:
    times = frame_times(delivery, "lag", frames)
    return (times[key] for key in sorted(times) if times[key][1].stream == stream)


def _in_unfinished_block(delivery: Delivery, frames: Table, at: float) -> dict[Stream, int]:
    """Frames of each stream that were whole when the hang began, but in a block that was not."""
    cut = next(
        request
        for request in reversed(delivery.requests)
        if request.segment is not None and request.sent and request.sent[0][0] < at
    )
    reached = max((offset for when, offset in cut.sent if when < at), default=0)
    assert cut.segment is not None
    block = reached if reached == cut.length else reached // _BLOCK * _BLOCK
    inside: dict[Stream, int] = {"video": 0, "audio": 0}
    for frame in frames(cut.segment):
        inside[frame.stream] += block < frame.whole_at <= reached
    return inside


def _quiet_ends(delivery: Delivery, since: float) -> Iterator[float]:
    """Moments shortly before the first byte of a segment that came well after the one before was complete."""
    segments = [request for request in delivery.requests if request.kind == "segment" and request.sent]
    for before, after in itertools.pairwise(segments):
        if before.ended is not None and before.ended > since and after.sent[0][0] - before.ended > _SETTLED:
            yield after.sent[0][0] - 0.001


def _spread(values: Iterable[float], form: str) -> str:
    ordered = sorted(values)
    if not ordered:
        return "-"
    return " / ".join(format(value, form) for value in (ordered[0], statistics.median(ordered), ordered[-1]))


_HEAD = ["ffmpeg", "stream", "own, frames", "block, frames", "at a segment's end, frames", "media at a hang, s"]
_HEAD += ["media at an end, s", "lag, ms", "hangs + ends", "sizes that differ"]


def row(case: Case, found: Findings) -> list[str]:
    """One case."""
    lag = sorted(found.line_lag)
    return [
        case.version,
        f"{case.container}, {case.fps} fps, {' and '.join(case.streams)}",
        *(_by_stream(it, case.streams) for it in (found.own_at_hang, found.block_at_hang, found.at_end)),
        _spread(found.media_at_hang, ".3f"),
        _spread(found.media_at_end, ".3f"),
        " / ".join(f"{lag[len(lag) * share // 1000] * 1e3:.1f}" for share in (500, 990, 999)) if lag else "-",
        f"{len(found.media_at_hang)} + {len(found.media_at_end)}",
        f"{found.sizes_differ}",
    ]


def _by_stream(counts: dict[Stream, list[int]], streams: Iterable[Stream]) -> str:
    return "; ".join(_spread(counts[stream], ".0f") for stream in streams)


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("ffmpeg", nargs="*", help="without it, the one that a load would find")
    parser.add_argument("--hangs", type=int, default=12)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--bitrate", type=int, default=300_000)
    parser.add_argument("--small", action="store_true", help="one kind of stream, one hang: whether it runs at all")
    given = parser.parse_args()
    ffmpegs = given.ffmpeg or [find_ffmpeg(None).path]
    containers: tuple[Container, ...] = ("ts",) if given.small else ("ts", "fmp4")
    rates, sounds = ((25,), (True,)) if given.small else ((10, 25, 50), (True, False))
    print(machine())
    with Origin(ffmpegs[0]) as origin:
        readers: list[Reader] = []
        try:
            for ffmpeg, container, fps, audio in itertools.product(ffmpegs, containers, rates, sounds):
                case = Case(ffmpeg, version(ffmpeg), container, fps, audio, given.bitrate)
                channel = origin.channel(container=container, fps=fps, audio=audio, bitrate=given.bitrate)
                readers.append(start_reader(case, channel))
            run(readers, 1 if given.small else given.hangs, random.Random(given.seed))
        finally:
            for reader in readers:
                reader.process.kill()
                reader.process.wait()
        rows = [row(reader.case, evaluate(reader)) for reader in readers]
    print("Held back: least / median / most, of video; audio. Lag: median / 99th of 100 / 999th of 1,000.\n")
    print(table(_HEAD, rows))


if __name__ == "__main__":
    main()
