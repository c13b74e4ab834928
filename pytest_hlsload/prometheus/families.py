"""
The metrics of running loads, each made of a report on what is known just now

Every name begins ``hls_load_``; units are base units; the labels ``test`` and ``load`` tell loads apart, and no label
has a value a client. ``docs/metrics.md`` says what each means.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    InfoMetricFamily,
    Metric,
)

from pytest_hlsload.model.cause import Cause
from pytest_hlsload.model.causes import why_exited, why_stalled
from pytest_hlsload.model.client_report import ClientReport
from pytest_hlsload.model.playback import SHORTEST_COUNTED
from pytest_hlsload.model.report import LoadReport
from pytest_hlsload.model.states import Playhead, State

_LABELS = ("test", "load")

_STARTUP_BUCKETS = (0.5, 1.0, 2.0, 3.0, 5.0, 10.0, 20.0, 30.0, 60.0)

# Users name phases as they like, and forget to end them.
_MOST_PHASES = 5


@dataclass(slots=True)
class Memory:
    """
    What has been told of one load, so that what counts up never counts down: the newest moments of a load may turn out
    otherwise than they seemed, and a cause otherwise once there is more evidence.

    Attributes:
        test: whose load it is.
        load: its number in this process.
    """

    test: str
    load: str
    _highest: dict[str, float] = field(default_factory=dict)
    _causes: dict[tuple[int, float], Cause] = field(default_factory=dict)

    @property
    def labels(self) -> tuple[str, str]:
        """Their values."""
        return self.test, self.load

    def rising(self, name: str, value: float) -> float:
        """The value, or the highest that it had."""
        self._highest[name] = max(value, self._highest.get(name, 0.0))
        return self._highest[name]

    def stall_causes(self, client: ClientReport) -> Iterator[Cause]:
        """Of each stall of half a second and more that is over, as it was known when it was first told of."""
        since = 0.0
        for span in client.viewing:
            if span.playhead is Playhead.PLAYING:
                since = span.start
            elif span.playhead is Playhead.STALLED and not span.open and span.duration >= SHORTEST_COUNTED:
                key = (client.index, span.start)
                if key not in self._causes:
                    self._causes[key] = why_stalled(client.load, client.facts, span, since=since).cause
                yield self._causes[key]

    def exit_causes(self, client: ClientReport) -> Iterator[Cause]:
        """Of each failed reader, likewise."""
        for record in client.failures:
            key = (-client.index, record.at)
            if key not in self._causes:
                self._causes[key] = why_exited(client.load, client.facts, record).cause
            yield self._causes[key]


def families(loads: Iterable[tuple[Memory, LoadReport]]) -> list[Metric]:
    """All metrics, each with its samples of all loads."""
    made = _Families()
    for memory, report in loads:
        _add(made, memory, report)
    return made.all


class _Families:
    """By name; the first that is added makes it."""

    def __init__(self) -> None:
        self._made: dict[str, Metric] = {}

    @property
    def all(self) -> list[Metric]:
        return list(self._made.values())

    def info(self, name: str, text: str, memory: Memory, about: dict[str, str]) -> None:
        family = self._made.setdefault(name, InfoMetricFamily(name, text, labels=_LABELS))
        family.add_metric(memory.labels, about)  # type: ignore[attr-defined]  # of a kind that setdefault forgets

    def gauge(
        self, name: str, text: str, memory: Memory, value: float | None, *, unit: str = "", **labels: str
    ) -> None:
        if value is None:
            return
        family = self._made.setdefault(name, GaugeMetricFamily(name, text, labels=(*_LABELS, *labels), unit=unit))
        family.add_metric((*memory.labels, *labels.values()), value)  # type: ignore[attr-defined]  # likewise

    def counter(self, name: str, text: str, memory: Memory, value: float, *, unit: str = "", **labels: str) -> None:
        family = self._made.setdefault(name, CounterMetricFamily(name, text, labels=(*_LABELS, *labels), unit=unit))
        risen = memory.rising(f"{name} {labels}", value)
        family.add_metric((*memory.labels, *labels.values()), risen)  # type: ignore[attr-defined]  # likewise

    def histogram(self, name: str, text: str, memory: Memory, values: list[float], *, unit: str) -> None:
        family = self._made.setdefault(name, HistogramMetricFamily(name, text, labels=_LABELS, unit=unit))
        below = [(str(bound), sum(value <= bound for value in values)) for bound in _STARTUP_BUCKETS]
        buckets = [*below, ("+Inf", len(values))]
        family.add_metric(memory.labels, buckets, sum(values))  # type: ignore[attr-defined]  # likewise


def _add(made: _Families, memory: Memory, report: LoadReport) -> None:
    about = {"id": report.id, "url": report.stream.url}
    made.info("hls_load", "A load that runs", memory, about)
    start = report.facts.wall
    made.gauge("hls_load_start_time_seconds", "When the load began, since the epoch", memory, start, unit="seconds")
    made.gauge("hls_load_elapsed_seconds", "Since the load's start", memory, report.duration, unit="seconds")
    _add_states(made, memory, report)
    _add_viewing(made, memory, report)
    _add_media(made, memory, report)
    _add_trouble(made, memory, report)
    _add_generator(made, memory, report)


def _add_states(made: _Families, memory: Memory, report: LoadReport) -> None:
    counts = Counter(client.facts.states[-1].state for client in report.clients)
    for state in State:
        made.gauge("hls_load_clients", "Clients in each state", memory, counts[state], state=state.value)
    opened = dict.fromkeys(phase.name for phase in report.phases if phase.open)
    for name in list(opened)[-_MOST_PHASES:]:
        made.gauge("hls_load_phase", "1 for each phase that is open", memory, 1, phase=name)


def _add_viewing(made: _Families, memory: Memory, report: LoadReport) -> None:
    clients = report.clients
    played, stalled = (sum(getattr(c, name) for c in clients) for name in ("played", "stalled"))
    text = "Seconds in which viewers' playheads moved"
    made.counter("hls_load_played_seconds", text, memory, played, unit="seconds")
    text = "Seconds in which viewers' playheads stood still after playback began"
    made.counter("hls_load_stalled_seconds", text, memory, stalled, unit="seconds")
    ratio = stalled / (played + stalled) if played + stalled else None
    made.gauge(
        "hls_load_buffering_ratio", "Stalled / (played + stalled) so far, of all viewers", memory, ratio, unit="ratio"
    )
    worst = max((c.buffering_ratio for c in clients if c.buffering_ratio is not None), default=None)
    made.gauge("hls_load_worst_buffering_ratio", "The same of the client that fared worst", memory, worst, unit="ratio")
    stalls = Counter(cause for client in clients for cause in memory.stall_causes(client))
    now = Counter(cause for client in clients if (cause := _stalled_now(client)) is not None)
    for cause in Cause:
        text = "Stalls of 0.5 s and more that are over"
        made.counter("hls_load_stalls", text, memory, stalls[cause], cause=cause.value)
        text = "Clients whose playhead stands still just now"
        made.gauge("hls_load_stalled_clients", text, memory, now[cause], cause=cause.value)
    started = [client.startup_time for client in clients if client.startup_time is not None]
    made.histogram("hls_load_startup_seconds", "To the first picture", memory, started, unit="seconds")


def _stalled_now(client: ClientReport) -> Cause | None:
    if not client.present or client.viewing[-1].playhead is not Playhead.STALLED or client.facts.left is not None:
        return None
    *before, stall = client.viewing
    return why_stalled(client.load, client.facts, stall, since=before[-1].start if before else 0.0).cause


def _add_media(made: _Families, memory: Memory, report: LoadReport) -> None:
    clients = report.clients
    received = sum(client.media_received for client in clients)
    made.counter("hls_load_received_media_seconds", "New media that arrived", memory, received, unit="seconds")
    text = "Elementary-stream bytes as delivered to the readers"
    made.counter("hls_load_received_bytes", text, memory, report.bytes_received, unit="bytes")
    lost = sum(client.media_lost for client in clients)
    made.counter("hls_load_lost_media_seconds", "Media that its client never got", memory, lost, unit="seconds")
    playing = {c.index for c in clients if c.present and c.viewing[-1].playhead is Playhead.PLAYING}
    levels = report.facts.samples[-1].level if report.facts.samples else ()
    lowest = min((level for index, level in enumerate(levels, 1) if index in playing), default=None)
    text = "The least media in hand of a client that plays, at the last sample"
    made.gauge("hls_load_lowest_buffer_seconds", text, memory, lowest, unit="seconds")


def _add_trouble(made: _Families, memory: Memory, report: LoadReport) -> None:
    made.counter("hls_load_restarts", "Readers that had to be replaced", memory, report.restarts)
    exits = Counter(cause for client in report.clients for cause in memory.exit_causes(client))
    for cause in Cause:
        made.counter("hls_load_reader_exits", "Readers that failed", memory, exits[cause], cause=cause.value)
    findings = Counter((it.check, it.level) for it in report.stream.findings)
    for (check, level), number in findings.items():
        text = "What the sentinel found wrong with the stream"
        made.counter("hls_load_findings", text, memory, number, check=check, level=level)
    text = "Why the verdict would not be pass just now"
    made.gauge("hls_load_problems", text, memory, len(report.problems))


def _add_generator(made: _Families, memory: Memory, report: LoadReport) -> None:
    """Of several hosts, the worst."""
    newest = list({record.host: record for record in report.facts.health}.values())
    if not newest:
        return
    lag = max(record.lag for record in newest)
    text = "The worst delay of the supervisor in the last five seconds"
    made.gauge("hls_load_generator_lag_seconds", text, memory, lag, unit="seconds")
    cpu = max((record.cpu for record in newest if record.cpu is not None), default=None)
    made.gauge("hls_load_generator_cpu_ratio", "Of the machine's CPU time, in use", memory, cpu, unit="ratio")
    own = max(record.supervisor_cpu for record in newest)
    text = "CPU seconds a second that the supervisor used"
    made.gauge("hls_load_supervisor_cpu_ratio", text, memory, own, unit="ratio")
    free = min((record.memory for record in newest if record.memory is not None), default=None)
    made.gauge("hls_load_generator_available_bytes", "Memory that the machine has left", memory, free, unit="bytes")
