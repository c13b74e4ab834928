"""The spans of a client's viewing: what its playhead did from when to when"""

from dataclasses import dataclass
from itertools import zip_longest

from .client_history import ClientHistory
from .facts import LoadFacts
from .states import Playhead

SHORTEST_COUNTED = 0.5
"""Stalls shorter than this, in seconds, are time but do not count as stalls (qoe.md 3.1: Chromium's leniency)."""


@dataclass(frozen=True, slots=True)
class Span:
    """
    A time in which a playhead did one thing.

    Attributes:
        start: seconds since the load's start.
        end: seconds since the load's start.
        playhead: what it did.
        open: whether it was still doing so when the viewer left or the record ends.
        then: what it did next; None where it is open.
    """

    start: float
    end: float
    playhead: Playhead
    open: bool
    then: Playhead | None

    @property
    def duration(self) -> float:
        """In seconds."""
        return self.end - self.start


def session_end(facts: LoadFacts, client: ClientHistory) -> float:
    """When the viewer left; for one that is still there, the moment up to which the facts speak."""
    return client.left if client.left is not None else facts.at


def spans_of(facts: LoadFacts, client: ClientHistory) -> tuple[Span, ...]:
    """A client's viewing from when it came until its session's end, without gap or overlap; empty before it comes."""
    end = session_end(facts, client)
    turns = client.turns
    spans = []
    for turn, following in zip_longest(turns, turns[1:]):
        if following is None or following.at > end:
            spans.append(Span(turn.at, max(turn.at, end), turn.playhead, True, None))
            break
        spans.append(Span(turn.at, following.at, turn.playhead, False, following.playhead))
    return tuple(spans)


def seconds_without_reader(client: ClientHistory, start: float, end: float) -> float:
    """How much of a span no reader of the client ran, in seconds."""
    served = 0.0
    for run in client.readers:
        until = end if run.end is None else min(run.end, end)
        served += max(0.0, until - max(run.start, start))
    return max(0.0, end - start - served)
