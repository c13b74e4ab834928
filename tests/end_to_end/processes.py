"""Which processes of a load are still there"""

from collections.abc import Iterable
from pathlib import Path


def alive(pids: Iterable[int]) -> list[int]:
    """Those that run; what is dead but not reaped by its new parent does not count."""
    return [pid for pid in pids if _state(pid) not in {"", "Z", "X"}]


def readers_of(load_id: str) -> list[int]:
    """The readers of a load, by the User-Agent in their command lines."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                command = (entry / "cmdline").read_bytes()
            except OSError:
                continue
            if f"pytest-hlsload/{load_id}/client-".encode() in command:
                found.append(int(entry.name))
    return alive(found)


def _state(pid: int) -> str:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return ""
    return stat.rpartition(")")[2].split()[0]
