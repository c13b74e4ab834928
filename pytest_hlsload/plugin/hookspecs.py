"""The plugin's own hooks: for ``conftest.py`` files and other plugins. All are called in the main thread."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pytest_hlsload.model.report import LoadReport


def pytest_hlsload_reader_options(config: pytest.Config, client: int) -> Mapping[str, object] | None:
    """
    What one client's readers are given that others' are not, for example a token that has to be renewed.

    Called for every client before a load starts, and again about once a second while ``soak`` and
    ``wait_until_streaming`` wait, and by ``load.refresh_options()``; the next reader of the client, after a restart or
    at a VOD's next lap, is given the latest. So keep a token until it is due, and be quick.

    Args:
        config: of the run.
        client: its number, from 1.

    Returns:
        A mapping with any of the keys "headers" (a mapping; beside those of the setting, or instead), "user_agent"
        and "url" (of the playlist); or None. Where several answer, what the nearest ``conftest.py`` says counts, header
        by header. An exception is the test's.
    """


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
