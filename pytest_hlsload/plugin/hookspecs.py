"""The plugin's own hooks: for ``conftest.py`` files and other plugins. All are called in the main thread."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pytest_hlsload.model.report import LoadReport


def pytest_hlsload_report(item: pytest.Item | None, report: "LoadReport") -> Sequence[str] | str | None:
    """
    Called after each load, when it has been stopped and its report is final.

    Args:
        item: the test that runs; None where none does. A ``conftest.py`` is asked only for tests below its folder.
        report: of the load.

    Returns:
        Problems, as sentences: they are told in the summary, and fail the test whose fixture ``hls_load`` it was.
        None or nothing where there are none. An exception is the test's.
    """


def pytest_hlsload_summary(report: "LoadReport") -> Sequence[str] | str | None:
    """
    Called when a load's part of the section ``hls load`` is written.

    Returns:
        Lines to add at its end.
    """
