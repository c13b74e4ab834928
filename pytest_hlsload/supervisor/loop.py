"""The event loop: descriptors, deadlines and starts, in batches"""

import heapq
import selectors
import time
from collections import deque
from collections.abc import Callable
from itertools import count
from math import ceil, inf

# A reader prints line by line: the loop rests before it drains the pipes, so that it finds in them what belongs
# together, of many readers at once. A stamp is late by no more than this, unless it may be.
REST = 0.025

# What may wait is looked at in rounds, at every multiple of this: there is then more to be read from a descriptor, and
# one turn does for many of them, and for their deadlines.
ROUND = 0.125

# Descriptors are served in this order within a turn: commands first, and a reader's output before the news of its end.
PROMPT, OUTPUT, LAST = range(3)


class Loop:
    """
    Waits for descriptors and deadlines.

    Args:
        clock: monotonic seconds; injected for tests.
        sleep: likewise.
    """

    def __init__(
        self, *, clock: Callable[[], float] = time.monotonic, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._selector = selectors.DefaultSelector()
        self._patient = selectors.DefaultSelector()
        self._next_round = 0.0
        self._watched: dict[int, selectors.BaseSelector] = {}
        self._deadlines: list[tuple[float, int, Callable[[float], None]]] = []
        self._number = count()
        self._starts: deque[Callable[[float], None]] = deque()
        self._running = False
        self._flows = False  # whether readers that cannot wait printed in the last turn, and will in this
        self.now = clock()
        """The time of this turn."""
        self.worst_lag = 0.0
        """The worst delay of a deadline since `reset_lag`, in seconds."""

    def time(self) -> float:
        """Now, on the loop's clock, in seconds."""
        return self._clock()

    def watch(
        self, descriptor: int, ready: Callable[[float], None], order: int = PROMPT, *, patient: bool = False
    ) -> None:
        """
        Call ``ready`` with the time whenever ``descriptor`` can be read; once a turn, of however many descriptors it is
        the call.

        Args:
            descriptor: not watched yet.
            ready: what to call.
            order: within a turn.
            patient: whether the call may wait for the next round.
        """
        selector = self._patient if patient else self._selector
        selector.register(descriptor, selectors.EVENT_READ, (order, descriptor, ready))
        self._watched[descriptor] = selector

    def forget(self, descriptor: int) -> None:
        """Stop watching; must precede closing."""
        self._watched.pop(descriptor).unregister(descriptor)

    def call_at(self, at: float, call: Callable[[float], None], *, patient: bool = False) -> None:
        """Call once at that time or soon after; where that is ``patient``, in the next round."""
        if patient:
            at = ceil(at / ROUND) * ROUND
        heapq.heappush(self._deadlines, (at, next(self._number), call))

    def start_soon(self, start: Callable[[float], None]) -> None:
        """Queue the start of a process: one a turn, so that a crowd of them delays no reading."""
        self._starts.append(start)

    @property
    def waiting_starts(self) -> int:
        """How many starts are queued."""
        return len(self._starts)

    def clear_starts(self) -> None:
        """Drop the queued starts."""
        self._starts.clear()

    def reset_lag(self) -> float:
        """The worst lag since the last call, in seconds."""
        lag, self.worst_lag = self.worst_lag, 0.0
        return lag

    def run(self) -> None:
        """Until `stop`."""
        self._running = True
        while self._running:
            self.turn()

    def stop(self) -> None:
        """Return from `run` after this turn."""
        self._running = False

    def turn(self) -> None:
        """Wait for something to do, and do all of it."""
        ready = self._gather(self._wait())
        self._flows = any(order == OUTPUT for order, _, _ in ready)
        self.now = self._clock()
        if self.now >= self._next_round:
            self._next_round = (self.now // ROUND + 1) * ROUND
            ready += self._ready(self._patient, 0.0)
        called: set[Callable[[float], None]] = set()
        for _, descriptor, call in sorted(ready):
            if call not in called and descriptor in self._watched:  # not closed by a call earlier in this turn
                called.add(call)
                call(self.now)
        while self._deadlines and self._deadlines[0][0] <= self.now:
            at, _, call = heapq.heappop(self._deadlines)
            self.worst_lag = max(self.worst_lag, self.now - at)
            call(self.now)
        if self._starts:
            self.now = self._clock()
            self._starts.popleft()(self.now)

    def _wait(self) -> float | None:
        """For how long nothing is due, in seconds; None for ever."""
        if self._starts:
            return 0.0
        due = self._deadlines[0][0] if self._deadlines else inf
        if self._patient.get_map():
            due = min(due, self._next_round)
        return None if due == inf else max(0.0, due - self._clock())

    def _gather(self, wait: float | None) -> list[tuple[int, int, Callable[[float], None]]]:
        """What can be read; after a rest where readers print, unless there is a process to start meanwhile."""
        flows = self._flows and not self._starts
        ready = [] if flows else self._ready(self._selector, wait)
        if flows or (not self._starts and any(order == OUTPUT for order, _, _ in ready)):
            self._sleep(REST)
            ready = self._ready(self._selector, 0.0)
        return ready

    def _ready(
        self, selector: selectors.BaseSelector, wait: float | None
    ) -> list[tuple[int, int, Callable[[float], None]]]:
        """Order, descriptor and call of all that can be read now, or first can within ``wait`` seconds."""
        return [key.data for key, _ in selector.select(wait)]
