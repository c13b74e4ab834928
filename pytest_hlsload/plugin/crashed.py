"""The loads of a worker that died: their supervisors have outlived it, and their journals tell"""

import time
from typing import TYPE_CHECKING

import pytest

from .files import journals_of
from .settings import value_for_run

if TYPE_CHECKING:
    from collections.abc import Container
    from pathlib import Path

    from pytest_hlsload.model.report import LoadReport

    from .told import Told

# A supervisor whose owner is gone ends its readers and its journal within this time, in seconds.
_PATIENCE = 5.0


def read(config: pytest.Config, worker: str, known: "Container[str]") -> "list[Told]":
    """
    What is told of the loads that a dead worker left behind.

    Args:
        config: of the controller.
        worker: its id, for example "gw0".
        known: the journals of which it has told itself.
    """
    deadline = time.monotonic() + _PATIENCE
    journals = journals_of(config, worker, value_for_run(config, "report_dir"))
    return [_tell(journal, worker, deadline) for journal in journals if journal.name not in known]


def _tell(journal: "Path", worker: str, deadline: float) -> "Told":
    from pytest_hlsload.journal.reading import JournalError
    from pytest_hlsload.journal.saved import save_report

    from .told import tell, tell_broken

    try:
        report = _report(journal, deadline)
    except JournalError as error:
        return tell_broken(str(error), name=journal.stem, test="", journal=journal, junit="system-out")
    save_report(report, journal)
    test = str(report.settings.get("name") or "")
    return tell(report, name=f"{test} (cut short: worker {worker} died)", test=test, journal=journal)


def _report(journal: "Path", deadline: float) -> "LoadReport":
    from pytest_hlsload.journal.reading import read_report

    while True:
        report = read_report(journal)
        if report.facts.ended or time.monotonic() >= deadline:
            return report
        time.sleep(0.1)
