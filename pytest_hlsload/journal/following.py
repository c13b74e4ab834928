"""Reading a journal while it grows"""

import json
import os
from pathlib import Path
from stat import S_ISREG

from pytest_hlsload.model.record_lines import from_plain
from pytest_hlsload.model.records import Record


class Follower:
    """
    Hands out a journal's records as they appear.

    Args:
        path: the journal; it need not exist yet.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)
        self.skipped = 0
        """Lines that were no record, or of a kind that this version does not know."""
        self._read = 0
        self._torn = b""

    def read(self) -> list[Record]:
        """The records of all lines that have been completed since the last call."""
        try:
            with self.path.open("rb") as file:
                if not S_ISREG(os.fstat(file.fileno()).st_mode):
                    return []  # a device may have no end
                file.seek(self._read)
                news = file.read()
        except FileNotFoundError:
            return []
        self._read += len(news)
        lines = (self._torn + news).split(b"\n")
        self._torn = lines.pop()
        records = []
        for line in lines:
            record = decode(line)
            if record is not None:
                records.append(record)
            elif line:
                self.skipped += 1
        return records


def decode(line: bytes) -> Record | None:
    """The record of a journal's line; None where it is none that this version knows."""
    try:
        return from_plain(json.loads(line))
    except (ValueError, RecursionError):
        return None
