"""The axis that all figures of a load share, and how much of it a screen can show"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from math import ceil

from pytest_hlsload.model.window import Window

MOST = 1200
"""So many steps across: about as many as a wide screen has pixels for."""

Spans = Iterable[tuple[float, float]]

_WIDTHS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600)


def on_axis(seconds: float) -> float:
    """A moment or a length as the axis counts it: in seconds since the load's start, to the millisecond."""
    return round(seconds, 3)


def even_edges(window: Window, most: int = MOST) -> list[float]:
    """The edges of at most so many equal intervals of a length that people count in; the last may be shorter."""
    least = window.duration / most
    width = next((w for w in _WIDTHS if w >= least), 3600 * ceil(least / 3600))
    count = max(1, ceil(round(window.duration / width, 6)))
    return [window.start + n * width for n in range(count)] + [window.start + max(window.duration, 0.001)]


def occupancy(spans: Spans, edges: Sequence[float]) -> list[float]:
    """
    How many of the spans there are in each interval between two edges: the mean over its time, so that no span is lost
    however short it is.
    """
    partly = [0.0] * (len(edges) - 1)
    wholly = [0] * len(edges)
    for from_, to in spans:
        start, end = max(from_, edges[0]), min(to, edges[-1])
        if end <= start:
            continue
        first, last = bisect_right(edges, start) - 1, bisect_left(edges, end) - 1
        if first == last:
            partly[first] += end - start
            continue
        partly[first] += edges[first + 1] - start
        partly[last] += end - edges[last]
        wholly[first + 1] += 1
        wholly[last] -= 1
    shares, running = [], 0
    for place, seconds in enumerate(partly):
        running += wholly[place]
        shares.append(running + seconds / (edges[place + 1] - edges[place]))
    return shares


def place_of(at: float, edges: Sequence[float]) -> int:
    """In which interval a moment lies; one before the first or after the last counts to those."""
    return min(max(bisect_right(edges, at) - 1, 0), len(edges) - 2)
