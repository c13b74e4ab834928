"""
The product beside what people use instead, on the same stream at the same time (some 5 minutes)

    PYTHONPATH=tests python -m benchmarks.beside_others [--clients 5] [--small] [FFMPEG]

Beside a load run N readers of the common script, which starts ``ffmpeg -i URL -f null -``, starts it again when it
ends, and takes certain words in its log for buffering; and N plain ``ffmpeg -c copy``, which only their ends tell of.
Their CPU time and memory are counted while nothing is wrong. Then come outages, in which the origin's delivery log
shows that viewers stand still, and incidents in which they do not: a restarted encoder, one playlist and one segment
that fail. An alarm is a word in a log or a reader's end; of the product, a stall of half a second or more. An outage is
one viewer that stands still in one of them; alarms beyond as many are wrong.
"""

import argparse
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from benchmarks.accounting import children, cpu_seconds, pss
from benchmarks.options import ffmpeg_of, give_ffmpeg, version
from benchmarks.tables import machine, table
from truth.loads import truths, zero_of

from pytest_hlsload.load import HlsLoad
from pytest_hlsload.model.playback import SHORTEST_COUNTED
from pytest_hlsload.origin import Channel, Origin

# As the script that is handed around has them.
_WORDS = ("buffer", "stall", "timeout", "timed out", "drop", "late", "underrun", "delay")

Incident = tuple[str, Callable[[Channel], object], float]

_INCIDENTS: tuple[Incident, ...] = (
    ("nothing happens", lambda channel: None, 20),
    ("hang 12 s", lambda channel: channel.hang(12), 22),
    ("playlist stale 16 s", lambda channel: channel.stale(16), 28),
    ("segments 404 for 9 s", lambda channel: channel.segment_status(404, seconds=9), 24),
    ("playlist 503 for 9 s", lambda channel: channel.playlist_status(503, seconds=9), 26),
    ("connections refused for 9 s", lambda channel: channel.refuse(9), 26),
    ("half of real time for 14 s", lambda channel: channel.slow(0.5, seconds=14), 40),
    ("one playlist answers 503", lambda channel: channel.playlist_status(503, count=1), 10),
    ("one segment answers 500", lambda channel: channel.segment_status(500, count=1), 10),
    ("the encoder is restarted", lambda channel: channel.encoder_restart(), 14),
)


@dataclass(slots=True)
class Script:
    """Readers that are started again when they end; when each of them gave an alarm, on the monotonic clock."""

    command: list[str]
    clients: int
    words: tuple[str, ...]
    alarms: list[list[float]] = field(init=False)
    _over: bool = False
    _processes: dict[int, subprocess.Popen[bytes]] = field(default_factory=dict)
    _threads: list[threading.Thread] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.alarms = [[] for _ in range(self.clients)]

    def __enter__(self) -> "Script":
        self._threads = [threading.Thread(target=self._run, args=(number,)) for number in range(self.clients)]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over = True
        for process in list(self._processes.values()):
            process.kill()
        for thread in self._threads:
            thread.join()

    @property
    def pids(self) -> list[int]:
        """Of the ffmpegs that run now."""
        return [process.pid for process in self._processes.values()]

    def _run(self, number: int) -> None:
        while not self._over:
            with subprocess.Popen(
                self.command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
            ) as process:
                self._processes[number] = process
                if self._over:
                    process.kill()
                assert process.stderr is not None
                for line in process.stderr:
                    if any(word in line.decode(errors="replace").lower() for word in self.words):
                        self.alarms[number].append(time.monotonic())
            if not self._over:
                self.alarms[number].append(time.monotonic())
                time.sleep(1)


@dataclass(frozen=True, slots=True)
class Window:
    """The time of an incident, on the monotonic clock."""

    name: str
    since: float
    until: float


@dataclass(slots=True)
class Contender:
    """Who is compared: cost while nothing is wrong, and when each client gave alarms."""

    name: str
    cpu: float
    memory: float
    alarms: list[list[float]]

    def seen(self, window: Window) -> int:
        """How many clients gave an alarm in that time."""
        return sum(any(window.since <= at < window.until for at in alarms) for alarms in self.alarms)


