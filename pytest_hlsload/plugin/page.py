"""The page of a run's loads, written by the process that reports the run"""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pytest_hlsload.model.setting_table import SettingError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pytest_hlsload.model.report import LoadReport

    from .told import Told

_WRITTEN = pytest.StashKey[int]()
"""On a config: how many loads the page has."""


def path_of(config: pytest.Config) -> Path | None:
    """The page of the whole run; None where none is asked for."""
    from .settings import value_for_run

    html = value_for_run(config, "html")
    return None if html is None else absolute(config, html)


def absolute(config: pytest.Config, html: str) -> Path:
    """What the setting names: relative to where pytest was started, wherever a test has gone since."""
    return config.invocation_params.dir / html


def check(config: pytest.Config, source: str) -> None:
    """
    Judge, before any test runs, whether the page can be made.

    Raises:
        pytest.UsageError: where it cannot.
    """
    from pytest_hlsload.page_file import check_page

    path = path_of(config)
    assert path is not None
    try:
        check_page(path, f"html '{path}' from {source}")
    except SettingError as error:
        raise pytest.UsageError(f"hls load: {error}") from None


def write(config: pytest.Config, loads: "Sequence[Told]") -> str:
    """
    Write the page of a run's loads, unless it is written and there were no more since.

    Returns:
        What is to be told of it; "" where nothing was done.
    """
    path = path_of(config)
    if path is None or config.stash.get(_WRITTEN, 0) == len(loads):
        return ""
    from pytest_hlsload.page_file import save_page
    from pytest_hlsload.render.page.page import Load

    config.stash[_WRITTEN] = len(loads)
    shown = []
    for told in loads:
        report = _report(Path(told["path"]))
        known = report.problems if report else ()
        problems = [problem for problem in told["problems"] if problem not in known]
        shown.append(
            Load(name=told["name"], report=report, verdict=told["verdict"], problems=problems, beside=told["beside"])
        )
    return save_page(shown, path) or f"page: {path}"


def _report(journal: Path) -> "LoadReport | None":
    from pytest_hlsload.journal.reading import JournalError, read_report
    from pytest_hlsload.journal.saved import SUFFIX

    for path in (journal.with_suffix(SUFFIX), journal):
        try:
            return read_report(path)
        except JournalError:
            # What is told of such a load says why it has no report.
            continue
    return None
