import asyncio
import os
import signal
import subprocess
import sys
import tempfile
import textwrap
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from pytest_hlsload.origin import Channel, Origin, OriginError
from pytest_hlsload.reader.binary import FfmpegNotFound

_ROOT = str(Path(__file__).resolve().parents[2])


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def gone(pid: int, within: float) -> bool:
    deadline = time.monotonic() + within
    while alive(pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not alive(pid)


@pytest.fixture
def owner() -> Iterator[subprocess.Popen[str]]:
    """A process that owns an origin; it prints the origin's process id."""
    script = textwrap.dedent("""
        import os, sys, time
        from pytest_hlsload.origin import Origin
        with Origin() as origin:
            origin.channel(audio=False)
            if "fork" in sys.argv and os.fork() == 0:
                # a child that keeps the control socket open
                os.close(1)
                time.sleep(20)
                os._exit(0)
            print(origin.pid, flush=True)
            time.sleep(60)
    """)
    with subprocess.Popen(
        [sys.executable, "-c", script, "fork"],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": _ROOT},
        start_new_session=True,
    ) as process:
        yield process
        os.killpg(process.pid, signal.SIGKILL)


def test_the_origin_dies_with_its_owner_even_if_a_forked_child_lives_on(owner: subprocess.Popen[str]) -> None:
    assert owner.stdout is not None
    pid = int(owner.stdout.readline())
    assert alive(pid)
    owner.kill()
    owner.wait()
    assert gone(pid, within=5)


def test_the_origin_stops_quickly_and_leaves_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    with Origin() as origin:
        pid = origin.pid
        origin.channel(audio=False)
        began = time.monotonic()
    assert time.monotonic() - began < 2
    assert not alive(pid)
    assert list(tmp_path.iterdir()) == []


def test_an_origin_can_be_stopped_twice_and_started_again() -> None:
    origin = Origin()
    for _ in range(2):
        with origin:
            assert origin.channel(audio=False, segment_seconds=0.4).url.startswith("http://127.0.0.1:")
        origin.stop()


def test_an_origin_that_does_not_run_says_so() -> None:
    with pytest.raises(OriginError, match="does not run"):
        Origin().channel()


def test_a_missing_ffmpeg_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(FfmpegNotFound, match="no executable ffmpeg"):
        Origin(ffmpeg=tmp_path / "ffmpeg").start()


def test_a_broken_ffmpeg_is_a_clear_error(tmp_path: Path) -> None:
    broken = tmp_path / "ffmpeg"
    broken.write_text("#!/bin/sh\necho 'Unknown encoder libx264' >&2\nexit 8\n")
    broken.chmod(0o755)
    with Origin(ffmpeg=broken) as origin, pytest.raises(OriginError, match=r"exit status 8.*Unknown encoder libx264"):
        origin.channel()


def test_a_killed_origin_is_noticed() -> None:
    with Origin() as origin:
        channel = origin.channel(audio=False, segment_seconds=0.4)
        os.kill(origin.pid, signal.SIGKILL)
        with pytest.raises(OriginError, match=r"has ended \(exit status -9\)"):
            channel.faults()


def test_a_taken_port_is_a_clear_error(origin: Origin) -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(OriginError, match="in use"):
            origin.channel(audio=False, segment_seconds=0.4, port=taken.getsockname()[1])


def test_commands_may_come_from_several_threads(channel: Channel) -> None:
    failures: list[BaseException] = []

    def ask() -> None:
        try:
            for _ in range(20):
                channel.delivery()
                channel.faults()
        except BaseException as error:  # noqa: BLE001 - a thread's failure must reach the test
            failures.append(error)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert failures == []


def cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def _watch(port: int, seconds: float) -> int:
    """Read a channel as a player does, each segment once; bytes received."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    seen: set[str] = set()
    received = 0

    async def get(path: str) -> bytes:
        writer.write(f"GET /{path} HTTP/1.1\r\nHost: origin\r\nUser-Agent: crowd\r\n\r\n".encode())
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(next(line for line in head.split(b"\r\n") if line.startswith(b"Content-Length")).split()[1])
        return await reader.readexactly(length)

    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        for name in (await get("live.m3u8")).decode().splitlines()[-5::2]:
            if not name.startswith("#") and name not in seen:
                seen.add(name)
                received += len(await get(name))
        await asyncio.sleep(0.95)
    writer.close()
    return received


def test_fifty_clients_cost_a_fraction_of_a_core() -> None:
    async def crowd(port: int) -> list[int]:
        return await asyncio.gather(*(_watch(port, 3) for _ in range(50)))

    with Origin() as origin:
        channel = origin.channel()
        before = cpu_seconds(origin.pid)
        received = asyncio.run(crowd(channel.port))
        used = cpu_seconds(origin.pid) - before
    # three segments to begin with and one more at least, of some 90 kB
    assert min(received) > 300_000
    assert used < 3 * 0.5
