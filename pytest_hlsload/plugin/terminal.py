"""The section ``hls load`` after the tests"""

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

    reporter.write_sep("=", TITLE)
    for told in loads:
        for text, style in told["compact" if verbosity < 0 else "summary"]:
            reporter.write_line(text, **MARKUP[Style(style)])
    if verbosity >= 0 and len(loads) > 1:
        clients = sum(int(told["figures"].get("clients", 0)) for told in loads)
        reporter.write_line(f"{len(loads)} loads, {count(clients, 'client')} in all")
