"""A running load of another process, as its journal tells of it"""

from pathlib import Path

from pytest_hlsload.journal.following import Follower
from pytest_hlsload.model.records import EndRecord, LoadRecord

from .lines import SummaryLines
from .picture import Picture, picture_of

# A journal has a sample every five seconds; one that has been silent for so long is nobody's any more.
_SILENT = 30.0


class RemoteLoad:
    """
    Args:
        journal: the load's.
    """

    def __init__(self, journal: Path) -> None:
        self._follower = Follower(journal)
        self._lines: SummaryLines | None = None
        self._load: LoadRecord | None = None
        self._ended = False
        self._now = self._heard = 0.0

    def look(self, now: float) -> None:
        """
        Take what has come.

        Args:
            now: on the machine's monotonic clock.
        """
        if self._ended:
            return
        self._now = now
        for record in self._follower.read():
            self._heard = now
            if isinstance(record, LoadRecord) and self._load is None:
                self._load = record
                settings = record.settings
                self._lines = SummaryLines(
                    int(settings.get("clients") or 0), loglevel=str(settings.get("loglevel") or "warning")
                )
            elif isinstance(record, EndRecord):
                self._ended = True
            elif self._lines is not None:
                self._lines.see(record)

    @property
    def runs(self) -> bool:
        """Whether there is anything to show, and will be more."""
        return self._lines is not None and not self._ended and self._now - self._heard < _SILENT

    @property
    def picture(self) -> Picture:
        """As far as it is known without a look at everything: not why its viewers stand still."""
        assert self._lines is not None
        assert self._load is not None
        name = str(self._load.settings.get("name") or self._follower.path.stem)
        return picture_of(self._lines, max(0.0, self._now - self._load.monotonic), name=name)
