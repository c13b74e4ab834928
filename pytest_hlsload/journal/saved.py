"""Reports as files beside their journals, and how many runs of them are kept"""

import json
import logging
import os
import re
import shutil
import time
from pathlib import Path

from pytest_hlsload.model.report import LoadReport

SUFFIX = ".report.json"

KEPT = 10
"""So many runs, the newest."""

_RUN = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{6}")

# A supervisor writes every five seconds; a folder in which nothing was written for so long is nobody's any more.
_AT_REST = 60.0

_log = logging.getLogger("pytest_hlsload")


def save_report(report: LoadReport, journal: Path) -> Path:
    """
    Write a report beside its journal; whole, or not at all.

    Returns:
        The file's path.
    """
    path = journal.with_suffix(SUFFIX)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)  # a test may have tidied up
        write_whole(path, f"{json.dumps(report.to_dict(), separators=(',', ':'))}\n")
    except OSError as error:
        # The journal says the same; a full disk is no reason to lose the verdict.
        _log.warning("the report could not be written to %s: %s", path, error)
    return path


def write_whole(path: Path, text: str) -> None:
    """
    Write a file; whole, or not at all.

    Raises:
        OSError: where that cannot be done.
    """
    part = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        part.write_text(text, encoding="utf-8")
        part.replace(path)
    except OSError:
        part.unlink(missing_ok=True)
        raise


def drop_old_runs(top: Path, *, kept: int = KEPT) -> None:
    """
    Remove the folders of all but the newest runs, and nothing else.

    Args:
        top: the folder of all runs.
        kept: how many stay.
    """
    runs = sorted(folder for folder in top.iterdir() if _RUN.fullmatch(folder.name) and folder.is_dir())
    for folder in runs[:-kept]:
        if not _goes_on(folder):
            shutil.rmtree(folder, ignore_errors=True)


def _goes_on(folder: Path) -> bool:
    """Whether a load still writes there."""
    try:
        return any(
            time.time() - journal.stat().st_mtime < _AT_REST and not _has_ended(journal)
            for journal in folder.glob("*.jsonl")
        )
    except OSError:
        # Somebody else is removing it.
        return True


def _has_ended(journal: Path) -> bool:
    with journal.open("rb") as file:
        file.seek(max(0, journal.stat().st_size - 200))
        return b'"kind":"end"' in file.read().replace(b" ", b"")
