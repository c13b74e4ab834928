"""The page's tables: what the figures show can be read, too, and what no figure shows"""

import json
import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pytest_hlsload.model.cause import Cause
from pytest_hlsload.model.client_report import ClientReport
from pytest_hlsload.model.durations import format_clock, format_duration
from pytest_hlsload.model.one_line import one_line
from pytest_hlsload.model.playback import SHORTEST_COUNTED
from pytest_hlsload.model.recovery import recoveries
from pytest_hlsload.model.report import LoadReport
from pytest_hlsload.model.stall_groups import StallGroup, stall_groups
from pytest_hlsload.model.stalls import ReaderExit, Stall
from pytest_hlsload.render.figures import TIMES, TO, count, percent, seconds

from .look import CAUSES, Look
from .series.lanes import worst_first

_MOST_CLIENTS = 50
_MOST_EXITS = 30
_MOST_PHASES = 200
_MOST_STALLS_TOLD = 4


@dataclass(frozen=True, slots=True)
class Card:
    """
    A figure worth a look before all others.

    Attributes:
        name: what it is.
        value: what it comes to.
        more: of it, in a few words.
        figure: how the report calls the value, for programs that read the page.
        plain: the value as Python writes the number, for the same.
    """

    name: str
    value: str
    more: str
    figure: str
    plain: str


def cards(report: LoadReport) -> list[Card]:
    """The most telling figures, in the order in which one asks for them."""
    ratio, startup, stall = report.buffering_ratio, report.startup_time, report.longest_stall
    causes: dict[Cause, int] = {}
    for client in report.clients:
        for it in (it for it in client.stalls if it.duration >= SHORTEST_COUNTED):
            causes[it.cause] = causes.get(it.cause, 0) + 1
    why = ", ".join(f"{cause} {number}" for cause, number in sorted(causes.items(), key=lambda it: -it[1])[:3])
    lost = math.fsum(client.media_lost for client in report.clients)
    return [
        _card(
            "Buffering in all",
            percent(report.total_buffering_ratio),
            _worst(ratio.worst, percent(ratio.max)),
            "total_buffering_ratio",
            report.total_buffering_ratio,
        ),
        _card(
            "Startup, p95",
            seconds(startup.p95),
            f"median {seconds(startup.median)}, slowest {seconds(startup.max)}",
            "startup_time.p95",
            startup.p95,
        ),
        _card("Stalls", str(report.stall_count), why or "none of half a second", "stall_count", report.stall_count),
        _card(
            "Longest stall",
            seconds(stall.max) if stall.max else "none",
            _worst(stall.worst, "") if stall.max else "",
            "longest_stall.max",
            stall.max,
        ),
        _card(
            "Restarts", str(report.restarts), f"{count(_exits(report), 'reader')} failed", "restarts", report.restarts
        ),
        _card(
            "Media lost",
            seconds(lost) if lost else "none",
            "summed over the clients" if lost else "",
            "media_lost",
            lost,
        ),
    ]


def _card(name: str, value: str, more: str, figure: str, plain: float) -> Card:
    return Card(name, value, more, figure, repr(plain))


def _worst(client: ClientReport | None, value: str) -> str:
    if client is None:
        return ""
    return f"worst: client {client.index}{f', {value}' if value else ''}"


def _exits(report: LoadReport) -> int:
    return sum(len(client.exits) for client in report.clients)


@dataclass(frozen=True, slots=True)
class Held:
    """
    A threshold and whether it holds.

    Attributes:
        text: the threshold.
        breaches: how it was breached; empty where it holds. One that speaks of a phase may be breached in several.
    """

    text: str
    breaches: Sequence[str]


def thresholds(report: LoadReport) -> list[Held]:
    """All of the load's, those that do not hold first."""
    breached: dict[str, list[str]] = {}
    for breach in report.breaches:
        breached.setdefault(breach.threshold.text, []).append(breach.line)
    held = [Held(it.text, breached.get(it.text, ())) for it in report.facts.thresholds]
    return sorted(held, key=lambda it: not it.breaches)


@dataclass(frozen=True, slots=True)
class Phase:
    """A phase with its own figures, as texts; the name is the test's."""

    name: str
    times: str
    buffering: str
    stalls: str
    longest: str
    restarts: str
    recovered: str


def phases(report: LoadReport) -> Iterator[Phase]:
    """In the order of their starts."""
    for phase in report.phases[:_MOST_PHASES]:
        part = report.between(phase.start, phase.end)
        yield Phase(
            phase.name,
            f"{format_clock(phase.start)}{TO}{format_clock(phase.end)}",
            percent(part.total_buffering_ratio),
            str(part.stall_count),
            seconds(part.longest_stall.max),
            str(part.restarts),
            _recovered([value for value, _ in recoveries(part, report.window.end)]),
        )


def _recovered(seconds_: Sequence[float]) -> str:
    """After how long all played again."""
    if gone := sum(map(math.isinf, seconds_)):
        return f"{gone} of {len(seconds_)} did not"
    return f"after {format_duration(max(seconds_))}" if any(seconds_) else ""


@dataclass(frozen=True, slots=True)
class ToldStall:
    """A stall, as texts; the evidence only where it is not told of with the stalls that clients had together."""

    times: str
    length: str
    look: Look
    evidence: str


@dataclass(frozen=True, slots=True)
class Row:
    """
    A client, as texts.

    Attributes:
        index: its number.
        ratio: its buffering ratio.
        share: the same from 0 to 100, for a bar.
        startup: how long it took.
        stalls: how many, with the longest.
        restarts: how many.
        lost: how much media.
        lowest: its lowest buffer.
        worst: its longest stalls, in the order of time.
        more: how many stalls are left out.
    """

    index: int
    ratio: str
    share: float
    startup: str
    stalls: str
    restarts: str
    lost: str
    lowest: str
    worst: Sequence[ToldStall]
    more: int


