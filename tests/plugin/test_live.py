"""Real loads on a real terminal: what a user sees meanwhile, and how the terminal is left"""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from live.terminals import Screening, open_terminal, screening

from pytest_hlsload.origin import Origin
from pytest_hlsload.plugin.live import board_of
from pytest_hlsload.plugin.settings import value_for_run

LINE = "Streaming:1 | Buffering:0 | Starting:0 | Backoff:0 | Idle:0 | Restarts:0"

TESTS = """
import pytest

def test_passes(hls_load, capsys):
    print("mine")
    hls_load.wait_until_streaming("30s")
    with hls_load.phase("calm"):
        hls_load.soak("1.5s")
        with capsys.disabled():
            print("from the test")
        hls_load.soak("1.5s")

def test_fails(hls_load, hls_load_factory):
    with hls_load_factory() as other:
        hls_load.wait_until_streaming("30s")
        other.wait_until_streaming("30s")
        hls_load.soak("2s")
        assert 0, "on purpose"

def test_other(): pass
"""

# Of the view, and of nothing that pytest prints.
VIEW = re.compile(r"hls load test_it\.py::|█ streaming \d|hls load http://|on xdist's workers|Streaming:\d")


@pytest.fixture
def soak(
    pytester: pytest.Pytester, hls_origin: Origin, ffmpeg: str, monkeypatch: pytest.MonkeyPatch
) -> pytest.Pytester:
    monkeypatch.setenv("HLS_LOAD_FFMPEG", ffmpeg)
    monkeypatch.setenv("HLS_LOAD_URL", hls_origin.channel().url)
    monkeypatch.setenv("HLS_LOAD_SUMMARY_INTERVAL", "300ms")
    monkeypatch.setenv("COLUMNS", "100")
    pytester.makepyfile(test_it=TESTS)
    return pytester


def pytest_on_a_terminal(soak: pytest.Pytester, *options: str, **how: object) -> Screening:
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *options]
    return screening(command, soak.path, **how)  # type: ignore[arg-type]


def assert_left_clean(run: Screening) -> None:
    assert not run.terminal.cursor_is_hidden
    assert run.terminal.cursor[1] == 0
    left = [line for line in run.terminal.all_lines if VIEW.search(line)]
    assert left == []


def test_a_run_is_shown_while_it_lasts_and_is_left_as_without_the_view(soak: pytest.Pytester) -> None:
    run = pytest_on_a_terminal(soak, rows=12)

    assert_left_clean(run)
    # The test has printed into pytest's line, and pytest goes on below.
    printed = run.terminal.all_lines.index("test_it.py from the test")
    assert re.fullmatch(r"\.F\. +\[100%\]", run.terminal.all_lines[printed + 1])
    assert "1 failed, 2 passed" in run.terminal.all_lines[-1]
    [head, *_] = run.seen("hls load test_it.py::test_passes")
    assert re.fullmatch(r"hls load test_it\.py::test_passes  \d+ s.*", head)
    assert run.seen("phase calm")
    assert any(re.search(r"[12] s left", line) for line in run.seen("test_passes"))
    assert run.seen("█ streaming 1  ▁ buffering 0")
    # Two at a time: whoever looks sees both.
    assert any(sum("hls load test_it.py::test_fails" in line for line in frame) == 2 for frame in run.frames)
    # What pytest had written stood above it all the while.
    for frame in run.frames:
        view = [n for n, line in enumerate(frame) if line.startswith("hls load test_it.py::")]
        above = {"test_it.py", "test_it.py from the test", "", "."}
        assert not view or frame[view[0] - 1] in above, frame


def test_without_rich_and_where_a_line_is_asked_for_there_is_a_line(soak: pytest.Pytester) -> None:
    run = pytest_on_a_terminal(soak, "--hls-live=line", "-k", "passes")

    assert_left_clean(run)
    assert run.seen(LINE)
    assert not run.seen("█ streaming")


def test_the_controller_of_workers_shows_their_totals(soak: pytest.Pytester) -> None:
    run = pytest_on_a_terminal(soak, "-n2")

    assert_left_clean(run)
    assert run.seen("on xdist's workers")
    assert run.seen("█ streaming ")
    [progress] = [line for line in run.terminal.all_lines if re.fullmatch(r"[.F]{3} +\[100%\]", line)]
    assert sorted(progress[:3]) == [".", ".", "F"]


