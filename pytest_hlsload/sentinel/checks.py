"""
The rules that a live playlist must keep from one look to the next (RFC 8216 6.2.1, 6.2.2). No clock, no network.

What lasts is here: a playlist that stands still, cannot be had, comes slowly, lags behind the clock, or has gaps.
"""

from .contents import breaches_between, breaches_within
from .found import Found, Lasting
from .served import NOBODY_SAYS, Served, whose_copy
from .snapshot import Snapshot

# A new segment must appear within 1.5 target durations of the last (RFC 8216 6.2.1); after 3 the buffer of a viewer who
# joined where it should is gone.
STALE_WARNING = 1.5
STALE_ERROR = 3.0

_BY_DATES = ", by its program dates and this machine's clock"

# Such a playlist is made so, and will be made so again: told once.
_TOLD_ONCE = frozenset({"extinf_over_target", "window_short", "pdt_drift", "pdt_future", "discontinuity_sequence"})


class Checks:
    """
    What one playlist's looks amount to. Every breach is told once, a lasting one again when it grows worse or ends.

    Args:
        live: whether it was live at the first look; an end is unexpected only then.
    """

    def __init__(self, *, live: bool = True) -> None:
        self.unchanged: float | None = None
        """
        For how long it had stood unchanged at the newest look, in seconds; where it has changed, until it did. None
        where nobody knows: at the first look, or where it could not be had meanwhile.
        """
        self.changed = False
        """Whether the newest look showed something new."""
        self._live = live
        self._before: Snapshot | None = None
        self._changed_at = 0.0
        self._failure = ""
        self._failing = Lasting("manifest_retrieval")
        self._stale = Lasting("stale_manifest")
        self._copy = ""
        self._slow = Lasting("slow_retrieval")
        self._slowest = 0.0
        self._gap = Lasting("gap")
        self._newest_gap = -1
        self._missing = 0.0
        self._lag = Lasting("edge_lag")
        self._least_lag = float("inf")
        self._most_lag = 0.0
        self._told: set[tuple[str, str]] = set()

    def see(
        self, at: float, now: Snapshot, *, took: float = 0.0, wall: float | None = None, served: Served = NOBODY_SAYS
    ) -> list[Found]:
        """
        The playlist as it was when it was asked for.

        Args:
            at: when that was.
            now: the playlist.
            took: how long it took to come, in seconds.
            wall: when it came, in seconds since the epoch; None for "not known".
            served: who says to have served it.
        """
        failing_since = self._failing.since
        found = []
        if failing_since is not None:
            text = f"the playlist could not be had for {at - failing_since:.1f} s: {self._failure}"
            found = self._failing.is_over(at, text)
        before, self._before = self._before, now
        silent = at - self._changed_at
        self.changed = before is None or (now.last, now.sequence) != (before.last, before.sequence)
        self.unchanged = None if before is None or (self.changed and failing_since is not None) else silent
        if self.changed:
            found += self._stale.is_over(at, self._stale_text(silent, now))
            self._changed_at, self._copy = at, ""
            found += self._edge_lag(at, now, wall)
            found += self._gaps(at, now)
        elif not now.ended and silent > STALE_WARNING * now.target_duration:
            self._copy = whose_copy(served, silent, now.target_duration)
            level = "error" if silent > STALE_ERROR * now.target_duration else "warning"
            found += self._stale.goes_on(at, self._changed_at, level, self._stale_text(silent, now))
        found += self._retrieval_time(at, took, now)
        breaches = [*breaches_within(now, wall)]
        if before is not None:
            breaches += breaches_between(before, now)
        if self._live and now.ended:
            breaches.append(("unexpected_endlist", "error", "the live playlist ended (EXT-X-ENDLIST)"))
        for check, level, text in breaches:
            if check not in _TOLD_ONCE or (check, level) not in self._told:
                self._told.add((check, level))
                found.append(Found(check, level, text, at))
        return found

    def failed(self, at: float, error: str) -> list[Found]:
        """The playlist could not be had or read; ``at`` is when it was asked for."""
        self.unchanged, self.changed = None, False
        since = self._failing.since
        if since is None:
            self._failure = error
        lasts = "" if since is None else f" for {at - since:.1f} s"
        return self._failing.goes_on(at, at, "error", f"the playlist could not be had{lasts}: {error}")

    def _stale_text(self, silent: float, now: Snapshot) -> str:
        return f"playlist unchanged for {silent:.1f} s, target duration {now.target_duration:g} s{self._copy}"

    def _retrieval_time(self, at: float, took: float, now: Snapshot) -> list[Found]:
        target = f"target duration {now.target_duration:g} s"
        if took > now.target_duration:
            self._slowest = max(self._slowest, took)
            return self._slow.goes_on(at, at, "warning", f"the playlist took {took:.1f} s to come, {target}")
        slowest, self._slowest = self._slowest, 0.0
        return self._slow.is_over(at, f"the playlist took up to {slowest:.1f} s to come, {target}")

    def _edge_lag(self, at: float, now: Snapshot, wall: float | None) -> list[Found]:
        """Compared are moments at which the playlist has just gone on; between them its edge grows older anyhow."""
        if wall is None or now.edge_date is None:
            return []
        lag = wall - now.edge_date
        self._least_lag = min(self._least_lag, lag)
        more = lag - self._least_lag
        if more > now.target_duration:
            self._most_lag = max(self._most_lag, more)
            return self._lag.goes_on(at, at, "warning", f"the live edge came {more:.1f} s later than it had{_BY_DATES}")
        most, self._most_lag = self._most_lag, 0.0
        return self._lag.is_over(at, f"the live edge came up to {most:.1f} s later than it had{_BY_DATES}")

    def _gaps(self, at: float, now: Snapshot) -> list[Found]:
        fresh = [
            segment.duration
            for number, segment in enumerate(now.segments, now.sequence)
            if segment.gap and number > self._newest_gap
        ]
        if fresh:
            self._missing += sum(fresh)
            self._newest_gap = now.last
            return self._gap.goes_on(
                at, at, "error", f"segments are marked as missing (EXT-X-GAP): {self._missing:.1f} s"
            )
        missing, self._missing = self._missing, 0.0
        return self._gap.is_over(at, f"segments were marked as missing (EXT-X-GAP): {missing:.1f} s")
