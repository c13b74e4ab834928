"""The worst clients in lanes, with their stalls by cause"""

from typing import Any

from pytest_hlsload.model.cause import Cause
from pytest_hlsload.model.durations import format_clock
from pytest_hlsload.model.one_line import one_line
from pytest_hlsload.model.report import LoadReport
from pytest_hlsload.model.states import State
from pytest_hlsload.render.figures import TO, count
from pytest_hlsload.render.page.look import CAUSES, STATES, Look
from pytest_hlsload.render.page.series.lanes import SHOWN, Bar, Lane, lanes_of, told, worst_first
from pytest_hlsload.render.page.series.time_axis import on_axis

from .figure import Figure, Plain, bars, over_time, said

_STATES = (State.STREAMING, State.STARTING, State.ENDED, State.LOST, State.BACKOFF)

# The last is drawn on top: that no reader ran is seen within a stall, too.
_THIN, _THICK = 0.22, 0.84


def lanes_figure(report: LoadReport) -> Figure:
    """One lane a client, the worst on top."""
    ranked = worst_first(report)
    lanes = lanes_of(report, ranked[:SHOWN])
    states = [state for state in _STATES if any(state in lane.states for lane in lanes)]
    causes = [cause for cause in CAUSES if any(cause in lane.stalls for lane in lanes)]
    traces = [_state_trace(state, lanes) for state in states if state is not State.BACKOFF]
    traces += [_stall_trace(cause, lanes) for cause in causes]
    traces += [_state_trace(state, lanes) for state in states if state is State.BACKOFF]
    traces += [_exit_trace(lanes)]
    row = 13 if len(lanes) > 12 else 18
    y = {
        "range": [len(lanes) - 0.4, -0.6],
        "tickmode": "array",
        "tickvals": list(range(len(lanes))),
        "ticktext": [f"client {lane.client.index}" for lane in lanes],
        "tickfont": {"size": 10},
        "showgrid": False,
    }
    rest = len(ranked) - len(lanes)
    who = f"The worst {len(lanes)} of {len(ranked)} clients" if rest else "All clients"
    return Figure(
        key="lanes",
        title="Client by client",
        short="stalled",
        text=f"{who}, the worst on top. A thick bar is a stall, by its cause; a thin one is a state. A cross is a"
        " reader that failed. Point at a bar for the evidence.",
        told=_told(lanes),
        traces=traces,
        layout=over_time(report, height=44 + row * max(1, len(lanes)), y=y, barmode="overlay", bargap=0),
        legend=[*(CAUSES[cause] for cause in causes), *(STATES[state] for state in states)],
    )


def _told(lanes: list[Lane]) -> str:
    stalled = [lane for lane in lanes if lane.stalls]
    if not stalled:
        return "No client stalled."
    causes = {cause for lane in stalled for cause in lane.stalls}
    return f"{count(len(stalled), 'client')} of those shown stalled, because of {', '.join(sorted(causes))}."


def _state_trace(state: State, lanes: list[Lane]) -> Plain:
    rows = [(n, lane, bar) for n, lane in enumerate(lanes) for bar in lane.states.get(state, ())]
    return _trace(STATES[state], rows, thick=_THIN, tell={"tell": "none"})


def _stall_trace(cause: Cause, lanes: list[Lane]) -> Plain:
    rows = [(n, lane, bar) for n, lane in enumerate(lanes) for bar in lane.stalls.get(cause, ())]
    return _trace(CAUSES[cause], rows, thick=_THICK, tell={"tell": "stall", "word": CAUSES[cause].word})


def _trace(look: Look, rows: list[tuple[int, Lane, Bar]], *, thick: float, tell: Plain) -> Plain:
    return {
        "type": "bar",
        "orientation": "h",
        "name": look.word,
        "base": [on_axis(bar.start) for _, _, bar in rows],
        "x": [on_axis(bar.end - bar.start) for _, _, bar in rows],
        "y": [n for n, _, _ in rows],
        "width": thick,
        "marker": bars(look),
        "customdata": [_details(lane, bar) for _, lane, bar in rows],
        "hovertemplate": f"<b>client %{{customdata[0]}}</b> {look.word}<br>"
        "%{customdata[1]}%{customdata[2]}<extra></extra>",
        "meta": tell,
    }


def _details(lane: Lane, bar: Bar) -> list[Any]:
    times = f"{format_clock(bar.start)}{TO}{format_clock(bar.end)}, {told(bar)}"
    evidence = f"<br>{said(one_line(bar.evidence, 120))}" if bar.evidence else ""
    return [lane.client.index, times, evidence]


def _exit_trace(lanes: list[Lane]) -> Plain:
    rows = [(n, lane.client.index, end) for n, lane in enumerate(lanes) for end in lane.client.exits]
    return {
        "type": "scatter",
        "name": "reader failed",
        "mode": "markers",
        "x": [on_axis(end.at) for _, _, end in rows],
        "y": [n for n, _, _ in rows],
        "marker": {"symbol": "x-thin", "size": 6, "line": {"width": 1.5, "color": "--ink"}},
        "customdata": [
            [index, format_clock(end.at), said(one_line(end.explanation, 120)), end.cause.value]
            for _, index, end in rows
        ],
        "hovertemplate": "<b>client %{customdata[0]}</b> reader failed at %{customdata[1]}<br>"
        "%{customdata[3]}: %{customdata[2]}<extra></extra>",
        "meta": {"tell": "none"},
    }
