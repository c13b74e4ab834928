"""A load in a line, in a row of the index, and in the figures worth a look before all others"""

import math
from dataclasses import dataclass

from pytest_hlsload.model.cause import Cause
from pytest_hlsload.model.client_report import ClientReport
from pytest_hlsload.model.playback import SHORTEST_COUNTED
from pytest_hlsload.model.report import LoadReport
from pytest_hlsload.render.figures import TIMES, count, percent, seconds


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


def in_index(report: LoadReport) -> list[str]:
    """The load's row in the index, after its name and verdict."""
    return [
        str(len(report.clients)),
        percent(report.total_buffering_ratio),
        seconds(report.startup_time.p95),
        seconds(report.longest_stall.max),
        str(report.restarts),
    ]


def what(report: LoadReport) -> str:
    """What the load was, in a line."""
    on = report.stream.url if len(report.streams) == 1 else f"{len(report.streams)} playlists"
    told = f" ({report.stream.told})" if report.stream.told else ""
    return f"{count(len(report.clients), 'client')} {TIMES} {seconds(report.duration)} on {on}{told}"
