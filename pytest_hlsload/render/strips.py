"""
A load as strips, one for all clients together and one for each that fared worst: what happened, cut into many short
parts, in the order of time

However long the load, no larger than a screen can show; of data that xdist can carry, because only the process that
owns the terminal knows how wide that is. `strip_lines` draws them.
"""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate, pairwise

from pytest_hlsload.model.client_report import ClientReport
from pytest_hlsload.model.phases import Mark, Phase
from pytest_hlsload.model.report import LoadReport
from pytest_hlsload.model.states import Playhead, State
from pytest_hlsload.model.window import Window

PARTS = 480
"""Into so many a strip is cut; no terminal is much wider."""

NOBODY = -1
"""In place of a share, where no client was there."""

_MOST_CLIENTS = 5


class Cell(StrEnum):
    """What a client was doing; of several things in one part, the worst."""

    ABSENT = " "
    STREAMING = "s"
    PLAYING_ON = "p"
    """No reader runs, and the viewer plays what is in the buffer."""
    STARTING = "w"
    ENDED = "e"
    BUFFERING = "b"
    STANDING = "x"
    """No reader runs, and nothing plays."""


_SEVERITY = {cell: rank for rank, cell in enumerate(Cell)}


@dataclass(frozen=True, slots=True)
class Strip:
    """
    Attributes:
        client: whose.
        cells: a letter of `Cell` a part.
    """

    client: int
    cells: str


@dataclass(frozen=True, slots=True)
class Strips:
    """
    Attributes:
        start: of the first part, in seconds since the load's start.
        end: of the last.
        fleet: a part's share of clients whose viewers played throughout it, in hundredths; `NOBODY` where there was
            none.
        clients: the worst, in the order of their numbers; none that had no trouble.
        phases: the load's.
        marks: the load's.
    """

    start: float
    end: float
    fleet: tuple[int, ...]
    clients: tuple[Strip, ...]
    phases: tuple[Phase, ...]
    marks: tuple[Mark, ...]


def strips_of(report: LoadReport) -> Strips:
    """A report's strips."""
    window = report.window
    worst = sorted(filter(_had_trouble, report.clients), key=_badness)[:_MOST_CLIENTS]
    return Strips(
        start=window.start,
        end=window.end,
        fleet=tuple(_fleet(report.clients, window)),
        clients=tuple(Strip(c.index, _cells(c)) for c in sorted(worst, key=lambda client: client.index)),
        phases=tuple(phase for phase in report.phases if window.overlap(phase.start, phase.end) > 0),
        marks=tuple(mark for mark in report.marks if window.holds(mark.at)),
    )


def _had_trouble(client: ClientReport) -> bool:
    return client.present and bool(client.stalls or client.exits or client.saw_nothing or client.startup_time is None)


def _badness(client: ClientReport) -> tuple[float, float, int]:
    return (-client.stalled - (client.waited if client.startup_time is None else 0.0), -client.restarts, client.index)


def _fleet(clients: Iterable[ClientReport], window: Window) -> Iterator[int]:
    """By differences from part to part, so that a client costs no more than it has spans."""
    there, still = [0] * (PARTS + 1), [0] * (PARTS + 1)
    for client in clients:
        if not client.present:
            continue
        _count(there, [_parts(window, client.viewing[0].start, client.viewing[-1].end)])
        _count(still, [_parts(window, s.start, s.end) for s in client.viewing if s.playhead is not Playhead.PLAYING])
    for present, standing in zip(list(accumulate(there))[:-1], accumulate(still), strict=False):
        yield math.floor(100 * (present - standing) / present) if present else NOBODY


def _count(changes: list[int], spans: Iterable[tuple[int, int]]) -> None:
    """Count one client once in every part that any of its spans touches."""
    counted = 0
    for first, last in spans:
        begin = max(first, counted)
        if last > begin:
            changes[begin] += 1
            changes[last] -= 1
            counted = last


def _cells(client: ClientReport) -> str:
    cells = [Cell.ABSENT] * PARTS
    for start, end, cell in _doings(client):
        first, last = _parts(client.window, start, end)
        for part in range(first, last):
            cells[part] = max(cells[part], cell, key=_SEVERITY.__getitem__)
    return "".join(cells)


def _doings(client: ClientReport) -> Iterator[tuple[float, float, Cell]]:
    """What it was doing from when to when."""
    states = [*client.facts.states]
    for span in client.viewing:
        within = [state.at for state in states if span.start < state.at < span.end]
        for start, end in pairwise([span.start, *within, span.end]):
            state = next(state.state for state in reversed(states) if state.at <= start)
            yield start, end, _cell(span.playhead, served=state is not State.BACKOFF)


def _cell(playhead: Playhead, *, served: bool) -> Cell:
    if playhead is Playhead.ENDED:
        return Cell.ENDED
    if playhead is Playhead.PLAYING:
        return Cell.STREAMING if served else Cell.PLAYING_ON
    if not served:
        return Cell.STANDING
    return Cell.BUFFERING if playhead is Playhead.STALLED else Cell.STARTING


def _parts(window: Window, start: float, end: float) -> tuple[int, int]:
    """The parts that a span touches: the first, and the first that it does not."""
    start, end = max(start, window.start), min(end, window.end)
    if end <= start:
        return 0, 0
    each = window.duration / PARTS
    first = min(PARTS - 1, math.floor((start - window.start) / each))
    return first, min(PARTS, max(first + 1, math.ceil((end - window.start) / each)))
