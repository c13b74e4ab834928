"""An earlier report to hold a load against"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from pytest_hlsload.model.breaches import for_baseline
from pytest_hlsload.model.report import LoadReport
from pytest_hlsload.model.setting_table import SettingError
from pytest_hlsload.model.settings import LoadSettings
from pytest_hlsload.model.thresholds import parse_threshold

from .reading import JournalError, read_report
from .saved import SUFFIX


@dataclass(frozen=True, slots=True)
class Baseline:
    """
    Attributes:
        settings: of the load; thresholds have the baseline's figures in the place of the word.
        report: the earlier one; None where none is asked for, or there is none of this load.
        note: what is to be told of that; "" where there is nothing.
    """

    settings: LoadSettings
    report: LoadReport | None = None
    note: str = ""


def with_baseline(settings: LoadSettings, *, name: str, journal: Path) -> Baseline:
    """
    A load's settings beside what its setting ``baseline`` names: a ``report.json`` or a journal, or a folder, of which
    the newest report of a load of the same name counts.

    Args:
        settings: as given.
        name: the load's.
        journal: the load's own; what stands beside it is no baseline.

    Raises:
        SettingError: where the baseline cannot be read, or thresholds speak of one and none was given.
    """
    if settings.baseline is None:
        return Baseline(_resolved(settings, None))
    path = Path(settings.baseline)
    try:
        report = _newest(path, name, but_not=journal.parent) if path.is_dir() else read_report(path)
    except JournalError as error:
        raise SettingError(f"the baseline {error}") from None
    if report is not None:
        return Baseline(_resolved(settings, report), report)
    without = replace(
        settings,
        thresholds=tuple(text for text in settings.thresholds if not parse_threshold(text).needs_baseline),
        abort=tuple(text for text in settings.abort if not parse_threshold(text).needs_baseline),
    )
    left_out = len(settings.thresholds) + len(settings.abort) - len(without.thresholds) - len(without.abort)
    note = f"no report of this load in the baseline {path}"
    return Baseline(without, None, f"{note}; thresholds left out: {left_out}" if left_out else note)


def _resolved(settings: LoadSettings, earlier: LoadReport | None) -> LoadSettings:
    def texts(given: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(for_baseline(parse_threshold(text), earlier).text for text in given)

    try:
        return replace(settings, thresholds=texts(settings.thresholds), abort=texts(settings.abort))
    except ValueError as error:
        mend = "" if earlier else ": give one with the setting baseline"
        raise SettingError(f"{error}{mend}") from None


def _newest(folder: Path, name: str, *, but_not: Path) -> LoadReport | None:
    return next((report for report in _reports(folder, but_not) if report.settings.get("name") == name), None)


def _reports(folder: Path, but_not: Path) -> Iterator[LoadReport]:
    """All that can be read, the newest first: the folders of runs are named after their time."""
    for path in sorted(folder.rglob(f"*{SUFFIX}"), key=lambda path: (path.parent.name, path.name), reverse=True):
        if path.parent.resolve() != but_not.resolve():
            try:
                yield read_report(path)
            except JournalError:
                # Of another version, or not ours.
                continue
