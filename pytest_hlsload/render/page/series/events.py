"""What happened to the load as a whole: phases, marks, what was wrong with the stream, stalls that clients shared"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from pytest_hlsload.model.cause import Cause
from pytest_hlsload.model.durations import format_clock
from pytest_hlsload.model.one_line import one_line
from pytest_hlsload.model.report import LoadReport
from pytest_hlsload.model.stall_groups import stall_groups
from pytest_hlsload.render.figures import TO, count

# Of each kind.
_MOST = 200
_LONGEST = 160


class Kind(StrEnum):
    """What an event is, in the order in which the kinds stand below each other."""

    PHASE = "phase"
    MARK = "mark"
    STREAM = "stream"
    TOGETHER = "stalls together"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """
    Attributes:
        kind: what it is.
        start: seconds since the load's start.
        end: likewise; the start for a moment.
        label: in a word or two.
        text: in a sentence.
        level: of what was wrong with the stream, "warning" or "error"; else "".
        cause: of stalls; else None.
        row: which of its kind's rows it stands in, so that none hides another.
    """

    kind: Kind
    start: float
    end: float
    label: str
    text: str
    level: str = ""
    cause: Cause | None = None
    row: int = 0

    @property
    def times(self) -> str:
        """When it was, as people read it."""
        start = format_clock(self.start)
        return start if self.end == self.start else f"{start}{TO}{format_clock(self.end)}"


def events_of(report: LoadReport) -> list[Event]:
    """All of them, kind by kind, each kind in the order of time."""
    end = report.window.end
    clients = sum(client.present for client in report.clients)
    phases = [
        Event(kind=Kind.PHASE, start=it.start, end=it.end, label=it.name, text=f"phase {it.name!r}")
        for it in report.phases[:_MOST]
    ]
    marks = [Event(kind=Kind.MARK, start=it.at, end=it.at, label=it.text, text=it.text) for it in report.marks[:_MOST]]
    stream = [
        Event(
            kind=Kind.STREAM,
            start=it.start,
            end=end if it.duration is None else it.start + it.duration,
            label=it.check,
            text=f"{it.level}: {one_line(it.text, _LONGEST)}",
            level=it.level,
        )
        for it in report.stream.findings[:_MOST]
    ]
    groups = [group for group in stall_groups(report.clients) if len(group.clients) > 1]
    together = [
        Event(
            kind=Kind.TOGETHER,
            start=it.start,
            end=min(it.end, end),
            label=str(it.cause),
            text=f"{len(it.clients)} of {count(clients, 'client')}: {'' if it.unanimous else 'mostly '}{it.cause}:"
            f" {one_line(it.evidence, _LONGEST)}",
            cause=it.cause,
        )
        for it in sorted(groups, key=lambda group: -len(group.clients))[:_MOST]
    ]
    return [*_in_rows(phases), *marks, *_in_rows(stream), *_in_rows(together)]


def _in_rows(events: Sequence[Event]) -> list[Event]:
    ends: list[float] = []
    placed = []
    for event in sorted(events, key=lambda event: (event.start, -event.end)):
        row = next((n for n, end in enumerate(ends) if end <= event.start), len(ends))
        ends[row:] = [max(event.end, event.start + 0.001), *ends[row + 1 :]]
        placed.append(replace(event, row=row))
    return placed
