"""A report beside an earlier one"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .durations import format_duration
from .metrics import METRICS, Metric, Unit, show_amount

if TYPE_CHECKING:
    from .report import LoadReport

_COMPARED = (
    ("total_buffering_ratio", ""),
    ("buffering_ratio", "max"),
    ("startup_time", "p95"),
    ("longest_stall", "max"),
    ("uptime", "min"),
    ("media_bitrate", "median"),
    ("restarts", ""),
    ("stall_count", ""),
)


@dataclass(frozen=True, slots=True)
class Change:
    """
    One figure, then and now. Received from a comparison, not made.

    Attributes:
        metric: what is compared.
        stat: the statistic over the clients; "" for a plain number.
        then: the earlier report's figure; NaN where it has none.
        now: this report's; NaN where it has none.
    """

    metric: Metric
    stat: str
    then: float
    now: float

    @property
    def subject(self) -> str:
        """As a threshold names it."""
        return f"{self.metric.name}.{self.stat}" if self.stat else self.metric.name

    @property
    def difference(self) -> float:
        """Now less then; 0.0 where both are the same, infinite too."""
        return 0.0 if self.now == self.then else self.now - self.then

    @property
    def worse(self) -> bool:
        """Whether the figure is worse than it was, by however little."""
        return self.difference < 0 if self.metric.low_is_bad else self.difference > 0

    @property
    def told_difference(self) -> str:
        """``+2.2 points``, ``-0.4 s``, ``same``"""
        if math.isnan(self.difference):
            return "?"
        if not self.difference:
            return "same"
        sign = "+" if self.difference > 0 else "-"
        size = show_amount(abs(self.difference), self.metric.unit)
        if self.metric.unit is Unit.RATIO:
            size = f"{size.removesuffix('%')} points"
        return f"{sign}{size}"


@dataclass(frozen=True, slots=True, repr=False)
class Comparison:
    """
    A report beside an earlier one. Received from `LoadReport.compare`, not made.

    Attributes:
        then: the earlier report.
        now: this one.
        changes: figure by figure.
    """

    then: "LoadReport"
    now: "LoadReport"
    changes: tuple[Change, ...]

    @property
    def lines(self) -> Iterator[str]:
        """A table: then, now, difference."""
        then = self.then
        yield (
            f"baseline of {then.started_at:%Y-%m-%d %H:%M} UTC: {len(then.clients)} clients,"
            f" {format_duration(then.duration)}, {then.verdict}"
        )
        rows = [
            (c.subject, show_amount(c.then, c.metric.unit), show_amount(c.now, c.metric.unit), c.told_difference)
            for c in self.changes
        ]
        widths = [max(len(row[column]) for row in rows) for column in range(4)]
        for subject, earlier, now, difference in rows:
            yield (
                f"  {subject:<{widths[0]}}  then {earlier:>{widths[1]}}  now {now:>{widths[2]}}"
                f"  {difference:>{widths[3]}}"
            )

    def __str__(self) -> str:
        return "\n".join(self.lines)

    def __repr__(self) -> str:
        changed = [f"{c.subject} {c.told_difference}" for c in self.changes if c.difference]
        return f"<Comparison: {', '.join(changed[:4]) or 'no change'}>"


def compare(then: "LoadReport", now: "LoadReport") -> Comparison:
    """One report beside another; neither's warm-up counts."""
    earlier, later = then.after(then.facts.warmup), now.after(now.facts.warmup)
    changes = tuple(
        Change(METRICS[name], stat, _figure(earlier, name, stat), _figure(later, name, stat))
        for name, stat in _COMPARED
    )
    return Comparison(then, now, changes)


def _figure(report: "LoadReport", name: str, stat: str) -> float:
    value = getattr(report, name)
    return float(getattr(value, stat) if stat else value)