@pytest.mark.parametrize(
    ("options", "variables", "shown"),
    [
        ((), {}, True),
        (("--hls-live=full",), {"CI": "true"}, True),
        ((), {"CI": "true"}, False),
        ((), {"TERM": "dumb"}, False),
        (("--hls-live=off",), {}, False),
        (("-q",), {}, False),
        (("-s",), {}, False),
        (("--capture=tee-sys",), {}, False),
        (("--log-cli-level=WARNING",), {}, False),
        (("-p", "no:terminalreporter"), {}, False),
        (("-p", "no:capture"), {}, False),
    ],
    ids=str,
)
def test_where_others_write_or_nobody_looks_there_is_none(
    pytester: pytest.Pytester,
    monkeypatch: pytest.MonkeyPatch,
    options: tuple[str, ...],
    variables: dict[str, str],
    shown: bool,
) -> None:
    monkeypatch.delenv("CI", raising=False)
    for name, value in ({"TERM": "xterm"} | variables).items():
        monkeypatch.setenv(name, value)
    with open_terminal() as terminal, os.fdopen(os.dup(terminal.fileno), "w") as stdout:
        monkeypatch.setattr(sys, "stdout", stdout)
        config = pytester.parseconfigure(*options)
        board = board_of(config, value_for_run(config, "live"))
        config._ensure_unconfigure()
        monkeypatch.undo()

    assert (board is not None) is shown


def test_what_a_test_prints_without_capture_stands_alone(soak: pytest.Pytester) -> None:
    run = pytest_on_a_terminal(soak, "-k", "passes", "-s")

    assert_left_clean(run)
    assert not run.seen("█ streaming 1")
    assert {"mine", "test_it.py from the test"} <= set(run.terminal.all_lines)


@pytest.mark.usefixtures("_signals_heeded")
def test_ctrl_c_leaves_it_clean(soak: pytest.Pytester) -> None:
    soak.makepyfile(test_it="def test_long(hls_load): hls_load.soak('60s')")

    def interrupt(process: "subprocess.Popen[bytes]", frame: list[str]) -> None:
        if any("█ streaming 1" in line for line in frame):
            process.send_signal(signal.SIGINT)

    run = pytest_on_a_terminal(soak, act=interrupt)

    assert run.status == pytest.ExitCode.INTERRUPTED
    assert_left_clean(run)
    assert any("KeyboardInterrupt" in line for line in run.terminal.all_lines)
    assert "test_it.py::test_long: pass" in run.terminal.all_lines


@pytest.mark.parametrize("method", ["signal", "thread"])
def test_a_test_whose_time_is_up_leaves_it_clean(soak: pytest.Pytester, method: str) -> None:
    soak.makepyfile(test_it="import time\ndef test_long(hls_load): time.sleep(90)")

    run = pytest_on_a_terminal(soak, "--timeout=10", f"--timeout-method={method}", rows=200)

    assert run.seen("hls load test_it.py::test_long")
    assert_left_clean(run)
    assert any("Timeout" in line for line in run.terminal.all_lines)


@pytest.mark.usefixtures("_signals_heeded")
def test_the_command_line_shows_it_too(hls_origin: Origin, ffmpeg: str, tmp_path: Path) -> None:
    def interrupt(process: "subprocess.Popen[bytes]", frame: list[str]) -> None:
        if any("█ streaming 2" in line for line in frame):
            process.send_signal(signal.SIGINT)

    command = [sys.executable, "-m", "pytest_hlsload", hls_origin.channel().url, "2", "--ffmpeg", ffmpeg]
    run = screening(command, tmp_path, act=interrupt)

    assert run.status == 0
    assert_left_clean(run)
    lines = run.terminal.all_lines
    assert lines[0].startswith("2 clients on http://127.0.0.1:")
    assert "stopping" in lines
    assert "hls load: pass" in lines
    # The view takes the place of the periodic lines.
    assert not run.seen("Streaming:")
