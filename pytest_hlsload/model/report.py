"""The report of a load: what users assert on"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from math import isnan
from typing import Any

from .breaches import Breach, breaches_of, check
from .client_report import ClientReport
from .comparison import Comparison, compare
from .durations import format_duration
from .facts import LoadFacts
from .fleet_figures import FleetFigures
from .health import Generator
from .hidden import HiddenTrouble, hidden_troubles
from .host_report import HostReport, host_named
from .one_line import one_line
from .phases import Mark, Phase, marks_of, phase_named, phases_of
from .recovery import recoveries
from .stall_groups import StallGroup, stall_groups
from .stream_info import StreamInfo, stream_of, together
from .verdict import Judgement, Verdict, judge
from .window import Window


@dataclass(frozen=True, repr=False)
class LoadReport(FleetFigures):
    """
    The figures of a load, or of a part of it. Received from `HlsLoad` or `read_report`, not made.

    Times are seconds since the load's start on a monotonic clock; ratios are 0..1. Times and ratios are clipped to the
    part that the report speaks of; a stall belongs, whole, to the part in which it starts.

    Attributes:
        facts: what every figure is computed from.
        window: the part of the load that the report speaks of.
    """

    facts: LoadFacts
    window: Window

    @property
    def id(self) -> str:
        """The load's."""
        return self.facts.id

    @property
    def started_at(self) -> datetime:
        """The load's start, by the load generator's wall clock."""
        return datetime.fromtimestamp(self.facts.wall, UTC)

    @property
    def settings(self) -> Mapping[str, Any]:
        """The load's, by name, without secrets."""
        return self.facts.settings

    @property
    def machine(self) -> Mapping[str, Any]:
        """What explains a difference between two machines."""
        return self.facts.machine

    @property
    def running(self) -> bool:
        """Whether this is a snapshot of a load that goes on."""
        return self.facts.running

    @property
    def duration(self) -> float:
        """Of the part that the report speaks of, in seconds."""
        return self.window.duration

    @cached_property
    def stream(self) -> StreamInfo:
        """
        What was read, as the probe and the sentinel saw it. Where clients read several playlists, that is the first,
        with the findings and figures of all; see `streams`.
        """
        if len(self.streams) == 1:
            return self.streams[0]
        return together([(f"playlist {stream.playlist}", stream) for stream in self.streams])

    @cached_property
    def streams(self) -> tuple[StreamInfo, ...]:
        """The playlists that were read: one a URL, or one a variant that is read of it."""
        each = self.facts.by_playlist.values() or (self.facts,)
        return tuple(stream_of(facts, self.window) for facts in each)

    @cached_property
    def clients(self) -> tuple[ClientReport, ...]:
        """All clients, also those that had not come yet; client 1 first."""
        return tuple(ClientReport(client, self.facts.seen_by(client), self.window) for client in self.facts.clients)

    @cached_property
    def hosts(self) -> tuple[HostReport, ...]:
        """The hosts on which the load ran, those that were left out included; empty where it ran on this machine."""
        return tuple(HostReport(it, LoadReport(self.facts.of_host(it.name), self.window)) for it in self.facts.hosts)

    def host(self, name: str) -> HostReport:
        """
        What one host did.

        Raises:
            LookupError: where there is none of that name.
        """
        return host_named(self.hosts, name)

    # What is judged

    @property
    def verdict(self) -> Verdict:
        """``pass``, ``fail``, or ``invalid`` where the load generator was the limit."""
        return self._judgement.verdict

    @property
    def problems(self) -> tuple[str, ...]:
        """Why the verdict is not ``pass``, as sentences; empty where it is."""
        return self._judgement.problems

    @property
    def notes(self) -> tuple[str, ...]:
        """What is worth knowing but did no harm, as sentences."""
        return self._judgement.notes

    @property
    def generator(self) -> Generator:
        """How the load generator itself did."""
        return self._judgement.generator

    @cached_property
    def breaches(self) -> tuple[Breach, ...]:
        """
        Which of the load's thresholds do not hold, in the order in which they were given. They speak of the whole load
        without its warm-up, or of a phase; a part of it is held only to what `check` is given.
        """
        whole = self.window.start <= 0 and self.window.closed and self.window.end >= self.facts.at
        return breaches_of(self, self.facts.thresholds) if whole else ()

    def check(self, *thresholds: str, baseline: "LoadReport | None" = None) -> None:
        """
        Hold the report to thresholds, without the load's warm-up; with none, to its own verdict.

        Args:
            thresholds: for example "buffering_ratio.max <= 10%", "failover: recovery_time < 15s".
            baseline: the earlier report that a threshold with the word "baseline" in it speaks of.

        Raises:
            ThresholdBreach: an AssertionError: where one does not hold; with a table of the offenders.
            ValueError: where one cannot be read.
        """
        __tracebackhide__ = True
        check(self, thresholds, baseline)

    def compare(self, earlier: "LoadReport") -> Comparison:
        """The report beside an earlier one: figure by figure then, now and the difference."""
        return compare(earlier, self)

    @cached_property
    def stall_groups(self) -> tuple[StallGroup, ...]:
        """Stalls of 0.5 s and more that clients had together, and those that one had alone, in the order of time."""
        return stall_groups(self.clients)

    @cached_property
    def hidden_troubles(self) -> tuple[HiddenTrouble, ...]:
        """
        What readers met without a stall of their viewers: HTTP errors by status, segments that took as long to come as
        they play, broken connections; the most frequent first.
        """
        return hidden_troubles(self.clients)

    # Parts

    @cached_property
    def phases(self) -> tuple[Phase, ...]:
        """All phases of the load, in the order of their starts."""
        return phases_of(self.facts.commands, self.facts.at)

    @cached_property
    def marks(self) -> tuple[Mark, ...]:
        """All marks of the load, in the order of time."""
        return marks_of(self.facts.commands)

    def phase(self, name: str) -> "LoadReport":
        """
        The report of a phase; of the newest where there are several of that name.

        Raises:
            LookupError: where there is none.
        """
        found = phase_named(name, self.phases)
        return self.between(found.start, found.end)

    def recovery_time(self, name: str) -> float:
        """
        Seconds from a phase's start until every viewer plays again and goes on doing so (`recovery.recoveries`): 0.0
        where nobody stopped, infinite where somebody has not by this report's end, NaN where nobody was there.
        """
        return max((seconds for seconds, _ in recoveries(self.phase(name), self.window.end)), default=float("nan"))

    def between(self, start: float, end: float) -> "LoadReport":
        """
        The report of what lies between two moments, as far as this report speaks of it.

        Args:
            start: seconds since the load's start.
            end: seconds since the load's start.

        Raises:
            ValueError: where the end is before the start.
        """
        return LoadReport(self.facts, self.window.part(start, end))

    def after(self, seconds: float) -> "LoadReport":
        """The report without the first seconds of the load: its warm-up."""
        return LoadReport(self.facts, self.window.part(seconds, max(seconds, self.window.end)))

    # As data

    def to_dict(self) -> dict[str, Any]:
        """The whole report as JSON-safe data: the figures for other programs, and the facts for `from_dict`."""
        from .report_dict import report_to_dict

        return report_to_dict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "LoadReport":
        """
        The report that `to_dict` was called on.

        Raises:
            ValueError: where the data is no report, or one of a newer version.
        """
        from .report_dict import report_from_dict

        return report_from_dict(data)

    def __repr__(self) -> str:
        worst = self.buffering_ratio.worst
        told = f", worst {worst!r}" if worst is not None and worst.buffering_ratio else ""
        total = self.total_buffering_ratio
        why = f": {one_line(self.problems[0], 60)}" if self.problems else ""
        return (
            f"<LoadReport {self.verdict}{why}; {len(self.clients)} clients x {format_duration(self.duration)},"
            f" {self.restarts} restarts, {self.stall_count} stalls,"
            f" buffering {'?' if isnan(total) else f'{total:.2%}'}{one_line(told, 90)}>"
        )

    @cached_property
    def _judgement(self) -> Judgement:
        return judge(self.facts, self.window, self.clients, breaches=[breach.line for breach in self.breaches])
