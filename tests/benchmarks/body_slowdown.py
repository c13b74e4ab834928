"""
What a load does to the test that runs beside it (some 8 minutes)

    PYTHONPATH=tests python -m benchmarks.body_slowdown [--clients 200] [--rounds 5] [--seconds 20] [--small] [FFMPEG]

A test body that computes is timed: alone, beside N bare ffmpegs with the commands that a load would run, and beside a
load of as many clients. What the load takes more than the ffmpegs is the product's own price. The three take turns, so
that what else the machine does falls on all of them.
"""

import argparse
import contextlib
import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterator

from benchmarks.nginx import served_by_nginx
from benchmarks.options import bare_readers, ffmpeg_of, give_ffmpeg, version
from benchmarks.tables import machine, table

from pytest_hlsload.load import HlsLoad

_BITRATE = 1_900_000

_STARTS = 8.0


def rate(seconds: float) -> float:
    """How often a test body gets round a second: pure Python, one thread."""
    rounds, until = 0, time.perf_counter() + seconds
    while time.perf_counter() < until:
        sum(number * number for number in range(2000))
        rounds += 1
    return rounds / seconds


@contextlib.contextmanager
def _load(url: str, clients: int, ffmpeg: str) -> Iterator[None]:
    with tempfile.TemporaryDirectory(prefix="hlsload-body-") as folder:
        ramp = clients / _STARTS
        with HlsLoad(url, clients=clients, ramp=ramp, ffmpeg=ffmpeg, report_dir=folder, summary_interval=5) as load:
            load.wait_until_streaming(2 * ramp + 60)
            yield


@contextlib.contextmanager
def _bare(url: str, clients: int, ffmpeg: str) -> Iterator[None]:
    processes: list[subprocess.Popen[bytes]] = []
    try:
        for command in bare_readers(url, clients, ffmpeg):
            processes.append(subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
            time.sleep(1 / _STARTS)
        yield
    finally:
        for process in processes:
            process.kill()
        for process in processes:
            process.wait()


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clients", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--small", action="store_true", help="two clients for a moment: whether it runs at all")
    give_ffmpeg(parser)
    given = parser.parse_args()
    clients, rounds, seconds = (2, 1, 0.5) if given.small else (given.clients, given.rounds, given.seconds)
    ffmpeg = ffmpeg_of(given)
    print(machine())
    rates: dict[str, list[float]] = {"alone": [], "beside bare ffmpegs": [], "beside a load": []}
    with served_by_nginx(bitrate=_BITRATE) as served:
        for _ in range(rounds):
            rates["alone"].append(rate(seconds))
            for name, beside in (("beside bare ffmpegs", _bare), ("beside a load", _load)):
                with beside(served.url, clients, ffmpeg):
                    time.sleep(3)
                    rates[name].append(rate(seconds))
    alone = statistics.median(rates["alone"])
    print(f"ffmpeg {version(ffmpeg)}, {clients} clients, 2 Mb/s; medians of {rounds} times {seconds:g} s.\n")
    rows = [
        [name, f"{statistics.median(all_of):.0f}", f"{100 * (1 - statistics.median(all_of) / alone):.1f} %"]
        for name, all_of in rates.items()
    ]
    print(table(["the test body", "rounds a second", "slower by"], rows))


if __name__ == "__main__":
    main()
