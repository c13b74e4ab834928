"""How one load is doing, as a live view shows it"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from pytest_hlsload.model.causes import why_stalled
from pytest_hlsload.model.client_report import ClientReport
from pytest_hlsload.model.states import Playhead, State

from .lines import SummaryLines

MOST_STALLED = 5
"""So many are shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """
    A client whose viewer stands still.

    Attributes:
        client: which, in words.
        seconds: for how long.
        why: what is known of the reason, in a line; "" where nothing is.
    """

    client: str
    seconds: float
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """
    Attributes:
        name: whose load it is.
        at: now, in seconds since the load's start.
        left: for how many seconds whoever waits goes on waiting; None where that is not known.
        counts: how many clients are in each state.
        restarts: how many readers were restarted so far.
        stalled: whose viewers stand still, the longest first; at most `MOST_STALLED`.
        more_stalled: how many more there are.
        phases: those that are open.
        events: what happened last, the newest first.
    """

    name: str
    at: float
    left: float | None = None
    counts: Mapping[State, int]
    restarts: int = 0
    stalled: Sequence[Waiting] = ()
    more_stalled: int = 0
    phases: Sequence[str] = ()
    events: Sequence[str] = ()


def picture_of(
    lines: SummaryLines, at: float, *, name: str, left: float | None = None, why: Callable[[int], str] = lambda _: ""
) -> Picture:
    """
    A load's picture.

    Args:
        lines: what is known of it.
        at: now, in seconds since its start.
        name: whose load it is.
        left: for how many seconds somebody goes on waiting.
        why: what is known of the reason for which a client's viewer stands still.
    """
    return Picture(
        name=name,
        at=at,
        left=left,
        counts=lines.counts,
        restarts=lines.restarts,
        stalled=[
            Waiting(client=f"client {client}", seconds=max(0.0, at - since), why=why(client))
            for client, since in lines.stalled[:MOST_STALLED]
        ],
        more_stalled=max(0, len(lines.stalled) - MOST_STALLED),
        phases=lines.phases,
        events=lines.events,
    )


def total_of(pictures: Sequence[Picture], name: str) -> Picture:
    """One picture of several loads; clients are named with their loads."""
    waiting = [
        Waiting(client=f"{picture.name}, {it.client}", seconds=it.seconds, why=it.why)
        for picture in pictures
        for it in picture.stalled
    ]
    return Picture(
        name=name,
        at=max((picture.at for picture in pictures), default=0.0),
        left=max((picture.left for picture in pictures if picture.left is not None), default=None),
        counts={state: sum(picture.counts.get(state, 0) for picture in pictures) for state in State},
        restarts=sum(picture.restarts for picture in pictures),
        stalled=sorted(waiting, key=lambda it: -it.seconds)[:MOST_STALLED],
        more_stalled=max(0, len(waiting) - MOST_STALLED) + sum(picture.more_stalled for picture in pictures),
        phases=[phase for picture in pictures for phase in picture.phases],
        events=[event for picture in pictures for event in picture.events],
    )


def why_stalled_now(client: ClientReport) -> str:
    """What is known of the reason for which a client's viewer stands still just now; "" where it does not."""
    *before, stall = client.viewing or (None,)
    if stall is None or stall.playhead is not Playhead.STALLED:
        return ""
    since = before[-1].start if before and before[-1] else 0.0
    found = why_stalled(client.load, client.facts, stall, since=since)
    return f"{found.cause}: {found.evidence}"
