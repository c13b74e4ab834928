"""How the machine and the supervisor are doing"""

import contextlib
import os
import resource
import time
from collections.abc import Callable, Sequence

from pytest_hlsload.model.records import HealthRecord

from .readers_health import ReadersMeter


class HealthMeter:
    """
    Measures from one call to the next.

    Args:
        clock: monotonic seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._at = clock()
        self._own = time.process_time()
        self._busy, self._total = machine_cpu() or (0.0, 0.0)
        self._readers = ReadersMeter(clock)

    def measure(self, at: float, *, lag: float, behind: float, readers: Sequence[int]) -> HealthRecord:
        """
        Args:
            at: seconds since the load's start.
            lag: the worst delay since the last call, in seconds.
            behind: how late the ramp's next reader is, in seconds.
            readers: processes of those that run.
        """
        now, own = self._clock(), time.process_time()
        cpu = None
        if machine := machine_cpu():
            busy, total = machine
            if total > self._total:
                cpu = round((busy - self._busy) / (total - self._total), 3)
            self._busy, self._total = busy, total
        of_readers = self._readers.measure(readers)
        record = HealthRecord(
            at=at,
            lag=round(lag, 4),
            cpu=cpu,
            supervisor_cpu=round((own - self._own) / max(now - self._at, 1e-3), 4),
            memory=memory_available(),
            descriptors=_descriptors_left(),
            behind=round(behind, 3),
            readers_cpu=of_readers.cpu,
            readers_busy=of_readers.busy,
            readers_waited=of_readers.waited,
        )
        self._at, self._own = now, own
        return record


def machine_cpu() -> tuple[float, float] | None:
    """Busy and total ticks of all processors since boot."""
    with contextlib.suppress(OSError, ValueError), open("/proc/stat", encoding="ascii") as stat:  # noqa: PTH123  pathlib is not imported here
        ticks = [float(field) for field in stat.readline().split()[1:9]]
        return sum(ticks) - ticks[3] - ticks[4], sum(ticks)
    return None


def memory_available() -> int | None:
    """On the machine, in bytes; None where the system does not say."""
    with contextlib.suppress(OSError, ValueError, IndexError), open("/proc/meminfo", encoding="ascii") as meminfo:  # noqa: PTH123  likewise
        for line in meminfo:
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    return None


def _descriptors_left() -> int | None:
    with contextlib.suppress(OSError):
        limit = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
        return max(0, limit - len(os.listdir("/proc/self/fd")))  # noqa: PTH208  likewise
    return None


def descriptor_limit() -> int | None:
    """How many descriptors a process may have once `raise_descriptor_limit` was called; None where there is no end."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    return None if hard == resource.RLIM_INFINITY else hard


def raise_descriptor_limit() -> None:
    """Five descriptors a client: take what the system allows."""
    with contextlib.suppress(OSError, ValueError):
        _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
