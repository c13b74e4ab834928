"""
A live stream as most viewers get it: files of a folder, served by nginx on this machine

The built-in origin's channel is copied into the folder segment by segment as it is published, so that nginx and not
Python stands between the stream and a thousand readers.
"""

import contextlib
import shutil
import socket
import subprocess
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pytest_hlsload.origin import Origin

_LOOK_EVERY = 0.1

# What a playlist no longer lists may still be asked for.
_SEGMENTS_KEPT = 30

_CONFIGURATION = """
daemon off;
user root;
worker_processes 1;
worker_rlimit_nofile 20000;
pid {folder}/nginx.pid;
error_log stderr error;
events {{ worker_connections 19000; }}
http {{
    types {{ application/vnd.apple.mpegurl m3u8; video/mp2t ts; }}
    access_log off;
    sendfile on;
    tcp_nopush on;
    keepalive_timeout 75s;
    keepalive_requests 1000000;
    server {{
        listen 127.0.0.1:{port} backlog=4096;
        root {folder}/files;
        location ~ [.]m3u8$ {{ add_header Cache-Control no-cache; }}
    }}
}}
"""


@dataclass(frozen=True, slots=True)
class Served:
    """
    A stream behind nginx.

    Attributes:
        url: of the playlist.
        pids: nginx and its worker.
    """

    url: str
    pids: tuple[int, ...]


@contextlib.contextmanager
def served_by_nginx(*, bitrate: int) -> Iterator[Served]:
    """
    A live stream of 25 frames a second with sound.

    Args:
        bitrate: of the video, in bits a second.
    """
    with Origin() as origin, tempfile.TemporaryDirectory(prefix="hlsload-nginx-") as name:
        folder, over = Path(name), threading.Event()
        folder.chmod(0o755)
        (folder / "files").mkdir()
        copier = threading.Thread(target=_copy, args=(origin.channel(bitrate=bitrate).url, folder / "files", over))
        copier.start()
        try:
            with _nginx(folder) as served:
                yield served
        finally:
            over.set()
            copier.join()


@contextlib.contextmanager
def _nginx(folder: Path) -> Iterator[Served]:
    executable = shutil.which("nginx")
    if executable is None:
        raise SystemExit("nginx is not installed")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    configuration = folder / "nginx.conf"
    configuration.write_text(_CONFIGURATION.format(folder=folder, port=port))
    process = subprocess.Popen([executable, "-p", str(folder), "-c", str(configuration)], stderr=subprocess.DEVNULL)
    try:
        url = f"http://127.0.0.1:{port}/live.m3u8"
        _wait_until_served(url, process)
        workers = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        yield Served(url, (process.pid, *map(int, workers)))
    finally:
        process.terminate()
        process.wait(10)


def _wait_until_served(url: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 20
    while time.monotonic() < until and process.poll() is None:
        with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=5):
            return
        time.sleep(0.1)
    raise SystemExit("nginx did not serve the stream")


def _copy(url: str, folder: Path, over: threading.Event) -> None:
    """The playlist follows its segments, so that what it lists is always there."""
    base, there = url.rpartition("/")[0], dict[str, None]()
    while not over.wait(_LOOK_EVERY):
        playlist = _get(url)
        for name in (line for line in playlist.decode().splitlines() if line and not line.startswith("#")):
            if name not in there:
                (folder / name).write_bytes(_get(f"{base}/{name}"))
                there[name] = None
        part = folder / "live.m3u8.part"
        part.write_bytes(playlist)
        part.replace(folder / "live.m3u8")
        while len(there) > _SEGMENTS_KEPT:
            oldest = next(iter(there))
            del there[oldest]
            (folder / oldest).unlink()


def _get(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=10) as answer:
        content: bytes = answer.read()
    return content
