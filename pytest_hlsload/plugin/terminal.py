"""The section ``hls load`` after the tests"""

import sys
from typing import TYPE_CHECKING

import pytest

from .gate import TITLE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .told import Told


def show(reporter: pytest.TerminalReporter, loads: "Sequence[Told]") -> None:
    """Write the section."""
    verbosity = reporter.config.get_verbosity()
    if verbosity < -1:
        return
    from pytest_hlsload.render.figures import count
    from pytest_hlsload.render.lines import MARKUP, Style

    from . import page

    reporter.write_sep("=", TITLE)
    for told in loads:
        for text, style in told["compact" if verbosity < 0 else "summary"]:
            reporter.write_line(text, **MARKUP[Style(style)])
        if verbosity >= 0:
            _draw(reporter, told)
    if verbosity >= 0 and len(loads) > 1:
        clients = sum(int(told["figures"].get("clients", 0)) for told in loads)
        reporter.write_line(f"{len(loads)} loads, {count(clients, 'client')} in all")
    if told_of_page := page.write(reporter.config, loads):
        reporter.write_line(told_of_page)


def _draw(reporter: pytest.TerminalReporter, told: "Told") -> None:
    """The load over time, as wide as the terminal."""
    if told["strips"] is None:
        return
    from pytest_hlsload.model.plain import from_data
    from pytest_hlsload.render.lines import MARKUP
    from pytest_hlsload.render.strip_lines import signs_for, strip_lines
    from pytest_hlsload.render.strips import Strips

    writer = reporter.config.get_terminal_writer()
    # pytest captures nothing any more: this is the terminal's.
    signs = signs_for(getattr(sys.stdout, "encoding", None))
    for line in strip_lines(from_data(Strips, told["strips"]), writer.fullwidth, signs):
        for text, style in line.pieces:
            reporter.write(text, **MARKUP[style])
        reporter.write_line("")
