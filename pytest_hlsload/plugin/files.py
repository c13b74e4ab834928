"""Where a run's journals go: the workers of one run share its folder"""

import os
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

_RUN = pytest.StashKey[str]()
_NUMBER = pytest.StashKey[int]()

WORKER_INPUT = "hls_load_run"
"""Under this name xdist's controller tells its workers the run's name."""


def run_name(config: pytest.Config) -> str:
    """The run's name, the same in all of its processes."""
    if _RUN not in config.stash:
        from pytest_hlsload.journal.place import new_run_name

        config.stash[_RUN] = getattr(config, "workerinput", {}).get(WORKER_INPUT) or new_run_name()
    return config.stash[_RUN]


def new_journal(config: pytest.Config, report_dir: str | None, test: str) -> "Path":
    """
    A new journal's path; its folder exists.

    Args:
        config: of the run.
        report_dir: the setting; relative to where pytest was started.
        test: the test's node id, or what else the load is for.

    Raises:
        OSError: where the folder cannot be made.
    """
    from pytest_hlsload.journal.place import journal_path

    number = config.stash[_NUMBER] = config.stash.get(_NUMBER, 0) + 1
    return journal_path(_top(config, report_dir), run_name(config), test, number, process=_process(config))


def journals_of(config: pytest.Config, worker: str, report_dir: str | None) -> "list[Path]":
    """
    The journals that one of xdist's workers has written in this run.

    Args:
        config: of the run.
        worker: its id, for example "gw0".
        report_dir: the setting.
    """
    return sorted(run_folder(config, report_dir).glob(f"*-{worker}-*.jsonl"))


def run_folder(config: pytest.Config, report_dir: str | None) -> "Path":
    """Where the run's journals are; it need not exist yet."""
    return _top(config, report_dir) / run_name(config)


def _top(config: pytest.Config, report_dir: str | None) -> "Path":
    return config.invocation_params.dir / report_dir if report_dir else config.rootpath / ".hls-load"


def _process(config: pytest.Config) -> str:
    """What tells the processes of a run apart."""
    worker: str | None = getattr(config, "workerinput", {}).get("workerid")
    return worker or str(os.getpid())
