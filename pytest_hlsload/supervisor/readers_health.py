"""How the readers are doing for processor time: what they use, and whether they get it"""

import contextlib
import os
import resource
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

# So many tell of all, and cost a few milliseconds a time.
MOST = 32

# Over less than this, a reader that has just begun or caught up would seem to do nothing else.
_SHORTEST = 1.0

_Times = dict[str, tuple[float, float]]


@dataclass(frozen=True, slots=True)
class ReadersHealth:
    """
    Since the last measurement; None where the system does not say.

    Attributes:
        cpu: CPU time that all readers used, in seconds a second.
        busy: share of the time in which a reader's busiest thread ran or waited for a processor, 0..1; the mean of
            `MOST` readers at most.
        waited: of that, the waiting.
    """

    cpu: float | None = None
    busy: float | None = None
    waited: float | None = None


class ReadersMeter:
    """
    Measures from one call to the next, by what Linux tells of each thread (``schedstat``).

    Args:
        clock: monotonic seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._at = clock()
        self._spent = self._spent_by({}, 0)
        self._running: frozenset[int] = frozenset()
        self._sample: dict[int, _Times] = {}

    def measure(self, pids: Sequence[int]) -> ReadersHealth:
        """Of the readers that run now."""
        now = self._clock()
        passed = now - self._at
        if passed < _SHORTEST:
            return ReadersHealth()
        running = frozenset(pids)
        chosen = [pid for pid in self._sample if pid in running]
        chosen += [pid for pid in pids if pid not in self._sample][: MOST - len(chosen)]
        sample = {pid: times for pid in chosen if (times := _thread_times(pid))}
        shares = [
            _busiest(times, self._sample.get(pid, {}), passed)
            for pid, times in sample.items()
            # One that ran already but was not in the sample has no beginning to count from.
            if pid in self._sample or pid not in self._running
        ]
        spent = self._spent_by(sample, len(running))
        found = ReadersHealth(
            cpu=round(max(0.0, spent - self._spent) / passed, 4) if sample or not running else None,
            busy=round(sum(busy for busy, _ in shares) / len(shares), 3) if shares else None,
            waited=round(sum(waited for _, waited in shares) / len(shares), 3) if shares else None,
        )
        self._at, self._spent, self._running, self._sample = now, spent, running, sample
        return found

    @staticmethod
    def _spent_by(sample: dict[int, _Times], count: int) -> float:
        """By those that have ended and those that run, in seconds since they began."""
        ended = resource.getrusage(resource.RUSAGE_CHILDREN)
        living = [sum(ran for ran, _ in times.values()) for times in sample.values()]
        return ended.ru_utime + ended.ru_stime + (sum(living) / len(living) * count if living else 0.0)


def _busiest(now: _Times, before: _Times, passed: float) -> tuple[float, float]:
    """The busiest thread's share of the time, and of that the waiting."""
    shares = []
    for thread, (ran, waited) in now.items():
        ran_before, waited_before = before.get(thread, (0.0, 0.0))
        shares.append((ran - ran_before + waited - waited_before, waited - waited_before))
    busy, waited = max(shares)
    return min(busy / passed, 1.0), min(waited / passed, 1.0)


def _thread_times(pid: int) -> _Times:
    """By thread, for how long it has run and has waited for a processor, in seconds; empty where nothing says."""
    times: _Times = {}
    folder = f"/proc/{pid}/task"
    with contextlib.suppress(OSError):
        for thread in os.listdir(folder):  # noqa: PTH208  pathlib is not imported here
            with contextlib.suppress(OSError, ValueError), open(f"{folder}/{thread}/schedstat", encoding="ascii") as it:  # noqa: PTH123  likewise
                ran, waited = it.read().split()[:2]
                times[thread] = int(ran) / 1e9, int(waited) / 1e9
    return times
