"""The states of a client, and how they follow from its playhead and its reader"""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """What a client is doing; the words of CMCD's ``sta`` key, as this project's users say them."""

    IDLE = "idle"
    """Not started yet, or stopped."""
    STARTING = "starting"
    """A reader runs; the client has never played."""
    STREAMING = "streaming"
    """A reader runs and the playhead moves."""
    BUFFERING = "buffering"
    """A reader runs and the playhead stands still after playback began."""
    BACKOFF = "backoff"
    """No reader runs; a restart is scheduled."""
    ENDED = "ended"
    """The playlist ended and the buffer has drained."""
    LOST = "lost"
    """Its host was lost; nothing is known of it from then on."""


class Playhead(StrEnum):
    """What the viewer's playhead is doing."""

    WAITING = "waiting"
    """Before playback began."""
    PLAYING = "playing"
    STALLED = "stalled"
    """Standing still for lack of media, after playback began."""
    ENDED = "ended"
    """All media of an ended playlist has been played."""


@dataclass(frozen=True, slots=True)
class Transition:
    """
    A client's change of state.

    Attributes:
        at: seconds since the load's start.
        state: the state from then on.
    """

    at: float
    state: State


_WITH_READER = {
    Playhead.WAITING: State.STARTING,
    Playhead.PLAYING: State.STREAMING,
    Playhead.STALLED: State.BUFFERING,
    Playhead.ENDED: State.ENDED,
}


def state_of(playhead: Playhead, *, served: bool) -> State:
    """
    The state of a client that has been started and not been stopped.

    Args:
        playhead: what the viewer's playhead is doing.
        served: whether a reader runs, or none is needed just now (between two laps of a VOD).
    """
    if playhead is Playhead.ENDED or served:
        return _WITH_READER[playhead]
    return State.BACKOFF
