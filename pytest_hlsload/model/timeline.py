"""
What successive readers of one client deliver, related to one another

Every reader counts time from its own zero. The timeline lays the readers' media on one axis, so that what a restarted
reader fetches again is not new, and what no reader got is known to be missing.
"""

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from .media import Run, Stream

# Time stamps of contiguous packets differ from the sum of durations by rounding, in seconds.
TOLERANCE = 0.1

# 33-bit MPEG-TS clocks wrap after this many seconds.
WRAP = 2**33 / 90_000

# A frame shown longer than its stated duration (a still slide) is media; a longer step is a jump of the clock.
LONGEST_FRAME = 1.0


@dataclass(frozen=True, slots=True)
class Hole:
    """
    A place where the media does not go on where it ended.

    Attributes:
        lost: seconds of media that this client never got; 0.0 where a new timeline begins.
        reset: whether a new timeline begins here: the clock jumped, and nothing tells of lost segments.
    """

    lost: float
    reset: bool


class _StreamTimeline:
    """One stream's media on the client's axis. All values are seconds."""

    __slots__ = ("frontier", "held", "line_end", "lost", "new", "resets", "shift")

    def __init__(self) -> None:
        self.frontier: float | None = None
        """Where the newest media ends; what the reader holds back is included."""
        self.line_end: float | None = None
        """Where the running reader's last packet ended; None before its first."""
        self.held = 0.0
        """What the reader has got but holds back."""
        self.shift: float | None = None
        """From the running reader's clock to the axis; None while that is not known."""
        self.new = self.lost = 0.0
        self.resets = 0


