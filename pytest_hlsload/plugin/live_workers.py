"""
The loads of xdist's workers, as their controller shows them: it follows the journals that they write into the run's
folder

Where a worker writes elsewhere (on another machine, or into a ``report_dir`` that only a test's marker names) nothing
shows of it until it has ended.
"""

import logging
import threading
import time
from typing import TYPE_CHECKING

import pytest

from .files import run_folder
from .live import board_of, can_show
from .settings import value_for_run

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_hlsload.live.picture import Picture
    from pytest_hlsload.live.remote import RemoteLoad

_FOLLOWING = pytest.StashKey["_Following"]()

_EVERY = 0.25

# Before the first journal is there, nothing is imported and hardly anything looked at.
_EVERY_BEFORE = 1.0


def follow(config: pytest.Config) -> None:
    """Begin, where there is a terminal to show them on; more than once does no more than once."""
    if _FOLLOWING in config.stash or not can_show(config):
        return
    how = value_for_run(config, "live")
    folder = run_folder(config, value_for_run(config, "report_dir"))
    config.stash[_FOLLOWING] = _Following(config, folder, how)
    config.stash[_FOLLOWING].start()


def unfollow(config: pytest.Config) -> None:
    """End, and leave no trace."""
    if _FOLLOWING in config.stash:
        config.stash[_FOLLOWING].stop()
        del config.stash[_FOLLOWING]


class _Following(threading.Thread):
    def __init__(self, config: pytest.Config, folder: "Path", how: str) -> None:
        super().__init__(name="hls-load workers", daemon=True)
        self._config = config
        self._folder = folder
        self._how = how
        self._over = threading.Event()
        self._loads: dict[str, RemoteLoad] = {}

    def stop(self) -> None:
        self._over.set()
        self.join(timeout=5)

    def run(self) -> None:
        try:
            self._follow()
        except Exception as error:  # noqa: BLE001  what is shown must not end what is measured
            logging.getLogger("pytest_hlsload").warning("the live view has ended: %r", error)

    def _follow(self) -> None:
        while not self._over.wait(_EVERY if self._loads else _EVERY_BEFORE):
            if self._folder.exists() and (board := board_of(self._config, self._how)) is not None:
                self._look()
                if any(load.runs for load in self._loads.values()):
                    board.show(self, self._picture)
                else:
                    board.drop(self)

    def _look(self) -> None:
        from pytest_hlsload.live.remote import RemoteLoad

        for path in self._folder.glob("*-gw*-*.jsonl"):
            if path.name not in self._loads:
                self._loads[path.name] = RemoteLoad(path)
        for load in self._loads.values():
            load.look(time.monotonic())

    def _picture(self) -> "Picture":
        from pytest_hlsload.live.picture import total_of
        from pytest_hlsload.render.figures import count

        running = [load for load in self._loads.values() if load.runs]
        return total_of([load.picture for load in running], f"{count(len(running), 'load')} on xdist's workers")
