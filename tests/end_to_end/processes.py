"""Which processes of a load are still there"""

import re
from collections.abc import Container, Iterable
from pathlib import Path


def alive(pids: Iterable[int]) -> list[int]:
    """Those that run; what is dead but not reaped by its new parent does not count."""
    return [pid for pid in pids if _state(pid) not in {"", "Z", "X"}]


def readers_of(load_id: str, clients: Container[int] | None = None) -> list[int]:
    """The readers of a load, or of some of its clients, by the User-Agent in their command lines."""
    agent = re.compile(rf"pytest-hlsload/{load_id}/client-(\d+)".encode())
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                command = (entry / "cmdline").read_bytes()
            except OSError:
                continue
            it = agent.search(command)
            if it is not None and (clients is None or int(it[1]) in clients):
                found.append(int(entry.name))
    return alive(found)


def _state(pid: int) -> str:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return ""
    return stat.rpartition(")")[2].split()[0]
