"""Readers that ended and error lines that they logged, over time"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pytest_hlsload.model.cause import Cause
from pytest_hlsload.model.report import LoadReport

from .time_axis import even_edges, place_of

_STEPS = 120


@dataclass(frozen=True, slots=True)
class Happenings:
    """
    Counts, interval by interval.

    Attributes:
        edges: of the intervals, in seconds since the load's start.
        exits: readers that ended by a failure, by cause.
        restarts: readers that were started in the place of one that had failed.
        lines: error lines that readers logged, by kind.
    """

    edges: Sequence[float]
    exits: Mapping[Cause, Sequence[int]]
    restarts: Sequence[int]
    lines: Sequence[Mapping[str, int]]


def happenings_of(report: LoadReport) -> Happenings:
    """
    All in the report's window. Of log lines only the first and the last of a span are on record; what a span counts is
    spread evenly over its intervals.
    """
    window = report.window
    edges = even_edges(window, _STEPS)
    steps = len(edges) - 1
    exits: dict[Cause, list[int]] = {}
    restarts = [0] * steps
    lines: list[Counter[str]] = [Counter() for _ in range(steps)]
    for client in report.clients:
        for end in client.exits:
            exits.setdefault(end.cause, [0] * steps)[place_of(end.at, edges)] += 1
        for run in client.facts.readers:
            if run.why == "restart" and window.holds(run.start):
                restarts[place_of(run.start, edges)] += 1
        for span in client.facts.logs:
            if not window.holds(span.start):
                continue
            first, last = place_of(span.start, edges), place_of(span.end, edges)
            each, rest = divmod(span.count, last - first + 1)
            for place in range(first, last + 1):
                if here := each + (place - first < rest):
                    lines[place][span.log] += here
    return Happenings(edges, exits, restarts, lines)
