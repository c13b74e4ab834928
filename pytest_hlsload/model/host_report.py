"""What one host of a load did, and what its clients saw"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .durations import format_clock
from .facts import HostFacts
from .health import Generator
from .one_line import one_line
from .verdict import Verdict

if TYPE_CHECKING:
    from .report import LoadReport


@dataclass(frozen=True, repr=False)
class HostReport:
    """
    A host of a load that ran on several. Received from a report, not made.

    Attributes:
        facts: what is known of the host.
        report: the load's report, of this host's clients only; thresholds are not held against it.
    """

    facts: HostFacts
    report: "LoadReport"

    @property
    def name(self) -> str:
        """Its name."""
        return self.facts.name

    @property
    def address(self) -> str:
        """As the cluster knows it."""
        return self.facts.address

    @property
    def clients(self) -> range:
        """The numbers of its clients, of those that came first where viewers go; empty where it was left out."""
        return range(self.facts.first, self.facts.first + self.facts.clients)

    @property
    def verdict(self) -> Verdict:
        """Of its clients alone; "invalid" where it was lost, or was the limit."""
        return self.report.verdict

    @property
    def generator(self) -> Generator:
        """How it did itself."""
        return self.report.generator

    @property
    def lost_at(self) -> float | None:
        """The time of the last that is known of it, where it was lost, in seconds since the load's start."""
        return self.facts.lost_at

    @property
    def clock_offset(self) -> float:
        """Its monotonic clock less the owner's, in seconds; times in the report are the owner's already."""
        return self.facts.offset

    @property
    def clock_error(self) -> float:
        """By how much its times may be off the owner's, in seconds."""
        return self.facts.error

    @property
    def machine(self) -> Mapping[str, Any]:
        """What explains a difference between two machines."""
        return self.facts.machine

    @property
    def trouble(self) -> str:
        """Why it was left out, as a sentence; "" where it was not."""
        return self.facts.trouble

    def __repr__(self) -> str:
        lost = f", lost at {format_clock(self.lost_at)}" if self.lost_at is not None else ""
        told = f"left out: {one_line(self.trouble, 100)}" if self.trouble else f"{self.verdict}{lost}"
        return f"<host {self.name}: {len(self.clients)} clients, {told}>"


def host_named(hosts: Sequence[HostReport], name: str) -> HostReport:
    """
    The one of that name.

    Raises:
        LookupError: where there is none.
    """
    found = next((host for host in hosts if host.name == name), None)
    if found is None:
        known = ", ".join(repr(host.name) for host in hosts) or "there are none"
        raise LookupError(f"no host {name!r} in this load; its hosts: {known}")
    return found
