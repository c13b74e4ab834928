"""
A simulated load in a process of its own: ``python -I -S -c … JOURNAL CLIENTS HOURS``

It prints, as JSON, what the load cost and what truly happened in it.
"""

import json
import os
import re
import sys
import time
from pathlib import Path
from typing import cast

from long_runs.world import SEGMENT, WINDOW, Clock, World, jumping_loop
from pytest_hlsload.model.records import FindingRecord, PlaylistRecord
from pytest_hlsload.model.settings import LoadSettings
from pytest_hlsload.supervisor.order import Command, Order
from pytest_hlsload.supervisor.readers import Readers
from pytest_hlsload.supervisor.sentinel_process import Look
from pytest_hlsload.supervisor.supervisor import Supervisor

URL = "http://origin.test/live.m3u8"

# Of so many clients it is told what came when; of all others only the sums.
REMEMBERED = 5

_PAUSED = "the playlist has not gone on"


def main() -> None:
    journal, clients, hours = sys.argv[-3], int(sys.argv[-2]), float(sys.argv[-1])
    clock = Clock(time.monotonic())
    loop = jumping_loop(clock)
    zero = clock.now
    end = zero + hours * 3600
    world = World(loop, clients, until=end, remembered=REMEMBERED)
    lifeline, commands = os.pipe()
    signals, _ = os.pipe()
    supervisor = Supervisor(
        _order(journal, clients), lifeline=lifeline, signals=signals, loop=loop, readers=cast("Readers", world)
    )
    playlist = PlaylistRecord(
        at=0.0,
        url=URL,
        media_url=URL,
        live=True,
        target_duration=SEGMENT,
        segment_duration=SEGMENT,
        segments=WINDOW,
        hold_back=3 * SEGMENT,
        container="mpegts",
    )
    # In place of what a probe would answer.
    playlists = supervisor._playlists
    playlists.look = lambda spare: None  # type: ignore[method-assign]
    loop.call_at(zero, lambda at: playlists._see(0, at, [Look(playlist, URL)]))
    loop.call_at(zero + 1800.0, world.pause)

    def find(at: float) -> None:
        since, until = world.pauses[-1]
        playlists._find(
            0,
            FindingRecord(
                at=at, check="stale_manifest", level="error", text=_PAUSED, since=since, lasted=until - since
            ),
            0,
        )
        loop.call_at(at + 3600.0, find)

    loop.call_at(zero + 1830.0, find)
    # What the process has when everybody is there, and what it has at the end.
    memory: list[int] = []
    loop.call_at(zero + min(1800.0, (end - zero) / 4), lambda _: memory.append(resident()))

    def stop(_: float) -> None:
        os.write(commands, Command(id=1, command="stop").to_line())

    loop.call_at(end, stop)
    began = time.process_time()
    supervisor.run()
    cost = {
        "cpu": time.process_time() - began,
        "memory_early": memory[0],
        "memory_late": resident(),
        "memory_peak": resident("VmHWM"),
    }
    told = {
        **cost,
        "zero": zero,
        "clients": [
            {"restarts": it.restarts, "killed": it.killed, "lost": it.lost, "arrivals": it.arrivals.tolist()}
            for it in world.truth
        ],
        "pauses": len(world.pauses),
    }
    sys.stdout.write(json.dumps(told))


def resident(what: str = "VmRSS") -> int:
    """Bytes."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(re.findall(what + r":\s+(\d+) kB", status)[0]) * 1024


def _order(journal: str, clients: int) -> Order:
    settings = LoadSettings(url=((URL, 1),), headers={}, clients=clients, ramp=60.0)
    shown = {"url": URL, "clients": clients, "ramp": 60.0}
    return Order(
        id="51mu1a7e",
        journal=journal,
        settings=settings,
        shown_settings=shown,
        machine={},
        ffmpeg="/nowhere/ffmpeg",
        hls_options=[],
        probe=[],
    )
