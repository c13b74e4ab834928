"""The viewers of a load: how they come, and how they go where viewers go"""

import os
from collections import deque
from collections.abc import Callable, Sequence
from functools import partial
from random import Random

from pytest_hlsload.model.records import SampleRecord

from .client import Client
from .order import Order
from .stream import StreamKnowledge
from .surroundings import Surroundings

# An origin that does not answer the first client must not keep the others from coming.
_SCOUTING = 1.0

# What the start of an ffmpeg takes of a processor, in seconds. Started faster than the machine can, they would only
# wait for one another, and the supervisor for all of them.
_START = 0.1


def stay_of(client: int, *, churn: float, seed: int) -> float | None:
    """
    For how long a viewer watches, in seconds: exponentially distributed, and of the same number and seed always the
    same. None where viewers stay to the end.

    Args:
        client: its number.
        churn: the mean, in seconds; 0 for viewers that stay.
        seed: of the audience.
    """
    return Random(f"{seed} {client}").expovariate(1 / churn) if churn else None


class Audience:
    """
    Where a viewer leaves, another takes its place at once: a new client, whose number is higher by as many as there are
    at a time. So who watches for how long does not depend on when readers happen to start.

    Args:
        order: the owner's.
        around: what clients share.
        stream_of: from a client's number to what it reads.
    """

    def __init__(self, order: Order, around: Surroundings, stream_of: Callable[[int], StreamKnowledge]) -> None:
        self._order = order
        self._around = around
        self._stream_of = stream_of
        self._watching: list[Client] = []
        self._leaving: list[Client] = []
        # When those are due that have not come, in their order.
        self._due: deque[float] = deque()
        self._stopped = False

    def begin(self, at: float) -> None:
        """Let them come."""
        self._watching = [self._client(number) for number in self._order.clients]
        # Some go ahead: where a stream has no audio or no video, one reader finds out for all.
        first_of = {client.stream.number: client for client in reversed(self._watching)}
        ramp = self._order.settings.ramp
        scouts = self._watching[:1] if ramp else sorted(first_of.values(), key=lambda client: client.index)
        for scout in scouts:
            self._start(scout, at)
        self._wait_for(scouts, at, first=at)

    def stop(self, at: float) -> None:
        """All of them leave."""
        self._stopped = True
        for client in self._watching:
            client.stop(at)

    @property
    def served(self) -> Sequence[Client]:
        """Those that have a reader, be it one that was asked to end."""
        return [client for client in (*self._watching, *self._leaving) if client.reading is not None]

    def behind(self, at: float) -> float:
        """How late the next one is, in seconds."""
        return max(0.0, at - self._due[0]) if self._due else 0.0

    def advance(self, at: float) -> None:
        """Bring what is recorded of them up to a moment."""
        for client in self._watching:
            client.advance(at)

    def sample(self, at: float) -> SampleRecord:
        """Their figures at a moment; of those that have left since the last sample, what they ended with."""
        for client in self._watching:
            client.catch_up(at)
        clients = sorted((*self._watching, *self._leaving), key=lambda client: client.index)
        self._leaving = [client for client in self._leaving if client.reading is not None]
        viewers = [client.viewer for client in clients]
        lowest = [viewer.lowest() if viewer else None for viewer in viewers]
        return SampleRecord(
            at=at - self._around.zero,
            received=tuple(round(viewer.received, 1) if viewer else 0.0 for viewer in viewers),
            bytes=tuple(viewer.bytes if viewer else 0 for viewer in viewers),
            level=tuple(round(viewer.level, 1) if viewer else 0.0 for viewer in viewers),
            lowest=tuple(None if low is None else round(low, 1) for low in lowest),
            first=self._order.first,
            clients=tuple(client.index for client in clients) if self._order.settings.churn else (),
        )

    def _client(self, number: int) -> Client:
        settings = self._order.settings
        stays = stay_of(number, churn=settings.churn, seed=settings.seed)
        return Client(number, self._around, self._stream_of(number), stays=stays)

    def _wait_for(self, scouts: Sequence[Client], at: float, *, first: float) -> None:
        others = [client for client in self._watching if client not in scouts]
        if all(scout.stream.streams_known for scout in scouts) or at >= first + _SCOUTING or not others:
            self._schedule(others, at, first)
        else:
            self._around.loop.call_at(at + 0.01, lambda now: self._wait_for(scouts, now, first=first))

    def _schedule(self, clients: Sequence[Client], at: float, first: float) -> None:
        step, at_least = self._order.settings.ramp / len(self._watching), _START / (os.cpu_count() or 1)
        for place, client in enumerate(clients, 1):
            due = max(at + (place - 1) * at_least, first + place * step)
            self._around.loop.call_at(due, partial(self._start, client))

    def _start(self, client: Client, at: float) -> None:
        self._due.append(at)
        self._around.loop.start_soon(partial(self._come, client))

    def _come(self, client: Client, at: float) -> None:
        self._due.popleft()
        client.come(at)
        if client.stays is not None:
            self._around.loop.call_at(at + client.stays, partial(self._replace, client))

    def _replace(self, client: Client, at: float) -> None:
        if self._stopped:
            return
        client.stop(at)
        self._leaving.append(client)
        place = self._watching.index(client)
        at_a_time = self._order.of_all or len(self._watching)
        self._watching[place] = newcomer = self._client(client.index + at_a_time)
        self._start(newcomer, at)
