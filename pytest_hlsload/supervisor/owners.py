"""
The processes for which a load is run

The lifeline breaks when its last holder is gone, and a process that the owner has forked may hold it open for ever.
So the owner is watched itself; and where another process is behind it (xdist's controller), that one too.
"""

import os
from collections.abc import Callable, Iterable
from functools import partial

from .identity import still_runs
from .loop import Loop

# Where the system has no descriptor for the end of a process.
_POLL = 0.25


def watch_owners(
    loop: Loop, owners: Iterable[tuple[int, int]], gone: Callable[[float], None], *, portable: bool
) -> None:
    """
    Call ``gone`` as soon as one of these processes has ended; it may be called more than once.

    Args:
        loop: on which to watch.
        owners: number and start (see `identity.started_at`) of each; the first is the supervisor's parent.
        gone: called with the time.
        portable: whether to do without what only Linux has.
    """
    parent = True
    for pid, started in owners:
        runs = partial(_is_parent, pid) if parent else partial(still_runs, pid, started)
        parent = False
        descriptor = None if portable else _descriptor_of(pid)
        # Only now: the number in the order may have been given to another process before it was opened.
        if not runs():
            loop.call_at(loop.now, gone)
        elif descriptor is None:
            loop.call_at(loop.now + _POLL, partial(_poll, loop, runs, gone))
        else:
            loop.watch(descriptor, partial(_ended, loop, descriptor, gone))


def _is_parent(pid: int) -> bool:
    # True to the very moment of its death: orphans are given another parent at once.
    return os.getppid() == pid


def _descriptor_of(pid: int) -> int | None:
    try:
        return os.pidfd_open(pid)
    except (OSError, AttributeError):
        return None


def _ended(loop: Loop, descriptor: int, gone: Callable[[float], None], at: float) -> None:
    loop.forget(descriptor)
    os.close(descriptor)
    gone(at)


def _poll(loop: Loop, runs: Callable[[], bool], gone: Callable[[float], None], at: float) -> None:
    if runs():
        loop.call_at(at + _POLL, partial(_poll, loop, runs, gone))
    else:
        gone(at)
