"""Thresholds held against a report: what is breached, by whom, and how that is said"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from .client_report import ClientReport
from .durations import format_clock
from .metrics import show_amount, show_apart
from .one_line import one_line
from .phases import no_such_phase
from .recovery import recoveries
from .thresholds import EVERY_HOST, OPPOSITES, Threshold, parse_threshold

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
        why_unknown: why there is no figure, where that is not because no client has one.
        start: when the phase began whose figure it is, in seconds since the load's start; None where it is not one of
            several of that name.
        evidence: of a figure of the stream, what the sentinel found that tells of it; "" where there is none.
        host: whose figure it is; "" where it is that of all together.
    """

    threshold: Threshold
    value: float
    offenders: tuple[Offender, ...]
    clients: int
    why_unknown: str = ""
    start: float | None = None
    evidence: str = ""
    host: str = ""

    @property
    def line(self) -> str:
        """``buffering_ratio.max 14.2% > 10% (client 7; 3 of 20 over)``"""
        it = self.threshold
        if math.isnan(self.value):
            why = self.why_unknown or "no client has one"
            return f"{self.subject} is unknown, so it is not {it.operator} {it.bound_text} ({why})"
        value, bound = show_apart(self.value, it.bound, it.unit)
        how = f" = {it.bound_text}" if _is_computed(it) else ""
        return f"{self.subject} {value} {OPPOSITES[it.operator]} {bound}{how}{self._who}"

    @property
    def subject(self) -> str:
        """What the threshold speaks of, fit for a line; of several phases of one name, when the phase began."""
        at = "" if self.start is None else f" at {format_clock(self.start)}"
        phase = f"{one_line(self.threshold.phase)}{at}: " if self.threshold.phase else ""
        host = f"host {one_line(self.host)}: " if self.host else ""
        return f"{host}{phase}{self.threshold.figure}"

    def __str__(self) -> str:
        return self.line

    @property
    def _who(self) -> str:
        if self.evidence:
            return f" ({self.evidence})"
        if not self.offenders:
            return ""
        worst = self.offenders[0]
        if self.clients == 1:
            return f" (client {worst.client.index})"
        if not self.threshold.metric.spread and not self.threshold.metric.of_phase:
            share = show_amount(worst.value, self.threshold.unit)
            return f" (client {worst.client.index}: {share}; {len(self.offenders)} of {self.clients} have any)"
        beyond = _BEYOND.get(self.threshold.operator, "not so")
        return f" (client {worst.client.index}; {len(self.offenders)} of {self.clients} {beyond})"


def breaches_of(report: "LoadReport", thresholds: Sequence[Threshold]) -> tuple[Breach, ...]:
    """
    The thresholds that do not hold: of the whole report without the load's warm-up, or of every phase of the name that
    a threshold gives; of all hosts together, or of each by itself.

    In a snapshot, a figure that is not there yet breaches nothing, and a client that waits for its first picture
    counts with the time that it has waited so far.
    """
    whole = report.after(report.facts.warmup)
    parts = {threshold.phase: _phases(report, threshold.phase) for threshold in thresholds if threshold.phase}
    found: list[Breach | None] = []
    for threshold in thresholds:
        if threshold.host:
            found += _on_hosts(report, threshold)
        elif not threshold.phase:
            found.append(_breach(whole, threshold))
        elif phases := parts[threshold.phase]:
            for part in phases:
                breach = _breach(part, threshold, until=report.window.end)
                found.append(replace(breach, start=part.window.start) if breach and len(phases) > 1 else breach)
        elif not report.running:
            why = no_such_phase(threshold.phase, report.phases)
            found.append(Breach(threshold, math.nan, (), len(report.clients), why))
    return tuple(breach for breach in found if breach is not None)


def _on_hosts(report: "LoadReport", threshold: Threshold) -> Iterator[Breach]:
    """A load on one machine has one host, which is every host."""
    by_itself = replace(threshold, host="")
    if threshold.host == EVERY_HOST and not report.hosts:
        yield from breaches_of(report, [by_itself])
        return
    hosts = [host for host in report.hosts if threshold.host in {EVERY_HOST, host.name} and host.clients]
    for host in hosts:
        yield from (replace(breach, host=host.name) for breach in breaches_of(host.report, [by_itself]))
    if not hosts:
        known = ", ".join(repr(host.name) for host in report.hosts) or "there are none"
        why = f"no clients ran on a host of that name; the load's hosts: {known}"
        yield Breach(threshold, math.nan, (), len(report.clients), why, host=threshold.host)


