"""The owner's side of the control socket: starts the origin process, sends commands, notices its death."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any, Self

_STOP_TIMEOUT = 1.0
# -I -S: neither the user's environment nor site-packages reach the process, and it starts in a tenth of a second
_BOOTSTRAP = "import sys; sys.path.append(sys.argv[1]); from pytest_hlsload.origin.process import main; main()"


class OriginError(RuntimeError):
    """The origin cannot do what was asked; the message says why."""


class Control:
    """
    A running origin process. Commands may come from any thread.

    Args:
        ffmpeg: path of the ffmpeg that encodes the media.
    """

    def __init__(self, ffmpeg: str) -> None:
        self._lock = threading.Lock()
        self._printed = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the process
        self._socket, theirs = socket.socketpair()
        self._received = bytearray()
        package_parent = str(Path(__file__).resolve().parents[2])
        with theirs:
            # a session of its own: Ctrl+C must leave it to its owner to end the origin
            self._process: subprocess.Popen[bytes] = subprocess.Popen(
                [sys.executable, "-I", "-S", "-c", _BOOTSTRAP, package_parent, ffmpeg, str(os.getpid())],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=self._printed,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        """Process id of the origin process."""
        return self._process.pid

    def ask(self, message: dict[str, Any], timeout: float = 10) -> Any:
        """
        Send a command and return its answer.

        Raises:
            OriginError: the command failed, the process has ended, or it did not answer within `timeout` seconds.
        """
        return self.ask_parts(message, timeout)[-1]["done"]

    def ask_parts(self, message: dict[str, Any], timeout: float = 10) -> list[dict[str, Any]]:
        """
        Send a command and return all messages of its answer; the last has `done`.

        Raises:
            OriginError: as for `ask`.
        """
        deadline = time.monotonic() + timeout
        parts: list[dict[str, Any]] = []
        with self._lock:
            try:
                self._socket.settimeout(timeout)
                self._socket.sendall(json.dumps(message).encode() + b"\n")
                while not parts or "done" not in parts[-1]:
                    parts.append(self._read(deadline))
                    if "failed" in parts[-1]:
                        raise OriginError(parts[-1]["failed"])
            except TimeoutError:
                # a late answer would be taken for the next one's
                self.stop()
                raise OriginError(f"the origin did not answer {message['do']!r} within {timeout:g} s") from None
            except OSError as error:
                raise OriginError(f"the origin process has ended{self._last_words()}") from error
        return parts

    def stop(self) -> None:
        """End the process; what it printed, a traceback at best, goes to this process's standard error."""
        self._socket.close()
        try:
            self._process.wait(_STOP_TIMEOUT)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        if not self._printed.closed:
            sys.stderr.write(self._read_printed())
            self._printed.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _read(self, deadline: float) -> dict[str, Any]:
        while (end := self._received.find(b"\n")) < 0:
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError
            self._socket.settimeout(left)
            data = self._socket.recv(1 << 20)
            if not data:
                raise ConnectionResetError
            self._received += data
        line = bytes(self._received[:end])
        del self._received[: end + 1]
        message: dict[str, Any] = json.loads(line)
        return message

    def _last_words(self) -> str:
        with contextlib.suppress(subprocess.TimeoutExpired):
            status = self._process.wait(_STOP_TIMEOUT)
            printed = "" if self._printed.closed else self._read_printed().strip()
            return f" (exit status {status})" + (f": {printed[-1000:]}" if printed else "")
        return ""

    def _read_printed(self) -> str:
        self._printed.seek(0)
        return self._printed.read().decode(errors="replace")
