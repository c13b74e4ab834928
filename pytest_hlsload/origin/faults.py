"""The faults of one channel inside the origin process: which are on, until when, for how many requests."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

from pytest_hlsload.origin.records import Fault, FaultKind


@dataclass(slots=True, eq=False)
class RunningFault:
    """A fault while it runs; the mutable counterpart of `records.Fault`, with the same attributes."""

    number: int
    kind: FaultKind
    seconds: float | None
    count: int | None
    details: dict[str, Any] = field(default_factory=dict)
    start: float | None = None
    end: float | None = None
    hits: int = 0

    def to_wire(self) -> dict[str, Any]:
        """The fault as JSON types; `fault_from_wire` turns it into a record."""
        wire = asdict(self)
        del wire["hits"]
        return wire


def fault_from_wire(wire: dict[str, Any]) -> Fault:
    """Make the record of what `RunningFault.to_wire` gave."""
    return Fault(**wire)


class FaultBoard:
    """
    Starts and ends faults, and lets connections wait for a change.

    Args:
        changed: called with each fault when it begins and when it ends.
    """

    def __init__(self, changed: Callable[[RunningFault], None]) -> None:
        self.faults: list[RunningFault] = []
        self._changed = changed
        self._wake = asyncio.Event()

    def add(
        self, kind: FaultKind, *, seconds: float | None, count: int | None, details: dict[str, Any], armed: bool = False
    ) -> RunningFault:
        """Begin a fault now or, if it is `armed`, when `begin` is called."""
        fault = RunningFault(len(self.faults) + 1, kind, seconds, count, details)
        self.faults.append(fault)
        if not armed:
            self.begin(fault)
        return fault

    def begin(self, fault: RunningFault) -> None:
        """Begin an armed fault; its seconds count from here."""
        if fault.start is not None or fault.end is not None:
            return
        fault.start = time.monotonic()
        if fault.seconds is not None:
            asyncio.get_running_loop().call_at(fault.start + fault.seconds, self.finish, fault)
        self._announce(fault)

    def finish(self, fault: RunningFault) -> None:
        """End a fault; one that has ended stays as it is."""
        if fault.end is not None:
            return
        fault.end = time.monotonic()
        self._announce(fault)

    def hit(self, fault: RunningFault) -> None:
        """Count a request that the fault has struck; the last one of its count ends it."""
        fault.hits += 1
        if fault.count is not None and fault.hits >= fault.count:
            self.finish(fault)

    def active(self, kind: FaultKind) -> RunningFault | None:
        """The newest fault of a kind that is on now."""
        for fault in reversed(self.faults):
            if fault.kind == kind and fault.start is not None and fault.end is None:
                return fault
        return None

    def armed(self, kind: FaultKind) -> RunningFault | None:
        """The oldest fault of a kind that still waits for its beginning."""
        for fault in self.faults:
            if fault.kind == kind and fault.start is None and fault.end is None:
                return fault
        return None

    def clear(self) -> None:
        """End everything, what waits for its beginning too."""
        for fault in self.faults:
            self.finish(fault)

    async def change(self) -> None:
        """Wait until any fault begins or ends."""
        await self._wake.wait()

    def _announce(self, fault: RunningFault) -> None:
        self._changed(fault)
        # whoever waits now is woken; whoever comes later waits for the next change
        self._wake.set()
        self._wake = asyncio.Event()
