"""Samples of all clients: kept in bounds, and read at any moment"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import replace

from .facts import LoadFacts
from .records import SampleRecord
from .window import Window

# An hour at one sample in five seconds. A longer load keeps its last stretch as fine and what is older coarser.
MOST = 720

# A command's sample may be taken a little after the command.
_BESIDE = 0.05


def thin(samples: Sequence[SampleRecord], edges: Iterable[float]) -> list[SampleRecord]:
    """
    Every second sample taken into its successor, except those at ``edges``: a phase's figures are read there.

    Nothing but resolution is lost: totals stay true, and the lowest buffer stays the lowest.
    """
    marks = sorted(edges)
    thinned: list[SampleRecord] = []
    waiting: SampleRecord | None = None
    for sample in samples:
        whole = sample if waiting is None else _joined(waiting, sample)
        if waiting is None and not _near(marks, sample.at):
            waiting = sample
        else:
            thinned.append(whole)
            waiting = None
    if waiting is not None:
        thinned.append(waiting)
    return thinned


def at_moment(facts: LoadFacts, client: int, at: float) -> tuple[float, float]:
    """A client's media (in seconds) and bytes received by a moment; between two samples, the straight line."""
    times = facts.sample_times
    after = bisect_right(times, at)
    before = _totals(facts.samples[after - 1], client) if after else (0.0, 0.0)
    if after == len(times):
        return before
    since = times[after - 1] if after else 0.0
    share = (at - since) / (times[after] - since) if times[after] > since else 1.0
    then = _totals(facts.samples[after], client)
    return before[0] + share * (then[0] - before[0]), before[1] + share * (then[1] - before[1])


def lowest_level(facts: LoadFacts, client: int, window: Window) -> float | None:
    """
    The lowest buffer of a client while its playhead moved, in seconds; None where it did not.

    A sample speaks of the time since the one before. Those that speak of the window alone count; only where there is
    none, those that reach into it from outside.
    """
    times = facts.sample_times
    first = bisect_left(times, window.start - _BESIDE)
    last = bisect_right(times, window.end + _BESIDE)
    within = [_lowest(sample, client) for sample in facts.samples[first + bool(window.start) : last]]
    known = [level for level in within if level is not None]
    if not known:
        reaching = facts.samples[bisect_right(times, window.start) : last + 1]
        known = [level for sample in reaching if (level := _lowest(sample, client)) is not None]
    return min(known, default=None)


def _totals(sample: SampleRecord, client: int) -> tuple[float, float]:
    place = client - sample.first
    if not 0 <= place < len(sample.received):
        return 0.0, 0.0
    return sample.received[place], float(sample.bytes[place])


def _lowest(sample: SampleRecord, client: int) -> float | None:
    place = client - sample.first
    return sample.lowest[place] if 0 <= place < len(sample.lowest) else None


def _near(marks: Sequence[float], at: float) -> bool:
    place = bisect_left(marks, at - _BESIDE)
    return place < len(marks) and marks[place] <= at + _BESIDE


def _joined(earlier: SampleRecord, later: SampleRecord) -> SampleRecord:
    missing = len(later.lowest) - len(earlier.lowest)
    pairs = zip((*earlier.lowest, *(None,) * missing), later.lowest, strict=False)
    lowest = tuple(b if a is None else a if b is None else min(a, b) for a, b in pairs)
    return replace(later, lowest=lowest)
