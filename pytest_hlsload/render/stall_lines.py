"""Who stalled, when and why"""

from collections.abc import Collection, Iterator, Sequence

from pytest_hlsload.model.client_report import ClientReport
from pytest_hlsload.model.durations import format_clock, format_duration
from pytest_hlsload.model.playback import SHORTEST_COUNTED
from pytest_hlsload.model.report import LoadReport
from pytest_hlsload.model.stall_groups import StallGroup
from pytest_hlsload.model.stalls import Stall

from .figures import TO, count
from .lines import Line, Style

# A page holds the worst; the journal holds the rest.
_MOST_CLIENTS = 10
_MOST_STALLS = 6
_MOST_GROUPS = 5


def stall_lines(report: LoadReport) -> Iterator[Line]:
    """
    What clients had together, then each client that stalled, the worst first, with its stalls in the order of time;
    bounded in length.
    """
    groups = [group for group in report.stall_groups if len(group.clients) > 1 or group.points_at]
    # Those of many clients first where there is no room for all.
    shown = sorted(sorted(groups, key=lambda group: -len(group.clients))[:_MOST_GROUPS], key=lambda group: group.start)
    for group in shown:
        where = f", all on host {group.hosts[0]}" if len(group.hosts) == 1 and len(report.hosts) > 1 else ""
        yield Line(f"  {_group(group, where)}", Style.BAD)
    if len(groups) > _MOST_GROUPS:
        yield Line(f"  and {len(groups) - _MOST_GROUPS} more times at which clients stalled")
    told = frozenset(group.evidence for group in shown)
    stalled = [client for client in report.clients if client.longest_stall > 0]
    stalled.sort(key=lambda client: -sum(stall.duration for stall in client.stalls))
    for client in stalled[:_MOST_CLIENTS]:
        yield from _client_lines(client, told)
    rest = stalled[_MOST_CLIENTS:]
    if rest:
        longest = max(client.longest_stall for client in rest)
        yield Line(f"  and {count(len(rest), 'more client')} that stalled, {format_duration(longest)} at the longest")


def _group(group: StallGroup, where: str) -> str:
    times = f"{format_clock(group.start)}{TO}{format_clock(group.end)}{where}"
    who = f"client {group.clients[0]}" if len(group.clients) == 1 else f"{len(group.clients)} of {group.of} clients"
    points_at = f" ({group.points_at})" if group.points_at else ""
    mostly = "" if group.unanimous else "mostly "
    return f"{who} stalled at {times}{points_at}: {mostly}{group.cause}: {group.evidence}"


def _client_lines(client: ClientReport, told_before: Collection[str]) -> Iterator[Line]:
    counted = [stall for stall in client.stalls if stall.duration >= SHORTEST_COUNTED]
    short = len(client.stalls) - len(counted)
    total = sum(stall.duration for stall in client.stalls)
    told = [count(len(counted), "stall")] if counted else []
    if short:
        told.append(f"{short} shorter than {format_duration(SHORTEST_COUNTED)}")
    yield Line(
        f"  client {client.index}: {' and '.join(told)}, {format_duration(total)} in all",
        Style.DOUBTFUL if counted else Style.PLAIN,
    )
    shown = _longest(counted)
    for stall in shown:
        yield Line(f"    {_stall(stall, told_before)}")
    left_out = [stall for stall in counted if stall not in shown]
    if left_out:
        rest = sum(stall.duration for stall in left_out)
        yield Line(f"    and {len(left_out)} more, {format_duration(rest)} in all", Style.ASIDE)


def _longest(stalls: Sequence[Stall]) -> list[Stall]:
    """The longest, in the order of time."""
    longest = sorted(stalls, key=lambda stall: -stall.duration)[:_MOST_STALLS]
    return sorted(longest, key=lambda stall: stall.start)


def _stall(stall: Stall, told_before: Collection[str]) -> str:
    end = "…" if stall.open else format_clock(stall.end)
    reader = f"; no reader ran for {format_duration(stall.without_reader)}" if stall.without_reader >= 0.05 else ""
    times = f"{format_clock(stall.start)}{TO}{end}  {format_duration(stall.duration)}"
    evidence = "" if stall.evidence in told_before else f": {stall.evidence}"
    return f"{times}  {stall.cause}{evidence}{reader}"
