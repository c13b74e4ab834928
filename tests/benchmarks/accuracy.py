"""
How exact the stall figures are: loads through faults, held against what the origin delivered

    PYTHONPATH=tests python -m benchmarks.accuracy [--clients 10] [--repeats 2] [--small] [FFMPEG ...]

Every fault has a channel of its own; all run at once. Printed are the errors of the start and the length of every
stall over half a second, and of every client's buffering ratio, against the delivery log. A repeat takes a minute and a
half for each ffmpeg.
"""

import argparse
import tempfile
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from benchmarks.options import version
from benchmarks.tables import machine, table
from truth.loads import truths

from pytest_hlsload.load import HlsLoad
from pytest_hlsload.model.playback import SHORTEST_COUNTED
from pytest_hlsload.origin import Channel, Origin
from pytest_hlsload.reader.binary import find_ffmpeg

# All loads together start ten readers a second. At three times that, the starts of ffmpeg 5.1.9 keep two cores busy and
# its first frames are late; then viewers begin late, and stall late.
RAMP = 6.0

Faults = dict[str, tuple[Callable[[Channel], object], float]]

# Of this fault ffmpeg tells late: it hands over nothing of an unfinished block of 32 KiB.
CREEPS = "half of real time for 14 s"

FAULTS: Faults = {
    "hang 12 s": (lambda channel: channel.hang(12), 20),
    "playlist stale 16 s": (lambda channel: channel.stale(16), 24),
    "segments 404 for 9 s": (lambda channel: channel.segment_status(404, seconds=9), 18),
    "playlist 503 for 9 s": (lambda channel: channel.playlist_status(503, seconds=9), 22),
    "connections refused for 9 s": (lambda channel: channel.refuse(9), 22),
    CREEPS: (lambda channel: channel.slow(0.5, seconds=14), 40),
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

    def add(self, other: "Errors") -> None:
        """Take those of another load."""
        for name in ("start", "length", "ratio", "verdicts"):
            getattr(self, name).extend(getattr(other, name))
        self.missed += other.missed
        self.invented += other.invented

    @property
    def cells(self) -> list[str]:
        """Of a table."""
        exact = [figures(self.start), figures(self.length), figures(self.ratio, 100)]
        found = [str(len(self.start)), *exact, str(self.missed), str(self.invented)]
        return [*found, ", ".join(sorted(set(self.verdicts)))]


def all_of(several: Iterable[Errors]) -> Errors:
    """Together."""
    together = Errors()
    for errors in several:
        together.add(errors)
    return together


def measure(
    channel: Channel, fault: Callable[[Channel], object], after: float, ffmpeg: str, *, clients: int, ramp: float
) -> Errors:
    """One load through one fault."""
    errors = Errors()
    with tempfile.TemporaryDirectory(prefix="hlsload-accuracy-") as folder:
        load = HlsLoad(channel.url, clients=clients, ramp=ramp, ffmpeg=ffmpeg, report_dir=folder, summary_interval=0)
        with load:
            load.wait_until_streaming(30 + 2 * ramp)
            load.soak(4)
            fault(channel)
            load.soak(after)
            report = load.stop()
        errors.verdicts.append(report.verdict)
        truth = truths(channel, load)
    for client in report.clients:
        seen = [stall for stall in truth[client.index].stalls if stall.duration >= SHORTEST_COUNTED]
        told = [stall for stall in client.stalls if stall.duration >= SHORTEST_COUNTED]
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


COLUMNS = ["stalls", "start, s", "length, s", "ratio, points", "missed", "invented", "verdicts"]


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("ffmpeg", nargs="*", help="without it, the one that a load would find")
    parser.add_argument("--clients", type=int, default=10)
    parser.add_argument("--repeats", type=int, default=2)
    parser.add_argument("--small", action="store_true", help="one client, one short fault: whether it runs at all")
    given = parser.parse_args()
    clients, repeats, faults = given.clients, given.repeats, FAULTS
    if given.small:
        clients, repeats, faults = 1, 1, {"hang 7 s": (lambda channel: channel.hang(7), 9.0)}
    print(machine())
    print("Errors as median / 95th of 100 / worst.\n")
    rows = []
    for ffmpeg in given.ffmpeg or [find_ffmpeg(None).path]:
        found = {name: Errors() for name in faults}
        for _ in range(repeats):
            with Origin() as origin:
                _run_all(origin, ffmpeg, faults, found, clients=clients, ramp=min(RAMP, clients))
        all_but = {name: errors for name, errors in found.items() if name != CREEPS}
        sums = (f"all but {CREEPS}", all_of(all_but.values())), ("all", all_of(found.values()))
        rows += [[name, version(ffmpeg), *errors.cells] for name, errors in (*found.items(), *sums)]
    print(table(["fault", "ffmpeg", *COLUMNS], rows))


def _run_all(
    origin: Origin, ffmpeg: str, faults: Faults, found: dict[str, Errors], *, clients: int, ramp: float
) -> None:
    def run(name: str) -> None:
        fault, after = faults[name]
        found[name].add(measure(origin.channel(bitrate=4_000_000), fault, after, ffmpeg, clients=clients, ramp=ramp))

    with ThreadPoolExecutor(len(faults)) as side_by_side:
        list(side_by_side.map(run, faults))


if __name__ == "__main__":
    main()
