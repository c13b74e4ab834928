"""
How long it takes to start and to stop a load (some 6 minutes)

    PYTHONPATH=tests python -m benchmarks.start_and_stop [--clients 10 100 500] [--small] [FFMPEG]

Three times are taken: until the supervisor is up, which is when a fixture hands out its load; until every client
streams, beside the ramp that was asked for; and of the stop. Each load runs twice, with a start ten times a second and
without a ramp. The first line is a load of one client, the median of ten.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.nginx import served_by_nginx
from benchmarks.options import ffmpeg_of, give_ffmpeg, version
from benchmarks.tables import machine, table

from pytest_hlsload.load import HlsLoad
from pytest_hlsload.model.errors import LoadTimeout
from pytest_hlsload.reader.binary import FoundFfmpeg, features

_BITRATE = 1_900_000

_STARTS = 10.0

_PATIENCE = 240.0


@dataclass(frozen=True, slots=True)
class Times:
    """In seconds; how many readers there were after the stop; the verdict and its first reason."""

    clients: int
    ramp: float
    up: float
    streaming: float
    stop: float
    left: int
    verdict: str

    @property
    def row(self) -> list[str]:
        """Of the table."""
        streaming = f"{self.streaming:.2f} s" if self.streaming < _PATIENCE else "never"
        return [
            f"{self.clients}",
            f"{self.ramp:g} s",
            f"{1000 * self.up:.0f} ms",
            streaming,
            f"{self.stop:.2f} s",
            f"{self.left}",
            self.verdict,
        ]


def measure(url: str, clients: int, ramp: float, ffmpeg: str) -> Times:
    """One load."""
    with tempfile.TemporaryDirectory(prefix="hlsload-start-") as folder:
        load = HlsLoad(
            url,
            clients=clients,
            ramp=ramp,
            ffmpeg=ffmpeg,
            report_dir=folder,
            summary_interval=0,
            startup_timeout=_PATIENCE,
        )
        began = time.monotonic()
        load.start()
        up = time.monotonic() - began
        try:
            load.wait_until_streaming(_PATIENCE)
            streaming = time.monotonic() - began
        except LoadTimeout:
            streaming = float("inf")
        load.soak(2)
        ending = time.monotonic()
        report = load.stop()
        stop = time.monotonic() - ending
        problems = f": {report.problems[0]}" if report.problems else ""
        return Times(clients, ramp, up, streaming, stop, _running(report.id), f"{report.verdict}{problems}")


def _running(load: str) -> int:
    """Readers of this load that there still are, known by their User-Agent."""
    agent, found = f"/{load}/client-".encode(), 0
    for command in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            found += agent in command.read_bytes()
        except OSError:
            continue
    return found


def _all(url: str, sizes: list[int], repeats: int, ffmpeg: str) -> Iterator[Times]:
    ones = [measure(url, 1, 0.0, ffmpeg) for _ in range(repeats)]
    yield Times(
        1,
        0.0,
        statistics.median(one.up for one in ones),
        statistics.median(one.streaming for one in ones),
        statistics.median(one.stop for one in ones),
        sum(one.left for one in ones),
        ", ".join(sorted({one.verdict for one in ones})),
    )
    for clients in sizes:
        for ramp in (clients / _STARTS, 0.0):
            yield measure(url, clients, ramp, ffmpeg)


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clients", type=int, nargs="+", default=[10, 100, 500])
    parser.add_argument("--small", action="store_true", help="a few clients: whether it runs at all")
    give_ffmpeg(parser)
    given = parser.parse_args()
    sizes, repeats = ([2], 1) if given.small else (given.clients, 10)
    ffmpeg = ffmpeg_of(given)
    # It is asked what it can do once, and that is no part of what a second load costs.
    features(FoundFfmpeg(ffmpeg, "the command line"))
    print(machine())
    with served_by_nginx(bitrate=_BITRATE) as served:
        times = list(_all(served.url, sizes, repeats, ffmpeg))
    print(f"ffmpeg {version(ffmpeg)}, 2 Mb/s.\n")
    head = ["clients", "ramp asked for", "supervisor up", "all stream after", "stop", "readers left", "verdict"]
    print(table(head, [it.row for it in times]))


if __name__ == "__main__":
    main()
