"""Stalls that clients had together: all at once points at the stream, one alone at its connection"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from .cause import Cause
from .client_report import ClientReport
from .playback import SHORTEST_COUNTED
from .stalls import Stall

# One of two is half of all.
_SEVERAL = 3

# It is known to be neither the stream nor a connection.
_OUR_OWN = frozenset({Cause.READER_CRASHED, Cause.READER_KILLED, Cause.GENERATOR})

# What is slow may be so on its way.
_ON_THE_WAY = frozenset({Cause.SEGMENT_SLOW, Cause.TIMEOUT, Cause.UNKNOWN})


@dataclass(frozen=True, slots=True, kw_only=True)
class StallGroup:
    """
    Stalls of 0.5 s and more that overlap in time.

    Attributes:
        start: of the first, in seconds since the load's start.
        end: of the last.
        clients: who stalled, by their numbers.
        of: how many clients were there.
        hosts: on which of the load's hosts; empty where it has none.
        cause: the one that most of the stalls have.
        unanimous: whether all have it.
        evidence: for it, of the longest of those.
    """

    start: float
    end: float
    clients: tuple[int, ...]
    of: int
    hosts: tuple[str, ...] = ()
    cause: Cause
    unanimous: bool
    evidence: str

    @property
    def points_at(self) -> str:
        """
        What its being all clients, or one of several, says by itself; "" where it says nothing, or the cause tells of
        something else.
        """
        if self.of < _SEVERAL or self.cause in _OUR_OWN:
            return ""
        if len(self.clients) == self.of:
            network = ", or at the load generator's network" if self.cause in _ON_THE_WAY else ""
            return f"all at once, which points at the stream{network}"
        return "alone, which points at its connection" if len(self.clients) == 1 else ""


def stall_groups(clients: Sequence[ClientReport]) -> tuple[StallGroup, ...]:
    """
    The groups in the order of time; a stall that overlaps no other client's is a group of one.

    Stalls on different hosts belong together only where they overlap by more than the hosts' clocks may be wrong.
    """
    stalls = sorted(
        ((stall, client) for client in clients for stall in client.stalls if stall.duration >= SHORTEST_COUNTED),
        key=lambda it: it[0].start,
    )
    groups: list[_Group] = []
    for stall, client in stalls:
        if not groups or not groups[-1].overlaps(stall, client):
            groups.append(_Group())
        groups[-1].add(stall, client)
    of = sum(client.present for client in clients)
    return tuple(group.made(of) for group in groups)


class _Group:
    """Stalls that overlap, as they come in the order of their starts."""

    def __init__(self) -> None:
        self._members: list[tuple[Stall, ClientReport]] = []
        self._ends: dict[str, tuple[float, float]] = {}

    def add(self, stall: Stall, client: ClientReport) -> None:
        self._members.append((stall, client))
        end, error = self._ends.get(client.host, (stall.end, client.clock_error))
        self._ends[client.host] = max(end, stall.end), error

    def overlaps(self, stall: Stall, client: ClientReport) -> bool:
        return any(
            stall.start <= end - (0.0 if host == client.host else error + client.clock_error)
            for host, (end, error) in self._ends.items()
        )

    def made(self, of: int) -> StallGroup:
        stalls = [stall for stall, _ in self._members]
        cause = Counter(stall.cause for stall in stalls).most_common(1)[0][0]
        telling = max((stall for stall in stalls if stall.cause is cause), key=lambda stall: stall.duration)
        return StallGroup(
            start=stalls[0].start,
            end=max(stall.end for stall in stalls),
            clients=tuple(sorted({client.index for _, client in self._members})),
            of=of,
            hosts=tuple(sorted(host for host in self._ends if host)),
            cause=cause,
            unanimous=all(stall.cause is cause for stall in stalls),
            evidence=telling.evidence,
        )
