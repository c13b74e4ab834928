"""The clients that have no lane, as a density"""

from pytest_hlsload.model.report import LoadReport
from pytest_hlsload.render.figures import TO
from pytest_hlsload.render.page.look import Look
from pytest_hlsload.render.page.series.lanes import SHOWN, density_of, worst_first
from pytest_hlsload.render.page.series.time_axis import on_axis

from .figure import Figure, over_time

_LEGEND = (
    Look("none", "--density-0"),
    Look("one in a hundred", "--density-1"),
    Look("half", "--density-2"),
    Look("all", "--density-3"),
)


def density_figure(report: LoadReport) -> Figure | None:
    """Which share of them stood still; None where every client has a lane."""
    rest = worst_first(report)[SHOWN:]
    if not rest:
        return None
    density = density_of(report, rest)
    first, names = SHOWN + 1, []
    for group in density.groups:
        last = first + len(group) - 1
        names.append(f"{first}{TO}{last}" if last > first else str(first))
        first = last + 1
    stalled = sum(client.stalled > 0 for client in rest)
    return Figure(
        key="density",
        title=f"The other {len(rest)} clients",
        short="",
        text="By rank, in groups, the worse ones on top: the stronger the colour, the more of a group's clients stood"
        " still.",
        told=f"Of the other {len(rest)} clients {stalled} stalled.",
        traces=[
            {
                "type": "heatmap",
                "x": [on_axis(edge) for edge in density.edges],
                "y": list(range(len(names))),
                "z": [[round(100 * share, 1) for share in shares] for shares in density.stalled],
                "zmin": 0,
                "zmax": 100,
                "colorscale": [[0, "--density-0"], [0.01, "--density-1"], [0.5, "--density-2"], [1, "--density-3"]],
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
        legend=_LEGEND,
    )
