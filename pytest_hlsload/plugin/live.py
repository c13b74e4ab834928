"""
What shows on the terminal while loads run: on the real one, behind pytest's capture, below whatever pytest has written

pytest's own writer makes way for it: before it writes anything, the view is gone. It is the one object that pytest and
its plugins (xdist, pytest-timeout) write to the terminal with. While nothing is captured, there is no view.
"""

import os
import sys
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_hlsload.live.board import Board

_STDOUT = pytest.StashKey[int]()
_BOARD = pytest.StashKey["Board"]()

_WRITES = ("write", "write_raw")
_CAPTURES = ("suspend_global_capture", "resume_global_capture")


def keep_stdout(config: pytest.Config) -> None:
    """
    Keep a duplicate of the terminal that pytest prints to, while nothing is captured yet.

    Only where a view can do no harm: on a terminal, in the process that owns it, and where nobody but pytest prints
    while a test runs.
    """
    if hasattr(config, "workerinput") or config.getoption("capture", "no") in {"no", "tee-sys"} or _logs_live(config):
        return
    if not config.pluginmanager.hasplugin("terminalreporter") or config.get_verbosity() < 0:
        return
    try:
        fileno = sys.stdout.fileno()
        if os.isatty(fileno) and os.environ.get("TERM", "dumb") != "dumb":
            config.stash[_STDOUT] = os.dup(fileno)
    except (OSError, ValueError, AttributeError):
        # Something that is no file stands in for stdout; then there is no live line.
        return


def can_show(config: pytest.Config) -> bool:
    """Whether there is a terminal for it."""
    return _STDOUT in config.stash


def board_of(config: pytest.Config, how: str) -> "Board | None":
    """
    The run's board; None where there is nothing to show it on.

    Args:
        config: of the run.
        how: the setting ``live``.
    """
    if _STDOUT not in config.stash or how == "off" or (how == "auto" and os.environ.get("CI")):
        return None
    if _BOARD not in config.stash:
        from pytest_hlsload.live.board import Board
        from pytest_hlsload.live.drawing import drawing
        from pytest_hlsload.live.screen import TerminalScreen

        encoding = getattr(sys.__stdout__, "encoding", None)
        colour = bool(config.get_terminal_writer().hasmarkup)
        board = Board(TerminalScreen(config.stash[_STDOUT]), drawing(how, encoding=encoding, colour=colour))
        _make_way(config, board)
        if not config.pluginmanager.hasplugin("dsession"):
            _stay_away_while_nothing_is_captured(config, board)
        config.stash[_BOARD] = board
    return config.stash[_BOARD]


def forget(config: pytest.Config) -> None:
    """Give the terminal back."""
    from . import live_workers

    live_workers.unfollow(config)
    if _BOARD in config.stash:
        config.stash[_BOARD].screen.hold()
        del config.stash[_BOARD]
        writer = config.get_terminal_writer()
        for name in _WRITES:
            vars(writer).pop(name, None)
        if (manager := config.pluginmanager.get_plugin("capturemanager")) is not None:
            for name in _CAPTURES:
                vars(manager).pop(name, None)
    if _STDOUT in config.stash:
        os.close(config.stash[_STDOUT])
        del config.stash[_STDOUT]


def _make_way(config: pytest.Config, board: "Board") -> None:
    writer = config.get_terminal_writer()
    for name in _WRITES:
        if hasattr(writer, name):
            setattr(writer, name, _after_erasing(getattr(writer, name), writer.flush, board))


def _after_erasing(write: "Callable[..., None]", flush: "Callable[[], None]", board: "Board") -> "Callable[..., None]":
    def erase_and_write(*args: Any, **kwargs: Any) -> None:
        with board.screen.others_write():
            write(*args, **kwargs)
            # Else it would come later, into the view.
            flush()

    return erase_and_write


def _stay_away_while_nothing_is_captured(config: pytest.Config, board: "Board") -> None:
    """Then the terminal is somebody else's: a debugger's, or a test's that prints in spite of capture."""
    manager = config.pluginmanager.get_plugin("capturemanager")
    suspend, resume = (getattr(manager, name) for name in _CAPTURES)

    def erase_and_suspend(*args: Any, **kwargs: Any) -> None:
        board.screen.hold()
        suspend(*args, **kwargs)

    def resume_and_release() -> None:
        resume()
        board.screen.release()

    for name, ours in zip(_CAPTURES, (erase_and_suspend, resume_and_release), strict=True):
        setattr(manager, name, ours)


def _logs_live(config: pytest.Config) -> bool:
    return config.pluginmanager.hasplugin("logging") and bool(
        config.getoption("log_cli_level", None) or config.getini("log_cli")
    )
