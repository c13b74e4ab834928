"""Writing a journal"""

import contextlib
import json
import math
import os
from pathlib import Path
from typing import Any

from pytest_hlsload.model.record_lines import to_plain
from pytest_hlsload.model.records import Record


class JournalWriter:
    """
    Appends records to a journal, one line each.

    A line is one ``write`` on a descriptor in append mode, so that it is whole or torn, never mixed with another, and
    what is written is safe from the death of this process. A full disk never raises here: a load goes on without its
    journal, and says what it lost as soon as it can.

    Args:
        path: the file; made if it does not exist.

    Raises:
        OSError: where the file cannot be opened.
    """

    __slots__ = ("_descriptor", "_torn", "lost", "trouble")

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self._descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o644)
        self._torn = _ends_torn(Path(path))
        self.lost = 0
        """How many records could not be written, or not whole."""
        self.trouble = ""
        """Why not, for the last of them."""

    def write(self, record: Record) -> bool:
        """Append a record; whether it was written whole."""
        line = encode(record)
        if self._torn:
            line = b"\n" + line
        try:
            written = os.write(self._descriptor, line)
        except OSError as error:
            self.trouble = error.strerror or str(error)
            written = 0
        if written == len(line):
            self._torn = False
            return True
        self.lost += 1
        if written:
            self.trouble = "only a part of it could be written"
            # What stands there now is a fragment, unless all that went through was the newline that ends the last one.
            self._torn = line[:written] != b"\n"
        return False

    def sync(self) -> None:
        """Ask the system to put what is written on the disk, as far as it can."""
        if self._descriptor >= 0:
            with contextlib.suppress(OSError):
                os.fdatasync(self._descriptor)

    def close(self) -> None:
        """Close the file; records written after this are lost, and counted."""
        descriptor, self._descriptor = self._descriptor, -1
        if descriptor >= 0:
            with contextlib.suppress(OSError):
                os.close(descriptor)


def encode(record: Record) -> bytes:
    """The record as a line of strict JSON: figures that are not finite become ``null``, which JSON can say."""
    plain = to_plain(record)
    try:
        text = json.dumps(plain, separators=(",", ":"), allow_nan=False)
    except ValueError:
        text = json.dumps(_finite(plain), separators=(",", ":"), allow_nan=False)
    return text.encode("ascii") + b"\n"


def _finite(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, dict):
        return {name: _finite(content) for name, content in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(content) for content in value]
    return value


def _ends_torn(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            if not file.seek(0, os.SEEK_END):
                return False
            file.seek(-1, os.SEEK_END)
            return file.read(1) != b"\n"
    except OSError:
        return False
