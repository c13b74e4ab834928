"""
The section ``hls load`` after the tests

What it shows travels on the teardown reports, as plain data: so it comes from xdist's workers to the controller, one
test at a time, and what a worker has told is safe when it crashes later.
"""

from typing import TYPE_CHECKING

import pytest

from .gate import TITLE
from .loads import take_told

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .loads import Told

_KEY = "hls_load"


def attach(item: pytest.Item, report: pytest.TestReport) -> None:
    """Put what is to be told onto the report that comes last."""
    if report.when == "teardown" and (told := take_told(item.config)):
        report.__dict__[_KEY] = told


def show(reporter: pytest.TerminalReporter) -> None:
    """Write the section, where there is anything to write."""
    verbosity = reporter.config.get_verbosity()
    loads = [*_from_reports(reporter), *take_told(reporter.config)]
    if not loads or verbosity < -1:
        return
    from pytest_hlsload.render.lines import MARKUP, Style

    reporter.write_sep("=", TITLE)
    for told in loads:
        for text, style in told["compact" if verbosity < 0 else "summary"]:
            reporter.write_line(text, **MARKUP[Style(style)])


def _from_reports(reporter: pytest.TerminalReporter) -> "Iterator[Told]":
    for reports in reporter.stats.values():
        for report in reports:
            yield from getattr(report, "__dict__", {}).get(_KEY, ())
