"""nginx in front of a folder: a server that is not ours, stopped and slowed as such servers are"""

import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

_CONFIGURATION = """
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 512; }}
http {{
  access_log {folder}/access.log;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  types {{ application/vnd.apple.mpegurl m3u8; video/mp2t ts; }}
  server {{
    listen 127.0.0.1:{port};
    location / {{ root {root}; }}
    location ~ ^/limited/(.*\\.ts)$ {{ alias {root}/$1; limit_rate {limit}; }}
    location /limited/ {{ alias {root}/; }}
  }}
}}
"""


def executable() -> str:
    """Of nginx; where it is missing the test is skipped, but in CI it fails."""
    found = shutil.which("nginx") or shutil.which("/usr/sbin/nginx")
    if found is None and os.environ.get("CI"):
        pytest.fail("nginx is not installed, and CI must test against it")
    if found is None:
        pytest.skip("nginx is not installed")
    return found


class Nginx:
    """
    Serves a folder, and below ``/limited/`` the same with slow segments.

    Args:
        folder: for its own files.
        root: what to serve.
        limit: of a slow segment, in bytes a second.
    """

    def __init__(self, folder: Path, root: Path, *, limit: int = 100_000) -> None:
        folder.mkdir(parents=True)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = int(free.getsockname()[1])
        configuration = folder / "nginx.conf"
        text = _CONFIGURATION.format(folder=folder, root=root, port=self.port, limit=limit)
        # As root it would serve as nobody, who may not read what a test writes.
        configuration.write_text(f"user root;\n{text}" if os.getuid() == 0 else text)
        self._process = subprocess.Popen([executable(), "-p", str(folder), "-c", str(configuration)])
        self._wait()

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}/{path}"

    def stop_for(self, seconds: float) -> None:
        """Master and workers stand still, with all connections open."""
        everybody = [self._process.pid, *self._workers()]
        for pid in everybody:
            os.kill(pid, signal.SIGSTOP)
        time.sleep(seconds)
        for pid in everybody:
            os.kill(pid, signal.SIGCONT)

    def __enter__(self) -> "Nginx":
        return self

    def __exit__(self, *_: object) -> None:
        for pid in self._workers():
            os.kill(pid, signal.SIGCONT)
        self._process.send_signal(signal.SIGCONT)
        self._process.terminate()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _workers(self) -> list[int]:
        pid = self._process.pid
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()]

    def _wait(self) -> None:
        deadline = time.monotonic() + 30
        while True:
            try:
                urllib.request.urlopen(self.url(""), timeout=5).close()
            except urllib.error.HTTPError as error:
                error.close()
                return
            except OSError:
                assert self._process.poll() is None, "nginx has ended"
                assert time.monotonic() < deadline, "nginx does not answer"
                time.sleep(0.05)
            else:
                return
