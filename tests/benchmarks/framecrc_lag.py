"""How far ffmpeg's framecrc lines lag behind what an origin delivered (run by hand; some two minutes).

    python -m tests.benchmarks.framecrc_lag [--hangs 12] [--seed 1] FFMPEG [FFMPEG ...]

For each ffmpeg, container, frame rate, with and without audio: a reader on a channel of its own; again and again the
channel hangs at a random byte of a segment. Then, and at each segment's end, the frames that were wholly delivered are
compared with the lines printed. All times are CLOCK_MONOTONIC.
"""

import argparse
import itertools
import os
import random
import selectors
import statistics
import subprocess
import sys
import time
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction

from pytest_hlsload.origin import Channel, Delivery, Fault, Origin
from pytest_hlsload.origin.media import Container
from tests.truth.frames import Frame, Stream
from tests.truth.viewer import Table, frame_times, table_of

_HANG_SECONDS = 0.8
# long enough for ffmpeg to have printed all that it will print
_SETTLED = 0.3


@dataclass(frozen=True, slots=True)
class Case:
    """One combination under test."""

    ffmpeg: str
    version: str
    container: Container
    fps: int
    audio: bool

    @property
    def streams(self) -> tuple[Stream, ...]:
        """The streams read."""
        return ("video", "audio") if self.audio else ("video",)

    def __str__(self) -> str:
        return f"{self.version:<8}{self.container:<6}{self.fps:>3} fps {'A/V' if self.audio else 'V':<4}"


@dataclass(slots=True)
class Reader:
    """An ffmpeg and the lines it has printed for each stream, as (time, packet size)."""

    case: Case
    channel: Channel
    process: subprocess.Popen[bytes]
    pipes: dict[Stream, int]
    lines: dict[Stream, list[tuple[float, int]]]
    rest: dict[Stream, bytes]
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
    return Reader(case, channel, process, pipes, {s: [] for s in pipes}, {s: b"" for s in pipes})


def run(readers: list[Reader], hangs: int, chance: random.Random) -> None:
    """Let each channel hang so often, each time at another byte."""
    selector = selectors.DefaultSelector()
    for reader in readers:
        for stream, pipe in reader.pipes.items():
            selector.register(pipe, selectors.EVENT_READ, (reader, stream))
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
                size = int(reader.channel.segment_seconds * (300_000 + 64_000 * reader.case.audio) / 8)
                reader.channel.hang(_HANG_SECONDS, at_byte=chance.randrange(1, size))
                busy = True
        if not busy:
            break
    selector.close()


@dataclass(slots=True)
class Findings:
    """What one case gave: frames and seconds held back, and the lag of the lines that come (s)."""

    at_hang: dict[Stream, list[int]]
    at_end: dict[Stream, list[int]]
    media_at_hang: list[float] = field(default_factory=list)
    media_at_end: list[float] = field(default_factory=list)
    line_lag: list[float] = field(default_factory=list)
    sizes_differ: int = 0


def evaluate(reader: Reader) -> Findings:
    """Compare the lines of a reader with its channel's delivery log."""
    frames = table_of(reader.channel)
    delivery = reader.channel.delivery()
    whole = {stream: list(_in_order(delivery, frames, stream)) for stream in reader.case.streams}
    found = Findings({stream: [] for stream in whole}, {stream: [] for stream in whole})
    for stream, lines in reader.lines.items():
        found.sizes_differ += sum(size != frame.size for (_, size), (_, frame) in zip(lines, whole[stream], strict=False))
    for fault in reader.hangs:
        if fault.start is not None and fault.end is not None:
            held, media = _held_back(reader, whole, fault.end - 0.05)
            found.media_at_hang.append(media)
            for stream, count in held.items():
                found.at_hang[stream].append(count)
    for end in _quiet_ends(delivery):
        held, media = _held_back(reader, whole, end)
        found.media_at_end.append(media)
        for stream, count in held.items():
            found.at_end[stream].append(count)
    marks = sorted(at for request in delivery.requests for at, _ in request.sent)
    joined = marks[0] + 3
    for at, _ in itertools.chain.from_iterable(reader.lines.values()):
        before = bisect_right(marks, at)
        if before and at > joined:
            found.line_lag.append(at - marks[before - 1])
    return found


