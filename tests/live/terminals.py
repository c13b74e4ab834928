"""A terminal that a test holds: a pseudo-terminal, and an emulator that tells what a user would see"""

import contextlib
import fcntl
import os
import pty
import struct
import subprocess
import termios
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyte


class Terminal:
    """What is written to `fileno` is shown."""

    def __init__(self, columns: int = 100, rows: int = 24) -> None:
        self._owner, self.fileno = pty.openpty()
        fcntl.ioctl(self.fileno, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self._screen = pyte.HistoryScreen(columns, rows, history=5000, ratio=1e-9)
        self._stream = pyte.ByteStream(self._screen)
        self.raw = b""

    @property
    def shown(self) -> list[str]:
        """The screen's lines, without those that are empty at its end."""
        return "\n".join(line.rstrip() for line in self._screen.display).rstrip().split("\n")

    @property
    def all_lines(self) -> list[str]:
        """The same after the lines that have left the screen at its top."""
        columns = range(self._screen.columns)
        gone = ["".join(line[n].data for n in columns).rstrip() for line in self._screen.history.top]
        return gone + self.shown

    @property
    def cursor(self) -> tuple[int, int]:
        """Its row and column."""
        return self._screen.cursor.y, self._screen.cursor.x

    @property
    def cursor_is_hidden(self) -> bool:
        return bool(self._screen.cursor.hidden)

    def feed(self, text: str) -> None:
        """Let somebody else write."""
        self._stream.feed(text.encode())

    def update(self) -> None:
        """Show all that has been written up to now."""
        # What was written before it comes before it, however busy the machine is; terminals take it for a title.
        mark = b"\x1b]2;up to here\x07"
        os.write(self.fileno, mark)
        while mark not in self.raw:
            self.read()
        self.raw = self.raw.replace(mark, b"")

    def read(self) -> bool:
        """Show what is there of what was written; whether more may come."""
        piece = b""
        with contextlib.suppress(OSError):  # which is how a terminal says that its last user has gone
            piece = os.read(self._owner, 65536)
        self.raw += piece
        self._stream.feed(piece)
        return bool(piece)

    def close(self) -> None:
        for fileno in self._owner, self.fileno:
            with contextlib.suppress(OSError):
                os.close(fileno)


@dataclass
class Screening:
    """
    A program's run on a terminal.

    Attributes:
        terminal: as it was left.
        status: the program's.
        frames: what was to be seen, each time that something had changed.
    """

    terminal: Terminal
    status: int
    frames: list[list[str]] = field(default_factory=list)

    def seen(self, text: str) -> list[str]:
        """All lines that were ever to be seen with a text in them."""
        return [line for frame in self.frames for line in frame if text in line]


def screening(
    command: Sequence[str],
    folder: Path,
    *,
    columns: int = 100,
    rows: int = 30,
    act: Callable[[subprocess.Popen[bytes], list[str]], object] = lambda _process, _frame: None,
    **variables: str,
) -> Screening:
    """
    Run a program on a terminal.

    Args:
        command: the program and its arguments.
        folder: where it runs.
        columns: of the terminal.
        rows: of the terminal.
        act: called with every frame.
        variables: of its environment.
    """
    terminal = Terminal(columns, rows)
    environment = {name: value for name, value in os.environ.items() if name not in {"CI", "NO_COLOR", "COLUMNS"}}
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=terminal.fileno,
        stderr=terminal.fileno,
        env=environment | {"TERM": "xterm-256color", "PYTHONIOENCODING": "utf-8"} | variables,
        cwd=folder,
    )
    os.close(terminal.fileno)
    frames = []
    try:
        while terminal.read():
            frames.append(terminal.shown)
            act(process, frames[-1])
        return Screening(terminal, process.wait(30), frames)
    finally:
        process.kill()
        process.wait()
        terminal.close()


@contextlib.contextmanager
def open_terminal(columns: int = 100, rows: int = 24) -> Iterator[Terminal]:
    terminal = Terminal(columns, rows)
    try:
        yield terminal
    finally:
        terminal.close()
