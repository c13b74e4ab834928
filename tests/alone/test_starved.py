"""
A load generator that has too little processor time says so.

It is starved for real, on a processor of its own, with as much more asked of that as makes the outcome certain: what a
client needs is measured first. Nothing else may run beside these tests, for which they would be a bad neighbour.
"""

import functools
import http.server
import math
import os
import resource
import subprocess
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from end_to_end.packager import TARGET, Packager, sample

from pytest_hlsload.load import HlsLoad
from pytest_hlsload.model.report import LoadReport

pytestmark = [pytest.mark.alone, pytest.mark.timeout(300)]

# Seconds of media.
SAMPLE = 8

# Share of what it needs that a starved client gets, at most.
STARVED = 1 / 3


class Files(http.server.SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  http.server's name
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: object, client_address: object) -> None:
        """Readers come and go."""


@pytest.fixture(scope="module")
def media(ffmpeg: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sample(ffmpeg, tmp_path_factory.mktemp("media") / "s.ts", size="1920x1080", rate=50, bitrate="6M")


@pytest.fixture
def url(ffmpeg: str, media: Path, tmp_path: Path) -> Iterator[str]:
    """A live stream that is work to decode."""
    folder = tmp_path / "stream"
    serve = functools.partial(Files, directory=str(folder))
    with Packager(ffmpeg, media, folder) as packager, Server(("127.0.0.1", 0), serve) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        packager.wait_for(4)
        yield f"http://127.0.0.1:{server.server_address[1]}/live.m3u8"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def needs(ffmpeg: str, media: Path) -> float:
    """Of one processor, what one decoding client needs to keep up: a share."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        [ffmpeg, "-nostdin", "-loglevel", "error", "-i", str(media), "-f", "null", "-"], check=True, timeout=60
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) / SAMPLE


@contextmanager
def on_one_processor() -> Iterator[int]:
    """What is started meanwhile stays there."""
    allowed = os.sched_getaffinity(0)
    one = min(allowed)
    os.sched_setaffinity(0, {one})
    try:
        yield one
    finally:
        os.sched_setaffinity(0, allowed)


@contextmanager
def hogs(count: int) -> Iterator[None]:
    # Each in a session of its own: some kernels share the processor out among sessions.
    with on_one_processor():
        burning = [subprocess.Popen(["sh", "-c", "while :; do :; done"], start_new_session=True) for _ in range(count)]
    try:
        yield
    finally:
        for process in burning:
            process.kill()
        for process in burning:
            process.wait()


def assert_invalid(report: LoadReport) -> None:
    assert report.verdict == "invalid", report.generator
    assert report.problems[0].startswith("the load generator was the limit: "), report.problems
    stalls = [stall for client in report.clients for stall in client.stalls if stall.duration >= 0.5]
    assert [stall for stall in stalls if stall.cause != "generator"] == []
    late = [problem for problem in report.problems if "did not start" in problem]
    assert all("the load generator was short of CPU" in problem for problem in late), late


def test_hogs_beside_it(url: str, needs: float, ffmpeg: str, tmp_path: Path) -> None:
    clients = 2
    with ExitStack() as stack:
        with on_one_processor():
            load = stack.enter_context(
                HlsLoad(url, clients=clients, mode="decode", ffmpeg=ffmpeg, report_dir=str(tmp_path))
            )
        load.wait_until_streaming("60s")
        with hogs(math.ceil(1 / (STARVED * needs))):
            load.soak(20)
        report = load.stop()

    assert_invalid(report)
    assert sum(client.stall_count for client in report.clients) >= clients
    assert report.generator.readers_waited is not None
    assert report.generator.readers_waited > 0.5


def test_too_many_decoding_clients(url: str, needs: float, ffmpeg: str, tmp_path: Path) -> None:
    clients = math.ceil(1 / (STARVED * needs))
    settings: dict[str, Any] = {"clients": clients, "mode": "decode", "ffmpeg": ffmpeg, "report_dir": str(tmp_path)}
    with ExitStack() as stack:
        with on_one_processor():
            load = stack.enter_context(HlsLoad(url, startup_timeout="10s", **settings))
        load.soak(10 + 3 * TARGET)
        report = load.stop()

    assert_invalid(report)
    assert report.generator.readers_cpu is not None
    assert report.generator.readers_cpu > 0.5, "of one processor"
