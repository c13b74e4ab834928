"""Reading a journal while it grows"""

import json
import os
from pathlib import Path
from stat import S_ISREG

from pytest_hlsload.model.record_lines import from_plain
from pytest_hlsload.model.records import Record

_PIECE = 1 << 20


class Follower:
    """
    Hands out a journal's records as they appear, and those too that are written to a file that was deleted meanwhile.

    Args:
        path: the journal; it need not exist yet.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)
        self.skipped = 0
        """Lines that were no record, or of a kind that this version does not know."""
        self._descriptor: int | None = None
        self._torn = b""

    def read(self) -> list[Record]:
        """The records of all lines that have been completed since the last call."""
        lines = (self._torn + self._news()).split(b"\n")
        self._torn = lines.pop()
        records = []
        for line in lines:
            record = decode(line)
            if record is not None:
                records.append(record)
            elif line:
                self.skipped += 1
        return records

    def close(self) -> None:
        """Let go of the file."""
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            os.close(descriptor)

    def __del__(self) -> None:
        self.close()

    def _news(self) -> bytes:
        if self._descriptor is None:
            self._descriptor = _opened(self.path)
        if self._descriptor is None:
            return b""
        pieces = []
        while piece := os.read(self._descriptor, _PIECE):
            pieces.append(piece)
        return b"".join(pieces)


def _opened(path: Path) -> int | None:
    """A descriptor of the file; None where there is none yet, or something that may have no end."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except FileNotFoundError:
        return None
    if S_ISREG(os.fstat(descriptor).st_mode):
        return descriptor
    os.close(descriptor)
    return None


def decode(line: bytes) -> Record | None:
    """The record of a journal's line; None where it is none that this version knows."""
    try:
        return from_plain(json.loads(line))
    except (ValueError, RecursionError):
        return None