def _phases(report: "LoadReport", name: str) -> "list[LoadReport]":
    """The reports of all phases of a name, as far as this report speaks of them."""
    spans = [(phase.start, phase.end) for phase in report.phases if phase.name == name]
    window = report.window
    return [report.between(*span) for span in spans if window.holds(span[0]) or window.overlap(*span) > 0]


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
    return threshold.against(_baseline_figure(earlier, threshold))


def check(report: "LoadReport", thresholds: Sequence[str], baseline: "LoadReport | None") -> None:
    """What `LoadReport.check` does."""
    __tracebackhide__ = True
    if thresholds:
        parsed = [for_baseline(parse_threshold(text), baseline) for text in thresholds]
        breaches = breaches_of(report, parsed)
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
        yield f"  {breach.subject}, held to {it.operator} {it.bound_text}:"
        shown = breach.offenders[:_MOST_SHOWN]
        figures = [show_amount(offender.value, it.unit) for offender in shown]
        width = max(map(len, figures))
        digits = max(len(str(offender.client.index)) for offender in shown)
        for offender, figure in zip(shown, figures, strict=True):
            yield f"    client {offender.client.index:>{digits}}  {figure:>{width}}  {offender.client.told_worst}"
        if more := len(breach.offenders) - len(shown):
            yield f"    and {more} more"


def _baseline_figure(earlier: "LoadReport", threshold: Threshold) -> float:
    if threshold.host not in {"", EVERY_HOST}:
        try:
            earlier = earlier.host(threshold.host).report
        except LookupError as error:
            raise ValueError(f"the baseline has {error}") from None
    if not threshold.phase:
        return _figure(earlier.after(earlier.facts.warmup), threshold)
    try:
        if threshold.metric.of_phase:
            return earlier.recovery_time(threshold.phase)
        return _figure(earlier.phase(threshold.phase), threshold)
    except LookupError as error:
        raise ValueError(f"the baseline has {error}") from None


def _figure(report: "LoadReport", threshold: Threshold) -> float:
    if threshold.metric.of_stream:
        return report.stream.figure(threshold.metric.name, threshold.stat)
    value = getattr(report, threshold.metric.name)
    return float(getattr(value, threshold.stat) if threshold.stat else value)


def _breach(report: "LoadReport", threshold: Threshold, until: float = math.inf) -> Breach | None:
    """
    How a part of a load breaches a threshold.

    Args:
        report: of the part.
        threshold: what it is held to.
        until: up to when the ends of outages are known, in seconds since the load's start.
    """
    metric = threshold.metric
    if metric.of_stream:
        return _stream_breach(report, threshold)
    if metric.of_phase:
        figures = recoveries(report, until)
        so_far = until - report.window.start if report.running else math.inf
        values = tuple(min(value, so_far) for value, _ in figures)
        clients = tuple(client for _, client in figures)
        value = max(values, default=math.nan)
    elif metric.spread:
        spread = getattr(report, metric.name)
        clients, values = spread.clients, spread.values
        if report.running and metric.name == "startup_time":
            values = tuple(map(_so_far, values, clients))
            spread = spread.replaced(values)
        value = math.nan if report.running and not spread.n else float(getattr(spread, threshold.stat))
    else:
        value = _figure(report, threshold)
        if threshold.holds(value) or (report.running and math.isnan(value)):
            return None
        return Breach(threshold, value, _contributors(report, threshold), len(report.clients))
    if threshold.holds(value) or (report.running and math.isnan(value)):
        return None
    return Breach(threshold, value, _offenders(threshold, values, clients), len(values))


def _stream_breach(report: "LoadReport", threshold: Threshold) -> Breach | None:
    value = _figure(report, threshold)
    if threshold.holds(value) or (report.running and math.isnan(value)):
        return None
    unknown = "" if report.stream.watched else "nobody watched the playlist"
    telling = report.stream.telling(threshold.metric.name) if threshold.operator not in {">", ">="} else None
    evidence = telling.line if telling is not None else ""
    return Breach(threshold, value, (), 0, unknown or "the sentinel has seen none", evidence=evidence)


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
