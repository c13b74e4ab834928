"""What the viewers saw in each phase of a load"""

import math
from collections.abc import Iterator

from pytest_hlsload.model.durations import format_clock, format_duration
from pytest_hlsload.model.one_line import one_line
from pytest_hlsload.model.phases import Phase
from pytest_hlsload.model.recovery import recoveries
from pytest_hlsload.model.report import LoadReport

from .figures import TO, count, percent
from .lines import Line, Style

_MOST_PHASES = 10


def phase_lines(report: LoadReport) -> Iterator[Line]:
    """A line a phase, in the order of time; bounded in number."""
    for phase in report.phases[:_MOST_PHASES]:
        yield _line(report, phase)
    if len(report.phases) > _MOST_PHASES:
        yield Line(f"  and {count(len(report.phases) - _MOST_PHASES, 'more phase')}")


def _line(report: LoadReport, phase: Phase) -> Line:
    part = report.between(phase.start, phase.end)
    told = [f"buffering ratio {percent(part.total_buffering_ratio)} in all"]
    worst = part.longest_stall.worst
    if worst is not None and worst.longest_stall:
        told.append(f"longest stall {format_duration(worst.longest_stall)} (client {worst.index})")
    told += _recovery(report, part)
    times = f"{format_clock(phase.start)}{TO}{'…' if phase.open else format_clock(phase.end)}"
    return Line(f"  phase {one_line(phase.name, 60)}, {times}: {', '.join(told)}", _style(part))


def _recovery(report: LoadReport, part: LoadReport) -> list[str]:
    """When all played again; nothing where nobody had stopped."""
    seconds = [value for value, _ in recoveries(part, report.window.end)]
    if gone := sum(map(math.isinf, seconds)):
        return [f"{gone} of {count(len(seconds), 'client')} not recovered"]
    return [f"recovered after {format_duration(max(seconds))}"] if any(seconds) else []


def _style(part: LoadReport) -> Style:
    return Style.DOUBTFUL if part.stall_count else Style.PLAIN
