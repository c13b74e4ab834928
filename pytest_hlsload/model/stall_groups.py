"""Stalls that clients had together: all at once points at the stream, one alone at its connection"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from .cause import Cause
from .client_report import ClientReport
from .playback import SHORTEST_COUNTED
from .stalls import Stall


@dataclass(frozen=True, slots=True, kw_only=True)
class StallGroup:
    """
    Stalls of 0.5 s and more that overlap in time.

    Attributes:
        start: of the first, in seconds since the load's start.
        end: of the last.
        clients: who stalled, by their numbers.
        cause: the one that most of the stalls have.
        unanimous: whether all have it.
        evidence: for it, of the longest of those.
    """

    start: float
    end: float
    clients: tuple[int, ...]
    cause: Cause
    unanimous: bool
    evidence: str


def stall_groups(clients: Iterable[ClientReport]) -> tuple[StallGroup, ...]:
    """The groups in the order of time; a stall that overlaps no other client's is a group of one."""
    stalls = sorted(
        ((stall, client.index) for client in clients for stall in client.stalls if stall.duration >= SHORTEST_COUNTED),
        key=lambda it: it[0].start,
    )
    groups: list[list[tuple[Stall, int]]] = []
    end = float("-inf")
    for stall, client in stalls:
        if stall.start > end:
            groups.append([])
            end = stall.end
        groups[-1].append((stall, client))
        end = max(end, stall.end)
    return tuple(_group(group) for group in groups)


def _group(members: list[tuple[Stall, int]]) -> StallGroup:
    stalls = [stall for stall, _ in members]
    cause = Counter(stall.cause for stall in stalls).most_common(1)[0][0]
    telling = max((stall for stall in stalls if stall.cause is cause), key=lambda stall: stall.duration)
    return StallGroup(
        start=stalls[0].start,
        end=max(stall.end for stall in stalls),
        clients=tuple(sorted({client for _, client in members})),
        cause=cause,
        unanimous=all(stall.cause is cause for stall in stalls),
        evidence=telling.evidence,
    )
