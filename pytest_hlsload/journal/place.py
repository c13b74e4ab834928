"""Where journals go: one folder a run, one file a load"""

import os
import re
from datetime import UTC, datetime
from pathlib import Path

from pytest_hlsload.model.setting_table import SettingError

from .saved import drop_old_runs


def new_run_name() -> str:
    """When the run began, and something that no other run has."""
    return f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{os.urandom(3).hex()}"


def journal_path(top: Path, run: str, name: str, number: int, *, process: str) -> Path:
    """
    A new journal's path; its folder exists.

    Args:
        top: the folder of all runs.
        run: the run's name.
        name: what the load is for, for example a test's node id.
        number: of the load within its process.
        process: what tells the run's processes apart.

    Raises:
        OSError: where a folder cannot be made.
    """
    if not top.exists():
        top.mkdir(parents=True, exist_ok=True)
        # Only in a folder of our own making: in one that was there it could hide the user's files.
        (top / ".gitignore").write_text("# Made by pytest-hlsload\n*\n", encoding="utf-8")
    folder = top / run
    if not folder.exists():
        folder.mkdir(exist_ok=True)
        drop_old_runs(top)
    return folder / f"{_safe(name)}-{process}-{number}.jsonl"


def new_journal(report_dir: str | None, name: str) -> Path:
    """
    The path of a journal for a run of one load.

    Args:
        report_dir: the setting.
        name: what the load is for.

    Raises:
        SettingError: where no folder can be made for it.
    """
    # Wherever a test changes to: what was said of it before must be found there.
    top = Path(report_dir or ".hls-load").absolute()
    try:
        return journal_path(top, new_run_name(), name, 1, process=str(os.getpid()))
    except OSError as error:
        raise SettingError(
            f"report_dir: no folder for the journal can be made in {top}: {error.strerror or error}; name another"
        ) from None


def _safe(name: str) -> str:
    """The name without its file, in characters that every file system and shell takes."""
    name = name.partition("::")[2] or name
    return re.sub(r"[^A-Za-z0-9_.]+", "-", name).strip("-.")[:80] or "load"
