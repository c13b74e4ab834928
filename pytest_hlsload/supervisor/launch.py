"""Starting a supervisor from its owner's process"""

import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path

from .order import Command, Order

# -I -S: nothing of the user's environment may change what the supervisor is or how fast it starts. The two lines put
# the package's parent on the path, which -I and -S took away.
_BOOTSTRAP = """import sys; sys.path.insert(0, sys.argv[1])
from pytest_hlsload.supervisor.main import main; main()"""

_PARENT = str(Path(__file__).resolve().parents[2])


class SupervisorProcess:
    """
    A supervisor, seen from its owner. Its stdin is the lifeline: when the owner dies in any way, it breaks.

    Args:
        order: what to do.
        errors: file for what it prints to stderr: nothing, unless it fails.

    Raises:
        OSError: where the process cannot be started.
    """

    def __init__(self, order: Order, errors: Path) -> None:
        self._errors = errors
        self._heard = b""
        with errors.open("wb") as stderr:
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-S", "-c", _BOOTSTRAP, _PARENT],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=stderr,
                start_new_session=True,
            )
        self._send(order.to_line())

    @property
    def pid(self) -> int:
        """Of the process."""
        return self._process.pid

    def lives(self) -> bool:
        """Whether it runs."""
        return self._process.poll() is None

    def send(self, command: Command) -> None:
        """Tell it something; a dead supervisor hears nothing, and its death is noticed elsewhere."""
        self._send(command.to_line())

    def end(self, patience: float) -> None:
        """Break the lifeline and wait for its end; after ``patience`` seconds it is killed, and its readers with it."""
        assert self._process.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.close()
        try:
            self._process.wait(patience)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._listen()
        if self._process.stdout is not None:
            self._process.stdout.close()
        if self._errors.exists() and not self._errors.stat().st_size:
            self._errors.unlink()

    def loss(self) -> str:
        """What it could not put on record, as a sentence; "" where nothing is known of any. To be asked after `end`."""
        return self._heard.decode("utf-8", "replace").strip()

    def complaint(self) -> str:
        """How it ended, if it did, and the last line that it printed, if it printed any."""
        self._listen()
        return ": ".join(filter(None, (self._fate(), self.loss() or self._last_words())))

    def _listen(self) -> None:
        """To what it printed to stdout: what it had no other place for, a full disk for one."""
        stdout = self._process.stdout
        if stdout is not None and not stdout.closed:
            os.set_blocking(stdout.fileno(), False)
            with contextlib.suppress(BlockingIOError):
                self._heard += os.read(stdout.fileno(), 4096)

    def _fate(self) -> str:
        status = self._process.poll()
        if status is None:
            return ""
        if status < 0:
            with contextlib.suppress(ValueError):
                return f"it was killed by {signal.Signals(-status).name}"
        return f"it exited with status {status}"

    def _last_words(self) -> str:
        try:
            lines = self._errors.read_text("utf-8", "replace").splitlines()
        except OSError:
            return ""
        return next((line.strip() for line in reversed(lines) if line.strip()), "")

    def _send(self, line: bytes) -> None:
        assert self._process.stdin is not None
        with contextlib.suppress(BrokenPipeError, ValueError):
            self._process.stdin.write(line)
            self._process.stdin.flush()
