"""A run's loads on the page of its GitHub job"""

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .told import Told


def write(loads: "Sequence[Told]") -> None:
    """Append to the file that GitHub Actions names, where it names one and there is something to say."""
    path = os.environ.get("GITHUB_STEP_SUMMARY")
    if not path or not loads:
        return
    from pytest_hlsload.render.markdown import job_summary

    rows = [(told["name"], told["figures"], [text for text, _ in told["summary"]]) for told in loads]
    try:
        with open(path, "a", encoding="utf-8") as file:  # noqa: PTH123  appending
            file.write(job_summary(rows))
    except OSError:
        # The page is a courtesy.
        return
