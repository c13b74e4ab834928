"""How long the clients took to begin"""

from bisect import bisect_right
from math import ceil

from pytest_hlsload.model.report import LoadReport
from pytest_hlsload.render.figures import count, seconds
from pytest_hlsload.render.page.look import Look

from .figure import Figure, Plain, bars, layout

_WIDTHS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 60)
_MOST = 40


def startup_figure(report: LoadReport) -> Figure:
    """A histogram of startup times; who never played is told of in words."""
    spread = report.startup_time
    times = sorted(time for time in spread.values if time != float("inf"))
    never = len(spread.values) - len(times)
    longest = times[-1] if times else 1.0
    width = next((w for w in _WIDTHS if longest / w <= _MOST), longest / _MOST)
    edges = [n * width for n in range(ceil(longest / width) + 2)]
    counts = [0] * (len(edges) - 1)
    for time in times:
        counts[min(bisect_right(edges, time) - 1, len(counts) - 1)] += 1
    lines = [(time, name) for time, name in ((spread.median, "median"), (spread.p95, "p95")) if time <= longest]
    told = f"Startup: median {seconds(spread.median)}, p95 {seconds(spread.p95)}, slowest {seconds(spread.max)}."
    if never:
        told += f" {count(never, 'client')} never played."
    return Figure(
        key="startup",
        title="Startup",
        short="startup",
        text="How many clients saw their first picture after how many seconds."
        + (f" {count(never, 'client')} never played." if never else ""),
        told=told,
        traces=[
            {
                "type": "bar",
                "name": "clients",
                "x": [round(edge, 3) for edge in edges[:-1]],
                "width": width,
                "offset": 0,
                "y": counts,
                "marker": bars(Look("", "--streaming-strong")),
                "customdata": [round(edge, 3) for edge in edges[1:]],
                "hovertemplate": f"%{{y}} clients in %{{x}}{chr(0x2013)}%{{customdata}} s<extra></extra>",
            }
        ],
        layout=layout(
            height=200,
            x={"ticksuffix": " s", "range": [0, edges[-1]]},
            y={"rangemode": "tozero", "tickformat": "d", "nticks": 5},
            bargap=0,
            shapes=[_line(time) for time, _ in lines],
            annotations=[
                _label(time, name, level, left=time > edges[-1] / 2) for level, (time, name) in enumerate(lines)
            ],
            margin={"l": 76, "r": 12, "t": 40, "b": 30},
        ),
    )


def _line(at: float) -> Plain:
    return {
        "type": "line",
        "x0": at,
        "x1": at,
        "yref": "paper",
        "y0": 0,
        "y1": 1,
        "line": {"color": "--ink", "width": 1.5, "dash": "dash"},
    }


def _label(at: float, name: str, level: int, *, left: bool) -> Plain:
    return {
        "x": at,
        "yref": "paper",
        "y": 1,
        "yshift": 15 * level,
        "yanchor": "bottom",
        "xanchor": "right" if left else "left",
        "text": f"{name} {seconds(at)}",
        "showarrow": False,
    }