class Timeline:
    """
    The media of one client.

    Args:
        window: how far back, in seconds, this stream's playlist reaches. A new reader that starts no further back
            than this before the last media is fetching again what is already there.
    """

    def __init__(self, *, window: float = 60.0) -> None:
        self.window = window
        self.received = 0.0
        """New media, in seconds: what the mapped stream that has got least has got."""
        self._streams: dict[Stream, _StreamTimeline] = {}
        self._mapped: dict[Stream, _StreamTimeline] = {}
        self._held_frames: Mapping[Stream, int] = {}
        self._origin: float | None = None
        self._skipped: float | None = None
        self._lap: float | None = None
        self._idle = 0.0
        self._keyframes: deque[tuple[float, tuple[int, int]]] = deque()
        self._waiting: list[Run] = []
        self._related = False
        self._told = 0.0, 0

    @property
    def lost(self) -> float:
        """Media that no reader of this client got, in seconds."""
        return max((stream.lost for stream in self._streams.values()), default=0.0)

    @property
    def resets(self) -> int:
        """How many times a new timeline began."""
        return max((stream.resets for stream in self._streams.values()), default=0)

    @property
    def position(self) -> float | None:
        """How far into the running lap of a VOD the media reaches, in seconds; None where there is no such lap."""
        reached = [timeline.frontier for timeline in self._mapped.values() if timeline.frontier is not None]
        return min(reached) - self._lap if reached and self._lap is not None else None

    def open(
        self,
        origin: float | None,
        streams: Iterable[Stream],
        *,
        held: Mapping[Stream, int],
        idle: float,
        lap: bool = False,
        skipped: float | None = None,
    ) -> None:
        """
        A new reader has opened the stream.

        Args:
            origin: the stream's own time, in seconds, at the reader's zero; None where that is not known.
            streams: those that the reader delivers.
            held: how many whole frames of each stream the reader keeps back at any time.
            idle: seconds since media last came; a live stream has not gone on by more than this and its window.
            lap: whether a VOD begins anew, so that the same media is new to the viewer.
            skipped: of a VOD, how much of its beginning the reader leaves out, in seconds; None for a live stream. A
                VOD has no ``origin``: where in it media belongs follows from where the lap began.
        """
        if lap:
            self._lap = None
            self._keyframes.clear()
        if skipped is not None:
            origin = None if self._lap is None else self._lap + skipped
        self._origin = origin
        self._skipped = skipped
        self._mapped = {stream: self._streams.setdefault(stream, _StreamTimeline()) for stream in streams}
        self.received = self._least()
        self._held_frames = held
        self._idle = idle
        self._related = False
        self._waiting = []
        for timeline in self._streams.values():
            timeline.line_end = timeline.shift = None
            timeline.held = 0.0

    def drain(self) -> None:
        """The reader has come to its end and is handing over what it held back."""
        self._held_frames = {}
        for timeline in self._streams.values():
            timeline.held = 0.0

    def media(self, run: Run, *, loss_confirmed: bool) -> Hole | None:
        """
        Take a run of packets.

        Args:
            run: the packets.
            loss_confirmed: whether the log tells of segments lost just before.
        """
        goes_on = self._related
        if not goes_on:
            if run.stream is Stream.AUDIO and Stream.VIDEO in self._mapped and self._keyframes:
                # Only video can be known again by its content, so it decides how the readers are related.
                self._waiting.append(run)
                return None
            self._relate(run)
        goes_on &= self._take(run, loss_confirmed=loss_confirmed)
        while self._waiting:
            goes_on &= self._take(self._waiting.pop(0), loss_confirmed=loss_confirmed)
        return None if goes_on else self._hole()

    def _hole(self) -> Hole | None:
        """What has come to be missing since this was last asked."""
        (lost, resets), self._told = self._told, (self.lost, self.resets)
        if self.resets > resets:
            return Hole(lost=0.0, reset=True)
        if self.lost > lost + TOLERANCE:
            return Hole(lost=self.lost - lost, reset=False)
        return None

    def _least(self) -> float:
        return min([timeline.new for timeline in self._mapped.values()], default=0.0)

    def _take(self, run: Run, *, loss_confirmed: bool) -> bool:
        """Add a run; whether it follows what its reader delivered before."""
        timeline = self._mapped[run.stream]
        frontier, last = timeline.frontier, timeline.line_end
        if timeline.shift is None:  # contiguous: the readers cannot be related
            timeline.shift = (frontier or 0.0) - run.start
        if self._skipped is not None and self._lap is None:
            self._lap = timeline.shift - self._skipped
        start = run.start + timeline.shift
        goes_on = last is not None and abs(start - last) <= TOLERANCE
        if frontier is None:
            timeline.frontier = frontier = start
        elif last is None:
            if start > frontier + TOLERANCE:
                timeline.lost += start - frontier
                timeline.frontier = frontier = start
        elif abs(gap := start - last) > TOLERANCE:
            if gap > 0 and loss_confirmed:
                timeline.lost += max(0.0, start - max(last, frontier - timeline.held))
                timeline.frontier = frontier = max(frontier, start + timeline.held)
            elif not 0 < gap <= LONGEST_FRAME:
                timeline.shift -= gap
                timeline.resets += 1
        timeline.line_end = run.end + timeline.shift
        timeline.held = self._held_frames.get(run.stream, 0) * run.frame
        reached = timeline.line_end + timeline.held
        if reached > frontier:
            timeline.new += reached - frontier
            timeline.frontier = reached
            self.received = self._least()
        if run.keyframes:
            self._remember(run, timeline.shift)
        return goes_on

    def _relate(self, run: Run) -> None:
        """Find the running reader's place on the axis by its first packets; leave it open where there is none."""
        self._related = True
        frontier = self._mapped[run.stream].frontier
        if frontier is None:
            self._shift_all(self._origin or 0.0)
            return
        shift = self._place(run, frontier)
        if shift is not None:
            self._shift_all(shift)
        else:
            for timeline in self._streams.values():
                timeline.resets += 1
            self._keyframes.clear()

    def _place(self, run: Run, frontier: float) -> float | None:
        stamped = None
        if self._origin is not None:
            stamped = self._origin + WRAP * round((frontier - self._origin - run.start) / WRAP)
        first = next(iter(run.keyframes), None)
        if first is not None:
            known = [at - first.start for at, mark in self._keyframes if mark == first.mark]
            if stamped is not None and any(abs(shift - stamped) <= TOLERANCE for shift in known):
                return stamped
            if len(known) == 1:  # the same picture under other time stamps: the encoder was restarted
                return known[0]
            if stamped is not None and any(abs(at - first.start - stamped) <= TOLERANCE for at, _ in self._keyframes):
                return None  # other pictures under the same time stamps
        if stamped is None or self._skipped is not None:  # all of a VOD is there to be fetched again
            return stamped
        return stamped if -self.window <= run.start + stamped - frontier <= self._idle + self.window else None

    def _shift_all(self, shift: float) -> None:
        for timeline in self._mapped.values():
            timeline.shift = shift

    def _remember(self, run: Run, shift: float) -> None:
        newest = self._keyframes[-1][0] if self._keyframes else float("-inf")
        for keyframe in run.keyframes:
            if (at := keyframe.start + shift) > newest + TOLERANCE:
                self._keyframes.append((at, keyframe.mark))
        oldest = self._keyframes[-1][0] - self.window
        while self._keyframes[0][0] < oldest:
            self._keyframes.popleft()
