"""A run in a terminal: nothing outlives it when that is closed, or when it was stopped (Ctrl+Z) and then killed."""

import contextlib
import fcntl
import os
import pty
import select
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from end_to_end.processes import alive

from pytest_hlsload.journal.reading import read_journal
from pytest_hlsload.model.client_records import ReaderRecord
from pytest_hlsload.model.records import EndRecord
from pytest_hlsload.origin import Origin

pytestmark = pytest.mark.usefixtures("_signals_heeded")

SOAKS = """
def test_soak(hls_load):
    hls_load.wait_until_streaming("60s")
    open("streaming", "w").close()
    hls_load.soak("120s")
"""

_PLUGINS = ("-p", "no:cacheprovider", "-p", "pytest_hlsload.plugin", "-p", "pytest_timeout")


@pytest.fixture(scope="session")
def origin() -> Iterator[Origin]:
    with Origin() as it:
        yield it


class Terminal:
    """A terminal with a command in it."""

    def __init__(self, command: list[str], folder: Path, environment: dict[str, str]) -> None:
        self._end, inside = pty.openpty()
        self.run = subprocess.Popen(
            command,
            cwd=folder,
            stdin=inside,
            stdout=inside,
            stderr=inside,
            env=environment,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # noqa: PLW1509  it is a terminal of its own
        )
        os.close(inside)
        self.shown = b""

    def look(self, seconds: float) -> None:
        """Take what is shown, or the command would wait."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            if select.select([self._end], [], [], left)[0]:
                self.shown += os.read(self._end, 65536)

    def close(self) -> None:
        end, self._end = self._end, -1
        if end >= 0:
            os.close(end)


def closes(terminal: Terminal) -> None:
    terminal.close()


def stops_and_kills(terminal: Terminal) -> None:
    os.killpg(terminal.run.pid, signal.SIGTSTP)
    terminal.look(0.5)
    os.killpg(terminal.run.pid, signal.SIGKILL)


@pytest.mark.parametrize(
    "blow", [closes, pytest.param(stops_and_kills, marks=pytest.mark.long)], ids=["closed", "stopped, then killed"]
)
def test_nothing_is_left_of_a_run_in_a_terminal_that_is(
    blow: Callable[[Terminal], None], origin: Origin, ffmpeg: str, tmp_path: Path
) -> None:
    (tmp_path / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    (tmp_path / "test_soak.py").write_text(SOAKS, encoding="utf-8")
    given = [f"--hls-url={origin.channel().url}", "--hls-clients=2", f"--hls-ffmpeg={ffmpeg}"]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "HLS_LOAD_"))}
    terminal = Terminal(
        [sys.executable, "-m", "pytest", *_PLUGINS, *given],
        tmp_path,
        {**kept, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "TERM": "xterm"},
    )
    try:
        until = time.monotonic() + 60
        while not (tmp_path / "streaming").exists():
            assert terminal.run.poll() is None, terminal.shown
            assert time.monotonic() < until, terminal.shown
            terminal.look(0.1)
        (journal,) = tmp_path.glob(".hls-load/*/*.jsonl")
        readers = [r.pid for r in read_journal(journal).records if isinstance(r, ReaderRecord)]
        assert len(alive(readers)) == 2
        blow(terminal)
        assert terminal.run.wait(20) < 0
        ended = time.monotonic()
        while alive(readers) and time.monotonic() < ended + 20:
            time.sleep(0.02)
        assert time.monotonic() - ended < 2
    finally:
        terminal.close()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(terminal.run.pid, signal.SIGKILL)
        terminal.run.wait()
    until = time.monotonic() + 5
    while not isinstance(read_journal(journal).records[-1], EndRecord) and time.monotonic() < until:
        time.sleep(0.02)
    assert isinstance(read_journal(journal).records[-1], EndRecord)
