"""
pytest-timeout: its timer is observed, never replaced

A load has to know how much time its test has left: to refuse a soak that cannot end in time, and to stop within it.
"""

import sys
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

from .loads import running_loads

if TYPE_CHECKING:
    from collections.abc import Callable

# Expiry by thread ends the process without another word; so the word comes a moment earlier.
_BEFORE_END = 0.4

_DEADLINE = pytest.StashKey[float]()
_LAST_WORD = pytest.StashKey[threading.Timer]()


def observe(item: pytest.Item, settings: Any) -> None:
    """A test's timer is set."""
    forget(item)
    item.config.stash[_DEADLINE] = time.monotonic() + settings.timeout
    if settings.method == "thread" or threading.current_thread() is not threading.main_thread():
        timer = threading.Timer(max(0.0, settings.timeout - _BEFORE_END), _say_last_word, (item.config,))
        timer.name = "hls-load last word"
        timer.daemon = True
        item.config.stash[_LAST_WORD] = timer
        timer.start()


def forget(item: pytest.Item) -> None:
    """Its timer is cancelled; that may be said more than once."""
    stash = item.config.stash
    if _DEADLINE in stash:
        del stash[_DEADLINE]
    if _LAST_WORD in stash:
        stash[_LAST_WORD].cancel()
        del stash[_LAST_WORD]


def deadline_of(config: pytest.Config) -> "Callable[[], float | None]":
    """When the test that runs has to be over, on the monotonic clock; None where nobody says."""
    return lambda: config.stash.get(_DEADLINE, None)


def _say_last_word(config: pytest.Config) -> None:
    """
    Into what the test has printed, which pytest-timeout shows before it ends the process; and which nobody sees where
    the test makes it just in time.
    """
    from pytest_hlsload.render.lines import text_of
    from pytest_hlsload.render.summary import summary

    try:
        for load in running_loads(config):
            report = load.glance()
            if report is not None:
                sys.stdout.write(
                    f"\nhls load: the test's timeout is up; so far:\n{text_of(summary(report, name=load.name))}\n"
                )
        sys.stdout.flush()
    except Exception as error:  # noqa: BLE001  in a thread of nobody's, and the process is about to end
        sys.stderr.write(f"hls load: {error!r}\n")
