"""A live view on a terminal that belongs to somebody else"""

import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import NamedTuple, Protocol


class Size(NamedTuple):
    """Of a terminal."""

    columns: int
    rows: int


class Screen(Protocol):
    """Where running loads show how they are doing. May be called from any thread."""

    @property
    def size(self) -> Size:
        """How much room there is for lines."""

    def show(self, lines: Sequence[str]) -> None:
        """Show these lines in place of the last ones."""

    def erase(self) -> None:
        """Leave no trace."""

    def others_write(self) -> AbstractContextManager[None]:
        """While somebody else writes, there is no view, and none comes."""

    def hold(self) -> None:
        """The same until `release`."""

    def release(self) -> None:
        """Whoever has written is done."""


# The cursor stays where its owner left it, and the view is on the lines below. IND makes room for it where the cursor
# is at the bottom, and unlike a line feed keeps the column. Nothing hides the cursor, so that nobody has to bring it
# back, however the process ends.
_DOWN, _SAVE, _RESTORE = "\x1bD", "\x1b7", "\x1b8"
_LINE_BELOW, _CLEAR_BELOW, _PLAIN = "\x1b[B\r", "\x1b[J", "\x1b[0m"


class TerminalScreen:
    """
    The lines below the cursor of a terminal.

    Args:
        fileno: of the terminal; it stays the caller's to close.
    """

    def __init__(self, fileno: int) -> None:
        self._fileno = fileno
        self._shown: list[str] = []
        self._size = Size(0, 0)
        self._held = False
        # A signal may interrupt whoever has it, and write itself.
        self._lock = threading.RLock()

    @property
    def size(self) -> Size:
        """Columns, and rows below the cursor's."""
        try:
            columns, rows = os.get_terminal_size(self._fileno)
        except OSError:
            columns, rows = 0, 0
        # A terminal may begin a new line after its last column.
        return Size((columns or 80) - 1, (rows or 24) - 1)

    def show(self, lines: Sequence[str]) -> None:
        """
        Show these lines in place of the last ones.

        Args:
            lines: none longer than there are columns, and no more than there are rows; escape sequences may colour
                them, and do nothing else.
        """
        with self._lock:
            size = self.size
            shown = list(lines[: size.rows])
            if self._held or (shown == self._shown and size == self._size):
                return
            if not shown:
                self.erase()
                return
            room = f"{_DOWN * len(shown)}\x1b[{len(shown)}A"
            below = "".join(f"{_PLAIN}{_LINE_BELOW}{'' if n else _CLEAR_BELOW}{text}" for n, text in enumerate(shown))
            self._write(f"{room}{_SAVE}{below}{_RESTORE}")
            self._shown, self._size = shown, size

    def erase(self) -> None:
        """Clear the lines, if there are any."""
        with self._lock:
            if self._shown:
                self._write(f"{_SAVE}{_PLAIN}{_LINE_BELOW}{_CLEAR_BELOW}{_RESTORE}")
                self._shown = []

    @contextmanager
    def others_write(self) -> Iterator[None]:
        """While somebody else writes, there is no view, and none comes."""
        with self._lock:
            self.erase()
            yield

    def hold(self) -> None:
        """The same until `release`; for somebody who takes his time, as a debugger does."""
        with self._lock:
            self.erase()
            self._held = True

    def release(self) -> None:
        """Whoever has written is done."""
        self._held = False

    def _write(self, text: str) -> None:
        data = text.encode("utf-8", "replace")
        try:
            while data:
                data = data[os.write(self._fileno, data) :]
        except OSError:
            # A terminal that was closed is no reason to end a load.
            self._shown = []