def _in_order(delivery: Delivery, frames: Table, stream: Stream) -> Iterator[tuple[float, Frame]]:
    times = frame_times(delivery, "lag", frames)
    return (times[key] for key in sorted(times) if times[key][1].stream == stream)


def _held_back(
    reader: Reader, whole: dict[Stream, list[tuple[float, Frame]]], at: float
) -> tuple[dict[Stream, int], float]:
    """Frames of each stream that were delivered but not printed at a moment, and the media that is missing (s)."""
    held: dict[Stream, int] = {}
    delivered: list[Fraction] = []
    printed: list[Fraction] = []
    for stream, frames in whole.items():
        here = bisect_left(frames, at, key=lambda item: item[0])
        lines = bisect_left(reader.lines[stream], at, key=lambda item: item[0])
        held[stream] = here - lines
        duration = frames[0][1].duration
        delivered.append(here * duration)
        printed.append(lines * duration)
    return held, float(min(delivered) - min(printed))


def _quiet_ends(delivery: Delivery) -> Iterator[float]:
    """Moments shortly before the first byte of a segment that came well after the one before was complete."""
    segments = [request for request in delivery.requests if request.kind == "segment" and request.sent]
    for before, after in itertools.pairwise(segments):
        if before.ended is not None and after.sent[0][0] - before.ended > _SETTLED:
            yield after.sent[0][0] - 0.001


def _spread(values: Iterable[float], form: str) -> str:
    ordered = sorted(values)
    if not ordered:
        return "-"
    return "/".join(format(value, form) for value in (ordered[0], statistics.median(ordered), ordered[-1]))


def report(case: Case, found: Findings) -> None:
    """Print one case: min/median/max throughout."""
    held = " | ".join(
        f"{stream[0]} hang {_spread(found.at_hang[stream], '.0f'):<9} end {_spread(found.at_end[stream], '.0f'):<7}"
        for stream in case.streams
    )
    media = f"R hang {_spread(found.media_at_hang, '.3f')} end {_spread(found.media_at_end, '.3f')}"
    lag = sorted(found.line_lag)
    lags = f"lag ms p50 {lag[len(lag) // 2] * 1e3:.1f} p99 {lag[len(lag) * 99 // 100] * 1e3:.1f} max {lag[-1] * 1e3:.1f}"
    print(f"{case} {held} | {media} | {lags} | n {len(found.media_at_hang)}+{len(found.media_at_end)}", end="")
    print(f" SIZES DIFFER {found.sizes_differ}" if found.sizes_differ else "", flush=True)


def _version(ffmpeg: str) -> str:
    first = subprocess.run([ffmpeg, "-version"], capture_output=True, text=True, check=True).stdout.split()
    return first[2].split("-")[0]


def main() -> int:
    """Run all cases side by side and print a line for each."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    options.add_argument("ffmpeg", nargs="+")
    options.add_argument("--hangs", type=int, default=12)
    options.add_argument("--seed", type=int, default=1)
    given = options.parse_args()
    containers: tuple[Container, ...] = ("ts", "fmp4")
    with Origin(given.ffmpeg[0]) as origin:
        readers: list[Reader] = []
        try:
            for ffmpeg, container, fps, audio in itertools.product(
                given.ffmpeg, containers, (10, 25, 50), (True, False)
            ):
                case = Case(ffmpeg, _version(ffmpeg), container, fps, audio)
                readers.append(start_reader(case, origin.channel(container=container, fps=fps, audio=audio)))
            run(readers, given.hangs, random.Random(given.seed))
        finally:
            for reader in readers:
                reader.process.kill()
                reader.process.wait()
        for reader in readers:
            report(reader.case, evaluate(reader))
    return 0


if __name__ == "__main__":
    sys.exit(main())
