"""How a running load is told of: through logging every so often, and all the while where there is a screen"""

import logging
import time
from collections.abc import Callable, Iterable

from pytest_hlsload.model.records import Record
from pytest_hlsload.model.settings import LoadSettings

from .board import Board
from .lines import SummaryLines
from .picture import MOST_STALLED, Picture, picture_of, why_stalled_now
from .watch import JournalWatch

_log = logging.getLogger("pytest_hlsload")

# A look at all that is known, for the reasons of those who stand still.
_REASONS_EVERY = 1.0

# When the test's time is up, somebody else writes, and the process may end.
_BEFORE_DEADLINE = 0.5


class Ticker:
    """
    Args:
        settings: of the load.
        name: whose load it is.
        board: where it is shown live; None for nowhere.
        deadline: when the test has to be over, on the monotonic clock; None where nobody says.
    """

    def __init__(
        self, settings: LoadSettings, name: str, board: Board | None, deadline: Callable[[], float | None]
    ) -> None:
        self._lines = SummaryLines(settings.clients, loglevel=settings.loglevel)
        self._interval = settings.summary_interval if settings.live != "off" else 0.0
        self._next = self._interval
        self._name = name or ", ".join(settings.shown_urls)
        self._board = board if settings.live != "off" else None
        self._deadline = deadline
        self._reasons: dict[int, str] = {}
        self._reasons_due = 0.0

    def look(self, records: Iterable[Record], watch: JournalWatch) -> None:
        """
        Take new records of the journal, and tell what is due. Called in the journal's thread.

        Args:
            records: in their order.
            watch: of the journal.
        """
        for record in records:
            self._lines.see(record)
        at = watch.now
        if self._interval and at >= self._next:
            self._next = at + self._interval
            _log.info("\n".join(self._lines.lines(at)))
        if self._board is None or watch.over:
            return
        deadline = self._deadline()
        if deadline is not None and time.monotonic() > deadline - _BEFORE_DEADLINE:
            self._board.drop(self)
        else:
            self._show(self._board, watch)

    def _show(self, board: Board, watch: JournalWatch) -> None:
        try:
            board.show(self, lambda: self._picture(watch))
        except Exception as error:  # noqa: BLE001  what is shown must not end what is measured
            _log.warning("the live view has ended: %r", error)
            self._board = None

    def end(self) -> None:
        """Leave no trace on the screen."""
        if self._board is not None:
            self._board.drop(self)

    def _picture(self, watch: JournalWatch) -> Picture:
        at = watch.now
        stalled = [client for client, _ in self._lines.stalled[:MOST_STALLED]]
        if stalled and at >= self._reasons_due:
            clients = watch.snapshot(at).clients
            self._reasons = {client: why_stalled_now(clients[client - 1]) for client in stalled}
            self._reasons_due = at + _REASONS_EVERY
        left = None if watch.until is None else watch.until - time.monotonic()
        return picture_of(self._lines, at, name=self._name, left=left, why=lambda it: self._reasons.get(it, ""))
