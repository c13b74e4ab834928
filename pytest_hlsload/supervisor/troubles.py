"""Evidence from a reader's log, thinned: a broken origin must not fill the journal"""

from collections.abc import Callable

from pytest_hlsload.model.records import LogRecord, Record
from pytest_hlsload.reader.log_lines import LogLine

# At most one record a kind in so many seconds.
INTERVAL = 5.0


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
        self._pending: dict[tuple[str, int | None], tuple[int, float, str]] = {}

    def add(self, at: float, line: LogLine) -> None:
        """A line of evidence."""
        status = int(line.found["status"]) if "status" in line.found else None
        key = line.kind, status
        count = self._pending[key][0] + 1 if key in self._pending else 1
        self._pending[key] = count, at, line.text
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
        count, at, text = self._pending.pop(key)
        self._written[key] = at
        self._write(LogRecord(at=at, client=self._client, log=key[0], status=key[1], count=count, text=text))
