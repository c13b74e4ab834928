"""
What a load does to the test that runs beside it (some 14 minutes)

    PYTHONPATH=tests python -m benchmarks.body_slowdown [--clients 200] [--rounds 8] [--seconds 15] [--small] [FFMPEG]

A test body that computes is timed: alone, beside N bare ffmpegs with the commands that a load would run, and beside a
load of as many clients. What the load takes more than the ffmpegs is the product's own price. The three take turns, in
one order and the other, so that what else the machine does falls on all of them.

On a virtual machine the speed itself of a processor comes and goes by several percent. So it is told apart: how much of
a processor the body got (what others take from it, the interpreter's lock included), and how far it came with that.
"""

import argparse
import contextlib
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from typing import NamedTuple

from benchmarks.nginx import served_by_nginx
from benchmarks.options import bare_readers, ffmpeg_of, give_ffmpeg, version
from benchmarks.tables import machine, table

from pytest_hlsload.load import HlsLoad

_BITRATE = 1_900_000

_STARTS = 8.0


class Pace(NamedTuple):
    """How often a test body got round in a second of its own CPU time, and its CPU time in a second."""

    speed: float
    share: float

    @property
    def rate(self) -> float:
        """How often it got round in a second."""
        return self.speed * self.share


def pace(seconds: float) -> Pace:
    """Of a test body: pure Python, one thread."""
    rounds, began, used = 0, time.perf_counter(), time.thread_time()
    while time.perf_counter() < began + seconds:
        sum(number * number for number in range(2000))
        rounds += 1
    elapsed, used = time.perf_counter() - began, time.thread_time() - used
    return Pace(rounds / used, used / elapsed)


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
    parser.add_argument("--rounds", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=15.0)
    parser.add_argument("--small", action="store_true", help="two clients for a moment: whether it runs at all")
    give_ffmpeg(parser)
    given = parser.parse_args()
    clients, rounds, seconds = (2, 1, 0.5) if given.small else (given.clients, given.rounds, given.seconds)
    ffmpeg = ffmpeg_of(given)
    print(machine())
    found: dict[str, list[Pace]] = {name: [] for name in _BESIDE}
    with served_by_nginx(bitrate=_BITRATE) as served:
        for number in range(rounds):
            for name in sorted(_BESIDE, reverse=bool(number % 2)):
                with _BESIDE[name](served.url, clients, ffmpeg):
                    time.sleep(min(3, seconds))
                    found[name].append(pace(seconds))
    print(f"ffmpeg {version(ffmpeg)}, {clients} clients, 2 Mb/s; {rounds} times {seconds:g} s each.")
    print("Medians; in brackets the least and the most.\n")
    print(
        table(["the test body", "of a processor", "rounds a CPU second", "rounds a second"], map(_row, found.items()))
    )


def _row(found: tuple[str, list[Pace]]) -> list[str]:
    name, paces = found
    return [
        name,
        _spread((100 * it.share for it in paces), ".2f", " %"),
        _spread((it.speed for it in paces), ".0f"),
        _spread((it.rate for it in paces), ".0f"),
    ]


def _spread(values: Iterable[float], form: str, unit: str = "") -> str:
    ordered = sorted(values)
    middle, least, most = (format(it, form) for it in (statistics.median(ordered), ordered[0], ordered[-1]))
    return f"{middle}{unit} ({least} to {most})"


_BESIDE: dict[str, Callable[[str, int, str], AbstractContextManager[None]]] = {
    "alone": lambda *_: contextlib.nullcontext(),
    "beside bare ffmpegs": _bare,
    "beside a load": _load,
}


if __name__ == "__main__":
    main()
