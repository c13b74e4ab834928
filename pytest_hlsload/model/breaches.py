"""Thresholds held against a report: what is breached, by whom, and how that is said"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .client_report import ClientReport
from .metrics import show_amount, show_apart
from .thresholds import OPPOSITES, Threshold, parse_threshold

if TYPE_CHECKING:
    from .report import LoadReport

# A page holds the worst; the report holds the rest.
_MOST_SHOWN = 10

_BEYOND = {"<=": "over", "<": "over", ">=": "under", ">": "under"}


class ThresholdBreach(AssertionError):
    """A report does not keep to its thresholds; the message names the offenders. Raised by `LoadReport.check`."""


@dataclass(frozen=True, slots=True)
class Offender:
    """
    Attributes:
        client: who.
        value: its own figure.
    """

    client: ClientReport
    value: float


@dataclass(frozen=True, slots=True)
class Breach:
    """
    A threshold that does not hold. Received from a report, not made.

    Attributes:
        threshold: the threshold.
        value: the figure; NaN where there is none.
        offenders: the clients that are to blame, the worst first.
        clients: of how many.
    """

    threshold: Threshold
    value: float
    offenders: tuple[Offender, ...]
    clients: int

    @property
    def line(self) -> str:
        """``buffering_ratio.max 14.2% > 10% (client 7; 3 of 20 over)``"""
        it = self.threshold
        if math.isnan(self.value):
            return f"{it.subject} is unknown, so it is not {it.operator} {it.bound_text} (no client has one)"
        value, bound = show_apart(self.value, it.bound, it.unit)
        how = f" = {it.bound_text}" if _is_computed(it) else ""
        return f"{it.subject} {value} {OPPOSITES[it.operator]} {bound}{how}{self._who}"

    def __str__(self) -> str:
        return self.line

    @property
    def _who(self) -> str:
        if not self.offenders:
            return ""
        worst = self.offenders[0]
        if self.clients == 1:
            return f" (client {worst.client.index})"
        if not self.threshold.metric.spread:
            share = show_amount(worst.value, self.threshold.unit)
            return f" (client {worst.client.index}: {share}; {len(self.offenders)} of {self.clients} have any)"
        beyond = _BEYOND.get(self.threshold.operator, "not so")
        return f" (client {worst.client.index}; {len(self.offenders)} of {self.clients} {beyond})"


def breaches_of(report: "LoadReport", thresholds: Sequence[Threshold]) -> tuple[Breach, ...]:
    """
    The thresholds that do not hold.

    In a snapshot, a figure that is not there yet breaches nothing, and a client that waits for its first picture
    counts with the time that it has waited so far.
    """
    return tuple(breach for threshold in thresholds if (breach := _breach(report, threshold)) is not None)


def for_baseline(threshold: Threshold, earlier: "LoadReport | None") -> Threshold:
    """
    The threshold with the figure of an earlier report in the place of the word "baseline".

    Raises:
        ValueError: where there is no such report, or no such figure in it.
    """
    if not threshold.needs_baseline:
        return threshold
    if earlier is None:
        raise ValueError(f"{threshold.text!r} speaks of a baseline, and there is none")
    return threshold.against(figure_of(earlier.after(earlier.facts.warmup), threshold))


def check(report: "LoadReport", thresholds: Sequence[str], baseline: "LoadReport | None") -> None:
    """What `LoadReport.check` does."""
    __tracebackhide__ = True
    if thresholds:
        parsed = [for_baseline(parse_threshold(text), baseline) for text in thresholds]
        breaches = breaches_of(report.after(report.facts.warmup), parsed)
        problems = tuple(breach.line for breach in breaches)
    else:
        breaches, problems = report.breaches, report.problems
    if problems:
        raise ThresholdBreach("\n".join((*problems, *offender_lines(breaches))))


def offender_lines(breaches: Sequence[Breach]) -> Iterator[str]:
    """The table below the verdict: every client to blame, its figure, and what befell it."""
    for breach in breaches:
        if not breach.offenders:
            continue
        it = breach.threshold
        yield f"  {it.subject}, held to {it.operator} {it.bound_text}:"
        shown = breach.offenders[:_MOST_SHOWN]
        figures = [show_amount(offender.value, it.unit) for offender in shown]
        width = max(map(len, figures))
        digits = max(len(str(offender.client.index)) for offender in shown)
        for offender, figure in zip(shown, figures, strict=True):
            yield f"    client {offender.client.index:>{digits}}  {figure:>{width}}  {offender.client.told_worst}"
        if more := len(breach.offenders) - len(shown):
            yield f"    and {more} more"


def figure_of(report: "LoadReport", threshold: Threshold) -> float:
    """The figure that a threshold speaks of, as the report has it."""
    value = getattr(report, threshold.metric.name)
    return float(getattr(value, threshold.stat) if threshold.stat else value)


def _breach(report: "LoadReport", threshold: Threshold) -> Breach | None:
    if not threshold.metric.spread:
        value = figure_of(report, threshold)
        if threshold.holds(value) or (report.running and math.isnan(value)):
            return None
        return Breach(threshold, value, _contributors(report, threshold), len(report.clients))
    spread = getattr(report, threshold.metric.name)
    if report.running and threshold.metric.name == "startup_time":
        spread = spread.replaced(tuple(_so_far(v, c) for v, c in zip(spread.values, spread.clients, strict=True)))
    value = float(getattr(spread, threshold.stat))
    if threshold.holds(value) or (report.running and not spread.n):
        return None
    return Breach(threshold, value, _offenders(threshold, spread.values, spread.clients), spread.n)


def _so_far(value: float, client: ClientReport) -> float:
    return client.waited if math.isinf(value) and not client.saw_nothing else value


def _offenders(threshold: Threshold, values: Sequence[float], clients: Sequence[ClientReport]) -> tuple[Offender, ...]:
    if threshold.stat == "n":
        return ()
    over = [Offender(c, v) for v, c in zip(values, clients, strict=True) if not threshold.holds(v)]
    lowest_first = threshold.operator in {">", ">="}
    return tuple(sorted(over, key=lambda o: (o.value if lowest_first else -o.value, o.client.index)))


def _contributors(report: "LoadReport", threshold: Threshold) -> tuple[Offender, ...]:
    """Who a total comes from, the most first."""
    own = {"restarts": "restarts", "stall_count": "stall_count", "total_buffering_ratio": "buffering_ratio"}
    name = own.get(threshold.metric.name)
    if name is None or threshold.operator in {">", ">="}:
        return ()
    shares = [Offender(client, getattr(client, name) or 0.0) for client in report.clients]
    return tuple(sorted((s for s in shares if s.value > 0), key=lambda o: (-o.value, o.client.index)))


def _is_computed(threshold: Threshold) -> bool:
    return any(sign in threshold.bound_text for sign in (" of ", "+", "-"))
