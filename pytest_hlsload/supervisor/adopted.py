"""
What a reader has started and left behind

As a subreaper the supervisor inherits whatever escapes from a reader's process group, and ends it.
"""

import contextlib
import os
import signal
import time
from collections.abc import Set as AbstractSet

_CHILDREN = "/proc/self/task/{pid}/children"

# Each round of killing may uncover children of those killed.
_ROUND = 0.005


def sweep(known: AbstractSet[int]) -> bool:
    """
    Kill and reap adopted children.

    Args:
        known: children that are not adopted.

    Returns:
        Whether any was found.
    """
    found = False
    for pid in _children():
        if pid not in known:
            found = True
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, os.WNOHANG)
    return found


def sweep_all(known: AbstractSet[int], *, patience: float) -> None:
    """Sweep until nothing is left, or ``patience`` seconds have passed (a process that waits for a disk cannot die)."""
    until = time.monotonic() + patience
    while sweep(known) and time.monotonic() < until:
        time.sleep(_ROUND)


def _children() -> list[int]:
    """Of this process; none where the system does not list them."""
    try:
        with open(_CHILDREN.format(pid=os.getpid()), encoding="ascii") as children:  # noqa: PTH123  pathlib is not imported here
            return [int(pid) for pid in children.read().split()]
    except (OSError, ValueError):
        return []
