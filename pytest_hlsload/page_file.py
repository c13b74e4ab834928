"""The page of some loads as a file: whether it can be made, asked before they start, and made once they have ended"""

import logging
import os
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from .journal.saved import write_whole
from .model.setting_table import SettingError

if TYPE_CHECKING:
    from .model.report import LoadReport
    from .render.page.page import Load

_log = logging.getLogger("pytest_hlsload")


def check_page(path: Path, given: str) -> None:
    """
    See to it that a page can be written; its folder is made.

    Args:
        path: the file.
        given: what the user gave, and where, as an error names it.

    Raises:
        SettingError: where a package is missing, or the file cannot be there.
    """
    from .render.page.page import missing

    if lacking := missing():
        raise SettingError(f"{given}: {lacking}")
    try:
        if path.is_dir():
            raise IsADirectoryError("it is a folder")
        path.parent.mkdir(parents=True, exist_ok=True)
        if not os.access(path.parent, os.W_OK):
            raise PermissionError("its folder may not be written to")
    except OSError as error:
        raise SettingError(f"{given} cannot be written: {error.strerror or error}; name another file") from None


def save_page(loads: "Sequence[Load]", path: Path) -> str:
    """
    Write the page; whole, or not at all.

    Returns:
        Why that could not be done, as a sentence; "" where it was. What is known of the loads stands in their journals
        all the same.
    """
    from .render.page.page import page

    try:
        write_whole(path, page(loads, version=version("pytest-hlsload")))
    except Exception as error:  # noqa: BLE001  a page that cannot be made is no reason to lose a verdict
        told = f"the page could not be written to {path}: {error or type(error).__name__}"
        _log.warning("%s", told, exc_info=not isinstance(error, OSError))
        return told
    return ""


def save_own_page(report: "LoadReport", path: Path, *, name: str, baseline: "LoadReport | None") -> None:
    """
    Write the page of one load, as `save_page` does.

    Args:
        report: the load's.
        path: the file.
        name: what the load was for; "" for its playlist.
        baseline: the earlier report that it is held against.
    """
    from .render.page.page import Load

    beside = () if baseline is None else tuple(report.compare(baseline).lines)
    save_page([Load(name=name or report.stream.url, report=report, beside=beside)], path)
