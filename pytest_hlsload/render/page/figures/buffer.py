"""The viewers' buffers over time"""

from typing import Any

from pytest_hlsload.model.report import LoadReport
from pytest_hlsload.render.figures import seconds
from pytest_hlsload.render.page.look import Look
from pytest_hlsload.render.page.series.buffers import buffers_of
from pytest_hlsload.render.page.series.time_axis import on_axis

from .figure import Figure, Plain, over_time

_LEGEND = (
    Look("median", "--blue"),
    Look("eight of ten clients", "--band"),
    Look("lowest of all (broken line)", "--vermilion"),
)


def buffer_figure(report: LoadReport) -> Figure:
    """The least, the middle and the spread."""
    buffers = buffers_of(report)
    x = [on_axis(at) for at in buffers.at]

    def line(name: str, values: Any, **more: Any) -> Plain:
        return {
            "type": "scatter",
            "name": name,
            "mode": "lines",
            "x": x,
            "y": [round(value, 2) for value in values],
            "hoverinfo": "skip",
            "meta": {"tell": "near", "word": name, "unit": " s"},
            **more,
        }

    least = min(buffers.median, default=None)
    return Figure(
        key="buffer",
        title="Media in hand",
        short="buffer",
        text="Seconds of media in the buffers of the clients that have begun to play, sampled every five seconds.",
        told=f"The median buffer was at least {seconds(least)}." if least is not None else "Nothing was sampled.",
        traces=[
            line("lowest", buffers.lowest, line={"color": "--vermilion", "width": 1.5, "dash": "dash"}),
            line("a tenth below", buffers.low, line={"width": 0}),
            line("a tenth above", buffers.high, line={"width": 0}, fill="tonexty", fillcolor="--band"),
            line("median", buffers.median, line={"color": "--blue", "width": 2}),
        ],
        layout=over_time(report, height=170, y={"rangemode": "tozero", "ticksuffix": " s"}),
        legend=_LEGEND,
    )
