"""The line that says how a running load is doing"""

from collections.abc import Mapping

from pytest_hlsload.model.states import State

_SHOWN = (State.STREAMING, State.BUFFERING, State.STARTING, State.BACKOFF, State.IDLE)


def status_line(counts: Mapping[State, int], restarts: int) -> str:
    """
    ``Streaming:18 | Buffering:1 | Starting:0 | Backoff:1 | Idle:0 | Restarts:3``

    Args:
        counts: how many clients are in each state.
        restarts: how many readers were restarted so far.
    """
    parts = [f"{state.value.capitalize()}:{counts.get(state, 0)}" for state in _SHOWN]
    parts.append(f"Restarts:{restarts}")
    if ended := counts.get(State.ENDED, 0):
        parts.append(f"Ended:{ended}")
    if lost := counts.get(State.LOST, 0):
        parts.append(f"Lost:{lost}")
    return " | ".join(parts)
