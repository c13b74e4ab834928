"""The event loop: descriptors, deadlines and starts, in batches"""

import heapq
import selectors
import time
from collections import deque
from collections.abc import Callable
from itertools import count

# Pipes fill while the loop rests, so that one turn drains many of them; a stamp is late by no more than this.
REST = 0.025

# Descriptors are served in this order within a turn: what a reader says of its packets before the packets, and both
# before the news of its end.
FIRST, MEDIA, LAST = 0, 1, 2


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
        self._deadlines: list[tuple[float, int, Callable[[float], None]]] = []
        self._number = count()
        self._starts: deque[Callable[[float], None]] = deque()
        self._running = False
        self.now = clock()
        """The time of this turn."""
        self.worst_lag = 0.0
        """The worst delay of a deadline since `reset_lag`, in seconds."""

    def time(self) -> float:
        """Now, on the loop's clock, in seconds."""
        return self._clock()

    def watch(self, descriptor: int, ready: Callable[[float], None], order: int = FIRST) -> None:
        """Call ``ready`` with the time whenever ``descriptor`` can be read."""
        self._selector.register(descriptor, selectors.EVENT_READ, (order, ready))

    def forget(self, descriptor: int) -> None:
        """Stop watching; must precede closing."""
        self._selector.unregister(descriptor)

    def call_at(self, at: float, call: Callable[[float], None]) -> None:
        """Call once at that time or soon after."""
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
        wait: float | None = None
        if self._starts:
            wait = 0.0
        elif self._deadlines:
            wait = max(0.0, self._deadlines[0][0] - self._clock())
        events = self._selector.select(wait)
        self.now = self._clock()
        events.sort(key=lambda event: event[0].data[0])
        media = False
        for key, _ in events:
            order, ready = key.data
            if key.fd not in self._selector.get_map():
                continue  # closed by a call earlier in this turn
            media = media or order == MEDIA
            ready(self.now)
        while self._deadlines and self._deadlines[0][0] <= self.now:
            at, _, call = heapq.heappop(self._deadlines)
            self.worst_lag = max(self.worst_lag, self.now - at)
            call(self.now)
        if self._starts:
            self.now = self._clock()
            self._starts.popleft()(self.now)
        elif media:
            self._sleep(REST)
