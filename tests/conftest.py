import json
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from pytest_hlsload.reader.binary import find_ffmpeg

pytest_plugins = ["pytester"]

# On a busy machine an example may take its time; that says nothing about the code. In CI the same commit has the same
# examples; whoever develops meets new ones.
settings.register_profile(
    "patient", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=bool(os.environ.get("CI"))
)
settings.load_profile("patient")


@pytest.fixture
def pytester(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """
    The one of pytest, and what it runs is cheap: there are hundreds of inner pytests; hypothesis takes a third of a
    second of each, and so does compiling what was compiled before.
    """
    monkeypatch.setenv("PYTEST_ADDOPTS", "-p no:hypothesispytest")
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "")
    return pytester


@pytest.fixture(scope="session")
def ffmpeg() -> str:
    """The ffmpeg under test: HLSLOAD_TEST_FFMPEG, or the one that a load would find."""
    return find_ffmpeg(os.environ.get("HLSLOAD_TEST_FFMPEG")).path


@pytest.fixture
def readers_alive() -> Callable[[Path], list[int]]:
    """Which readers still run of the one load whose journal is below a folder."""

    def alive(folder: Path) -> list[int]:
        [journal] = (folder / ".hls-load").glob("*/*.jsonl")
        records = map(json.loads, journal.read_text(encoding="utf-8").splitlines())
        pids = [record["pid"] for record in records if record["kind"] == "reader"]
        assert pids
        return [pid for pid in pids if _runs(pid)]

    return alive


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] not in {"Z", "X"}
    except OSError:
        return False


@pytest.fixture
def _signals_heeded() -> Iterator[None]:
    """What runs in the background of a script may ignore signals, and so would all that a test starts."""
    ends = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    ignored = [number for number in ends if signal.getsignal(number) is signal.SIG_IGN]
    for number in ignored:
        signal.signal(number, signal.SIG_DFL)
    yield
    for number in ignored:
        signal.signal(number, signal.SIG_IGN)
