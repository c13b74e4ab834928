"""
The rules that a live playlist must keep from one look to the next (RFC 8216 6.2.1, 6.2.2). No clock, no network.

Their names are those of Eyevinn's hls-monitor where it has them.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from .snapshot import Snapshot

# A new segment must appear within 1.5 target durations of the last (RFC 8216 6.2.1); after 3 the buffer of a viewer who
# joined where it should is gone.
STALE_WARNING = 1.5
STALE_ERROR = 3.0

# Program dates may differ from the sum of durations by less than a second.
_DRIFT = 1.0


@dataclass(frozen=True, slots=True)
class Found:
    """
    Attributes:
        check: the rule.
        level: "warning" or "error".
        text: a sentence.
        since: when it began, on the caller's clock, in seconds.
        lasted: in seconds; None while it lasts, 0.0 for a moment.
    """

    check: str
    level: str
    text: str
    since: float
    lasted: float | None = 0.0


class Checks:
    """
    What one playlist's looks amount to. Every breach is told once, a lasting one again when it grows worse or ends.

    Args:
        live: whether it was live at the first look; an end is unexpected only then.
    """

    def __init__(self, *, live: bool = True) -> None:
        self._live = live
        self._before: Snapshot | None = None
        self._changed_at = 0.0
        self._stale = ""
        self._failing_since: float | None = None
        self._failure = ""
        self._told: set[str] = set()

    def see(self, at: float, now: Snapshot) -> list[Found]:
        """The playlist as it was when it was asked for at ``at``."""
        found = list(self._recovered(at))
        before, self._before = self._before, now
        if before is None:
            self._changed_at = at
        else:
            found += self._compared(at, before, now)
        found += self._by_itself(at, now)
        return found

    def failed(self, at: float, error: str) -> list[Found]:
        """The playlist could not be had or read; ``at`` is when it was asked for."""
        if self._failing_since is not None:
            return []
        self._failing_since, self._failure = at, error
        return [Found("manifest_retrieval", "error", f"the playlist could not be had: {error}", at, None)]

    def _recovered(self, at: float) -> Iterator[Found]:
        if self._failing_since is not None:
            since, self._failing_since = self._failing_since, None
            text = f"the playlist could not be had for {at - since:.1f} s: {self._failure}"
            yield Found("manifest_retrieval", "error", text, since, at - since)

    def _compared(self, at: float, before: Snapshot, now: Snapshot) -> Iterator[Found]:
        if now.sequence < before.sequence:
            text = f"the media sequence went back: {before.sequence} → {now.sequence}"
            yield Found("media_sequence", "error", text, at)
        elif now.last < before.last:
            yield Found("playlist_size", "error", f"{before.last - now.last} segments vanished from its end", at)
        elif now.last == before.last:
            yield from self._unchanged(at, now)
            return
        else:
            yield from self._same_segments(at, before, now)
        if now.discontinuity_sequence < before.discontinuity_sequence:
            text = (
                f"the discontinuity sequence went back: {before.discontinuity_sequence} → {now.discontinuity_sequence}"
            )
            yield Found("discontinuity_sequence", "error", text, at)
        yield from self._went_on(at, now)

    def _unchanged(self, at: float, now: Snapshot) -> Iterator[Found]:
        if now.ended:
            return
        silent = at - self._changed_at
        level = "error" if silent > STALE_ERROR * now.target_duration else "warning"
        if silent > STALE_WARNING * now.target_duration and self._stale not in {"error", level}:
            self._stale = level
            yield Found("stale_manifest", level, _stale_text(silent, now), self._changed_at, None)

    def _went_on(self, at: float, now: Snapshot) -> Iterator[Found]:
        silent = at - self._changed_at
        if self._stale:
            yield Found("stale_manifest", self._stale, _stale_text(silent, now), self._changed_at, silent)
        self._stale = ""
        self._changed_at = at

    def _same_segments(self, at: float, before: Snapshot, now: Snapshot) -> Iterator[Found]:
        for number in range(now.sequence, min(before.last, now.last) + 1):
            old, new = before.segments[number - before.sequence], now.segments[number - now.sequence]
            if old.uri != new.uri:
                yield Found("playlist_content", "error", f"segment {number} has another address than before", at)
                return

    def _by_itself(self, at: float, now: Snapshot) -> Iterator[Found]:
        # Once each: such a playlist is made so, and will be made so again.
        for found in (self._extinf(at, now), self._window(at, now), self._drift(at, now), self._ended(at, now)):
            if found is not None and found.check not in self._told:
                self._told.add(found.check)
                yield found

    def _extinf(self, at: float, now: Snapshot) -> Found | None:
        longest = max((segment.duration for segment in now.segments), default=0.0)
        if math.floor(longest + 0.5) <= now.target_duration:
            return None
        text = f"a segment of {longest:g} s is longer than the target duration of {now.target_duration:g} s"
        return Found("extinf_over_target", "error", text, at)

    def _window(self, at: float, now: Snapshot) -> Found | None:
        length = sum(segment.duration for segment in now.segments)
        if now.ended or now.sequence == 0 or length >= 3 * now.target_duration * 0.95:
            return None
        text = f"the playlist holds {length:.1f} s, less than three target durations of {now.target_duration:g} s"
        return Found("window_short", "warning", text, at)

    def _drift(self, at: float, now: Snapshot) -> Found | None:
        for one, two in pairwise(now.segments):
            if one.date is None or two.date is None or two.discontinuity:
                continue
            drift = two.date - one.date - one.duration
            if abs(drift) > _DRIFT:
                return Found("pdt_drift", "warning", f"program dates and durations differ by {drift:+.1f} s", at)
        return None

    def _ended(self, at: float, now: Snapshot) -> Found | None:
        if self._live and now.ended:
            return Found("unexpected_endlist", "error", "the live playlist ended (EXT-X-ENDLIST)", at)
        return None


def _stale_text(silent: float, now: Snapshot) -> str:
    return f"playlist unchanged for {silent:.1f} s, target duration {now.target_duration:g} s"
