"""What a test, a shell or a reader does to the load around it."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from pytest_hlsload.journal.reading import read_report
from pytest_hlsload.load import HlsLoad
from pytest_hlsload.model.setting_table import SettingError
from pytest_hlsload.origin import Origin


@pytest.fixture(scope="session")
def origin() -> Iterator[Origin]:
    with Origin() as it:
        yield it


def test_a_test_may_change_folders_and_delete_the_one_with_the_journal(
    origin: Origin, ffmpeg: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    load = HlsLoad(origin.channel().url, ffmpeg=ffmpeg, report_dir="reports")
    with load:
        load.wait_until_streaming(30)
        (tmp_path / "elsewhere").mkdir()
        monkeypatch.chdir(tmp_path / "elsewhere")
        assert load.soak(0.2).verdict == "pass"
        shutil.rmtree(tmp_path / "reports")
        load.mark("all is gone")
        report = load.stop()

    assert report.verdict == "pass"
    assert [note for note in report.notes if "was deleted while the load ran; the report is whole" in note]
    (saved,) = (tmp_path / "reports").glob("*/*.json")
    assert read_report(saved) == report


def test_a_report_dir_that_cannot_be_made_is_named() -> None:
    with pytest.raises(SettingError, match=r"^report_dir: no folder for the journal can be made in /dev/null/x: Not a"):
        HlsLoad("http://127.0.0.1:9/live.m3u8", report_dir="/dev/null/x")


# As some daemons start their children: nobody tells of a child's end, and nobody can be asked to end.
DEAF = """
import os, signal, sys, time
from pytest_hlsload.journal.reading import read_journal
from pytest_hlsload.load import HlsLoad
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
signal.pthread_sigmask(signal.SIG_BLOCK, {{signal.SIGTERM, signal.SIGINT, signal.SIGHUP}})
with HlsLoad({url!r}, clients=2, ffmpeg={ffmpeg!r}, report_dir={folder!r}, max_backoff="1s") as load:
    load.wait_until_streaming(30)
    first = [r.pid for r in read_journal(load.journal).records if r.kind == "reader" and r.client == 1]
    os.kill(first[0], signal.SIGKILL)
    load.soak(2)
    report = load.stop()
print([[(end.code, end.cause.value) for end in client.exits] for client in report.clients], report.restarts)
print(sorted({{r.code for r in read_journal(load.journal).records if r.kind == "exit" and r.asked == "stop"}}))
"""


def test_signals_that_the_owner_ignores_or_blocks_are_not_handed_down(
    origin: Origin, ffmpeg: str, tmp_path: Path
) -> None:
    script = DEAF.format(url=origin.channel().url, ffmpeg=ffmpeg, folder=str(tmp_path / "reports"))
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=90, env=environment
    )

    exits, stopped = done.stdout.splitlines()
    assert exits == "[[(-9, 'reader_killed')], []] 1"
    assert str(-signal.SIGKILL) not in stopped, "they have heard SIGTERM"


# One of whose readers fills its log as fast as it can, and plays nothing.
SHOUTING = """#!/bin/sh
case "$*" in
*demuxer=hls*) ;;
*client-1*) yes '[hls @ 0x1] [error] HTTP error 404 Not Found, and what else there is to say' | head -c {size} >&2
    exec sleep 60 ;;
esac
exec {ffmpeg} "$@"
"""


def test_a_reader_that_floods_its_log_disturbs_nobody(origin: Origin, ffmpeg: str, tmp_path: Path) -> None:
    script = tmp_path / "shouting"
    script.write_text(SHOUTING.format(ffmpeg=ffmpeg, size=20_000_000), encoding="utf-8")
    script.chmod(0o755)
    load = HlsLoad(origin.channel().url, clients=2, ffmpeg=str(script), report_dir=str(tmp_path / "reports"))
    with load:
        load.soak(4)
        assert load._supervisor is not None
        status = Path(f"/proc/{load._supervisor.pid}/status").read_text(encoding="ascii")
        began = time.monotonic()
        report = load.stop()
        took = time.monotonic() - began

    assert int(re.findall(r"VmHWM:\s+(\d+) kB", status)[0]) < 40 << 10
    assert took < 2
    assert load.journal.stat().st_size < 50_000
    shouting, other = report.clients
    assert sum(span.count for span in shouting.facts.logs) > 1000
    assert other.startup_time is not None
    assert other.stall_count == 0
