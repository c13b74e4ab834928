"""The section ``hls load`` after the tests"""

import pytest

from .collecting import collected
from .gate import TITLE


def show(reporter: pytest.TerminalReporter) -> None:
    """Write the section, where there is anything to write."""
    verbosity = reporter.config.get_verbosity()
    loads = collected(reporter.config)
    if not loads or verbosity < -1:
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
