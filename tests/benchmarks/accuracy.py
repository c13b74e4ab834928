"""
How exact the stall figures are: loads through faults, held against what the origin delivered

    PYTHONPATH=tests python -m benchmarks.accuracy [--clients 10] [--repeats 2] FFMPEG [FFMPEG ...]

Every fault has a channel of its own; all run at once. Printed are the errors of the start and the length of every stall
over half a second, and of every client's buffering ratio, against the delivery log.
"""

import argparse
import tempfile
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from truth.loads import truths

from pytest_hlsload.load import HlsLoad
from pytest_hlsload.origin import Channel, Origin
from pytest_hlsload.reader.binary import FoundFfmpeg, features

NOTABLE = 0.5

FAULTS: dict[str, tuple[Callable[[Channel], object], float]] = {
    "hang 12 s": (lambda channel: channel.hang(12), 20),
    "playlist stale 16 s": (lambda channel: channel.stale(16), 24),
    "segments 404 for 9 s": (lambda channel: channel.segment_status(404, seconds=9), 18),
    "playlist 503 for 9 s": (lambda channel: channel.playlist_status(503, seconds=9), 22),
    "connections refused for 9 s": (lambda channel: channel.refuse(9), 22),
    "half of real time for 14 s": (lambda channel: channel.slow(0.5, seconds=14), 40),
}


@dataclass(slots=True)
class Errors:
    """Of one kind of fault: seconds, seconds, share of 1; and how many stalls were missed or invented."""

    start: list[float] = field(default_factory=list)
    length: list[float] = field(default_factory=list)
    ratio: list[float] = field(default_factory=list)
    missed: int = 0
    invented: int = 0
    verdicts: list[str] = field(default_factory=list)


def measure(channel: Channel, fault: Callable[[Channel], object], after: float, ffmpeg: str, clients: int) -> Errors:
    """One load through one fault."""
    errors = Errors()
    folder = tempfile.mkdtemp(prefix="hlsload-accuracy-")
    with HlsLoad(channel.url, clients=clients, ramp=2, ffmpeg=ffmpeg, report_dir=folder, summary_interval=0) as load:
        load.wait_until_streaming(30)
        load.soak(4)
        fault(channel)
        load.soak(after)
        report = load.stop()
    errors.verdicts.append(report.verdict)
    truth = truths(channel, load)
    for client in report.clients:
        seen = [stall for stall in truth[client.index].stalls if stall.duration >= NOTABLE]
        told = [stall for stall in client.stalls if stall.duration >= NOTABLE]
        for stall in seen:
            nearest = min(told, key=lambda it, s=stall: abs(it.start - s.start), default=None)  # type: ignore[misc]
            if nearest is None or abs(nearest.start - stall.start) > 1.5:
                errors.missed += 1
                continue
            told.remove(nearest)
            errors.start.append(abs(nearest.start - stall.start))
            errors.length.append(abs(nearest.duration - stall.duration))
        errors.invented += len(told)
        errors.ratio.append(abs((client.buffering_ratio or 0.0) - (truth[client.index].buffering_ratio or 0.0)))
    return errors


def figures(values: Iterable[float], unit: float = 1.0) -> str:
    """Median, 95th of 100, worst."""
    ordered = sorted(values)
    if not ordered:
        return "-"
    pick = [ordered[len(ordered) // 2], ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))], ordered[-1]]
    return " / ".join(f"{value * unit:.3f}" for value in pick)


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("ffmpeg", nargs="+")
    parser.add_argument("--clients", type=int, default=10)
    parser.add_argument("--repeats", type=int, default=2)
    given = parser.parse_args()
    for ffmpeg in given.ffmpeg:
        print(f"ffmpeg {features(FoundFfmpeg(ffmpeg, 'the command line')).version}, {given.clients} clients a fault")
        found = {name: Errors() for name in FAULTS}
        for _ in range(given.repeats):
            with Origin() as origin:
                _run_all(origin, ffmpeg, given.clients, found)
        print(f"{'fault':30} stalls {'start, s':>23} {'length, s':>23} {'ratio, points':>23}  missed invented verdicts")
        for name, errors in found.items():
            exact = f"{figures(errors.start):>23} {figures(errors.length):>23} {figures(errors.ratio, 100):>23}"
            verdicts = ", ".join(sorted(set(errors.verdicts)))
            print(f"{name:30} {len(errors.start):6} {exact}  {errors.missed:6} {errors.invented:8} {verdicts}")


def _run_all(origin: Origin, ffmpeg: str, clients: int, found: dict[str, Errors]) -> None:
    def run(name: str) -> None:
        fault, after = FAULTS[name]
        errors = measure(origin.channel(bitrate=4_000_000), fault, after, ffmpeg, clients)
        total = found[name]
        for field_name in ("start", "length", "ratio", "verdicts"):
            getattr(total, field_name).extend(getattr(errors, field_name))
        total.missed += errors.missed
        total.invented += errors.invented

    with ThreadPoolExecutor(len(FAULTS)) as side_by_side:
        list(side_by_side.map(run, FAULTS))


if __name__ == "__main__":
    main()
