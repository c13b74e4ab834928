"""The fleet's states over time, stacked"""

from pytest_hlsload.model.durations import format_duration
from pytest_hlsload.model.report import LoadReport
from pytest_hlsload.model.states import State
from pytest_hlsload.render.figures import percent
from pytest_hlsload.render.page.look import STATES
from pytest_hlsload.render.page.series.fleet import fleet_of
from pytest_hlsload.render.page.series.time_axis import on_axis

from .figure import Figure, filling, over_time


def states_figure(report: LoadReport) -> Figure:
    """How many clients were in which state."""
    fleet = fleet_of(report)
    x = [on_axis(edge) for edge in fleet.edges]
    shown = [state for state in STATES if state in fleet.clients]
    traces = []
    for state in shown:
        counts = [round(count, 3) for count in fleet.clients[state]]
        traces.append(
            {
                "type": "scatter",
                "name": STATES[state].word,
                "x": x,
                "y": [*counts, counts[-1]],
                "mode": "lines",
                "line": {"shape": "hv", "width": 0, "color": STATES[state].color},
                "stackgroup": "fleet",
                "hoverinfo": "skip",
                "meta": {"tell": "step", "word": STATES[state].word},
                **filling(STATES[state]),
            }
        )
    step = format_duration(fleet.edges[1] - fleet.edges[0])
    how = "Every change of state is drawn." if fleet.exact else f"Each step is the mean of {step}."
    return Figure(
        key="states",
        title="Clients by state",
        short="clients",
        text=f"How many of the clients were in which state, stacked. {how}",
        told=_told(report),
        traces=traces,
        layout=over_time(report, height=230, y={"rangemode": "tozero", "range": [0, max(1, len(report.clients))]}),
        legend=[STATES[state] for state in shown],
    )


def _told(report: LoadReport) -> str:
    times = {state: report.time_in(state) for state in State if state is not State.IDLE}
    total = sum(times.values())
    if not total:
        return "No client was there."
    shares = [f"{state} {percent(time / total)}" for state, time in times.items() if time]
    return f"Of all client time: {', '.join(shares)}."
