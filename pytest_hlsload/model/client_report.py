"""What one client's viewer saw"""

from dataclasses import dataclass, field
from functools import cached_property

from .client_history import ClientHistory
from .client_records import FAILURES, ExitRecord
from .durations import format_clock, format_duration
from .facts import LoadFacts
from .playback import SHORTEST_COUNTED, Span, session_end, spans_of
from .samples import at_moment, lowest_level
from .stalls import ReaderExit, Stall, make_exit, make_stall
from .states import Playhead, State, Transition
from .window import Window


@dataclass(frozen=True, repr=False)
class ClientReport:
    """
    One client's figures in a window of the load. Received from a report, not made.

    Times are seconds since the load's start. Times and ratios are clipped to the window; a stall belongs, whole, to
    the window in which it starts.

    Attributes:
        facts: what the figures are computed from.
        load: the facts of its load; of a load on several hosts, those of its own.
        window: the part of the load that the figures speak of.
    """

    facts: ClientHistory
    load: LoadFacts = field(compare=False)
    window: Window

    @property
    def index(self) -> int:
        """The client's number, from 1."""
        return self.facts.client

    @property
    def url(self) -> str:
        """What it reads, without secrets."""
        return self.facts.url

    @property
    def playlist(self) -> int:
        """The number of the playlist that it reads, see `StreamInfo.playlist`."""
        return self.facts.playlist

    @property
    def host(self) -> str:
        """The name of the host that it is on; "" where the load has no hosts."""
        return next((host.name for host in self.load.hosts if host.has(self.index)), "")

    @property
    def clock_error(self) -> float:
        """By how much its times may be off those of clients on other hosts, in seconds."""
        return next((host.error for host in self.load.hosts if host.has(self.index)), 0.0)

    @cached_property
    def present(self) -> bool:
        """Whether the viewer was there at all in the window; the spreads leave out those that were not."""
        came = self.facts.came
        return came is not None and self.window.overlap(came, session_end(self.load, self.facts)) > 0

    @cached_property
    def viewing(self) -> tuple[Span, ...]:
        """What its playhead did from when it came until it left; not clipped to the window."""
        return spans_of(self.load, self.facts)

    @cached_property
    def startup_time(self) -> float | None:
        """
        Seconds from the viewer's coming to its first picture, the reader's start included; None while it has not
        played. A client starts once: this is not clipped to the window, but speaks of the time up to its end.
        """
        came, first = self.facts.came, self._first_played
        return None if came is None or first is None else first - came

    @cached_property
    def waited(self) -> float:
        """Seconds before the first picture."""
        return self._seconds(Playhead.WAITING)

    @cached_property
    def played(self) -> float:
        """Seconds in which the playhead moved."""
        return self._seconds(Playhead.PLAYING)

    @cached_property
    def stalled(self) -> float:
        """Seconds in which the playhead stood still for lack of media after playback began."""
        return self._seconds(Playhead.STALLED)

    @property
    def elapsed(self) -> float:
        """Seconds in which the viewer wanted to see something; the time after a stream's end is not among them."""
        return self.waited + self.played + self.stalled

    @cached_property
    def gave_up(self) -> bool:
        """
        Whether its viewer, one of those that come and go (setting ``churn``), had no picture and was not there for
        ``startup_timeout``: nothing can be said against the stream for that.
        """
        came, end = self.facts.came, session_end(self.load, self.facts)
        if self.facts.stays is None or came is None or self._first_played is not None:
            return False
        return end - came < self.load.startup_timeout

    @cached_property
    def saw_nothing(self) -> bool:
        """Whether it had its chance and did not play: it left so, or has waited for ``startup_timeout``."""
        came = self.facts.came
        if came is None or not self.present or self._first_played is not None or self.gave_up:
            return False
        # A client whose host was lost may be playing by now.
        gone = not self.facts.lost and (self.facts.left is not None or not self.load.running)
        end = session_end(self.load, self.facts)
        if gone and self.window.end >= end:
            return True
        return min(self.window.end, end) - came >= self.load.startup_timeout

    @cached_property
    def buffering_ratio(self) -> float | None:
        """
        Stalled / (played + stalled), 0..1: the field's rebuffering ratio (Conviva).

        1.0 for a client that saw nothing; None where it was not there, or is still within ``startup_timeout``.
        """
        if self.played or self.stalled:
            return self.stalled / (self.played + self.stalled)
        return 1.0 if self.saw_nothing else None

    @cached_property
    def uptime(self) -> float | None:
        """Played / elapsed, 0..1; None where it was not there, or gave up."""
        return self.played / self.elapsed if self.elapsed and not self.gave_up else None

    @cached_property
    def stalls(self) -> tuple[Stall, ...]:
        """All that started in the window, however short, in the order of time."""
        made: list[Stall] = []
        since, before = 0.0, None
        for span in self.viewing:
            if span.playhead is Playhead.PLAYING:
                since = span.start
            elif span.playhead is Playhead.STALLED and span.duration > 0:
                # The one before tells, in whatever window it is: a stall is the same in all.
                before = make_stall(self.load, self.facts, span, since=since, before=before)
                if self._counts(span):
                    made.append(before)
        return tuple(made)

    @cached_property
    def stall_count(self) -> int:
        """How many stalls of 0.5 s and more started in the window."""
        return sum(span.duration >= SHORTEST_COUNTED for span in self.viewing if self._counts(span))

    @cached_property
    def longest_stall(self) -> float:
        """The longest stall that started in the window, in seconds; 0.0 where there is none."""
        return max((span.duration for span in self.viewing if self._counts(span)), default=0.0)

    @cached_property
    def history(self) -> tuple[Transition, ...]:
        """
        Its states; each lasts until the next, the last until the window's end. Begins at the window's start, which for
        the whole load is ``idle`` at 0.0.
        """
        window, states = self.window, self.facts.states
        if window.start <= states[0].at:
            return tuple(state for state in states if state.at <= window.end)
        before = [state for state in states if state.at <= window.start]
        within = [state for state in states if window.start < state.at and window.holds(state.at)]
        return (Transition(window.start, before[-1].state), *within)

    def time_in(self, state: State) -> float:
        """Seconds of the window that it spent in a state."""
        return self._times.get(State(state), 0.0)

    @cached_property
    def restarts(self) -> int:
        """How many readers were started because the one before had failed."""
        return sum(run.why == "restart" and self.window.holds(run.start) for run in self.facts.readers)

    @cached_property
    def failures(self) -> tuple[ExitRecord, ...]:
        """What is on record of the ends of readers that were failures."""
        return tuple(e for e in self.facts.exits if e.asked in FAILURES and self.window.holds(e.at))

    @cached_property
    def exits(self) -> tuple[ReaderExit, ...]:
        """The same, and why they came about."""
        return tuple(make_exit(self.load, self.facts, record) for record in self.failures)

    @cached_property
    def media_lost(self) -> float:
        """Seconds of media that no reader of this client got."""
        return sum(hole.lost for hole in self.facts.holes if self.window.holds(hole.at))

    @cached_property
    def decode_errors(self) -> int:
        """How many errors its readers' decoders told of; always 0 in mode ``copy``."""
        spans = (span for span in self.facts.logs if span.log == "decode_error" and self.window.holds(span.start))
        return sum(span.count for span in spans)

    @cached_property
    def timeline_resets(self) -> int:
        """How many times its media began a new timeline, contiguous to what was before."""
        return sum(hole.reset and self.window.holds(hole.at) for hole in self.facts.holes)

    @cached_property
    def latency_growth(self) -> float | None:
        """
        How much further behind the live edge the viewer fell, in seconds: elapsed since the start of play, less what
        was played, less media lost. None where it has not played.
        """
        if not self.present or self._first_played is None:
            return None
        return self.stalled - self.media_lost

    @cached_property
    def lowest_buffer(self) -> float | None:
        """The lowest buffer while playing, in seconds; 0.0 where it stalled, None where nothing was measured."""
        if self.stalled > 0:
            return 0.0
        return lowest_level(self.load, self.index, self.window) if self.present else None

    @cached_property
    def media_received(self) -> float:
        """New media that arrived, in seconds."""
        return max(0.0, self._arrived[0])

    @cached_property
    def bytes_received(self) -> int:
        """Elementary-stream bytes as delivered to the reader; what was fetched again is included."""
        return max(0, round(self._arrived[1]))

    @cached_property
    def media_bitrate(self) -> float | None:
        """Bits per second of media; None where no media arrived."""
        media, size = self._arrived
        return 8 * size / media if media > 0 else None

    def __repr__(self) -> str:
        ratio = "?" if self.buffering_ratio is None else f"{self.buffering_ratio:.2%}"
        restarts = f", {self.restarts} restarts" if self.restarts else ""
        started = f", started in {format_duration(self.startup_time)}" if self.startup_time is not None else ""
        return f"<client {self.index}: buffering {ratio}, {self.told_worst}{restarts}{started}>"

    @property
    def told_worst(self) -> str:
        """The worst that happened to the viewer, when and why, in a few words."""
        if self._first_played is None and self.present:
            return f"never played in {format_duration(self.waited)}"
        if not self.stalls:
            return "no stall"
        worst = max(self.stalls, key=lambda stall: stall.duration)
        count = f"{len(self.stalls)} stalls, longest" if len(self.stalls) > 1 else "stalled"
        return f"{count} {format_duration(worst.duration)} at {format_clock(worst.start)} ({worst.cause})"

    @cached_property
    def _first_played(self) -> float | None:
        first = next((span.start for span in self.viewing if span.playhead is Playhead.PLAYING), None)
        return first if first is not None and first <= self.window.end else None

    @cached_property
    def _times(self) -> dict[State, float]:
        times: dict[State, float] = {}
        states = self.facts.states
        ends = (*(state.at for state in states[1:]), float("inf"))
        for state, end in zip(states, ends, strict=True):
            times[state.state] = times.get(state.state, 0.0) + self.window.overlap(state.at, end)
        return times

    @cached_property
    def _arrived(self) -> tuple[float, float]:
        media, size = at_moment(self.load, self.index, self.window.end)
        if self.window.start <= 0:
            return media, size
        before = at_moment(self.load, self.index, self.window.start)
        return media - before[0], size - before[1]

    def _seconds(self, playhead: Playhead) -> float:
        return sum(self.window.overlap(span.start, span.end) for span in self.viewing if span.playhead is playhead)

    def _counts(self, span: Span) -> bool:
        """Whether a span is a stall of this window."""
        return span.playhead is Playhead.STALLED and span.duration > 0 and self.window.holds(span.start)
