"""pytest-timeout beside a load"""

import json
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from pytest_hlsload.origin import Origin

from .soaks import journal_of

Alive = Callable[[Path], list[int]]


@pytest.fixture
def soak(
    pytester: pytest.Pytester, ffmpeg: str, monkeypatch: pytest.MonkeyPatch, hls_origin: Origin
) -> pytest.Pytester:
    """A folder for a test with a load on a live stream."""
    monkeypatch.setenv("HLS_LOAD_FFMPEG", ffmpeg)
    monkeypatch.setenv("HLS_LOAD_URL", hls_origin.channel().url)
    return pytester


@pytest.mark.parametrize("method", ["signal", "thread"])
def test_a_soak_longer_than_what_is_left_fails_at_once_and_says_so(soak: pytest.Pytester, method: str) -> None:
    soak.makepyfile(
        test_it="""
        import pytest

        @pytest.mark.timeout(50)
        def test_given(hls_load): hls_load.soak("60s")

        @pytest.mark.timeout(50)
        @pytest.mark.hls_load(duration="70s")
        def test_own(hls_load): hls_load.soak()
        """
    )
    began = time.monotonic()
    result = soak.runpytest_subprocess(f"--timeout-method={method}", timeout=90)
    assert time.monotonic() - began < 45
    result.assert_outcomes(failed=2)
    result.stdout.re_match_lines(
        [
            r"E .*a soak of 60 s is longer than what the test's timeout leaves, \d\d(\.\d)? s: soak for less, or give",
            r"E .*a soak of (70|69\.\d) s is longer than what the test's timeout leaves",
        ]
    )


EXPIRES = """
import time

def test_soak(hls_load):
    time.sleep(600)
"""


def _expire(soak: pytest.Pytester, *options: str) -> pytest.RunResult:
    soak.makepyfile(test_it=EXPIRES)
    return soak.runpytest_subprocess("--timeout=10", *options, timeout=90)


def _check_what_is_left(soak: pytest.Pytester, readers_alive: Alive) -> None:
    """No reader survives, and the journal is whole: the supervisor has a second or two for it."""
    deadline = time.monotonic() + 10
    while (left := readers_alive(soak.path)) or not _has_ended(journal_of(soak.path)):
        assert time.monotonic() < deadline, left
        time.sleep(0.1)


def _has_ended(journal: Path) -> bool:
    last = journal.read_text(encoding="utf-8").splitlines()[-1]
    return bool(json.loads(last)["kind"] == "end")


def test_expiry_by_signal_fails_the_test_with_the_summary_so_far(soak: pytest.Pytester, readers_alive: Alive) -> None:
    result = _expire(soak, "--timeout-method=signal")
    result.assert_outcomes(failed=1)
    result.stdout.re_match_lines(
        [r"E +Failed: Timeout .*", r"-+ hls load -+", r"test_it.py::test_soak: ", r"=+ hls load =+"]
    )
    _check_what_is_left(soak, readers_alive)


def test_expiry_by_thread_ends_the_process_after_the_summary_so_far(
    soak: pytest.Pytester, readers_alive: Alive
) -> None:
    result = _expire(soak, "--timeout-method=thread")
    assert result.ret == 1
    result.stdout.re_match_lines(
        [
            r"hls load: the test's timeout is up; so far:",
            r"test_it.py::test_soak: ",
            r"  1 client . [\d.]+ s: http://127.0.0.1:.*",
            r"\++ Timeout \++",
        ]
    )
    _check_what_is_left(soak, readers_alive)


def test_expiry_in_a_worker_yields_its_report_at_the_controller(soak: pytest.Pytester, readers_alive: Alive) -> None:
    result = _expire(soak, "--timeout-method=thread", "-n1", "--max-worker-restart=0", "--junitxml=out.xml")
    result.stdout.fnmatch_lines(
        [
            "*= hls load =*",
            "test_it.py::test_soak (cut short: worker gw0 died): FAIL",
            "*problem: the load was ended at * the process that had started it was gone",
        ]
    )
    _check_what_is_left(soak, readers_alive)


def test_the_user_s_timer_is_not_replaced(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("import time\ndef test_other(): time.sleep(60)")
    result = pytester.runpytest_subprocess("--timeout=1", "--timeout-method=signal", timeout=60)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*Timeout*1.0*"])
