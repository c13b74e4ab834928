"""What the whole fleet was doing, over time"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pytest_hlsload.model.client_report import ClientReport
from pytest_hlsload.model.report import LoadReport
from pytest_hlsload.model.states import State
from pytest_hlsload.model.window import Window
from pytest_hlsload.render.page.look import STATES

from .time_axis import MOST, even_edges, occupancy


@dataclass(frozen=True, slots=True)
class Fleet:
    """
    Attributes:
        edges: the moments between which the counts hold, in seconds since the load's start.
        clients: of each state that occurs how many clients are in it, interval by interval.
        exact: whether the edges are the changes themselves; else counts are means over the intervals.
    """

    edges: Sequence[float]
    clients: Mapping[State, Sequence[float]]
    exact: bool


def fleet_of(report: LoadReport) -> Fleet:
    """Exact, or where there are more changes than a screen can show, means that keep every client's every second."""
    window = report.window
    changes = {change.at for client in report.clients for change in client.history if window.start < change.at}
    exact = len(changes) < MOST
    edges = sorted({*changes, window.start, window.end}) if exact else even_edges(window)
    if len(edges) < 2:
        edges = [window.start, window.start + 0.001]
    spans: dict[State, list[tuple[float, float]]] = {state: [] for state in STATES}
    for client in report.clients:
        for state, start, end in state_spans(client, window):
            if state in spans:
                spans[state].append((start, end))
    return Fleet(edges, {state: occupancy(its, edges) for state, its in spans.items() if its}, exact)


def state_spans(client: ClientReport, window: Window) -> Iterator[tuple[State, float, float]]:
    """A client's states, each with its start and end."""
    history = client.history
    ends: Iterable[float] = (*(change.at for change in history[1:]), window.end)
    for change, end in zip(history, ends, strict=True):
        if end > change.at:
            yield change.state, change.at, end
