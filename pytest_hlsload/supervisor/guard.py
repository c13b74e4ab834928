"""
What ties processes to each other's lives

The supervisor ends with its owner (its stdin, the lifeline, breaks); its readers end with it.
"""

import ctypes
import os
import signal
from collections.abc import Callable

_PR_SET_PDEATHSIG = 1


def die_with_parent() -> Callable[[], None] | None:
    """
    What a child is to do between fork and exec so that the kernel kills it when the supervisor dies; None where the
    system cannot.

    Only a single-threaded process may use it: code runs in the forked child.
    """
    try:
        prctl = ctypes.CDLL(None, use_errno=True).prctl
    except (OSError, AttributeError):
        return None
    parent = os.getpid()

    def tie() -> None:
        prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:  # the parent died before the tie was made
            os._exit(127)

    return tie


def wake_on_signals(numbers: tuple[signal.Signals, ...]) -> int:
    """
    Let these signals arrive as bytes on the descriptor returned, and end nothing by themselves.

    The handlers do nothing but are not SIG_IGN, which children would inherit.
    """
    readable, writable = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
    for number in numbers:
        signal.signal(number, lambda *_: None)
    signal.set_wakeup_fd(writable, warn_on_full_buffer=False)
    return readable