def clients(report: LoadReport) -> list[Row]:
    """The worst, the worst first."""
    shared = [group for group in stall_groups(report.clients) if len(group.clients) > 1]
    return [_row(client, shared) for client in worst_first(report)[:_MOST_CLIENTS]]


def _row(client: ClientReport, shared: Collection[StallGroup]) -> Row:
    longest = sorted(client.stalls, key=lambda stall: -stall.duration)[:_MOST_STALLS_TOLD]
    counted = client.stall_count
    return Row(
        index=client.index,
        ratio=percent(client.buffering_ratio),
        share=round(100 * (client.buffering_ratio or 0.0), 2),
        startup="never" if client.startup_time is None else seconds(client.startup_time),
        stalls=f"{counted}, {seconds(client.longest_stall)}" if counted else "0",
        restarts=str(client.restarts),
        lost=seconds(client.media_lost) if client.media_lost else "0",
        lowest=seconds(client.lowest_buffer),
        worst=[
            ToldStall(
                f"{format_clock(stall.start)}{TO}{'…' if stall.open else format_clock(stall.end)}",
                format_duration(stall.duration),
                CAUSES[stall.cause],
                "" if _is_told(stall, shared) else one_line(stall.evidence, 120),
            )
            for stall in sorted(longest, key=lambda stall: stall.start)
        ],
        more=len(client.stalls) - len(longest),
    )


def _is_told(stall: Stall, shared: Collection[StallGroup]) -> bool:
    """Whether the evidence stands with the stalls that clients had together."""
    return any(group.cause is stall.cause and group.start <= stall.start <= group.end for group in shared)


@dataclass(frozen=True, slots=True)
class Failed:
    """A reader that failed, as texts; `count` is for how many of the same explanation and cause it stands."""

    at: str
    client: int
    cause: Look
    explanation: str
    tail: str
    count: int


def failed_readers(report: LoadReport) -> list[Failed]:
    """One of each cause and explanation, the most frequent first, with the last lines of its log."""
    kinds: dict[tuple[Cause, str], list[tuple[ReaderExit, int]]] = {}
    for client in report.clients:
        for end in client.exits:
            kinds.setdefault((end.cause, end.explanation), []).append((end, client.index))
    failed = []
    for (cause, explanation), ends in sorted(kinds.items(), key=lambda it: -len(it[1]))[:_MOST_EXITS]:
        first, index = min(ends, key=lambda it: it[0].at)
        tail = "\n".join(one_line(line, 300) for line in first.log_tail)
        failed.append(Failed(format_clock(first.at), index, CAUSES[cause], one_line(explanation, 200), tail, len(ends)))
    return failed


Facts = Mapping[str, str]
"""Names and what they come to, as texts."""


def generator(report: LoadReport) -> Facts:
    """The load generator's health."""
    it = report.generator
    known: dict[str, str | None] = {
        "worst lag": None
        if it.worst_lag is None
        else f"{1000 * it.worst_lag:.0f} ms at {format_clock(it.worst_lag_at or 0)}",
        "CPU, mean and highest": None if it.cpu is None else f"{percent(it.cpu)}, {percent(it.cpu_max)}",
        "supervisor's CPU": None if it.supervisor_cpu is None else f"{percent(it.supervisor_cpu)} of a core",
        "memory left, at least": None if it.min_memory is None else f"{it.min_memory / 2**30:.1f} GiB",
        "descriptors left, at least": None if it.min_descriptors is None else str(it.min_descriptors),
        "ramp behind, at most": None if it.worst_behind is None else format_duration(it.worst_behind),
    }
    return {name: value for name, value in known.items() if value is not None}


def stream(report: LoadReport) -> Facts:
    """What was read."""
    it = report.stream
    known: dict[str, str | None] = {
        "playlist": it.url,
        "media playlist": it.media_url if it.media_url != it.url else "",
        "kind": None if it.live is None else "live" if it.live else "VOD",
        "container": it.container,
        "target duration": None if it.target_duration is None else seconds(it.target_duration),
        "segments in the playlist": str(it.segments) if it.segments else "",
        "hold-back": None if it.hold_back is None else seconds(it.hold_back),
        "error": it.error,
    }
    return {name: value for name, value in known.items() if value}


def settings(report: LoadReport) -> Facts:
    """The load's settings, as far as anything was given."""
    given = {name: value for name, value in sorted(report.settings.items()) if value not in (None, "", [], {})}
    return {name: _shown(value) for name, value in given.items() if name != "name"}


def machine(report: LoadReport) -> Facts:
    """What explains a difference between two machines."""
    return {name: _shown(value) for name, value in report.machine.items() if value not in (None, "")}


def differences(all_facts: Sequence[Facts]) -> list[tuple[str, list[str]]]:
    """What loads differ in: a name, and what it comes to in each."""
    names = dict.fromkeys(name for facts in all_facts for name in facts)
    rows = [(name, [facts.get(name, "") for facts in all_facts]) for name in names]
    return [(name, values) for name, values in rows if len(set(values)) > 1]


def what(report: LoadReport) -> str:
    """What the load was, in a line."""
    clients_ = count(len(report.clients), "client")
    told = f" ({report.stream.told})" if report.stream.told else ""
    return f"{clients_} {TIMES} {seconds(report.duration)} on {report.stream.url}{told}"


def _shown(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        return "; ".join(map(str, value))
    if isinstance(value, Mapping):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, float):
        return f"{value:g}"
    return str(value)
