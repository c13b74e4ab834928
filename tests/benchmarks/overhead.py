"""
What the product costs beside the ffmpegs that it runs (some 10 minutes)

    PYTHONPATH=tests python -m benchmarks.overhead [--clients 10 100 400] [--seconds 60] [--small] [FFMPEG]

nginx serves a live stream of 2 Mb/s, 25 frames a second with sound; pytest soaks it. Once all clients stream, CPU time
is counted for so many seconds, process by process: of pytest, of its supervisor, of the sentinel beside it, and of the
readers. A reader prints some 72 packet lines a second, which the supervisor reads.
"""

import argparse
import time
from dataclasses import dataclass

from benchmarks.accounting import cpu_seconds, pss
from benchmarks.nginx import served_by_nginx
from benchmarks.options import ffmpeg_of, give_ffmpeg, version
from benchmarks.soak import soaking
from benchmarks.tables import machine, table

_BITRATE = 1_900_000  # of the video; with sound and packaging it is 2 Mb/s

# Starts a second; a reader's start costs as much as a minute of its reading.
_STARTS = 8.0


@dataclass(frozen=True, slots=True)
class Cost:
    """CPU time in seconds, memory in bytes."""

    clients: int
    elapsed: float
    supervisor: float
    pytest: float
    sentinel: float
    readers: float
    memory: int
    verdict: str

    @property
    def row(self) -> list[str]:
        """Of the table."""
        share = self.supervisor + self.pytest
        return [
            f"{self.clients}",
            f"{1000 * self.readers / self.elapsed / self.clients:.2f}",
            f"{100 * self.supervisor / self.readers:.1f} %",
            f"{100 * self.pytest / self.readers:.1f} %",
            f"**{100 * share / self.readers:.1f} %**",
            f"{100 * self.sentinel / self.readers:.1f} %",
            f"{self.memory / 2**20:.1f}",
            self.verdict,
        ]


def measure(url: str, clients: int, seconds: float, ffmpeg: str) -> Cost:
    """One soak, from when all of its clients stream."""
    with soaking(url, clients=clients, ffmpeg=ffmpeg, ramp=clients / _STARTS, seconds=seconds + 5) as soak:
        time.sleep(2)
        groups = [soak.supervisor], [soak.pytest], soak.others, soak.readers
        before, began = [cpu_seconds(pids) for pids in groups], time.monotonic()
        time.sleep(seconds)
        after, elapsed = [cpu_seconds(pids) for pids in groups], time.monotonic() - began
        memory = pss([soak.supervisor])
        report = soak.end()
    supervisor, pytest, sentinel, readers = (b - a for a, b in zip(before, after, strict=True))
    return Cost(clients, elapsed, supervisor, pytest, sentinel, readers, memory, report.verdict)


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clients", type=int, nargs="+", default=[10, 100, 400])
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--small", action="store_true", help="two clients for a moment: whether it runs at all")
    give_ffmpeg(parser)
    given = parser.parse_args()
    sizes, seconds = ([2], 2.0) if given.small else (given.clients, given.seconds)
    ffmpeg = ffmpeg_of(given)
    print(machine())
    with served_by_nginx(bitrate=_BITRATE) as served:
        costs = [measure(served.url, clients, seconds, ffmpeg) for clients in sizes]
    print(f"ffmpeg {version(ffmpeg)}, 2 Mb/s, {seconds:g} s each.\n")
    head = ["clients", "reader, 1/1000 core", "supervisor", "pytest", "both", "sentinel", "supervisor, MiB", "verdict"]
    print(table(head, [cost.row for cost in costs]))


if __name__ == "__main__":
    main()
