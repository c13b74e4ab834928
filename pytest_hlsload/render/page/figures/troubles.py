"""Readers that failed, restarts and error lines over time"""

from collections.abc import Mapping, Sequence
from itertools import pairwise

from pytest_hlsload.model.durations import format_clock, format_duration
from pytest_hlsload.model.report import LoadReport
from pytest_hlsload.render.figures import TO, count
from pytest_hlsload.render.page.look import CAUSES, Look
from pytest_hlsload.render.page.series.happenings import Happenings, happenings_of
from pytest_hlsload.render.page.series.time_axis import on_axis

from .figure import Figure, Plain, bars, over_time, said

_RIGHT: Plain = {
    "overlaying": "y",
    "side": "right",
    "ticklabelposition": "inside",
    "tickfont": {"color": "--ink"},
    "tickmode": "auto",
    "nticks": 4,
    "tickformat": "d",
    "showgrid": False,
    "zeroline": False,
    "fixedrange": True,
}

_LINES = Look("error lines", "--grey")


def trouble_figures(report: LoadReport) -> tuple[Figure, Figure]:
    """Restarts, and what readers logged."""
    happenings = happenings_of(report)
    return _restarts(report, happenings), _lines(report, happenings)


def _restarts(report: LoadReport, happenings: Happenings) -> Figure:
    causes = [cause for cause in CAUSES if cause in happenings.exits]
    step = format_duration(happenings.edges[1] - happenings.edges[0])
    traces = [
        {
            **_bars(happenings, happenings.exits[cause]),
            "name": CAUSES[cause].word,
            "marker": bars(CAUSES[cause]),
            "meta": {"tell": "step", "word": f"failed ({CAUSES[cause].word})", "sparse": True},
        }
        for cause in causes
    ]
    ended = sum(map(sum, happenings.exits.values()))
    return Figure(
        key="restarts",
        title="Readers that failed, and restarts",
        short="readers",
        text=f"How many ended in {step}, by cause; the line, with its own axis on the right, is the restarts so far.",
        told=f"{count(ended, 'reader')} failed; {count(report.restarts, 'restart')}.",
        traces=[*traces, _restarts_so_far(happenings)],
        layout=over_time(
            report,
            height=150,
            y={"rangemode": "tozero", "tickformat": "d", "nticks": 5},
            yaxis2={**_RIGHT, "range": [0, 1.05 * max(1, report.restarts)]},
            barmode="stack",
            bargap=0,
        ),
        legend=[*(CAUSES[cause] for cause in causes), Look("restarts so far (line)", "--ink")],
    )


def _restarts_so_far(happenings: Happenings) -> Plain:
    total, sums = 0, [0]
    for number in happenings.restarts:
        total += number
        sums.append(total)
    return {
        "type": "scatter",
        "mode": "lines",
        "name": "restarts so far",
        "x": [on_axis(edge) for edge in happenings.edges],
        "y": sums,
        "yaxis": "y2",
        "line": {"color": "--ink", "width": 1.5},
        "hoverinfo": "skip",
        "meta": {"tell": "near", "word": "restarts so far"},
    }


def _lines(report: LoadReport, happenings: Happenings) -> Figure:
    sums = [sum(kinds.values()) for kinds in happenings.lines]
    total: dict[str, int] = {}
    for kinds in happenings.lines:
        for kind, number in kinds.items():
            total[kind] = total.get(kind, 0) + number
    told = ", ".join(f"{kind} {number}" for kind, number in sorted(total.items(), key=lambda it: -it[1]))
    return Figure(
        key="lines",
        title="Error lines in the readers' logs",
        short="logs",
        text="How many lines ffmpeg printed that are evidence of trouble. It prints none when a playlist is stale.",
        told=f"{told}." if told else "There are none.",
        traces=[
            {
                **_bars(happenings, sums),
                "name": _LINES.word,
                "marker": bars(_LINES),
                "customdata": [_kinds(kinds, happenings.edges, place) for place, kinds in enumerate(happenings.lines)],
                "hovertemplate": "%{customdata}<extra></extra>",
                "meta": {"tell": "step", "word": _LINES.word, "sparse": True},
            }
        ],
        layout=over_time(report, height=120, y={"rangemode": "tozero", "tickformat": "d", "nticks": 4}, bargap=0),
    )


def _bars(happenings: Happenings, counts: Sequence[int]) -> Plain:
    starts = [on_axis(edge) for edge in happenings.edges]
    return {
        "type": "bar",
        "x": starts[:-1],
        "width": [on_axis(after - before) for before, after in pairwise(starts)],
        "offset": 0,
        "y": list(counts),
        "hovertemplate": "%{y} readers failed: %{fullData.name}<extra></extra>",
    }


def _kinds(kinds: Mapping[str, int], edges: Sequence[float], place: int) -> str:
    if not kinds:
        return ""
    times = f"{format_clock(edges[place])}{TO}{format_clock(edges[place + 1])}"
    each = (f"{said(kind)} {number}" for kind, number in sorted(kinds.items(), key=lambda it: -it[1]))
    return "<br>".join([times, *each])
