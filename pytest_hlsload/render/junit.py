"""
What a JUnit file says of a load: human lines first, then figures as ``[[PROPERTY|…]]`` lines

Jenkins keeps the first and last 500 characters of what a passing test printed; so all of it stays below that.
"""

import math
from collections.abc import Iterable, Mapping, Sequence

from pytest_hlsload.model.report import LoadReport

from .lines import Line

PREFIX = "hls_load"
"""Of all names of properties."""

LONGEST = 900
"""In characters."""

Figures = dict[str, str | int | float]

_SPREADS = (
    ("buffering_ratio", "max"),
    ("startup_time", "p95"),
    ("longest_stall", "max"),
)


def figures_of(report: LoadReport) -> Figures:
    """The figures worth comparing from build to build; those that are not there are left out."""
    figures: Figures = {
        "verdict": str(report.verdict),
        "clients": len(report.clients),
        "duration": report.duration,
        "restarts": report.restarts,
        "stall_count": report.stall_count,
        "total_buffering_ratio": report.total_buffering_ratio,
    }
    figures |= {f"{name}.{stat}": getattr(getattr(report, name), stat) for name, stat in _SPREADS}
    return {name: round(f, 4) if isinstance(f, float) else f for name, f in figures.items() if not _is_nan(f)}


def system_out(lines: Sequence[Line], figures: Mapping[str, object]) -> str:
    """As much of the summary as there is room for beside the figures."""
    properties = [f"[[PROPERTY|{PREFIX}.{name}={value}]]" for name, value in figures.items()]
    left = LONGEST - sum(len(line) + 1 for line in properties)
    shown: list[str] = []
    for line in lines:
        text = line.text if shown or len(line.text) < left else f"{line.text[: left - 2]}…"
        if len(text) + 1 > left:
            break
        left -= len(text) + 1
        shown.append(text)
    return "\n".join([*shown, *properties])


def totals_of(loads: Iterable[Mapping[str, str | int | float]]) -> dict[str, str]:
    """The figures of a whole run, as texts."""
    loads = tuple(loads)
    worst = [float(load["buffering_ratio.max"]) for load in loads if "buffering_ratio.max" in load]
    totals: Figures = {"loads": len(loads)}
    for verdict in ("pass", "fail", "invalid"):
        totals[f"verdict.{verdict}"] = sum(load.get("verdict") == verdict for load in loads)
    for name in ("clients", "restarts", "stall_count"):
        totals[name] = sum(int(load.get(name, 0)) for load in loads)
    if worst:
        totals["buffering_ratio.max"] = max(worst)
    return {f"{PREFIX}.{name}": str(value) for name, value in totals.items()}


def _is_nan(value: object) -> bool:
    return isinstance(value, float) and math.isnan(value)
