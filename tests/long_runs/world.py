"""
A world without ffmpeg in which a day passes in a minute

The supervisor, its loop, its clients, the player and the journal are the real ones. The clock jumps from one deadline
to the next, and the readers are played: each tells what ffmpeg would tell, one media event a segment. Not all is well
in it: connections are slow, segments and readers get lost, origins pause, logs complain.
"""

import selectors
from array import array
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from pytest_hlsload.model.media import Keyframe, Run, Stream
from pytest_hlsload.model.timeline import WRAP
from pytest_hlsload.reader.log_lines import LogLine, read_line
from pytest_hlsload.supervisor.loop import Loop
from pytest_hlsload.supervisor.reading import Listener
from pytest_hlsload.supervisor.stream import Place, StreamKnowledge

SEGMENT = 6.0
"""Seconds of media in each, as Apple recommends."""

WINDOW = 10
"""Segments in the playlist."""

# The stream's own time when the load begins, in seconds: its clock wraps after 21 hours.
_FIRST_TIMESTAMP = 20_000.0

_FRAME = 0.04
_BYTES = 1_500_000

# Every so often, on average, something happens to a client, in seconds.
_PEACE = 600.0

# From one pause of the origin to the next, and how long it lasts, in seconds.
_PAUSE_EVERY, _PAUSE = 3600.0, 28.0


class Clock:
    """Seconds; moved by whoever waits."""

    def __init__(self, now: float) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


