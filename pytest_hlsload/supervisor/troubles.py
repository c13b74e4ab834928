"""Evidence from a reader's log, thinned: a broken origin must not fill the journal"""

from collections.abc import Callable

from pytest_hlsload.model.client_records import LogRecord
from pytest_hlsload.model.records import Record
from pytest_hlsload.model.setting_table import LOG_LEVELS
from pytest_hlsload.reader.log_lines import LogLine

# At most one record a kind in so many seconds.
INTERVAL = 5.0


class _Pending:
    """Lines of one kind that wait to be recorded."""

    __slots__ = ("at", "count", "telling")

    def __init__(self, line: LogLine) -> None:
        self.at = 0.0
        self.count = 0
        self.telling = line
        """The newest of the worst."""

    def add(self, at: float, line: LogLine) -> None:
        self.at = at
        self.count += 1
        if LOG_LEVELS.index(line.level) <= LOG_LEVELS.index(self.telling.level):
            self.telling = line


class Troubles:
    """
    One client's.

    Args:
        client: its number.
        write: to the journal.
    """

    def __init__(self, client: int, write: Callable[[Record], None]) -> None:
        self._client = client
        self._write = write
        self._written: dict[tuple[str, int | None], float] = {}
        self._pending: dict[tuple[str, int | None], _Pending] = {}

    def add(self, at: float, line: LogLine) -> None:
        """A line of evidence."""
        status = int(line.found["status"]) if "status" in line.found else None
        key = line.kind, status
        self._pending.setdefault(key, _Pending(line)).add(at, line)
        if at - self._written.get(key, float("-inf")) >= INTERVAL:
            self._record(key)

    def flush(self, at: float) -> None:
        """Record what is waiting and old enough."""
        for key in list(self._pending):
            if at - self._written[key] >= INTERVAL:
                self._record(key)

    def flush_all(self) -> None:
        """Record all that is waiting."""
        for key in list(self._pending):
            self._record(key)

    def _record(self, key: tuple[str, int | None]) -> None:
        # With the time of the line, not of its recording: it is evidence for what happened then.
        it = self._pending.pop(key)
        self._written[key] = it.at
        self._write(
            LogRecord(
                at=it.at,
                client=self._client,
                log=key[0],
                status=key[1],
                count=it.count,
                text=it.telling.text,
                level=it.telling.level,
            )
        )
