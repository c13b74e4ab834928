"""Fifty real clients for ten minutes, of which now and then one is killed: neither side grows."""

import os
import re
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from pytest_hlsload.journal.reading import read_journal
from pytest_hlsload.load import HlsLoad
from pytest_hlsload.model.client_records import ReaderRecord
from pytest_hlsload.origin import Origin

CLIENTS = 50

# When everybody is there and all that is made once has been made, and when it ends, in seconds.
SETTLED, OVER = 120, 600

KILL_EVERY = 10.0

MB = 1 << 20


@dataclass(frozen=True, slots=True)
class Size:
    """A process at a moment; memory in bytes."""

    memory: int
    descriptors: int

    @classmethod
    def of(cls, pid: int) -> "Size":
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
        resident = int(re.findall(r"VmRSS:\s+(\d+) kB", status)[0]) * 1024
        return cls(resident, sum(1 for _ in Path(f"/proc/{pid}/fd").iterdir()))


@pytest.mark.long
@pytest.mark.timeout(900)
def test_ten_minutes_of_fifty_clients_are_flat(
    ffmpeg: str, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    sizes: list[tuple[Size, Size]] = []
    with Origin() as origin:
        load = HlsLoad(
            origin.channel().url, clients=CLIENTS, ramp="20s", ffmpeg=ffmpeg, report_dir=str(tmp_path / "reports")
        )
        with load:
            load.wait_until_streaming("90s")
            threads = threading.active_count()
            assert load._supervisor is not None
            supervisor = load._supervisor.pid
            began, killed = time.monotonic(), 0
            while (since := time.monotonic() - began) < OVER:
                victim = killed % CLIENTS + 1
                os.kill(readers_of(load)[victim], signal.SIGKILL)
                killed += 1
                load.soak(KILL_EVERY / 2)
                load.wait_until_streaming("60s")
                if since > SETTLED:
                    sizes.append((Size.of(supervisor), Size.of(os.getpid())))
                load.soak(max(0.1, began + killed * KILL_EVERY - time.monotonic()))
            assert threading.active_count() == threads
            report = load.stop()

    for name, side in ("supervisor", 0), ("owner", 1):
        memory = [pair[side].memory / MB for pair in sizes]
        record_property(f"{name}, MB", f"{memory[0]:.1f} to {memory[-1]:.1f}")
        record_property(f"{name}, descriptors", f"{sizes[0][side].descriptors} to {sizes[-1][side].descriptors}")
    assert sum(client.restarts for client in report.clients) == killed
    (first, owner_first), (last, owner_last) = sizes[0], sizes[-1]
    assert last.memory - first.memory < 2 * MB
    # What it has is the fold, of which a report is made at every soak.
    assert owner_last.memory - owner_first.memory < 16 * MB
    assert last.descriptors == first.descriptors
    assert owner_last.descriptors == owner_first.descriptors


def readers_of(load: HlsLoad) -> dict[int, int]:
    """The newest reader of each client."""
    return {r.client: r.pid for r in read_journal(load.journal).records if isinstance(r, ReaderRecord)}
