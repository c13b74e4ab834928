"""Readers that failed, by why"""

from dataclasses import dataclass

from pytest_hlsload.model.cause import Cause
from pytest_hlsload.model.durations import format_clock
from pytest_hlsload.model.one_line import one_line
from pytest_hlsload.model.report import LoadReport
from pytest_hlsload.model.stalls import ReaderExit
from pytest_hlsload.render.page.look import CAUSES, Look

_MOST_EXITS = 30


@dataclass(frozen=True, slots=True)
class Failed:
    """A reader that failed, as texts; `count` is for how many of the same explanation and cause it stands."""

    at: str
    client: int
    cause: Look
    explanation: str
    tail: str
    count: int


def failed_readers(report: LoadReport) -> list[Failed]:
    """One of each cause and explanation, the most frequent first, with the last lines of its log."""
    kinds: dict[tuple[Cause, str], list[tuple[ReaderExit, int]]] = {}
    for client in report.clients:
        for end in client.exits:
            kinds.setdefault((end.cause, end.explanation), []).append((end, client.index))
    failed = []
    for (cause, explanation), ends in sorted(kinds.items(), key=lambda it: -len(it[1]))[:_MOST_EXITS]:
        first, index = min(ends, key=lambda it: it[0].at)
        tail = "\n".join(one_line(line, 300) for line in first.log_tail)
        failed.append(Failed(format_clock(first.at), index, CAUSES[cause], one_line(explanation, 200), tail, len(ends)))
    return failed
