"""The summary lines of a running load, every so often: through logging, and live where there is a terminal"""

import logging
from collections.abc import Iterable

from pytest_hlsload.model.records import Record
from pytest_hlsload.model.settings import LoadSettings

from .lines import SummaryLines
from .screen import Screen

_log = logging.getLogger("pytest_hlsload")


class Ticker:
    """
    Args:
        settings: of the load.
        screen: where the status line is shown live; None for nowhere.
    """

    def __init__(self, settings: LoadSettings, screen: Screen | None) -> None:
        self._lines = SummaryLines(settings.clients, loglevel=settings.loglevel)
        self._interval = settings.summary_interval
        self._next = self._interval
        self._screen = screen

    def look(self, records: Iterable[Record], at: float) -> None:
        """
        Take new records of the journal, and tell what is due. Called in the journal's thread.

        Args:
            records: in their order.
            at: now, in seconds since the load's start.
        """
        for record in records:
            self._lines.see(record)
        if self._interval and at >= self._next:
            self._next = at + self._interval
            lines = self._lines.lines(at)
            _log.info("\n".join(lines))
            if self._screen is not None:
                self._screen.show(lines[0])

    def end(self) -> None:
        """Leave no trace on the screen."""
        if self._screen is not None:
            self._screen.erase()
