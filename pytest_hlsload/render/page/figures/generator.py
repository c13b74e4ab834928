"""The load generator's own health over time"""

from collections.abc import Sequence

from pytest_hlsload.model.health import LAG_LIMIT
from pytest_hlsload.model.report import LoadReport
from pytest_hlsload.render.figures import percent, seconds
from pytest_hlsload.render.page.look import Look
from pytest_hlsload.render.page.series.generator import Generator, generators_of
from pytest_hlsload.render.page.series.time_axis import on_axis

from .figure import Figure, Plain, over_time

_CPU = Look("machine", "--blue")
_OWN = Look("supervisor (broken line)", "--purple")
_LAG = Look("lag", "--orange")
_LIMIT = Look("limit (dotted line)", "--ink")


def generator_figures(report: LoadReport) -> tuple[Figure, Figure]:
    """CPU time, and how late the supervisor was; a line each for every host."""
    generators = generators_of(report)
    return _cpu_figure(report, generators), _lag_figure(report, generators)


def _cpu_figure(report: LoadReport, generators: Sequence[Generator]) -> Figure:
    traces = []
    for it in generators:
        machine = [None if cpu is None else round(100 * cpu, 1) for cpu in it.cpu]
        own = [round(100 * cpu, 1) for cpu in it.own]
        traces.append(_line(it, "machine", machine, color=_CPU.color, width=2, told="CPU of machine", unit="%"))
        traces.append(
            _line(it, "supervisor", own, color=_OWN.color, width=1.5, dash="dash", told="CPU of supervisor", unit="%")
        )
    health = report.generator
    return Figure(
        key="cpu",
        title="Load generator: CPU",
        short="generator",
        text="Share of the machine's CPU time that was in use, and the supervisor's own share of one core.",
        told=f"CPU {percent(health.cpu)} in the mean, {percent(health.cpu_max)} at most.",
        traces=traces,
        layout=over_time(report, height=130, y={"range": [0, 105], "ticksuffix": "%", "nticks": 4}),
        legend=(_CPU, _OWN),
    )


def _lag_figure(report: LoadReport, generators: Sequence[Generator]) -> Figure:
    worst = max((lag for it in generators for lag in it.lag), default=0.0)
    height = {"range": [0, 1100 * max(worst, LAG_LIMIT)], "ticksuffix": " ms", "nticks": 4}
    layout = over_time(report, height=120, y=height)
    return Figure(
        key="lag",
        title="Load generator: lag",
        short="",
        text=f"How late the supervisor acted at worst; more than {1000 * LAG_LIMIT:g} ms blurs every figure.",
        told=f"{seconds(report.generator.worst_lag)} at worst.",
        traces=[
            _line(
                it, "lag", [round(1000 * lag, 1) for lag in it.lag], color=_LAG.color, width=2, told="lag", unit=" ms"
            )
            for it in generators
        ],
        layout={**layout, "shapes": [*layout["shapes"], _limit()]},
        legend=(_LAG, _LIMIT),
    )


def _line(
    generator: Generator,
    name: str,
    values: Sequence[float | None],
    *,
    color: str,
    width: float,
    told: str,
    unit: str,
    dash: str = "solid",
) -> Plain:
    where = f", host {generator.host}" if generator.host else ""
    return {
        "type": "scatter",
        "name": f"{name}{where}",
        "mode": "lines",
        "x": [on_axis(at) for at in generator.at],
        "y": list(values),
        "line": {"color": color, "width": width, "dash": dash},
        "hoverinfo": "skip",
        "meta": {"tell": "near", "word": f"{told}{where}", "unit": unit},
    }


def _limit() -> Plain:
    limit = 1000 * LAG_LIMIT
    return {
        "type": "line",
        "xref": "paper",
        "x0": 0,
        "x1": 1,
        "y0": limit,
        "y1": limit,
        "line": {"color": "--ink", "width": 1, "dash": "dot"},
    }
