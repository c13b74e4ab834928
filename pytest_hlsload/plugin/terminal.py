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
    from pytest_hlsload.render.lines import MARKUP, Style

    reporter.write_sep("=", TITLE)
    for told in loads:
        for text, style in told["compact" if verbosity < 0 else "summary"]:
            reporter.write_line(text, **MARKUP[Style(style)])
