"""The file: loads as one page that opens offline"""

import json
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from gzip import compress
from hashlib import sha256
from importlib.resources import files
from importlib.util import find_spec
from typing import Any

from pytest_hlsload.model.report import LoadReport
from pytest_hlsload.render.host_lines import host_lines

from .figures.buffer import buffer_figure
from .figures.density import density_figure
from .figures.events import events_figure
from .figures.figure import Figure, Plain
from .figures.generator import generator_figures
from .figures.lanes import lanes_figure
from .figures.startup import startup_figure
from .figures.states import states_figure
from .figures.troubles import trouble_figures
from .series.events import events_of
from .tables import facts
from .tables.clients import clients
from .tables.failed_readers import failed_readers
from .tables.headline import cards, in_index, what
from .tables.phases import phases
from .tables.thresholds import thresholds

NEEDS = ("jinja2", "plotly")
"""The packages that make the page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """
    A load for the page.

    Attributes:
        name: the test, or what else the load was for.
        report: the load's; None where there is none to be had.
        verdict: "pass", "fail" or "invalid"; "" for the report's own.
        problems: further ones beside the report's.
        beside: lines of text to show with it, for example of a baseline.
    """

    name: str
    report: LoadReport | None
    verdict: str = ""
    problems: Sequence[str] = ()
    beside: Sequence[str] = ()


def missing() -> str:
    """What keeps the page from being made, as a sentence with the mend; "" where nothing does."""
    lacking = [name for name in NEEDS if find_spec(name) is None]
    if not lacking:
        return ""
    return f'the page needs {" and ".join(lacking)}: pip install "pytest-hlsload[html]"'


def page(loads: Sequence[Load], *, version: str) -> str:
    """
    The page of some loads, with an index where there are several.

    Args:
        loads: in the order in which they are shown.
        version: of this package.

    Raises:
        ImportError: where a package is missing, see `missing`.
    """
    import jinja2
    from markupsafe import Markup

    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(_file), autoescape=True, trim_blocks=True, undefined=jinja2.StrictUndefined
    )
    plotly, packed = _plotly()
    script = _file("page.js")
    shown = [_shown(load, f"load-{number}") for number, load in enumerate(loads, 1)]
    title = shown[0]["name"] if len(shown) == 1 else f"{len(shown)} loads"
    return environment.get_template("page.html.j2").render(
        title=f"{title} - hls load",
        version=version,
        loads=shown,
        differences=_differences([load.report for load in loads if load.report]) if len(loads) > 1 else [],
        figures=Markup(_json({it["anchor"]: _figures(it["report"]) for it in shown})),
        css=Markup(_file("page.css")),
        script=Markup(script),
        script_hashes=Markup(f"{_hash(script)} {_hash(plotly)}"),
        plotly=Markup(packed),
    )


def _shown(load: Load, anchor: str) -> dict[str, Any]:
    report = load.report
    return {
        "anchor": anchor,
        "name": load.name or "hls load",
        "verdict": load.verdict or (str(report.verdict) if report else "fail"),
        "problems": [*(report.problems if report else ()), *load.problems],
        "beside": "\n".join(load.beside),
        "what": what(report) if report else "",
        "started": f"{report.started_at:%Y-%m-%d %H:%M:%S} UTC" if report else "",
        "row": in_index(report) if report else ["?"] * 5,
        "report": _report(report) if report else None,
    }


def _report(report: LoadReport) -> dict[str, Any]:
    worst = clients(report)
    return {
        "notes": report.notes,
        "cards": cards(report),
        "thresholds": thresholds(report),
        "timeline": _timeline(report),
        "others": [startup_figure(report)],
        "phases": list(phases(report)),
        "phase_ranges": report.phases,
        "events": sorted(events_of(report), key=lambda event: event.start),
        "clients": worst,
        "more_clients": max(0, sum(client.present for client in report.clients) - len(worst)),
        "failed": failed_readers(report),
        "hosts": [line.text.strip() for line in host_lines(report)],
        "streams": facts.streams(report),
        "generator": facts.generator(report),
        "settings": facts.settings(report),
        "machine": facts.machine(report),
    }


def _timeline(report: LoadReport) -> list[Figure]:
    cpu, lag = generator_figures(report)
    figures = [
        events_figure(report),
        states_figure(report),
        lanes_figure(report),
        density_figure(report),
        buffer_figure(report),
        *trouble_figures(report),
        cpu,
        lag,
    ]
    return [figure for figure in figures if figure is not None]


def _figures(report: dict[str, Any] | None) -> list[Plain]:
    return [figure.plain for figure in (*report["timeline"], *report["others"])] if report else []


def _differences(reports: Sequence[LoadReport]) -> list[tuple[str, list[str]]]:
    return facts.differences([{**facts.settings(it), **facts.machine(it)} for it in reports])


def _json(data: object) -> str:
    """JSON that ends no script element, whatever texts are in it."""
    text = json.dumps(data, separators=(",", ":"), allow_nan=False)
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def _file(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


def _hash(script: str) -> str:
    return f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'"


@lru_cache(maxsize=1)
def _plotly() -> tuple[str, str]:
    """Plotly's script, and the same packed to two fifths, as browsers can unpack it."""
    from plotly.offline import get_plotlyjs

    script: str = get_plotlyjs()
    return script, b64encode(compress(script.encode(), 6, mtime=0)).decode()
