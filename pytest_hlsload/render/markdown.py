"""A run's loads as Markdown, for the page of a GitHub job"""

import re
from collections.abc import Mapping, Sequence

from .clean import clean
from .figures import percent, seconds

# The page takes a megabyte; whoever has more loads than this reads the files.
_MOST = 100

_SIGNS = {"pass": "✅ pass", "fail": "❌ FAIL", "invalid": "⚠️ INVALID"}

Load = tuple[str, Mapping[str, object], Sequence[str]]


def job_summary(loads: Sequence[Load]) -> str:
    """
    A table of all loads, and under it what is to be said of those that did not pass.

    Args:
        loads: of each its name, its figures (`junit.figures_of`) and the lines of its summary.
    """
    lines = [
        "### HLS load",
        "",
        "| load | verdict | clients | worst buffering ratio | startup p95 | longest stall | restarts |",
        "| --- | --- | ---: | ---: | ---: | ---: | ---: |",
        *(_row(name, figures) for name, figures, _ in loads[:_MOST]),
        "",
    ]
    if len(loads) > _MOST:
        lines += [f"and {len(loads) - _MOST} more", ""]
    for name, figures, summary in loads[:_MOST]:
        if figures.get("verdict") != "pass":
            fence = "`" * 4
            body = (clean(line).replace(fence, "'") for line in summary)
            lines += [
                f"<details><summary>{_cell(name)}</summary>",
                "",
                f"{fence}text",
                *body,
                fence,
                "",
                "</details>",
                "",
            ]
    return "\n".join(lines)


def _row(name: str, figures: Mapping[str, object]) -> str:
    cells = [
        _cell(name),
        _SIGNS.get(str(figures.get("verdict")), "?"),
        str(figures.get("clients", "?")),
        percent(_number(figures, "buffering_ratio.max")),
        seconds(_number(figures, "startup_time.p95")),
        seconds(_number(figures, "longest_stall.max")),
        str(figures.get("restarts", "?")),
    ]
    return f"| {' | '.join(cells)} |"


def _number(figures: Mapping[str, object], name: str) -> float | None:
    value = figures.get(name)
    return float(value) if isinstance(value, (int, float)) else None


def _cell(text: str) -> str:
    """Text that Markdown and HTML take for nothing but text."""
    escaped = clean(text).replace("&", "&amp;").replace("<", "&lt;")
    return re.sub(r"([\\`*_\[\]|~])", r"\\\1", escaped)
