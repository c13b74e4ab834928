"""The live line of a run: on the real terminal, behind pytest's capture"""

import os
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pytest_hlsload.live.screen import TerminalScreen

_STDOUT = pytest.StashKey[int]()
_SCREEN = pytest.StashKey["TerminalScreen"]()


def keep_stdout(config: pytest.Config) -> None:
    """
    Keep a duplicate of the terminal that pytest prints to, while nothing is captured yet.

    Only where a live line can do no harm: on a terminal, in the process that owns it, and where nobody else prints
    while a test runs.
    """
    if hasattr(config, "workerinput") or config.getoption("capture") == "no" or _logs_live(config):
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


def screen_of(config: pytest.Config) -> "TerminalScreen | None":
    """The run's screen; None where there is none to write on."""
    if _STDOUT not in config.stash:
        return None
    if _SCREEN not in config.stash:
        from pytest_hlsload.live.screen import TerminalScreen

        config.stash[_SCREEN] = TerminalScreen(config.stash[_STDOUT])
    return config.stash[_SCREEN]


def forget_stdout(config: pytest.Config) -> None:
    """Give the duplicate back."""
    if _SCREEN in config.stash:
        config.stash[_SCREEN].erase()
        del config.stash[_SCREEN]
    if _STDOUT in config.stash:
        os.close(config.stash[_STDOUT])
        del config.stash[_STDOUT]


def _logs_live(config: pytest.Config) -> bool:
    return config.pluginmanager.hasplugin("logging") and bool(
        config.getoption("log_cli_level", None) or config.getini("log_cli")
    )
