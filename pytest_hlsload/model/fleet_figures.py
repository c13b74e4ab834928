"""The figures of a fleet: sums over its clients, and how each figure spreads over them"""

from collections.abc import Callable, Sequence
from functools import cached_property

from .client_report import ClientReport
from .spread import Spread
from .states import State


class FleetFigures:
    """What a report says of all its clients together."""

    @property
    def clients(self) -> Sequence[ClientReport]:
        """All clients."""
        raise NotImplementedError

    # Sums

    @cached_property
    def restarts(self) -> int:
        """How many readers were started because the one before had failed."""
        return sum(client.restarts for client in self.clients)

    @cached_property
    def stall_count(self) -> int:
        """How many stalls of 0.5 s and more started."""
        return sum(client.stall_count for client in self.clients)

    @cached_property
    def bytes_received(self) -> int:
        """Elementary-stream bytes as delivered to the readers."""
        return sum(client.bytes_received for client in self.clients)

    @cached_property
    def total_buffering_ratio(self) -> float:
        """
        The ratio of totals: seconds stalled / (played + stalled), each summed over the clients; NaN where both are 0.

        A client that saw nothing counts with all the time that it waited, as in its own ratio of 1.0.
        """
        waited = sum(client.waited for client in self.clients if client.saw_nothing)
        stalled = sum(client.stalled for client in self.clients) + waited
        total = stalled + sum(client.played for client in self.clients)
        return stalled / total if total else float("nan")

    def time_in(self, state: State) -> float:
        """Seconds that the clients spent in a state, summed."""
        return sum(client.time_in(state) for client in self.clients)

    # Figures over the clients

    @cached_property
    def buffering_ratio(self) -> Spread:
        """Stalled / (played + stalled), 0..1; see `ClientReport.buffering_ratio`."""
        return self._spread("buffering_ratio", lambda client: client.buffering_ratio)

    @cached_property
    def startup_time(self) -> Spread:
        """Seconds to the first picture; infinite for a client that has not played."""
        return self._spread("startup_time", _startup)

    @cached_property
    def longest_stall(self) -> Spread:
        """Each client's longest stall, in seconds; 0.0 for one that had none."""
        return self._spread("longest_stall", lambda client: client.longest_stall)

    @cached_property
    def uptime(self) -> Spread:
        """Played / elapsed, 0..1."""
        return self._spread("uptime", lambda client: client.uptime, low_is_bad=True)

    @cached_property
    def lowest_buffer(self) -> Spread:
        """Each client's lowest buffer while playing, in seconds."""
        return self._spread("lowest_buffer", lambda client: client.lowest_buffer, low_is_bad=True)

    @cached_property
    def latency_growth(self) -> Spread:
        """How much further behind the live edge each viewer fell, in seconds."""
        return self._spread("latency_growth", lambda client: client.latency_growth)

    @cached_property
    def media_lost(self) -> Spread:
        """Seconds of media that no reader of the client got."""
        return self._spread("media_lost", lambda client: client.media_lost)

    @cached_property
    def media_bitrate(self) -> Spread:
        """Bits per second of media."""
        return self._spread("media_bitrate", lambda client: client.media_bitrate, low_is_bad=True)

    @cached_property
    def client_restarts(self) -> Spread:
        """How many readers of each client were started because the one before had failed."""
        return self._spread("client_restarts", lambda client: client.restarts)

    def _spread(
        self, metric: str, value: Callable[[ClientReport], float | None], *, low_is_bad: bool = False
    ) -> Spread:
        pairs = [(v, client) for client in self.clients if client.present and (v := value(client)) is not None]
        return Spread(metric, tuple(v for v, _ in pairs), tuple(client for _, client in pairs), low_is_bad)


def _startup(client: ClientReport) -> float | None:
    if client.gave_up:
        return None
    return float("inf") if client.startup_time is None else client.startup_time
