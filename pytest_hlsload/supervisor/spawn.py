"""A reader's process: its pipes, its signals, its end"""

import contextlib
import errno
import fcntl
import os
import signal
import subprocess
from collections.abc import Callable, Sequence

# So that an unread pipe stops ffmpeg's downloading soon: a VOD is read at the viewer's pace.
_SMALL_PIPE = 4096

_PIECE = 65536


class ReaderProcess:
    """
    A started reader.

    Args:
        command: makes the command line from the descriptors that the child is to print to.
        outputs: how many of those.
        environment: the child's.
        before_exec: runs in the child; see `guard.tie_to_parent`.
        gone: called with its number when it has died and nothing of its group is left, before the number is free.
        portable: whether to do without what only Linux has.

    Raises:
        OSError: where the process cannot be started; nothing is left open.
    """

    def __init__(
        self,
        command: Callable[[Sequence[int]], list[str]],
        *,
        outputs: int,
        environment: dict[str, str],
        before_exec: Callable[[], None],
        gone: Callable[[int], None],
        portable: bool = False,
    ) -> None:
        self._gone = gone
        pipes: list[tuple[int, int]] = []
        try:
            for _ in range(outputs + 1):
                pipes.append(os.pipe2(os.O_CLOEXEC))  # noqa: PERF401  those made before one fails must be closed
            log, *media = pipes
            self._process = subprocess.Popen(
                command([writable for _, writable in media]),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=log[1],
                pass_fds=[writable for _, writable in media],
                env=environment,
                start_new_session=True,
                # Safe here: the supervisor has one thread.
                preexec_fn=before_exec,  # noqa: PLW1509
            )
        except BaseException as error:
            for readable, _ in pipes:
                os.close(readable)
            if isinstance(error, subprocess.SubprocessError):
                raise OSError(errno.ENOMEM, "the child had no room to begin") from None
            raise
        finally:
            for _, writable in pipes:
                os.close(writable)
        self.pid = self._process.pid
        self.log = log[0]
        """Its stderr."""
        self.media = tuple(readable for readable, _ in media)
        """One descriptor a stream, in the order asked for."""
        for descriptor in (self.log, *self.media):
            os.set_blocking(descriptor, False)
        self.exited: int | None = None
        """Readable when the process has ended; None where the system has no such descriptor."""
        if not portable:
            with contextlib.suppress(OSError, AttributeError):
                self.exited = os.pidfd_open(self.pid)

    def narrow(self) -> None:
        """Make the media pipes small, so that leaving them unread stops the reader."""
        for descriptor in self.media:
            with contextlib.suppress(OSError):
                fcntl.fcntl(descriptor, fcntl.F_SETPIPE_SZ, _SMALL_PIPE)

    def signal(self, number: signal.Signals) -> None:
        """To the reader and whatever it started."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, number)

    def poll(self) -> int | None:
        """
        The exit status if the process has ended; then it is reaped, and the rest of its group killed before, while its
        number cannot have been given to another.
        """
        if self._process.returncode is not None:
            return self._process.returncode
        try:
            ended = os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        except ChildProcessError:
            return self._process.poll()
        if ended is None:
            return None
        self.signal(signal.SIGKILL)
        self._gone(self.pid)
        return self._process.wait()

    def close(self) -> None:
        """Close the pipes; the process must have been reaped."""
        for descriptor in (self.log, *self.media, *([self.exited] if self.exited is not None else [])):
            os.close(descriptor)


def read_piece(descriptor: int) -> bytes | None:
    """What is in the pipe; b"" at its end, None where there is nothing now."""
    try:
        return os.read(descriptor, _PIECE)
    except BlockingIOError:
        return None


def read_rest(descriptor: int) -> list[bytes]:
    """All that is left in the pipe of a process that has ended; it does not wait for children that keep it open."""
    pieces = []
    while piece := read_piece(descriptor):
        pieces.append(piece)
    return pieces
