"""What happened to the load as a whole, on the time axis"""

from pytest_hlsload.model.report import LoadReport
from pytest_hlsload.render.figures import count
from pytest_hlsload.render.page.look import CAUSES
from pytest_hlsload.render.page.series.events import Event, Kind, events_of
from pytest_hlsload.render.page.series.time_axis import on_axis

from .figure import Figure, Plain, over_time, said

_FILLS = {"error": "--error-pale", "warning": "--warning-pale", "": "--phase-strong"}
_EDGES = {"error": "--vermilion", "warning": "--orange", "": "--line"}

_WORDS = {
    Kind.PHASE: "phase",
    Kind.MARK: "mark",
    Kind.STREAM: "finding about the stream",
    Kind.TOGETHER: "stall that clients had together",
}

_ROW = 28


def events_figure(report: LoadReport) -> Figure | None:
    """Phases, marks, findings and shared stalls below each other; None where nothing happened."""
    events = events_of(report)
    if not events:
        return None
    rows = sorted({(list(Kind).index(event.kind), event.row) for event in events})
    heights = {(list(Kind)[kind], row): place for place, (kind, row) in enumerate(rows)}
    spans = [event for event in events if event.kind is not Kind.MARK]
    marks = [event for event in events if event.kind is Kind.MARK]
    names = [list(Kind)[kind].replace("stalls together", "together") if row == 0 else "" for kind, row in rows]
    numbers = [(kind, sum(event.kind is kind for event in events)) for kind in Kind]
    return Figure(
        key="events",
        title="What happened",
        short="",
        text="Phases and marks of the test; what the sentinel found wrong with the stream; stalls that clients had"
        " together.",
        told=", ".join(count(number, _WORDS[kind]) for kind, number in numbers if number) + ".",
        traces=[
            *([_spans(report, spans, heights)] if spans else []),
            *([_marks(marks, heights)] if marks else []),
        ],
        layout=over_time(
            report,
            height=40 + _ROW * len(rows),
            y={
                "range": [len(rows) - 0.5, -0.5],
                "tickmode": "array",
                "tickvals": list(range(len(rows))),
                "ticktext": names,
                "showgrid": False,
            },
            barmode="overlay",
            uniformtext={"minsize": 11, "mode": "hide"},
        ),
    )


def _spans(report: LoadReport, events: list[Event], heights: dict[tuple[Kind, int], int]) -> Plain:
    # A moment is seen, too.
    least = report.duration / 300
    return {
        "type": "bar",
        "orientation": "h",
        "name": "events",
        "base": [on_axis(event.start) for event in events],
        "x": [on_axis(max(least, event.end - event.start)) for event in events],
        "y": [heights[event.kind, event.row] for event in events],
        "width": 0.82,
        "marker": {
            "color": [_FILLS[event.level] if event.cause is None else "--card" for event in events],
            "line": {
                "color": [
                    _EDGES[event.level] if event.cause is None else CAUSES[event.cause].color for event in events
                ],
                "width": [1 if event.cause is None else 2 for event in events],
            },
        },
        "text": [said(event.label) for event in events],
        "textposition": "inside",
        "insidetextanchor": "start",
        "textangle": 0,
        "textfont": {"color": "--ink", "size": 11},
        "customdata": [[said(event.text), event.times, event.kind.value] for event in events],
        "hovertemplate": "<b>%{customdata[1]}</b><br>%{customdata[0]}<extra></extra>",
        "meta": {"tell": "during"},
    }


def _marks(events: list[Event], heights: dict[tuple[Kind, int], int]) -> Plain:
    return {
        "type": "scatter",
        "mode": "markers+text",
        "name": "marks",
        "x": [on_axis(event.start) for event in events],
        "y": [heights[event.kind, event.row] for event in events],
        "text": [said(event.label) for event in events],
        "textposition": "middle right",
        "textfont": {"color": "--ink", "size": 11},
        "marker": {"symbol": "diamond", "size": 9, "color": "--ink"},
        "customdata": [[said(event.text), event.times] for event in events],
        "hovertemplate": "<b>%{customdata[1]}</b><br>%{customdata[0]}<extra></extra>",
        "meta": {"tell": "none"},
    }
