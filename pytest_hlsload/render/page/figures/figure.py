"""A figure of the page, and what all of them share"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

from pytest_hlsload.model.report import LoadReport
from pytest_hlsload.render.clean import clean
from pytest_hlsload.render.page.look import Look
from pytest_hlsload.render.page.series.time_axis import on_axis

Plain = dict[str, Any]
"""A part of a figure, as plotly's JSON has it. Colours are names of the style sheet's properties."""

_LEFT = 76
"""Of all figures, so that their time axes stand below each other; in pixels. `page.js` knows it, too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """
    Attributes:
        key: its name within the page.
        title: what it shows.
        short: the same in a word.
        text: how it is read.
        told: what it shows in a sentence or two, for those who cannot see it.
        traces: plotly's.
        layout: plotly's.
        legend: what its colours and patterns mean.
    """

    key: str
    title: str
    short: str
    text: str
    told: str
    traces: Sequence[Plain]
    layout: Plain
    legend: Sequence[Look] = field(default=())

    @property
    def plain(self) -> Plain:
        """As the page holds it."""
        return {"key": self.key, "short": self.short, "data": list(self.traces), "layout": self.layout}


def said(text: str) -> str:
    """Anybody's text, so that plotly takes it for nothing but text."""
    return escape(clean(text), quote=False)


def over_time(report: LoadReport, *, height: int, y: Plain, **more: Any) -> Plain:
    """
    The layout of a figure on the time axis that all share, with the load's phases and marks behind it.

    Args:
        report: the load's.
        height: of the drawing, in pixels.
        y: the vertical axis.
        more: of the layout.
    """
    window = report.window
    # The page labels it, as a clock, anew at every zoom.
    x = {"range": [on_axis(window.start), on_axis(max(window.end, window.start + 0.1))], "tickmode": "array", **_AXIS}
    return {
        **_shared(height),
        "xaxis": x,
        "yaxis": {**_AXIS, "fixedrange": True, **y},
        "shapes": _behind(report),
        **more,
    }


def layout(*, height: int, x: Plain, y: Plain, **more: Any) -> Plain:
    """The layout of a figure with axes of its own."""
    return {
        **_shared(height),
        "xaxis": {**_AXIS, "fixedrange": True, **x},
        "yaxis": {**_AXIS, "fixedrange": True, **y},
        **more,
    }


def bars(looks: Look, **more: Any) -> Plain:
    """How bars of that look are filled."""
    pattern = {"shape": looks.pattern, "fillmode": "overlay", "fgcolor": "--hatch", "size": 6, "solidity": 0.25}
    return {"color": looks.color, "line": {"width": 0}, **({"pattern": pattern} if looks.pattern else {}), **more}


def filling(looks: Look) -> Plain:
    """How areas of that look are filled."""
    pattern = {"shape": looks.pattern, "fillmode": "overlay", "fgcolor": "--hatch", "size": 7, "solidity": 0.2}
    return {"fillcolor": looks.color, **({"fillpattern": pattern} if looks.pattern else {})}


# Of phases and of marks; more are no help behind a figure.
_MOST_BEHIND = 100

_AXIS: Mapping[str, Any] = {
    "gridcolor": "--grid",
    "linecolor": "--line",
    "zeroline": False,
    "showline": False,
    "ticks": "outside",
    "ticklen": 5,
    "tickcolor": "rgba(0,0,0,0)",
    "automargin": False,
}


def _shared(height: int) -> Plain:
    return {
        "height": height,
        "margin": {"l": _LEFT, "r": 12, "t": 10, "b": 30},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": "system-ui, sans-serif", "size": 12, "color": "--muted"},
        "hoverlabel": {"bgcolor": "--card", "bordercolor": "--line", "font": {"color": "--ink"}, "align": "left"},
        "hovermode": "closest",
        "showlegend": False,
    }


def _behind(report: LoadReport) -> list[Plain]:
    shapes: list[Plain] = [
        {
            "type": "rect",
            "x0": on_axis(phase.start),
            "x1": on_axis(phase.end),
            "yref": "paper",
            "y0": 0,
            "y1": 1,
            "layer": "below",
            "fillcolor": "--phase",
            "line": {"color": "--line", "width": 1},
        }
        for phase in report.phases[:_MOST_BEHIND]
    ]
    shapes += [
        {
            "type": "line",
            "x0": on_axis(mark.at),
            "x1": on_axis(mark.at),
            "yref": "paper",
            "y0": 0,
            "y1": 1,
            "layer": "below",
            "line": {"color": "--muted", "width": 1, "dash": "dot"},
        }
        for mark in report.marks[:_MOST_BEHIND]
    ]
    return shapes
