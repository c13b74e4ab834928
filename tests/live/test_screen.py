"""The live line, as a terminal would show it"""

import contextlib
import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from pytest_hlsload.live.screen import TerminalScreen
from pytest_hlsload.origin import Origin


@dataclass
class Emulator:
    """As much of a terminal as the screen and pytest use: text, line ends, and cursor movements."""

    height: int = 6
    rows: list[str] = field(default_factory=lambda: [""])
    row: int = 0
    column: int = 0
    saved: tuple[int, int] = (0, 0)

    def feed(self, text: str) -> None:
        for token in re.findall(r"\x1b(?:\[[\d;]*[A-Za-z]|[D78])|.", text, re.DOTALL):
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
        elif token.endswith("m") and len(token) > 1:
            pass  # a colour
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


@dataclass
class Screening:
    """A pytest run on a terminal."""

    raw: str
    shown: list[str]


def on_a_terminal(pytester: pytest.Pytester, *options: str) -> Screening:
    owner, fileno = pty.openpty()
    fcntl.ioctl(fileno, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 100, 0, 0))
    process = subprocess.Popen(
        [sys.executable, "-m", "pytest", *options],
        stdin=subprocess.DEVNULL,
        stdout=fileno,
        stderr=fileno,
        env=os.environ | {"TERM": "xterm"},
        cwd=pytester.path,
    )
    os.close(fileno)
    raw = b""
    with contextlib.suppress(OSError):  # which is how a terminal says that its last user has gone
        while piece := os.read(owner, 65536):
            raw += piece
    os.close(owner)
    process.wait(30)
    text, emulator = raw.decode(), Emulator(height=200)
    emulator.feed(text)
    return Screening(text, emulator.shown)


@pytest.fixture
def soak(
    pytester: pytest.Pytester, hls_origin: Origin, ffmpeg: str, monkeypatch: pytest.MonkeyPatch
) -> pytest.Pytester:
    monkeypatch.setenv("HLS_LOAD_FFMPEG", ffmpeg)
    monkeypatch.setenv("HLS_LOAD_URL", hls_origin.channel().url)
    monkeypatch.setenv("HLS_LOAD_SUMMARY_INTERVAL", "300ms")
    pytester.makepyfile(
        test_it="""
        def test_soak(hls_load):
            print("mine")
            hls_load.wait_until_streaming("30s")
            hls_load.soak("1.5s")
        """
    )
    return pytester


LIVE = "Streaming:1 | Buffering:0 | Starting:0 | Backoff:0 | Idle:0 | Restarts:0"


def test_a_run_on_a_terminal_shows_it_and_is_left_as_without_it(soak: pytest.Pytester) -> None:
    run = on_a_terminal(soak)
    assert run.raw.count(LIVE) >= 2
    assert not [line for line in run.shown if "Streaming:" in line]
    [progress] = [line for line in run.shown if line.startswith("test_it.py")][:1]
    assert re.fullmatch(r"test_it\.py \. +\[100%\]", progress)
    assert "1 passed" in run.shown[-1]


@pytest.mark.parametrize(
    "options",
    [("-s",), ("-q",), ("-n1",), ("--log-cli-level=WARNING",), ("-p", "no:terminalreporter")],
    ids=" ".join,
)
def test_where_others_write_or_nobody_looks_there_is_no_live_line(
    soak: pytest.Pytester, options: tuple[str, ...]
) -> None:
    assert LIVE not in on_a_terminal(soak, *options).raw


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
