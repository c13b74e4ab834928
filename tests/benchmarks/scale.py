"""
How many clients one machine carries (some 15 minutes)

    PYTHONPATH=tests python -m benchmarks.scale [--clients 1000 ...] [--seconds 600] [--starts 12] [--small] [FFMPEG]

nginx serves a live stream of 2 Mb/s on the same machine, pytest soaks it. The verdict tells whether the load generator
was the limit. With several numbers of clients, one soak each: to find the number at which a machine ends.
"""

import argparse
import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.accounting import cpu_seconds, descriptors, pss
from benchmarks.nginx import Served, served_by_nginx
from benchmarks.options import ffmpeg_of, give_ffmpeg, version
from benchmarks.soak import soaking
from benchmarks.tables import machine, table

_BITRATE = 1_900_000

_HEAD = [
    "clients",
    "ramp asked for → all stream",
    "machine busy",
    "readers / pytest and supervisor / nginx",
    "a reader, MiB (PSS)",
    "supervisor, MiB",
    "left, GiB",
    "supervisor's descriptors",
    "worst lag",
    "stalls",
    "verdict",
]


@dataclass(frozen=True, slots=True)
class Carried:
    """
    One soak: what of the machine it took, and how it ended. Memory in bytes, the supervisor's at both ends of the time
    that counts.
    """

    clients: int
    ramp: float
    streaming: float
    busy: float
    shares: tuple[float, float, float]
    reader: float
    supervisor: tuple[int, int]
    available: int
    open: int
    lag: float
    stalls: int
    verdict: str

    @property
    def row(self) -> list[str]:
        """Of the table."""
        return [
            f"{self.clients}",
            f"{self.ramp:.0f} s → {self.streaming:.0f} s",
            f"{100 * self.busy:.0f} %",
            " / ".join(f"{100 * share:.0f} %" for share in self.shares),
            f"{self.reader / 2**20:.1f}",
            " → ".join(f"{memory / 2**20:.1f}" for memory in self.supervisor),
            f"{self.available / 2**30:.1f}",
            f"{self.open}",
            f"{1000 * self.lag:.0f} ms",
            f"{self.stalls}",
            self.verdict,
        ]


def measure(served: Served, ffmpeg: str, *, clients: int, ramp: float, seconds: float) -> Carried:
    """One soak."""
    with soaking(served.url, clients=clients, ffmpeg=ffmpeg, ramp=ramp, seconds=seconds + 10) as soak:
        groups = soak.readers, (soak.supervisor, soak.pytest), served.pids
        began_with = pss([soak.supervisor])
        before, busy, began = [cpu_seconds(pids) for pids in groups], _busy(), time.monotonic()
        time.sleep(seconds)
        after, elapsed = [cpu_seconds(pids) for pids in groups], time.monotonic() - began
        busy = (_busy() - busy) / elapsed / (os.cpu_count() or 1)
        reader, supervisor = pss(soak.readers) / clients, (began_with, pss([soak.supervisor]))
        is_open, available = descriptors(soak.supervisor), _available()
        report = soak.end()
    readers, product, origin = ((b - a) / elapsed for a, b in zip(before, after, strict=True))
    problems = f": {report.problems[0]}" if report.problems else ""
    return Carried(
        clients=clients,
        ramp=ramp,
        streaming=soak.streaming - soak.began,
        busy=busy,
        shares=(readers, product, origin),
        reader=reader,
        supervisor=supervisor,
        available=available,
        open=is_open,
        lag=report.generator.worst_lag or 0.0,
        stalls=report.stall_count,
        verdict=f"{report.verdict}{problems}",
    )


def _busy() -> float:
    """CPU time of all processors since boot, in seconds."""
    ticks = [int(field) for field in Path("/proc/stat").read_text().splitlines()[0].split()[1:9]]
    return (sum(ticks) - ticks[3] - ticks[4]) / os.sysconf("SC_CLK_TCK")


def _available() -> int:
    """Memory that could still be had, in bytes."""
    lines = Path("/proc/meminfo").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:"))


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clients", type=int, nargs="+", default=[1000])
    parser.add_argument("--seconds", type=float, default=600.0)
    parser.add_argument("--starts", type=float, default=12.0, help="a second; 0 for a ramp of 0 s")
    parser.add_argument("--small", action="store_true", help="a few clients for a moment: whether it runs at all")
    give_ffmpeg(parser)
    given = parser.parse_args()
    sizes, seconds = ([4], 2.0) if given.small else (given.clients, given.seconds)
    ffmpeg = ffmpeg_of(given)
    print(machine())
    with served_by_nginx(bitrate=_BITRATE) as served:
        ramps = [clients / given.starts if given.starts else 0.0 for clients in sizes]
        rows = []
        for clients, ramp in zip(sizes, ramps, strict=True):
            try:
                rows.append(measure(served, ffmpeg, clients=clients, ramp=ramp, seconds=seconds).row)
            except SystemExit as end:  # more than the machine could start; what was measured before is not lost
                print(end, file=sys.stderr)
                rows.append([f"{clients}", *["-"] * (len(_HEAD) - 2), "did not come to stream; see above"])
    print(f"ffmpeg {version(ffmpeg)}, 2 Mb/s, {seconds:g} s each. CPU in shares of one core.\n")
    print(table(_HEAD, rows))


if __name__ == "__main__":
    main()
