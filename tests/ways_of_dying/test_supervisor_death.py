"""The supervisor's own end during a load is noticed within a second, and what was seen until then is told."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from end_to_end.processes import alive

from pytest_hlsload.journal.reading import read_journal, read_report
from pytest_hlsload.load import HlsLoad, LoadError
from pytest_hlsload.model.client_records import ReaderRecord
from pytest_hlsload.origin import Origin

# The promise is a second, which is what is measured; a busy machine does everything later.
NOTICED = 5.0


@pytest.fixture(scope="session")
def origin() -> Iterator[Origin]:
    with Origin() as it:
        yield it


@pytest.fixture
def running(origin: Origin, ffmpeg: str, tmp_path: Path) -> Iterator[HlsLoad]:
    """A load whose clients stream."""
    load = HlsLoad(origin.channel().url, clients=2, ffmpeg=ffmpeg, report_dir=str(tmp_path / "reports"))
    load.start()
    load.wait_until_streaming(30)
    yield load
    load.stop()


def supervisor_of(load: HlsLoad) -> int:
    assert load._supervisor is not None
    return load._supervisor.pid


def readers_of(load: HlsLoad) -> list[int]:
    return [record.pid for record in read_journal(load.journal).records if isinstance(record, ReaderRecord)]


def gone_within(pids: list[int], seconds: float) -> bool:
    until = time.monotonic() + seconds
    while alive(pids) and time.monotonic() < until:
        time.sleep(0.02)
    return not alive(pids)


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (signal.SIGKILL, "the supervisor died during the load: it was killed by SIGKILL"),
        (signal.SIGSEGV, "the supervisor died during the load: it was killed by SIGSEGV"),
        (signal.SIGTERM, "the load has ended by itself: the supervisor was told to end by a signal"),
    ],
    ids=lambda it: it.name if isinstance(it, signal.Signals) else "",
)
def test_whoever_waits_is_told_at_once_how_it_ended(
    running: HlsLoad, number: signal.Signals, said: str, record_property: Callable[[str, object], None]
) -> None:
    readers = readers_of(running)
    assert readers
    os.kill(supervisor_of(running), number)
    struck = time.monotonic()
    with pytest.raises(LoadError, match=said):
        running.soak(60)
    noticed = time.monotonic() - struck
    # One that is asked to end first ends its readers, of which none obeys the first signal at once.
    record_property("noticed", round(noticed, 2))
    assert noticed < NOTICED
    with pytest.raises(LoadError, match=said):
        running.report()

    assert gone_within(readers, 2)
    report = running.stop()
    assert report.verdict == "fail"
    assert any("cut short" in problem or "signal" in problem for problem in report.problems)
    assert [client.startup_time is not None for client in report.clients] == [True, True]
    assert read_report(running.journal) == report


def test_a_supervisor_that_crashes_leaves_its_reason_and_no_readers(running: HlsLoad) -> None:
    readers = readers_of(running)
    assert running._supervisor is not None
    running._supervisor._send(b"no command\n")
    with pytest.raises(LoadError, match="the load has ended by itself: the supervisor crashed"):
        running.soak(60)

    assert gone_within(readers, 2)
    assert any("the supervisor crashed: JSONDecodeError" in problem for problem in running.stop().problems)
    assert "JSONDecodeError" in running.journal.with_suffix(".err").read_text(encoding="utf-8")


def test_a_supervisor_that_stands_still_is_killed_by_stop(running: HlsLoad) -> None:
    readers = readers_of(running)
    os.kill(supervisor_of(running), signal.SIGSTOP)
    began = time.monotonic()
    report = running.stop()

    assert time.monotonic() - began < 15
    assert gone_within(readers, 2)
    assert report.verdict == "fail"


@pytest.fixture
def two_clients(origin: Origin, ffmpeg: str, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    # Others that happen to be installed take a second to load.
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    plugins = ["-p", "pytest_hlsload.plugin", "-p", "pytest_timeout"]
    return [*plugins, f"--hls-url={origin.channel().url}", f"--hls-ffmpeg={ffmpeg}", "--hls-clients=2"]


DYING = """
import os, signal, time

def test_soak(hls_load):
    hls_load.wait_until_streaming("30s")
    os.kill(hls_load._supervisor.pid, signal.SIGKILL)
    {then}
"""


@pytest.mark.parametrize(
    ("then", "said"),
    [
        ("hls_load.soak('60s')", "*LoadError: the supervisor died during the load: it was killed by SIGKILL*"),
        ("time.sleep(0.3)", "hls load: *the load was cut short: its journal breaks off at *"),
    ],
    ids=["soaks", "does something else"],
)
def test_a_test_whose_supervisor_dies_fails_and_shows_what_was_seen(
    then: str,
    said: str,
    pytester: pytest.Pytester,
    two_clients: list[str],
    readers_alive: Callable[[Path], list[int]],
) -> None:
    pytester.makepyfile(test_dying=DYING.format(then=then))
    result = pytester.runpytest_subprocess(*two_clients, timeout=60)

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines([said])
    result.stdout.fnmatch_lines(
        ["*= hls load =*", "test_dying.py::test_soak: FAIL", "  2 clients * http://127.0.0.1:*"]
    )
    result.stdout.no_fnmatch_line("*Exception*thread*")
    until = time.monotonic() + 2
    while readers_alive(pytester.path) and time.monotonic() < until:
        time.sleep(0.02)
    assert readers_alive(pytester.path) == []
