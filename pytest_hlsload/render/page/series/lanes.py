"""The worst clients one by one, and the rest as a density"""

from collections.abc import Sequence
from dataclasses import dataclass

from pytest_hlsload.model.cause import Cause
from pytest_hlsload.model.client_report import ClientReport
from pytest_hlsload.model.durations import format_duration
from pytest_hlsload.model.report import LoadReport
from pytest_hlsload.model.states import Playhead, State

from .fleet import state_spans
from .time_axis import MOST, even_edges, occupancy

SHOWN = 50
"""So many have a lane of their own."""

# More bars than this make a browser slow; those nearest to each other are drawn as one.
_MOST_BARS = 2500

_MOST_GROUPS = 25
_DENSITY_STEPS = 480


@dataclass(frozen=True, slots=True)
class Bar:
    """
    Something that a client's lane shows.

    Attributes:
        start: seconds since the load's start.
        end: likewise.
        evidence: what tells of a stall's cause; "" for a state.
        count: how many it stands for.
        total: their length, in seconds.
    """

    start: float
    end: float
    evidence: str
    count: int
    total: float


@dataclass(frozen=True, slots=True)
class Lane:
    """
    One client.

    Attributes:
        client: its report.
        states: where a reader ran and the playhead did not stand still, or none ran.
        stalls: by cause.
    """

    client: ClientReport
    states: dict[State, list[Bar]]
    stalls: dict[Cause, list[Bar]]


@dataclass(frozen=True, slots=True)
class Density:
    """
    Clients that have no lane, in groups of about one size.

    Attributes:
        edges: of the intervals, in seconds since the load's start.
        groups: the clients of each, the worse ones first.
        stalled: of each group the share of its clients that stood still, 0..1, interval by interval.
    """

    edges: Sequence[float]
    groups: Sequence[Sequence[ClientReport]]
    stalled: Sequence[Sequence[float]]


def worst_first(report: LoadReport) -> list[ClientReport]:
    """Whoever saw the least of what it wanted to see comes first; who was never there is left out."""
    return sorted((client for client in report.clients if client.present), key=_badness)


def lanes_of(report: LoadReport, ranked: Sequence[ClientReport]) -> list[Lane]:
    """A lane for each client, in that order."""
    lanes, apart = [_lane(report, client) for client in ranked], report.duration / MOST
    while sum(map(_bars_of, lanes)) > _MOST_BARS:
        lanes, apart = [_coarser(lane, apart) for lane in lanes], 2 * apart
    return lanes


def density_of(report: LoadReport, ranked: Sequence[ClientReport]) -> Density:
    """All clients in groups, in that order."""
    edges = even_edges(report.window, _DENSITY_STEPS)
    size = -(-len(ranked) // _MOST_GROUPS) or 1
    groups = [ranked[start : start + size] for start in range(0, len(ranked), size)]
    stalled = []
    for group in groups:
        spans = [(s.start, s.end) for client in group for s in client.viewing if s.playhead is Playhead.STALLED]
        stalled.append([min(1.0, mean / len(group)) for mean in occupancy(spans, edges)])
    return Density(edges, groups, stalled)


def _badness(client: ClientReport) -> tuple[float, ...]:
    startup = float("inf") if client.startup_time is None else client.startup_time
    return -(client.buffering_ratio or 0.0), -client.stalled, -client.restarts, -startup, client.index


def _lane(report: LoadReport, client: ClientReport) -> Lane:
    states: dict[State, list[Bar]] = {}
    for state, start, end in state_spans(client, report.window):
        if state is not State.IDLE and state is not State.BUFFERING:
            states.setdefault(state, []).append(Bar(start, end, "", 1, end - start))
    stalls: dict[Cause, list[Bar]] = {}
    for stall in client.stalls:
        end = min(stall.end, report.window.end)
        stalls.setdefault(stall.cause, []).append(Bar(stall.start, end, stall.evidence, 1, stall.duration))
    return Lane(client, states, stalls)


def _bars_of(lane: Lane) -> int:
    return sum(map(len, (*lane.states.values(), *lane.stalls.values())))


def _coarser(lane: Lane, apart: float) -> Lane:
    return Lane(
        lane.client,
        {state: _joined(bars, apart) for state, bars in lane.states.items()},
        {cause: _joined(bars, apart) for cause, bars in lane.stalls.items()},
    )


def _joined(bars: list[Bar], apart: float) -> list[Bar]:
    joined: list[Bar] = []
    for bar in bars:
        last = joined[-1] if joined else None
        if last is not None and bar.start - last.end < apart:
            joined[-1] = Bar(last.start, bar.end, last.evidence, last.count + 1, last.total + bar.total)
        else:
            joined.append(bar)
    return joined


def told(bar: Bar) -> str:
    """How long it is, in words."""
    length = format_duration(bar.total)
    return length if bar.count == 1 else f"{bar.count} times, {length} in all"
