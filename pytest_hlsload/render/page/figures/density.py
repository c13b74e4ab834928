"""The clients that have no lane, as a density"""

from pytest_hlsload.model.report import LoadReport
from pytest_hlsload.render.page.series.lanes import SHOWN, density_of, worst_first
from pytest_hlsload.render.page.series.time_axis import on_axis

from .figure import Figure, over_time


def density_figure(report: LoadReport) -> Figure | None:
    """Which share of them stood still; None where every client has a lane."""
    rest = worst_first(report)[SHOWN:]
    if not rest:
        return None
    density = density_of(report, rest)
    first, names = SHOWN + 1, []
    for group in density.groups:
        last = first + len(group) - 1
        names.append(f"{first}.{chr(0x2013)}{last}." if last > first else f"{first}.")
        first = last + 1
    stalled = sum(client.stalled > 0 for client in rest)
    return Figure(
        key="density",
        title=f"The other {len(rest)} clients",
        short="",
        text="In groups, the worse ones on top: the darker, the more of a group's clients stood still.",
        told=f"Of the other {len(rest)} clients {stalled} stalled.",
        traces=[
            {
                "type": "heatmap",
                "x": [on_axis(edge) for edge in density.edges],
                "y": list(range(len(names))),
                "z": [[round(100 * share, 1) for share in shares] for shares in density.stalled],
                "zmin": 0,
                "zmax": 100,
                "colorscale": [[0, "--density-0"], [0.02, "--density-1"], [0.5, "--density-2"], [1, "--density-3"]],
                "colorbar": {"thickness": 8, "len": 1, "ticksuffix": "%", "outlinewidth": 0, "x": 1, "xpad": 2},
                "showscale": False,
                "customdata": [[name] * len(density.edges[1:]) for name in names],
                "hovertemplate": "clients ranked %{customdata}: %{z}% stood still<extra></extra>",
                "meta": {"tell": "none"},
            }
        ],
        layout=over_time(
            report,
            height=44 + 10 * len(names),
            y={
                "range": [len(names) - 0.5, -0.5],
                "tickmode": "array",
                "tickvals": list(range(0, len(names), 4)),
                "ticktext": names[::4],
                "tickfont": {"size": 10},
                "showgrid": False,
            },
        ),
    )
