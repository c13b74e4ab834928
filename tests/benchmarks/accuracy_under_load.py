"""
How exact the stall figures stay with many clients and beside a test that burns CPU (some 8 minutes)

    PYTHONPATH=tests python -m benchmarks.accuracy_under_load [--many 400] [--small] [FFMPEG]

One fault, the origin's hanging for 12 s, as one client sees it (ten loads), 50 clients and many; and 50 clients beside
a test body that computes in Python, and beside one that keeps the interpreter's lock in long calls of C.
"""

import argparse
import contextlib
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

from benchmarks.accuracy import COLUMNS, Errors, measure
from benchmarks.options import ffmpeg_of, give_ffmpeg, version
from benchmarks.tables import machine, table

from pytest_hlsload.origin import Origin

_HANG = 12.0
_AFTER = 20.0

_STARTS = 8.0


def computing(over: threading.Event) -> None:
    """A test body in pure Python: the lock changes hands every few milliseconds."""
    while not over.is_set():
        sum(number * number for number in range(20_000))


def locking(over: threading.Event) -> None:
    """A test body in long calls of C, half a second each, in which nobody else has the lock."""
    numbers = list(range(3_000_000, 0, -1))
    while not over.is_set():
        sorted(numbers, key=int.__neg__)


@contextlib.contextmanager
def beside(body: Callable[[threading.Event], None] | None) -> Iterator[None]:
    """The body runs in this process, as a test would, as long as the block does."""
    over = threading.Event()
    thread = threading.Thread(target=body, args=(over,)) if body is not None else None
    if thread is not None:
        thread.start()
    try:
        yield
    finally:
        over.set()
        if thread is not None:
            thread.join()


def hold(
    ffmpeg: str, *, loads: int, clients: int, body: Callable[[threading.Event], None] | None, hang: float = _HANG
) -> Errors:
    """So many loads at once, each on a channel of its own."""

    def one(_: int) -> Errors:
        return measure(
            origin.channel(bitrate=1_900_000 if clients < 100 else 300_000),
            lambda channel: channel.hang(hang),
            _AFTER - _HANG + hang,
            ffmpeg,
            clients=clients,
            ramp=clients / _STARTS,
        )

    found = Errors()
    with Origin() as origin, beside(body), ThreadPoolExecutor(loads) as side_by_side:
        for errors in side_by_side.map(one, range(loads)):
            found.add(errors)
    return found


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--many", type=int, default=400)
    parser.add_argument("--small", action="store_true", help="one client: whether it runs at all")
    give_ffmpeg(parser)
    given = parser.parse_args()
    ffmpeg = ffmpeg_of(given)
    print(machine())
    if given.small:
        found = {"1 client": hold(ffmpeg, loads=1, clients=1, body=None, hang=1.0)}
    else:
        found = {
            "1 client, ten times": hold(ffmpeg, loads=10, clients=1, body=None),
            "50 clients": hold(ffmpeg, loads=1, clients=50, body=None),
            f"{given.many} clients, 0.3 Mb/s": hold(ffmpeg, loads=1, clients=given.many, body=None),
            "50 clients, the test computes in Python": hold(ffmpeg, loads=1, clients=50, body=computing),
            "50 clients, the test keeps the lock": hold(ffmpeg, loads=1, clients=50, body=locking),
        }
    print(f"ffmpeg {version(ffmpeg)}; the origin hangs. Errors as median / 95th of 100 / worst.\n")
    print(table(["", *COLUMNS], [[name, *errors.cells] for name, errors in found.items()]))


if __name__ == "__main__":
    main()
