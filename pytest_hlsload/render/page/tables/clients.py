"""The worst clients, with their longest stalls"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from pytest_hlsload.model.client_report import ClientReport
from pytest_hlsload.model.durations import format_clock, format_duration
from pytest_hlsload.model.one_line import one_line
from pytest_hlsload.model.report import LoadReport
from pytest_hlsload.model.stall_groups import StallGroup, stall_groups
from pytest_hlsload.model.stalls import Stall
from pytest_hlsload.render.figures import TO, percent, seconds
from pytest_hlsload.render.page.look import CAUSES, Look
from pytest_hlsload.render.page.series.lanes import worst_first

_MOST_CLIENTS = 50
_MOST_STALLS_TOLD = 4


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
