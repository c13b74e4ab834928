"""Telling a process from a later one that has been given its number"""

import os


def started_at(pid: int) -> int:
    """When a process was started, in clock ticks since boot; 0 where it does not run, or the system does not tell."""
    state, ticks = _stat(pid)
    return 0 if state in {"Z", "X"} else ticks


def still_runs(pid: int, started: int) -> bool:
    """
    Whether it is still that process.

    Args:
        pid: its number.
        started: what `started_at` told of it; 0 where it told nothing.
    """
    if started:
        return started_at(pid) == started
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        pass  # it runs, and is somebody else's
    return True


def _stat(pid: int) -> tuple[str, int]:
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as stat:  # noqa: PTH123  pathlib is not imported here
            # Behind the name, which may hold anything, blanks and brackets too.
            fields = stat.read().rpartition(")")[2].split()
        return fields[0], int(fields[19])
    except (OSError, ValueError, IndexError):
        return "", 0
