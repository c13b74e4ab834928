"""What a viewer saw: frames as they were delivered, and a plain player that plays them."""

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from pytest_hlsload.origin import Channel, Delivery
from truth.frames import Frame, Stream, frames_of

STARTUP_BUFFER = 1.0
RESUME_BUFFER = 2.0
Table = Callable[[int], tuple[Frame, ...]]


@dataclass(frozen=True, slots=True)
class Arrival:
    """
    A moment at which new media was there.

    Attributes:
        at: when (monotonic s).
        media: all new media delivered until then: the least over the streams (s, exact).
    """

    at: float
    media: Fraction


@dataclass(frozen=True, slots=True)
class TrueStall:
    """A span without media for the playhead: its start (monotonic s) and duration (s)."""

    start: float
    duration: float


@dataclass(frozen=True, slots=True)
class Viewing:
    """
    What a viewer saw between two moments.

    Attributes:
        startup: from the beginning of the window to the first frame played (s); None if it never played.
        stalls: the stalls in order; one that is open at the end counts to the end.
        played: media played (s).
    """

    startup: float | None
    stalls: tuple[TrueStall, ...]
    played: float

    @property
    def stalled(self) -> float:
        """Time stalled (s)."""
        return sum(stall.duration for stall in self.stalls)

    @property
    def buffering_ratio(self) -> float | None:
        """Stalled / (played + stalled); None if it never played."""
        return self.stalled / (self.played + self.stalled) if self.startup is not None else None


def table_of(channel: Channel) -> Table:
    """The frames of a channel's segments by ordinal."""
    init = channel.init()
    known: dict[int, tuple[Frame, ...]] = {}

    def frames(ordinal: int) -> tuple[Frame, ...]:
        if ordinal not in known:
            known[ordinal] = frames_of(channel.segment(ordinal), init)
        return known[ordinal]

    return frames


def frame_times(delivery: Delivery, client: str, frames: Table) -> dict[tuple[int, int], tuple[float, Frame]]:
    """
    When each frame, as (segment ordinal, index in the segment), was first wholly delivered to a client.

    Args:
        delivery: the channel's log; it must be complete.
        client: User-Agent, or a part of it that no other client's has.
        frames: the frames of a segment.
    """
    if delivery.forgotten:
        raise ValueError(f"the delivery log has forgotten {delivery.forgotten} requests")
    first: dict[tuple[int, int], tuple[float, Frame]] = {}
    for request in delivery.of(client):
        if request.kind != "segment" or request.segment is None or request.status != 200:
            continue
        for index, frame in enumerate(frames(request.segment)):
            at = request.sent_at(frame.whole_at)
            key = (request.segment, index)
            if at is not None and (key not in first or at < first[key][0]):
                first[key] = (at, frame)
    return first


def arrivals(delivery: Delivery, client: str, frames: Table) -> tuple[Arrival, ...]:
    """How a client's media grew; the arguments are those of `frame_times`."""
    times = frame_times(delivery, client, frames).values()
    requested = {request.segment for request in delivery.of(client) if request.segment is not None}
    # a stream of which nothing has come yet counts, too: with 0
    streams = {frame.stream for ordinal in requested for frame in frames(ordinal)}
    totals: dict[Stream, Fraction] = dict.fromkeys(streams, Fraction(0))
    grown: list[Arrival] = []
    for at, frame in sorted(times, key=lambda item: item[0]):
        totals[frame.stream] += frame.duration
        media = min(totals.values())
        if media > (grown[-1].media if grown else 0):
            grown.append(Arrival(at, media))
    return tuple(grown)


def received(history: tuple[Arrival, ...], at: float) -> float:
    """New media delivered by a moment (s)."""
    index = bisect_right(history, at, key=lambda arrival: arrival.at)
    return float(history[index - 1].media) if index else 0.0


def watch(
    history: tuple[Arrival, ...],
    start: float,
    end: float,
    *,
    startup_buffer: float = STARTUP_BUFFER,
    resume_buffer: float = RESUME_BUFFER,
    stream_ended: float | None = None,
) -> Viewing:
    """
    Let a viewer watch from `start` to `end` (monotonic s).

    Args:
        history: how the media grew.
        start: when the viewer asked to play.
        end: when the viewer left.
        startup_buffer: buffered media at which playing begins (s).
        resume_buffer: buffered media at which playing goes on after a stall (s).
        stream_ended: from when the viewer knew that no more media comes (monotonic s): then any media is played, and
            running dry is the end, not a stall.
    """
    now, media, played = start, 0.0, 0.0
    playing = False
    startup: float | None = None
    stalled_since: float | None = None
    stalls: list[TrueStall] = []
    moments = [(arrival.at, float(arrival.media)) for arrival in history if start < arrival.at < end]
    for at, media_then in [*moments, (end, float("nan"))]:
        # until `at` nothing new comes
        if playing:
            step = min(at - now, media - played)
            played += step
            if step < at - now:
                playing = False
                if stream_ended is None or now + step < stream_ended:
                    stalled_since = now + step
        now = at
        if at == end:
            break
        media = media_then
        if playing:
            continue
        wanted = startup_buffer if startup is None else resume_buffer
        if media - played >= wanted or (stream_ended is not None and at >= stream_ended):
            playing = True
            if startup is None:
                startup = at - start
            if stalled_since is not None:
                stalls.append(TrueStall(stalled_since, at - stalled_since))
                stalled_since = None
    if stalled_since is not None:
        stalls.append(TrueStall(stalled_since, end - stalled_since))
    return Viewing(startup, tuple(stalls), played)


def truth(channel: Channel, client: str, start: float, end: float, *, resume_buffer: float = RESUME_BUFFER) -> Viewing:
    """What a client of a channel saw between two moments (monotonic s)."""
    history = arrivals(channel.delivery(), client, table_of(channel))
    return watch(history, start, end, resume_buffer=resume_buffer)
