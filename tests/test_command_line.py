"""``python -m pytest_hlsload``"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from pytest_hlsload.origin import Origin

UNREACHABLE = "http://127.0.0.1:9/live.m3u8"


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in os.environ:
        if name.startswith(("HLS_LOAD_", "LOAD_TEST_")) or name == "FFMPEG_LOGLEVEL":
            monkeypatch.delenv(name)


def start(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "pytest_hlsload", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(*arguments: str) -> tuple[int, str, str]:
    process = start(*arguments)
    out, err = process.communicate(timeout=60)
    return process.returncode, out, err


def journal() -> Path:
    [path] = Path(".hls-load").glob("*/*.jsonl")
    return path


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((UNREACHABLE, "0"), "clients '0' from the argument COUNT is too few: write 1 or more"),
        ((UNREACHABLE, "-1"), "clients '-1' from the argument COUNT is too few: write 1 or more"),
        ((UNREACHABLE, "many"), "clients 'many' from the argument COUNT is not a whole number: write 1 or more"),
        ((UNREACHABLE,), "the following arguments are required: COUNT"),
        (("live.m3u8", "1"), "url from the argument URL is not the URL of a playlist: write http://"),
        ((UNREACHABLE, "1", "--duration", "5 minutes"), "duration '5 minutes' from option --duration is not a"),
        ((UNREACHABLE, "1", "--loglevel", "loud"), "loglevel 'loud' from option --loglevel is none of quiet, "),
        ((UNREACHABLE, "1", "--dur", "5"), "unrecognized arguments: --dur 5"),
    ],
)
def test_what_cannot_be_used_is_said_with_the_usage(arguments: tuple[str, ...], sentence: str) -> None:
    status, out, err = run(*arguments)
    assert (status, out) == (2, "")
    assert err.startswith("usage: python -m pytest_hlsload ")
    assert f"python -m pytest_hlsload: error: {sentence}" in err


def test_an_unknown_ffmpeg_log_level_in_the_environment_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FFMPEG_LOGLEVEL", "loud")
    status, _, err = run(UNREACHABLE, "1")
    assert status == 2
    assert "error: loglevel 'loud' from environment variable FFMPEG_LOGLEVEL is none of quiet, panic, " in err


def test_help_shows_every_setting() -> None:
    status, out, _ = run("--help")
    assert status == 0
    for option in ("--duration", "--ramp", "--headers", "--startup-buffer", "--report-dir", "report PATH"):
        assert option in out


def test_a_load_that_passes_prints_its_lines_and_its_summary_and_ends_with_0(
    hls_origin: Origin, ffmpeg: str, monkeypatch: pytest.MonkeyPatch, readers_alive: Callable[[Path], list[int]]
) -> None:
    monkeypatch.setenv("HLS_LOAD_DURATION", "4s")
    url = hls_origin.channel().url
    status, out, err = run(f"{url}?token=s3cret", "2", "--summary-interval", "1", "--ffmpeg", ffmpeg)
    assert (status, err) == (0, "")
    lines = out.splitlines()
    assert lines[0] == f"2 clients on {url}?… for 4 s; journal: {journal().absolute()}"
    assert "Streaming:2 | Buffering:0 | Starting:0 | Backoff:0 | Idle:0 | Restarts:0" in lines
    assert "hls load: pass" in lines
    assert "s3cret" not in out
    assert readers_alive(Path()) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda number: number.name)
@pytest.mark.usefixtures("_signals_heeded")
def test_a_signal_ends_it_cleanly_with_a_summary(
    hls_origin: Origin, ffmpeg: str, number: signal.Signals, readers_alive: Callable[[Path], list[int]]
) -> None:
    process = start(hls_origin.channel().url, "2", "--summary-interval", "500ms", "--ffmpeg", ffmpeg)
    assert process.stdout is not None
    try:
        for line in process.stdout:
            if line.startswith("Streaming:2"):
                break
        process.send_signal(number)
        began = time.monotonic()
        # Somebody impatient.
        process.send_signal(number)
        out, err = process.communicate(timeout=120)
    finally:
        process.kill()
    assert time.monotonic() - began < 20
    assert (process.returncode, err) == (0, "")
    assert "hls load: pass" in out.splitlines()
    assert readers_alive(Path()) == []


def test_a_load_that_does_not_pass_ends_with_1() -> None:
    status, out, err = run(UNREACHABLE, "2", "--duration", "2", "--summary-interval", "1")
    assert (status, err) == (1, "")
    assert "hls load: FAIL" in out.splitlines()
    assert "Connection refused" in out


def test_without_an_ffmpeg_it_names_the_ways_to_get_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "imageio_ffmpeg.py").write_text("raise ImportError")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    status, _, err = run(UNREACHABLE, "1")
    assert status == 1
    for way in ("apt-get install ffmpeg", 'pip install "pytest-hlsload[ffmpeg]"', "HLS_LOAD_FFMPEG"):
        assert way in err
    assert "Traceback" not in err


def test_report_prints_a_journal_s_summary_again() -> None:
    _, out, _ = run(UNREACHABLE, "1", "--duration", "1")
    summary = out[out.index("hls load: FAIL") :].splitlines()
    status, again, err = run("report", str(journal()))
    assert (status, err) == (0, "")
    assert again.splitlines()[0] == f"{journal()}: FAIL"
    assert again.splitlines()[1:] == summary[1:]


@pytest.mark.parametrize(("content", "sentence"), [(None, "cannot be read"), ("", "is empty"), ("x", "not a journal")])
def test_report_says_what_is_no_journal(tmp_path: Path, content: str | None, sentence: str) -> None:
    path = tmp_path / "some.jsonl"
    if content is not None:
        path.write_text(content)
    status, out, err = run("report", str(path))
    assert (status, out) == (2, "")
    assert err.startswith(f"python -m pytest_hlsload: {path} ")
    assert sentence in err
    assert "Traceback" not in err


def test_a_reader_of_the_lines_that_goes_away_does_not_end_in_a_traceback() -> None:
    process = start(UNREACHABLE, "1", "--duration", "2", "--summary-interval", "500ms")
    assert process.stdout is not None
    process.stdout.readline()
    process.stdout.close()
    process.stdout = None
    _, err = process.communicate(timeout=120)
    assert (process.returncode, err) == (1, "")
