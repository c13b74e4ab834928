"""A live line on a terminal that belongs to somebody else"""

import os
import threading
from typing import Protocol


class Screen(Protocol):
    """Where a running load shows its status line. May be called from any thread."""

    def show(self, line: str) -> None:
        """Show this line in place of the last one."""

    def erase(self) -> None:
        """Leave no trace, before others write."""


# The cursor stays where its owner left it, and the live line is on the line below. IND makes room for it where the
# cursor is at the bottom, and unlike a line feed keeps the column.
_MAKE_ROOM = "\x1bD\x1b[A"
_SAVE, _RESTORE = "\x1b7", "\x1b8"
_LINE_BELOW, _CLEAR = "\x1b[B\r", "\x1b[2K"


class TerminalScreen:
    """
    The line below the cursor of a terminal.

    Args:
        fileno: of the terminal; it stays the caller's to close.
    """

    def __init__(self, fileno: int) -> None:
        self._fileno = fileno
        self._shown = False
        self._lock = threading.Lock()

    def show(self, line: str) -> None:
        """Show this line in place of the last one; what does not fit is cut off."""
        with self._lock:
            text = line[: self._columns() - 1]
            self._write(f"{_MAKE_ROOM}{_SAVE}{_LINE_BELOW}{_CLEAR}{text}{_RESTORE}")
            self._shown = True

    def erase(self) -> None:
        """Clear the line, if there is one."""
        with self._lock:
            if self._shown:
                self._write(f"{_SAVE}{_LINE_BELOW}{_CLEAR}{_RESTORE}")
                self._shown = False

    def _columns(self) -> int:
        try:
            return os.get_terminal_size(self._fileno).columns or 80
        except OSError:
            return 80

    def _write(self, text: str) -> None:
        try:
            os.write(self._fileno, text.encode("utf-8", "replace"))
        except OSError:
            # A terminal that was closed is no reason to end a load.
            self._shown = False
