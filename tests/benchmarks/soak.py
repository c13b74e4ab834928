"""A load as users run it: pytest in a process of its own, its test soaks, and its processes can be told apart"""

import contextlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.accounting import children, command_line

from pytest_hlsload.journal.following import Follower
from pytest_hlsload.journal.reading import read_report
from pytest_hlsload.model.records import CommandRecord
from pytest_hlsload.model.report import LoadReport

# Told apart by marks: from "streaming" on nothing starts any more, and nothing has ended before "over".
_TEST = """
def test_soak(hls_load):
    hls_load.wait_until_streaming({patience})
    hls_load.mark("streaming")
    hls_load.soak({seconds})
    hls_load.mark("over")
"""

# Without other plugins than ours: they are not what is measured.
_PYTEST = ["-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", "."]


@dataclass(slots=True)
class Soak:
    """
    A running soak.

    Attributes:
        pytest: the process that runs the test.
        supervisor: its child, which runs the readers.
        readers: ffmpeg, one process a client.
        others: the supervisor's other children, the sentinel and the twin.
        began: when the soak's first process was started, on the monotonic clock.
        streaming: when all clients streamed.
    """

    pytest: int
    supervisor: int
    readers: tuple[int, ...]
    others: tuple[int, ...]
    began: float
    streaming: float
    _process: subprocess.Popen[bytes]
    _folder: Path

    def end(self) -> LoadReport:
        """Wait for the test's end, and read what it has reported."""
        if self._process.wait() not in {0, 1}:
            raise SystemExit((self._folder / "output.txt").read_text())
        return read_report(_journal(self._folder))


@contextlib.contextmanager
def soaking(url: str, *, clients: int, ffmpeg: str, ramp: float, seconds: float) -> Iterator[Soak]:
    """
    A soak all of whose clients stream by now, and do so for some seconds more.

    Args:
        url: of the playlist.
        clients: how many.
        ffmpeg: that reads it.
        ramp: over which the clients come, in seconds.
        seconds: from when all stream.
    """
    patience = 2 * ramp + 120
    with tempfile.TemporaryDirectory(prefix="hlsload-soak-") as name:
        folder = Path(name)
        (folder / "test_soak.py").write_text(_TEST.format(patience=patience, seconds=seconds))
        options = {"url": url, "clients": clients, "ramp": ramp, "ffmpeg": ffmpeg, "startup-timeout": patience}
        given = [f"--hls-{option}={value}" for option, value in options.items()]
        began = time.monotonic()
        with (folder / "output.txt").open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, *_PYTEST, *given],
                cwd=folder,
                stdout=output,
                stderr=output,
                env=os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_PLUGINS": "pytest_hlsload.plugin"},
            )
        try:
            streaming = _wait_for_mark(process, folder, "streaming", patience + 30)
            [supervisor] = [pid for pid in children(process.pid) if "supervisor.main" in command_line(pid)]
            readers = tuple(pid for pid in children(supervisor) if "/client-" in command_line(pid))
            others = tuple(set(children(supervisor)) - set(readers))
            yield Soak(process.pid, supervisor, readers, others, began, streaming, process, folder)
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait(20)


def _wait_for_mark(process: subprocess.Popen[bytes], folder: Path, text: str, patience: float) -> float:
    """When it was made, on the monotonic clock."""
    until, follower, zero = time.monotonic() + patience, None, 0.0
    while process.poll() is None and time.monotonic() < until:
        time.sleep(0.1)
        with contextlib.suppress(ValueError):
            follower = follower or Follower(_journal(folder))
        for record in follower.read() if follower is not None else ():
            zero = getattr(record, "monotonic", zero)
            if isinstance(record, CommandRecord) and record.text == text:
                return zero + record.at
    raise SystemExit((folder / "output.txt").read_text()[-4000:] or f"the soak did not come to {text!r}")


def _journal(folder: Path) -> Path:
    [journal] = folder.glob(".hls-load/*/*.jsonl")
    return journal
