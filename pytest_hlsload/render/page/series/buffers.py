"""How much media the viewers had in hand, over time"""

from collections.abc import Sequence
from dataclasses import dataclass

from pytest_hlsload.model.playback import session_end
from pytest_hlsload.model.report import LoadReport


@dataclass(frozen=True, slots=True)
class Buffers:
    """
    The buffers of the clients that have begun to play, in seconds; one entry a sample.

    Attributes:
        at: when the sample was taken, in seconds since the load's start.
        lowest: the least of all.
        low: that below which a tenth of them are.
        median: that below which half of them are.
        high: that above which a tenth of them are.
    """

    at: Sequence[float]
    lowest: Sequence[float]
    low: Sequence[float]
    median: Sequence[float]
    high: Sequence[float]


def buffers_of(report: LoadReport) -> Buffers:
    """As sampled, every five seconds; where the load has several hosts, of one host's clients at a time."""
    window, facts = report.window, report.facts
    watching = [
        (client.index, client.facts.came + client.startup_time, session_end(facts, client.facts))
        for client in report.clients
        if client.facts.came is not None and client.startup_time is not None
    ]
    rows = []
    for sample in facts.samples:
        if not window.holds(sample.at):
            continue
        levels = sorted(
            sample.level[index - sample.first]
            for index, since, until in watching
            if 0 <= index - sample.first < len(sample.level) and since <= sample.at <= until
        )
        if levels:
            rows.append((sample.at, *(_share(levels, share) for share in (0.0, 0.1, 0.5, 0.9))))
    columns = tuple(zip(*rows, strict=True)) or ((),) * 5
    return Buffers(*columns)


def _share(ordered: Sequence[float], share: float) -> float:
    return ordered[round(share * (len(ordered) - 1))]
