"""
The virtual player: what a viewer's playhead does with the media that has arrived

The rules are media3's (start at 1 s, rebuffer when dry, resume at 2 s) in the frame of ITU-T G.1022: a model
independent of any client that takes arrivals and puts out state changes.
"""

from .states import Playhead

# Levels are sums of frame durations: a threshold is met, and a buffer not yet dry, if only rounding says otherwise.
_ROUNDING = 1e-6


class Player:
    """
    One viewer. Times are seconds on any monotonic clock and must not go back.

    Between calls nothing is sampled: the instant at which the buffer runs dry is computed, so it is exact however
    seldom `advance` is called.

    Args:
        at: when the viewer asked for playback.
        startup_buffer: media, in seconds, with which playback begins.
        resume_buffer: media, in seconds, with which it goes on after a stall.
    """

    __slots__ = (
        "_at",
        "_complete",
        "ended",
        "level",
        "lowest",
        "played",
        "playhead",
        "received",
        "resume_buffer",
        "stalled",
        "startup_buffer",
        "waited",
    )

    def __init__(self, at: float, *, startup_buffer: float, resume_buffer: float) -> None:
        self._at = at
        self._complete = False
        self.startup_buffer = startup_buffer
        self.resume_buffer = resume_buffer
        self.playhead = Playhead.WAITING
        self.received = 0.0
        """Media received so far, in seconds."""
        self.level = 0.0
        """The buffer: media received and not yet played, in seconds; never negative."""
        self.lowest = float("inf")
        """The lowest level since playback began or since `reset_lowest`, in seconds."""
        self.waited = self.played = self.stalled = self.ended = 0.0
        """Seconds spent before playback, playing, stalled, and after the end; together the time since ``at``."""

    @property
    def dry_at(self) -> float | None:
        """By when the buffer will have run dry if no more media comes; None where the playhead does not move."""
        return self._at + self.level + 2 * _ROUNDING if self.playhead is Playhead.PLAYING else None

    def advance(self, at: float) -> list[tuple[float, Playhead]]:
        """Let the clock move on to ``at``; returns what the playhead did meanwhile, with the exact times."""
        elapsed = at - self._at
        if elapsed < 0:
            raise ValueError(f"time went back by {-elapsed} s")
        changes: list[tuple[float, Playhead]] = []
        if self.playhead is Playhead.PLAYING:
            if elapsed <= self.level + _ROUNDING:
                self.played += elapsed
                self.level = max(0.0, self.level - elapsed)
                self.lowest = min(self.lowest, self.level)
                self._at = at
                return changes
            dry = self._at + self.level
            self.played += self.level
            elapsed -= self.level
            self.level = self.lowest = 0.0
            self.playhead = Playhead.ENDED if self._complete else Playhead.STALLED
            changes.append((dry, self.playhead))
        if self.playhead is Playhead.WAITING:
            self.waited += elapsed
        elif self.playhead is Playhead.STALLED:
            self.stalled += elapsed
        else:
            self.ended += elapsed
        self._at = at
        return changes

    def receive(self, at: float, received: float) -> list[tuple[float, Playhead]]:
        """
        Media has arrived: ``received`` seconds of it in all since the viewer came. It counts from ``at`` on, so a late
        arrival never mends what has already stalled.
        """
        changes = self.advance(at)
        if received > self.received:
            self.level += received - self.received
            self.received = received
            self._go_on(at, changes)
        return changes

    def complete(self, at: float) -> list[tuple[float, Playhead]]:
        """The playlist has ended: what is in the buffer is all there will be."""
        changes = self.advance(at)
        self._complete = True
        self._go_on(at, changes)
        return changes

    def reset_lowest(self) -> float | None:
        """The lowest level since the last call, in seconds; None where the playhead has not moved since."""
        lowest = self.lowest
        self.lowest = self.level if self.playhead is Playhead.PLAYING else float("inf")
        return lowest if lowest != float("inf") else None

    def _go_on(self, at: float, changes: list[tuple[float, Playhead]]) -> None:
        if self.playhead is Playhead.WAITING:
            enough = self.startup_buffer
        elif self.playhead is Playhead.STALLED:
            enough = self.resume_buffer
        else:
            return
        if self._complete and self.level <= 0:
            self.playhead = Playhead.ENDED
        elif self._complete or self.level >= enough - _ROUNDING:
            self.playhead = Playhead.PLAYING
            self.lowest = min(self.lowest, self.level)
        else:
            return
        changes.append((at, self.playhead))
