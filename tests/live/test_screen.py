"""The live line, as a terminal would show it"""

import fcntl
import os
import pty
import re
import struct
import termios
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from pytest_hlsload.live.screen import TerminalScreen


@dataclass
class Emulator:
    """As much of a terminal as the screen and pytest use: text, line ends, and cursor movements."""

    height: int = 6
    rows: list[str] = field(default_factory=lambda: [""])
    row: int = 0
    column: int = 0
    saved: tuple[int, int] = (0, 0)

    def feed(self, text: str) -> None:
        for token in re.findall(r"\x1b(?:\[\d*[A-Za-z]|[D78])|.", text, re.DOTALL):
            self._obey(token)

    def _obey(self, token: str) -> None:
        if token == "\n":
            self._down()
        elif token == "\r":
            self.column = 0
        elif token == "\x1bD":
            self._down()
        elif token == "\x1b[A":
            self.row = max(0, self.row - 1)
        elif token == "\x1b[B":
            self.row = min(self.row + 1, self.height - 1)
        elif token == "\x1b[2K":
            self._write_row("")
        elif token == "\x1b7":
            self.saved = (self.row, self.column)
        elif token == "\x1b8":
            self.row, self.column = self.saved
        else:
            assert token.isprintable(), token
            line = self._row().ljust(self.column)
            self._write_row(line[: self.column] + token + line[self.column + 1 :])
            self.column += 1

    def _down(self) -> None:
        if self.row == self.height - 1:
            del self.rows[0]
        else:
            self.row += 1
        self._row()

    def _row(self) -> str:
        while len(self.rows) <= self.row:
            self.rows.append("")
        return self.rows[self.row]

    def _write_row(self, text: str) -> None:
        self._row()
        self.rows[self.row] = text

    @property
    def shown(self) -> list[str]:
        return [row.rstrip() for row in self.rows if row.strip()]


@dataclass
class Terminal:
    fileno: int
    owner: int

    def size(self, columns: int) -> None:
        fcntl.ioctl(self.fileno, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))

    def written(self) -> str:
        os.set_blocking(self.owner, False)
        pieces = []
        while True:
            try:
                pieces.append(os.read(self.owner, 65536))
            except BlockingIOError:
                return b"".join(pieces).decode()


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    owner, fileno = pty.openpty()
    yield Terminal(fileno, owner)
    os.close(owner)
    os.close(fileno)


def test_the_line_is_below_the_cursor_and_is_replaced_and_erased(terminal: Terminal) -> None:
    screen, emulator = TerminalScreen(terminal.fileno), Emulator()
    emulator.feed("test_soak.py ")
    screen.show("Streaming:1 and more")
    emulator.feed(terminal.written())
    assert emulator.shown == ["test_soak.py", "Streaming:1 and more"]
    screen.show("Streaming:2")
    emulator.feed(terminal.written())
    assert emulator.shown == ["test_soak.py", "Streaming:2"]
    screen.erase()
    emulator.feed(terminal.written() + ". [100%]\r\nnext")
    assert emulator.shown == ["test_soak.py . [100%]", "next"]


def test_at_the_bottom_of_the_terminal_it_makes_room(terminal: Terminal) -> None:
    screen, emulator = TerminalScreen(terminal.fileno), Emulator(height=3)
    emulator.feed("a\r\nb\r\nc\r\ntest_soak.py ")
    screen.show("Streaming:1")
    screen.show("Streaming:2")
    emulator.feed(terminal.written())
    assert emulator.shown == ["c", "test_soak.py", "Streaming:2"]
    screen.erase()
    emulator.feed(terminal.written() + ". [100%]\r\nnext")
    assert emulator.shown == ["c", "test_soak.py . [100%]", "next"]


def test_a_line_never_wraps(terminal: Terminal) -> None:
    terminal.size(columns=12)
    TerminalScreen(terminal.fileno).show("Streaming:1 | Buffering:2")
    emulator = Emulator()
    emulator.feed(terminal.written())
    assert emulator.shown == ["Streaming:1"]


def test_erasing_what_was_not_shown_writes_nothing(terminal: Terminal) -> None:
    screen = TerminalScreen(terminal.fileno)
    screen.erase()
    screen.show("x")
    screen.erase()
    terminal.written()
    screen.erase()
    assert terminal.written() == ""


def test_a_terminal_that_is_gone_is_no_error() -> None:
    owner, fileno = pty.openpty()
    os.close(owner)
    screen = TerminalScreen(fileno)
    screen.show("x")
    screen.erase()
    os.close(fileno)
    screen.show("x")


def test_threads_do_not_mix_their_lines(terminal: Terminal) -> None:
    screen, emulator = TerminalScreen(terminal.fileno), Emulator()
    threads = [threading.Thread(target=screen.show, args=(letter * 20,)) for letter in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    emulator.feed(terminal.written())
    [line] = emulator.shown
    assert len(set(line)) == 1
