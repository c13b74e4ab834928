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
    # A viewer that has left keeps what it had.
    _, last = facts.sampled.get(client, (0, len(times) - 1))
    after = min(bisect_right(times, at), last + 1)
    before = _totals(facts.samples[after - 1], client) if after else (0.0, 0.0)
    if after > last:
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
    came, left = facts.sampled.get(client, (0, len(times) - 1))
    first = max(bisect_left(times, window.start - _BESIDE), came)
    last = min(bisect_right(times, window.end + _BESIDE), left + 1)
    within = [_lowest(sample, client) for sample in facts.samples[first + bool(window.start) : last]]
    known = [level for level in within if level is not None]
    if not known:
        reaching = facts.samples[bisect_right(times, window.start) : last + 1]
        known = [level for sample in reaching if (level := _lowest(sample, client)) is not None]
    return min(known, default=None)


def _totals(sample: SampleRecord, client: int) -> tuple[float, float]:
    place = _place(sample, client)
    return (0.0, 0.0) if place is None else (sample.received[place], float(sample.bytes[place]))


def _lowest(sample: SampleRecord, client: int) -> float | None:
    place = _place(sample, client)
    return None if place is None else sample.lowest[place]


def _place(sample: SampleRecord, client: int) -> int | None:
    if sample.clients:
        place = bisect_left(sample.clients, client)
        return place if place < len(sample.clients) and sample.clients[place] == client else None
    place = client - sample.first
    return place if 0 <= place < len(sample.received) else None


def _near(marks: Sequence[float], at: float) -> bool:
    place = bisect_left(marks, at - _BESIDE)
    return place < len(marks) and marks[place] <= at + _BESIDE


def _joined(earlier: SampleRecord, later: SampleRecord) -> SampleRecord:
    if later.clients or earlier.clients:
        return _joined_by_number(earlier, later)
    missing = len(later.lowest) - len(earlier.lowest)
    lowest = map(_lower, (*earlier.lowest, *(None,) * missing), later.lowest)
    return replace(later, lowest=tuple(lowest))


def _joined_by_number(earlier: SampleRecord, later: SampleRecord) -> SampleRecord:
    """Those who have left in between keep what they had."""
    rows = {client: (sample, place) for sample in (earlier, later) for place, client in enumerate(sample.clients)}
    lowest = {client: _lower(_lowest(earlier, client), _lowest(later, client)) for client in rows}
    ordered = sorted(rows.items())
    return replace(
        later,
        clients=tuple(client for client, _ in ordered),
        received=tuple(sample.received[place] for _, (sample, place) in ordered),
        bytes=tuple(sample.bytes[place] for _, (sample, place) in ordered),
        level=tuple(sample.level[place] for _, (sample, place) in ordered),
        lowest=tuple(lowest[client] for client, _ in ordered),
    )


def _lower(one: float | None, other: float | None) -> float | None:
    return other if one is None else one if other is None else min(one, other)
