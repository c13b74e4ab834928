"""How the load generator itself did, over time"""

from pytest_hlsload.model.health import LAG_LIMIT
from pytest_hlsload.model.report import LoadReport
from pytest_hlsload.render.figures import percent, seconds
from pytest_hlsload.render.page.look import Look
from pytest_hlsload.render.page.series.time_axis import MOST, on_axis

from .figure import Figure, over_time

_CPU = Look("machine", "--blue")
_OWN = Look("supervisor (broken line)", "--purple")
_LAG = Look("lag", "--orange")
_LIMIT = Look("limit (dotted line)", "--ink")


def generator_figures(report: LoadReport) -> tuple[Figure, Figure]:
    """CPU time, and how late the supervisor was; a line each for every host."""
    health = [record for record in report.facts.health if report.window.holds(record.at)]
    # A day has more than a screen can show.
    health = health[:: 1 + len(health) // (2 * MOST)]
    by_host = {host: [it for it in health if it.host == host] for host in {it.host: None for it in health}}
    x = {host: [on_axis(it.at) for it in records] for host, records in by_host.items()}
    generator = report.generator
    cpu = Figure(
        key="cpu",
        title="Load generator: CPU",
        short="generator",
        text="Share of the machine's CPU time that was in use, and the supervisor's own share of one core.",
        told=f"CPU {percent(generator.cpu)} in the mean, {percent(generator.cpu_max)} at most.",
        traces=[
            {
                "type": "scatter",
                "name": _named(name, host),
                "mode": "lines",
                "x": x[host],
                "y": y,
                "line": line,
                "hoverinfo": "skip",
                "meta": {"tell": "near", "word": f"CPU of {_named(name, host)}", "unit": "%"},
            }
            for host, records in by_host.items()
            for name, y, line in (
                (
                    "machine",
                    [None if record.cpu is None else round(100 * record.cpu, 1) for record in records],
                    {"color": _CPU.color, "width": 2},
                ),
                (
                    "supervisor",
                    [round(100 * record.supervisor_cpu, 1) for record in records],
                    {"color": _OWN.color, "width": 1.5, "dash": "dash"},
                ),
            )
        ],
        layout=over_time(report, height=130, y={"range": [0, 105], "ticksuffix": "%", "nticks": 4}),
        legend=(_CPU, _OWN),
    )
    worst = max((record.lag for record in health), default=0.0)
    limit = {
        "type": "line",
        "xref": "paper",
        "x0": 0,
        "x1": 1,
        "y0": 1000 * LAG_LIMIT,
        "y1": 1000 * LAG_LIMIT,
        "line": {"color": "--ink", "width": 1, "dash": "dot"},
    }
    shape = over_time(
        report, height=120, y={"range": [0, 1100 * max(worst, LAG_LIMIT)], "ticksuffix": " ms", "nticks": 4}
    )
    lag = Figure(
        key="lag",
        title="Load generator: lag",
        short="",
        text=f"How late the supervisor acted at worst; more than {1000 * LAG_LIMIT:g} ms blurs every figure.",
        told=f"{seconds(generator.worst_lag)} at worst.",
        traces=[
            {
                "type": "scatter",
                "name": _named("lag", host),
                "mode": "lines",
                "x": x[host],
                "y": [round(1000 * record.lag, 1) for record in records],
                "line": {"color": _LAG.color, "width": 2},
                "hoverinfo": "skip",
                "meta": {"tell": "near", "word": _named("lag", host), "unit": " ms"},
            }
            for host, records in by_host.items()
        ],
        layout={**shape, "shapes": [*shape["shapes"], limit]},
        legend=(_LAG, _LIMIT),
    )
    return cpu, lag


def _named(name: str, host: str) -> str:
    return f"{name}, host {host}" if host else name
