"""How the load generator itself did, over time"""

from collections.abc import Sequence
from dataclasses import dataclass

from pytest_hlsload.model.records import HealthRecord
from pytest_hlsload.model.report import LoadReport

from .time_axis import MOST


@dataclass(frozen=True, slots=True)
class Generator:
    """
    What was measured on one host.

    Attributes:
        host: its name; "" where the load has no hosts.
        at: when, in seconds since the load's start; what was measured is since the moment before.
        cpu: share of the machine's CPU time in use, 0..1; None where the system does not say.
        own: CPU time that the supervisor used, in seconds a second.
        lag: how late the supervisor acted at worst, in seconds.
    """

    host: str
    at: Sequence[float]
    cpu: Sequence[float | None]
    own: Sequence[float]
    lag: Sequence[float]


def generators_of(report: LoadReport) -> list[Generator]:
    """One a host, in the order in which they were first heard of. Where a screen cannot show all, the worst is kept."""
    by_host: dict[str, list[HealthRecord]] = {}
    for record in report.facts.health:
        if report.window.holds(record.at):
            by_host.setdefault(record.host, []).append(record)
    return [_generator(host, records) for host, records in by_host.items()]


def _generator(host: str, records: Sequence[HealthRecord]) -> Generator:
    size = -(-len(records) // MOST)
    groups = [records[start : start + size] for start in range(0, len(records), size)]
    return Generator(
        host,
        at=[group[-1].at for group in groups],
        cpu=[max((it.cpu for it in group if it.cpu is not None), default=None) for group in groups],
        own=[max(it.supervisor_cpu for it in group) for group in groups],
        lag=[max(it.lag for it in group) for group in groups],
    )
