"""
What a channel has published at a given moment: a pure function of time and of the commands given.

An ordinal counts the published segments of a channel from 0 and never jumps, whatever the faults do to names, media
sequence numbers and timestamps.
"""

import math
import re
from dataclasses import dataclass, field
from fractions import Fraction


@dataclass(slots=True)
class Publication:
    """
    The clock and the playlist of one channel.

    Attributes:
        start: when ordinal 0 was published (monotonic s); ordinal n follows at `start + n * segment_seconds`.
        segment_seconds: exact duration of every segment (s).
        window: segments that the playlist lists.
        suffix: file name extension of segments, without dot.
        has_init: whether the playlist names an initialisation section.
        first_number: media sequence number of ordinal 0.
        total: number of segments of a VOD; None for a live channel.
    """

    start: float
    segment_seconds: Fraction
    window: int
    suffix: str
    has_init: bool
    first_number: int = 0
    total: int | None = None
    _sequence_shift: int = 0
    _naming: list[tuple[int, int]] = field(default_factory=list)
    _encoders: list[int] = field(default_factory=lambda: [0])
    _frozen: tuple[float, int, bool] | None = None
    _paused: float = 0.0
    _last: int | None = None

    def __post_init__(self) -> None:
        self._sequence_shift = self.first_number
        self._naming.append((0, self.first_number))
        if self.total is not None:
            self._last = self.total - 1
            self.window = self.total

    def edge(self, now: float) -> int:
        """The newest published ordinal, whether the playlist shows it or not."""
        if self._frozen is not None and self._frozen[2]:
            return self._frozen[1]
        edge = self._clock_edge(now)
        return edge if self._last is None else min(edge, self._last)

    def position(self, ordinal: int) -> int:
        """How many segments the encoder had made before this one since it was (re)started."""
        return ordinal - max(first for first in self._encoders if first <= ordinal)

    def name(self, ordinal: int) -> str:
        """File name of a segment."""
        shift = next(shift for first, shift in reversed(self._naming) if first <= ordinal)
        return f"live-{ordinal + shift:06d}.{self.suffix}"

    def find(self, name: str, now: float) -> int | None:
        """The ordinal that a file name stands for; None if it is not published yet or was removed long ago."""
        found = re.fullmatch(rf"live-(\d+)\.{self.suffix}", name)
        if found is None:
            return None
        newest = self.edge(now)
        # a removed segment stays fetchable for two more windows, as RFC 8216 6.2.2 asks
        oldest = 0 if self.total is not None else newest - 3 * self.window
        after = newest + 1
        for first, shift in reversed(self._naming):
            ordinal = int(found[1]) - shift
            if max(first, oldest) <= ordinal < after:
                return ordinal
            after = min(after, first)
        return None

    def playlist(self, now: float) -> str:
        """The media playlist's text."""
        newest = self.edge(now) if self._frozen is None else self._frozen[1]
        oldest = max(0, newest - self.window + 1)
        removed = sum(1 for first in self._encoders[1:] if first < oldest)
        seconds = float(self.segment_seconds)
        lines = [
            "#EXTM3U",
            f"#EXT-X-VERSION:{7 if self.has_init else 3}",
            # RFC 8216 4.3.3.1 compares durations rounded to the nearest second
            f"#EXT-X-TARGETDURATION:{max(1, math.floor(seconds + 0.5))}",
            f"#EXT-X-MEDIA-SEQUENCE:{oldest + self._sequence_shift}",
        ]
        if removed:
            lines.append(f"#EXT-X-DISCONTINUITY-SEQUENCE:{removed}")
        if self.total is not None:
            lines.append("#EXT-X-PLAYLIST-TYPE:VOD")
        if self.has_init:
            lines.append('#EXT-X-MAP:URI="init.mp4"')
        for ordinal in range(oldest, newest + 1):
            if ordinal in self._encoders[1:]:
                lines.append("#EXT-X-DISCONTINUITY")
            lines += [f"#EXTINF:{seconds:.6f},", self.name(ordinal)]
        if self._last is not None and newest >= self._last:
            lines.append("#EXT-X-ENDLIST")
        return "\n".join(lines) + "\n"

    def freeze(self, now: float, *, pause: bool) -> None:
        """Stop updating the playlist; with `pause` nothing is published either."""
        if self._frozen is None:
            self._frozen = (now, self.edge(now), pause)

    def thaw(self, now: float) -> None:
        """Update the playlist again; after a pause, publishing goes on where it stopped."""
        if self._frozen is None:
            return
        since, _, pause = self._frozen
        self._frozen = None
        if pause:
            self._paused += now - since

    def reset_sequence(self, now: float, first: int) -> None:
        """Let the playlist's media sequence restart at `first`; segments published later are named accordingly."""
        newest = self.edge(now)
        oldest = max(0, newest - self.window + 1)
        self._sequence_shift = first - oldest
        self._naming.append((newest + 1, self._sequence_shift))

    def restart_encoder(self, now: float, *, restart_names: bool) -> None:
        """Let the next segment carry timestamps as from a fresh encoder, after a discontinuity."""
        following = self.edge(now) + 1
        if following not in self._encoders:
            self._encoders.append(following)
        if restart_names:
            self._naming.append((following, -following))

    def finish(self, now: float) -> None:
        """End the stream with what is published now."""
        if self._last is None:
            self._last = self.edge(now)

    def _clock_edge(self, now: float) -> int:
        if self.total is not None:
            return self.total - 1
        # the nanosecond keeps float rounding from hiding a segment at its own instant
        return math.floor((now - self.start - self._paused + 1e-9) / float(self.segment_seconds))
