"""Each phase with its own figures"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pytest_hlsload.model.durations import format_clock, format_duration
from pytest_hlsload.model.recovery import recoveries
from pytest_hlsload.model.report import LoadReport
from pytest_hlsload.render.figures import TO, percent, seconds

_MOST_PHASES = 200


@dataclass(frozen=True, slots=True)
class Phase:
    """A phase with its own figures, as texts; the name is the test's."""

    name: str
    times: str
    buffering: str
    stalls: str
    longest: str
    restarts: str
    recovered: str


def phases(report: LoadReport) -> Iterator[Phase]:
    """In the order of their starts."""
    for phase in report.phases[:_MOST_PHASES]:
        part = report.between(phase.start, phase.end)
        yield Phase(
            phase.name,
            f"{format_clock(phase.start)}{TO}{format_clock(phase.end)}",
            percent(part.total_buffering_ratio),
            str(part.stall_count),
            seconds(part.longest_stall.max),
            str(part.restarts),
            _recovered([value for value, _ in recoveries(part, report.window.end)]),
        )


def _recovered(seconds_: Sequence[float]) -> str:
    """After how long all played again."""
    if gone := sum(map(math.isinf, seconds_)):
        return f"{gone} of {len(seconds_)} did not"
    return f"after {format_duration(max(seconds_))}" if any(seconds_) else ""