def measure(ffmpeg: str, clients: int, incidents: tuple[Incident, ...], quiet: float) -> str:
    """All at once, as tables."""
    with tempfile.TemporaryDirectory(prefix="hlsload-beside-") as folder, Origin() as origin:
        channel = origin.channel(bitrate=1_900_000)
        given = [ffmpeg, "-nostdin", "-hide_banner", "-i", channel.url]
        words = Script([*given, "-f", "null", "-"], clients, _WORDS)
        plain = Script([*given, "-c", "copy", "-f", "null", "-"], clients, ())
        load = HlsLoad(channel.url, clients=clients, ffmpeg=ffmpeg, report_dir=folder, summary_interval=0)
        windows = []
        with words, plain, load:
            load.wait_until_streaming(60)
            time.sleep(5)
            costs = list(_costs(load, words, plain, quiet))
            for name, incident, seconds in incidents:
                since = time.monotonic()
                incident(channel)
                time.sleep(seconds)
                windows.append(Window(name, since, time.monotonic()))
            report = load.stop()
        zero = zero_of(load)
        stalls = [[zero + s.start for s in c.stalls if s.duration >= SHORTEST_COUNTED] for c in report.clients]
        contenders = [
            Contender(name, cpu / quiet / clients, memory / clients, alarms)
            for (name, cpu, memory), alarms in zip(costs, (stalls, words.alarms, plain.alarms), strict=True)
        ]
        truth = [
            [zero + stall.start for stall in seen.stalls if stall.duration >= SHORTEST_COUNTED]
            for seen in truths(channel, load).values()
        ]
    return _told(contenders, Contender("delivery log", 0.0, 0.0, truth), windows, clients)


def _costs(load: HlsLoad, words: Script, plain: Script, seconds: float) -> Iterator[tuple[str, float, float]]:
    """CPU time and memory of each contender, with all that belongs to it."""
    supervisor = load._supervisor
    assert supervisor is not None
    groups = {
        "pytest-hlsload": [supervisor.pid, *children(supervisor.pid)],
        "script that looks for words": words.pids,
        "plain ffmpeg -c copy": plain.pids,
    }
    before = {name: cpu_seconds(pids) for name, pids in groups.items()}
    time.sleep(seconds)
    for name, pids in groups.items():
        yield name, cpu_seconds(pids) - before[name], float(pss(pids))


def _told(contenders: list[Contender], truth: Contender, windows: list[Window], clients: int) -> str:
    stood_still = sum(map(truth.seen, windows))
    rows = [
        [
            it.name,
            f"{1000 * it.cpu:.2f}",
            f"{it.memory / 2**20:.1f}",
            _share(sum(min(it.seen(window), truth.seen(window)) for window in windows), stood_still),
            f"{sum(max(0, it.seen(window) - truth.seen(window)) for window in windows)}",
        ]
        for it in contenders
    ]
    costs = ["", "CPU a client, 1/1000 core", "memory a client, MiB", "outages seen", "wrong alarms"]
    each = ["clients that gave an alarm", truth.name, *(it.name for it in contenders)]
    seen = [[window.name, *(f"{it.seen(window)} of {clients}" for it in (truth, *contenders))] for window in windows]
    return f"{table(costs, rows)}\n\n{table(each, seen)}"


def _share(part: int, whole: int) -> str:
    return f"{part} of {whole}" + (f", {100 * part / whole:.0f} %" if whole else "")


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clients", type=int, default=5)
    parser.add_argument("--small", action="store_true", help="two clients, one outage: whether it runs at all")
    give_ffmpeg(parser)
    given = parser.parse_args()
    ffmpeg = ffmpeg_of(given)
    print(machine())
    calm: Incident = ("nothing happens", lambda channel: None, 2.0)
    clients, incidents, quiet = (2, (calm,), 1.0) if given.small else (given.clients, _INCIDENTS, 20.0)
    told = measure(ffmpeg, clients, incidents, quiet)
    print(f"ffmpeg {version(ffmpeg)}, 2 Mb/s, {clients} clients of each kind.\n\n{told}")


if __name__ == "__main__":
    main()