class JumpingSelector(selectors.DefaultSelector):
    """Waits by moving the clock."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        events = super().select(0)
        if not events and timeout is not None:
            self._clock.now += timeout
        return events


def jumping_loop(clock: Clock) -> Loop:
    loop = Loop(clock=clock, sleep=clock.sleep)
    loop._selector.close()
    loop._selector = JumpingSelector(clock)
    return loop


@dataclass
class Truth:
    """
    What happened to one client, as the world knows it. Times are on the loop's clock.

    Attributes:
        arrivals: when new media came, and how much there was by then, in seconds, by turns: a day of pairs is big.
        restarts: readers that failed and were followed by another.
        killed: those of them that somebody had killed.
        lost: seconds of media that no reader got.
    """

    arrivals: "array[float]" = field(default_factory=lambda: array("d"))
    restarts: int = 0
    killed: int = 0
    lost: float = 0.0


class World:
    """
    Args:
        loop: on which it happens.
        clients: how many.
        until: when the viewers leave, on the loop's clock; readers take a moment longer.
        remembered: of so many clients the arrivals are kept.
    """

    def __init__(self, loop: Loop, clients: int, *, until: float, remembered: int) -> None:
        self.loop = loop
        self._until = until
        self.zero = loop.time()
        self.truth = [Truth() for _ in range(clients)]
        self.pauses: list[tuple[float, float]] = []
        """When the origin stood still, from and until, on the loop's clock."""
        self._remembered = remembered
        self._newest: dict[int, int] = {}
        self._first: dict[int, int] = {}
        self._seen: set[int] = set()
        self._pids = iter(range(10_000_000, 1 << 40))

    def start(self, client: int, listener: Listener, *, stream: StreamKnowledge, place: Place) -> "PlayedReading":
        """See `surroundings.Start`."""
        if client in self._seen:
            self.truth[client - 1].restarts += 1
        self._seen.add(client)
        return PlayedReading(self, client, listener, stream.join + place.back, pid=next(self._pids))

    def spare(self, pid: int) -> None:
        raise AssertionError("there is no sentinel here")

    def close(self) -> None:
        """Nothing is left, as nothing was there."""

    def edge(self, at: float) -> int:
        """The newest segment's number at a moment."""
        paused = sum(min(until, at) - since for since, until in self.pauses if since < at)
        return int((at - self.zero - paused) // SEGMENT)

    def out_at(self, number: int) -> float:
        """When a segment is there, as far as is known by now."""
        at = self.zero + number * SEGMENT
        for since, until in self.pauses:
            if at > since:
                at += until - since
        return at

    def pause(self, at: float) -> None:
        """The origin stands still."""
        self.pauses.append((at, at + _PAUSE))
        self.loop.call_at(at + _PAUSE_EVERY, self.pause)

    def delivered(self, client: int, at: float, number: int) -> None:
        """Keep the truth."""
        if at >= self._until:
            return
        first = self._first.setdefault(client, number)
        newest = self._newest.get(client, first - 1)
        if number <= newest:
            return
        truth = self.truth[client - 1]
        truth.lost += (number - newest - 1) * SEGMENT
        self._newest[client] = number
        if client <= self._remembered:
            truth.arrivals.extend((at, (number - first + 1) * SEGMENT - truth.lost))


class PlayedReading:
    """What a `Reading` is to a client, and what ffmpeg would do behind it."""

    streams = (Stream.VIDEO, Stream.AUDIO)

    def __init__(self, world: World, client: int, listener: Listener, join: int, *, pid: int) -> None:
        self.pid = pid
        self.recent: deque[tuple[float, LogLine]] = deque(maxlen=20)
        self.paused = self.patient = False
        self._world = world
        self._client = client
        self._listener = listener
        self._over = self._asked = False
        self._held_until = 0.0
        self._random = Random(pid)
        now = world.loop.now
        self._next = self._zero = max(world.edge(now) - join + 1, world.edge(now) - WINDOW + 1)
        self._call(now + 0.2, self._open)
        self._call(now + self._random.expovariate(1 / _PEACE), self._mishap)

    def narrow(self) -> None:
        raise AssertionError("a live stream is read as it comes")

    def relax(self) -> None:
        self.patient = True

    def attend(self) -> None:
        self.patient = False

    def read_now(self, at: float) -> None:
        """What it tells waits nowhere."""

    def end(self, at: float) -> None:
        """Blocked in the network it obeys the second signal only."""
        self._asked = True
        self._call(at + 0.32, lambda then: self._exit(then, 255))

    def kill(self) -> None:
        self._over = True

    def _call(self, at: float, what: Callable[[float], None]) -> None:
        def if_it_runs(then: float) -> None:
            if not self._over:
                what(then)

        self._world.loop.call_at(at, if_it_runs)

    def _say(self, at: float, *lines: bytes) -> None:
        for line in lines:
            read = read_line(line)
            self.recent.append((at, read))
            self._listener.on_log(at, read)

    def _exit(self, at: float, code: int) -> None:
        self._over = True
        self._listener.on_end(at, code)

    def _open(self, at: float) -> None:
        start = (_FIRST_TIMESTAMP + self._next * SEGMENT) % WRAP
        self._say(
            at,
            b"[info]   Duration: N/A, start: %.6f, bitrate: N/A" % start,
            b"[info]   Stream #0:0: Video: h264 (High) ([27][0][0][0] / 0x001B), yuv420p, 25 fps",
            b"[info]   Stream #0:1: Audio: aac (LC) ([15][0][0][0] / 0x000F), 48000 Hz, stereo",
            b"[info] Output #0, framecrc, to 'pipe:3':",
        )
        self._read(at)

    def _read(self, at: float) -> None:
        """Fetch what there is, and come back when there is more."""
        if at < self._held_until:
            self._call(self._held_until, self._read)
            return
        while self._next <= self._world.edge(at):
            self._deliver(at, self._next)
            self._next += 1
        self._call(max(at + 0.5, self._world.out_at(self._next) + 0.1 + self._client % 40 * 0.01), self._read)

    def _deliver(self, at: float, number: int) -> None:
        start = (number - self._zero) * SEGMENT
        end = start + SEGMENT
        mark = Keyframe(start, (50_000 + number % 1000, hash((number, 7)) & 0xFFFFFFFF))
        self._world.delivered(self._client, at, number)
        runs = (
            Run(Stream.VIDEO, start, end, _FRAME, _BYTES, (mark,)),
            Run(Stream.AUDIO, start, end, 1024 / 48_000, _BYTES // 20),
        )
        self._listener.on_media(at, runs)

    # Mishaps

    def _mishap(self, at: float) -> None:
        self._random.choice((self._slow, self._gives_up, self._is_killed, self._loses, self._grumbles))(at)
        self._call(at + self._random.expovariate(1 / _PEACE), self._mishap)

    def _slow(self, at: float) -> None:
        self._held_until = at + self._random.uniform(5, 45)

    def _gives_up(self, at: float) -> None:
        self._say(
            at,
            b"[https @ 0x5581] [error] HTTP error 503 Service Unavailable",
            b"[hls @ 0x5581] [warning] Failed to reload playlist 0",
            b"[error] Error during demuxing: Input/output error",
        )
        self._exit(at, 0)

    def _is_killed(self, at: float) -> None:
        # One that was asked to end already is not known by how it did.
        self._world.truth[self._client - 1].killed += not self._asked
        self._exit(at, -9)

    def _loses(self, at: float) -> None:
        if self._next > self._world.edge(at):
            self._say(
                at,
                b"[hls @ 0x5581] [warning] Failed to open segment %d of playlist 0" % self._next,
                b"[hls @ 0x5581] [warning] Segment %d of playlist 0 failed too many times, skipping" % self._next,
            )
            self._next += 1

    def _grumbles(self, at: float) -> None:
        for moment in range(60):
            self._call(at + moment / 5, lambda then: self._say(then, b"[https @ 0x5] [error] HTTP error 404 Not Found"))
