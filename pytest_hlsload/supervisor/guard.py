"""
What ties a child to the supervisor's life

On Linux the kernel kills it when its parent dies, and kills it before the supervisor when memory runs out.
"""

import contextlib
import ctypes
import os
import signal
from collections.abc import Callable

from .twin import Twin, line_of

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36

# Allowed without privileges: between a reader and pytest or the supervisor, memory is to be taken from the reader.
_FIRST_TO_GO = b"500"


def tie_to_parent(twin: Twin | None, *, portable: bool) -> Callable[[], None]:
    """
    What a child is to do between fork and exec.

    Only a single-threaded process may use it: code runs in the forked child.

    Args:
        twin: to tell of the child, if there is one.
        portable: whether to do without what only Linux has.
    """
    parent = os.getpid()
    prctl = None if portable else _prctl()

    def tie() -> None:
        if prctl is not None:
            prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if twin is not None and twin.descriptor >= 0:
            # By the child itself: its parent may be killed before it can.
            with contextlib.suppress(OSError):
                os.write(twin.descriptor, line_of(os.getpid()))
        with contextlib.suppress(OSError):
            adjustment = os.open("/proc/self/oom_score_adj", os.O_WRONLY)
            os.write(adjustment, _FIRST_TO_GO)
            os.close(adjustment)
        if os.getppid() != parent:  # it died before the tie was made
            os._exit(127)

    return tie


def adopt_orphans() -> bool:
    """Let every descendant whose parent dies become a child of this process; whether the system can."""
    prctl = _prctl()
    return prctl is not None and prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0


def forget_inherited_signals() -> None:
    """
    Undo what the owner may have handed down: an ignored SIGCHLD, with which the system throws the exit status of every
    child away, and blocked signals, which readers would inherit and not hear.
    """
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())


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


def _prctl() -> Callable[..., int] | None:
    try:
        prctl: Callable[..., int] = ctypes.CDLL(None, use_errno=True).prctl
    except (OSError, AttributeError):
        return None
    return prctl
