"""A load whose journal finds no room: the readers go on, and what was lost is told."""

import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from end_to_end.processes import alive

from pytest_hlsload.journal.reading import read_journal, read_report
from pytest_hlsload.load import HlsLoad, LoadTimeout
from pytest_hlsload.model.client_records import ReaderRecord
from pytest_hlsload.origin import Origin


@pytest.fixture(scope="session")
def origin() -> Iterator[Origin]:
    with Origin() as it:
        yield it


@pytest.fixture
def running(origin: Origin, ffmpeg: str, tmp_path: Path) -> Iterator[HlsLoad]:
    load = HlsLoad(origin.channel().url, clients=2, ffmpeg=ffmpeg, report_dir=str(tmp_path / "reports"))
    load.start()
    load.wait_until_streaming(30)
    yield load
    load.stop()


def fill_disk(load: HlsLoad, *, room: int | None) -> None:
    """Let no file of the supervisor grow beyond what it has and ``room``; None for no limit."""
    assert load._supervisor is not None
    _, most = resource.prlimit(load._supervisor.pid, resource.RLIMIT_FSIZE)
    size = most if room is None else load.journal.stat().st_size + room
    resource.prlimit(load._supervisor.pid, resource.RLIMIT_FSIZE, (size, most))


def readers_of(load: HlsLoad) -> list[int]:
    return [record.pid for record in read_journal(load.journal).records if isinstance(record, ReaderRecord)]


@pytest.mark.parametrize("room", [0, 30], ids=["no room", "room for a piece"])
def test_a_disk_that_is_full_for_a_while_costs_what_was_to_be_recorded_then(running: HlsLoad, room: int) -> None:
    readers = readers_of(running)
    fill_disk(running, room=room)
    with pytest.raises(LoadTimeout, match=r"did not obey 'mark' .*is the disk full\?"):
        running.mark("lost")
    assert alive(readers) == readers
    fill_disk(running, room=None)
    report = running.soak(1)

    assert report.verdict == "fail"
    told = [problem for problem in report.problems if "of the journal could not be written" in problem]
    assert len(told) == 1
    assert alive(readers) == readers
    final = running.stop()
    assert read_report(running.journal).problems == final.problems
    assert all("cut short" not in problem for problem in final.problems)


def test_a_disk_that_stays_full_is_told_when_the_load_is_stopped(running: HlsLoad) -> None:
    readers = readers_of(running)
    fill_disk(running, room=0)
    with pytest.raises(LoadTimeout, match="did not obey 'refresh'"):
        running.soak(0.2)
    assert alive(readers) == readers
    began = time.monotonic()
    report = running.stop()

    assert time.monotonic() - began < 5
    assert alive(readers) == []
    assert report.verdict == "fail"
    assert any("cut short" in problem for problem in report.problems)
    (note,) = report.notes
    assert "records of the journal could not be written: File too large" in note


def test_a_disk_that_is_full_from_the_start_is_told_at_once(ffmpeg: str, tmp_path: Path) -> None:
    script = f"""
import resource
from pytest_hlsload.load import HlsLoad, LoadError
load = HlsLoad("http://127.0.0.1:9/live.m3u8", ffmpeg={ffmpeg!r}, report_dir={str(tmp_path / "reports")!r})
_, most = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (0, most))
try:
    load.start()
except LoadError as error:
    print(error)
"""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60, env=environment
    )

    assert done.stdout.startswith("the supervisor did not start: ")
    assert "1 record of the journal could not be written: File too large" in done.stdout
