"""The plugin with real readers"""

import http.server
import signal
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pytest_hlsload.origin import Origin

SOAK = """
import pytest

@pytest.mark.hls_load(clients=2, summary_interval=0.5)
def test_soak(hls_load):
    hls_load.wait_until_streaming("30s")
    report = hls_load.soak("2s")
    assert len(report.clients) == 2
"""


@pytest.fixture
def soak(pytester: pytest.Pytester, ffmpeg: str, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A suite of one short load."""
    monkeypatch.setenv("HLS_LOAD_FFMPEG", ffmpeg)
    pytester.makepyfile(test_it=SOAK)
    return pytester


@pytest.fixture
def landing_page() -> Iterator[str]:
    """The URL of something that answers, but with HTML."""

    class Page(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"<html><h1>It works!</h1></html>")

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's name
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}/live.m3u8"
        server.shutdown()
        thread.join()


def test_a_soak_of_a_live_stream_passes_and_shows_its_figures(soak: pytest.Pytester, hls_origin: Origin) -> None:
    result = soak.runpytest_subprocess(f"--hls-url={hls_origin.channel().url}", timeout=60)
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(
        [
            "*= hls load =*",
            "test_it.py::test_soak: pass",
            "  2 clients * http://127.0.0.1:*/live.m3u8 (live, target duration 2 s*",
            "  streaming *%, buffering 0%*",
        ]
    )


def test_the_status_line_is_logged_every_summary_interval(soak: pytest.Pytester, hls_origin: Origin) -> None:
    result = soak.runpytest_subprocess(
        f"--hls-url={hls_origin.channel().url}", "--log-cli-level=INFO", "-n0", timeout=60
    )
    lines = [line for line in result.stdout.lines if "Streaming:2 | Buffering:0 | Starting:0" in line]
    assert len(lines) >= 2


def test_under_xdist_a_load_is_as_good(soak: pytest.Pytester, hls_origin: Origin) -> None:
    result = soak.runpytest_subprocess(f"--hls-url={hls_origin.channel().url}", "-n1", timeout=60)
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["*= hls load =*", "test_it.py::test_soak: pass"])


def test_an_unreachable_url_starts_and_fails_with_the_reason(soak: pytest.Pytester) -> None:
    soak.makepyfile(
        test_it="""
        import time
        import pytest

        @pytest.mark.hls_load(clients=2, startup_timeout=1, url="http://127.0.0.1:9/live.m3u8")
        def test_soak(hls_load):
            began = time.monotonic()
            report = hls_load.soak("2s")
            assert time.monotonic() - began < 15
            assert {str(state) for state in hls_load.clients} <= {"starting", "backoff"}
            assert "Connection refused" in report.problems[0]
        """
    )
    result = soak.runpytest_subprocess(timeout=60)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["hls load: 2 of 2 clients did not start *Connection refused*"])


def test_a_page_that_is_no_playlist_fails_with_the_reason(soak: pytest.Pytester, landing_page: str) -> None:
    soak.makepyfile(test_it="def test_soak(hls_load): hls_load.soak('2s')")
    result = soak.runpytest_subprocess(f"--hls-url={landing_page}", "--hls-clients=2", timeout=60)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["hls load: 2 of 2 clients did not start *"])
    result.stdout.fnmatch_lines(["*not a playlist: it begins with '<html><h1>It works!</h1></html>'*"])


def test_a_missing_ffmpeg_is_an_error_with_three_ways_to_get_one(
    soak: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HLS_LOAD_FFMPEG")
    monkeypatch.setenv("PATH", str(soak.mkdir("empty")))
    # found before the real one, as if that were not installed
    soak.makepyfile(imageio_ffmpeg="raise ImportError")
    result = soak.runpytest_subprocess("--hls-url=http://127.0.0.1:9/", timeout=60)
    result.assert_outcomes(errors=1)
    said = result.stdout.str()
    for way in ("apt-get install ffmpeg", 'pip install "pytest-hlsload[ffmpeg]"', "--hls-ffmpeg"):
        assert way in said
    result.stdout.no_fnmatch_line("*Traceback*")
    result.stdout.no_fnmatch_line("*binary.py*")
    result.stdout.no_fnmatch_line("*= hls load =*")


@pytest.mark.parametrize(
    ("script", "sentence"),
    [
        ("#!/bin/sh\nkill -SEGV $$\n", "crashed (signal 11) when asked for its options"),
        ("#!/bin/sh\necho missing library >&2\nexit 127\n", "is no working ffmpeg (exit status 127): missing library"),
    ],
    ids=["crashes", "does not start"],
)
def test_a_broken_ffmpeg_is_an_error_that_names_it(soak: pytest.Pytester, script: str, sentence: str) -> None:
    broken = soak.path / "ffmpeg"
    broken.write_text(script)
    broken.chmod(broken.stat().st_mode | stat.S_IXUSR)
    result = soak.runpytest_subprocess("--hls-url=http://127.0.0.1:9/", f"--hls-ffmpeg={broken}", timeout=60)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([f"hls load: the ffmpeg at {broken} (from the setting ffmpeg) {sentence}*"])
    result.stdout.no_fnmatch_line("*binary.py*")


def test_no_reader_outlives_its_test(
    soak: pytest.Pytester, hls_origin: Origin, readers_alive: Callable[[Path], list[int]]
) -> None:
    soak.runpytest_subprocess(f"--hls-url={hls_origin.channel().url}", timeout=60)
    assert readers_alive(soak.path) == []


def test_the_fixture_of_the_origin_says_what_is_wrong_with_its_ffmpeg(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_it(hls_origin): pass")
    result = pytester.runpytest_subprocess("--hls-ffmpeg=/no/such/ffmpeg", timeout=60)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["hls origin: there is no executable ffmpeg at '/no/such/ffmpeg'*"])


@pytest.mark.usefixtures("_signals_heeded")
def test_ctrl_c_ends_the_load_and_still_tells_of_it(
    soak: pytest.Pytester, hls_origin: Origin, readers_alive: Callable[[Path], list[int]]
) -> None:
    soak.makepyfile(
        test_it="""
        def test_soak(hls_load):
            hls_load.wait_until_streaming("30s")
            open("streaming", "w").close()
            hls_load.soak("60s")
        """
    )
    process = soak.popen(
        [sys.executable, "-m", "pytest", f"--hls-url={hls_origin.channel().url}"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        deadline = time.monotonic() + 40
        while not (soak.path / "streaming").exists() and process.poll() is None:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=120)
    finally:
        process.kill()
    assert process.returncode == pytest.ExitCode.INTERRUPTED
    assert "test_it.py::test_soak: pass" in out.splitlines()
    assert readers_alive(soak.path) == []
