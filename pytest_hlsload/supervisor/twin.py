"""
The supervisor's twin: a shell that outlives it by just long enough to end its readers

Nobody can do anything about his own SIGKILL. Linux can be told to kill children with their parent; elsewhere, and
for what such a child has started itself, the twin is the only cover. It reads the supervisor's pipe, and when that
breaks it kills the process groups it was told of.
"""

import contextlib
import os
import signal
import subprocess

# dash's kill knows no "--". A group told twice is kept once: the child tells of itself, and its parent of it.
_LOOP = r"""
trap '' HUP INT TERM QUIT
groups=' '
while read -r sign group; do
    case $sign$groups in
        +*" $group "*) ;;
        +*) groups="$groups$group " ;;
        -*" $group "*) groups="${groups%% $group *} ${groups#* $group }" ;;
    esac
done
for group in $groups; do kill -KILL -$group; done
"""

_PATIENCE = 0.5


class Twin:
    """Raises OSError where it cannot be started."""

    def __init__(self) -> None:
        self._groups: set[int] = set()
        self._process, self._pipe = _start()

    @property
    def pid(self) -> int:
        """Of the shell."""
        return self._process.pid

    @property
    def descriptor(self) -> int:
        """Where a child that is about to become a reader tells of itself, with `line_of`."""
        return self._pipe

    def add(self, group: int) -> None:
        """Of a process group that is to be killed if the supervisor dies."""
        self._groups.add(group)
        self._tell(line_of(group))

    def remove(self, group: int) -> None:
        """It is gone; to be told while its number cannot have been given to another."""
        if group in self._groups:
            self._groups.remove(group)
            self._tell(b"- %d\n" % group)

    def renew(self) -> None:
        """Begin anew, where the shell may know of a group that does not exist or not know of one that does."""
        self._process.kill()
        self._process.wait()
        os.close(self._pipe)
        self._pipe = -1
        # Without room for another shell, Linux still has the tie between parent and child.
        with contextlib.suppress(OSError):
            self._process, self._pipe = _start()
            os.write(self._pipe, b"".join(map(line_of, self._groups)))

    def end(self) -> None:
        """Let it go, and with it what it was told of and has not been told to forget."""
        if self._pipe >= 0:
            os.close(self._pipe)
            self._pipe = -1
        try:
            self._process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _tell(self, line: bytes) -> None:
        try:
            told = os.write(self._pipe, line) == len(line)
        except OSError:
            told = False
        if not told:
            self.renew()


def line_of(group: int) -> bytes:
    """How a process group is told to the twin."""
    return b"+ %d\n" % group


def _start() -> tuple[subprocess.Popen[bytes], int]:
    readable, writable = os.pipe2(os.O_CLOEXEC)
    try:
        # A shell that was stopped must not stop the supervisor.
        os.set_blocking(writable, False)
        process = subprocess.Popen(
            ["/bin/sh", "-c", _LOOP],
            stdin=readable,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            env={},  # it needs nothing of it
            preexec_fn=_ignore_ends,  # noqa: PLW1509  the supervisor has one thread
        )
    except BaseException:
        os.close(writable)
        raise
    finally:
        os.close(readable)
    return process, writable


def _ignore_ends() -> None:
    # From its first instruction on, before it has come to its trap.
    for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM, signal.SIGQUIT):
        signal.signal(number, signal.SIG_IGN)
