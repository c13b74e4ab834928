"""What the end of a reader means"""

import signal
from collections.abc import Sequence
from dataclasses import dataclass

from .log_lines import FAILED_AT_THE_END, LogLine

_SIGNALLED = 255
_TOO_MANY_SIGNALS = 123

# From a shell or the loader of shared libraries: what they print looks like nothing of ffmpeg's.
_NEVER_BEGAN = frozenset({126, 127})


@dataclass(frozen=True, slots=True)
class Exit:
    """
    Attributes:
        explanation: a short sentence for people.
        finished: whether the reader came to the end of an ended playlist, which is no failure.
    """

    explanation: str
    finished: bool


def explain_exit(code: int, recent: Sequence[LogLine], *, opened: bool) -> Exit:
    """
    Args:
        code: the exit status, negative for a signal.
        recent: what the reader printed within its last moments, oldest first.
        opened: whether it had opened its input.
    """
    if code < 0:
        return Exit(f"killed by {_signal_name(-code)}", finished=False)
    if code == _SIGNALLED:
        return Exit("ffmpeg stopped by a signal (status 255)", finished=False)
    if code == _TOO_MANY_SIGNALS:
        return Exit("ffmpeg stopped by more than three signals (status 123)", finished=False)
    evidence = [line for line in recent if line.is_evidence]
    failure = next((line for line in reversed(evidence) if line.kind in FAILED_AT_THE_END), None)
    if code == 0 and opened and failure is None:
        return Exit("read to the end of the playlist", finished=True)
    # The first of the last troubles is nearest to the reason, and an HTTP status says more than what follows from it.
    telling = next((line for line in evidence if line.kind == "http_error"), next(iter(evidence), None))
    if telling is None:
        telling = next((line for line in reversed(recent) if line.level in {"error", "fatal", "panic"}), None)
    if telling is None and code in _NEVER_BEGAN and recent:
        telling = recent[-1]
    what = "gave up" if opened else "could not open the stream"
    return Exit(f"{what} (status {code}){f': {telling.text}' if telling else ''}", finished=False)


def _signal_name(number: int) -> str:
    try:
        return f"{signal.Signals(number).name} (signal {number})"
    except ValueError:
        return f"signal {number}"
