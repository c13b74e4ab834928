"""An earlier report to hold a load against"""

import os
from pathlib import Path

import pytest
from model.histories import HEALTHY, STALLS_ONCE, report

from pytest_hlsload.journal.baselines import with_baseline
from pytest_hlsload.journal.saved import save_report
from pytest_hlsload.model.setting_table import Given, SettingError
from pytest_hlsload.model.settings import LoadSettings, resolve

LIMITS = ["buffering_ratio.max <= baseline + 2 points", "startup_time.p95 <= 120% of baseline", "restarts == 0"]


def settings(baseline: Path | None, thresholds: list[str]) -> LoadSettings:
    given = {"thresholds": Given(thresholds, "a test")}
    if baseline:
        given["baseline"] = Given(str(baseline), "a test")
    return resolve(given)


def save(top: Path, run: str, *, name: str, stalls: bool = False) -> Path:
    folder = top / run
    folder.mkdir(parents=True)
    return save_report(report(STALLS_ONCE if stalls else HEALTHY, name=name), folder / "test-1.jsonl")


def test_the_baseline_s_figures_stand_in_the_thresholds(tmp_path: Path) -> None:
    path = save(tmp_path, "then", name="test_a", stalls=True)

    it = with_baseline(settings(path, LIMITS), name="whatever", journal=tmp_path / "now" / "j.jsonl")

    assert it.report is not None
    assert it.settings.thresholds == (
        "buffering_ratio.max <= 13.5593% + 2 points",
        "startup_time.p95 <= 120% of 1 s",
        "restarts == 0",
    )


def test_of_a_folder_the_newest_report_of_the_same_load_counts(tmp_path: Path) -> None:
    save(tmp_path, "20260101T000000Z-aaaaaa", name="test_a")
    save(tmp_path, "20260102T000000Z-aaaaaa", name="test_a", stalls=True)
    save(tmp_path, "20260103T000000Z-aaaaaa", name="test_b")
    own = save(tmp_path, "20260104T000000Z-aaaaaa", name="test_a")

    it = with_baseline(settings(tmp_path, []), name="test_a", journal=own)

    assert it.report is not None
    assert it.report.stall_count == 1


def test_where_a_folder_has_none_of_this_load_that_is_noted_and_its_thresholds_are_left_out(tmp_path: Path) -> None:
    save(tmp_path, "20260103T000000Z-aaaaaa", name="test_b")

    it = with_baseline(settings(tmp_path, LIMITS), name="test_a", journal=tmp_path / "j.jsonl")

    assert it.report is None
    assert it.settings.thresholds == ("restarts == 0",)
    assert it.note == f"no report of this load in the baseline {tmp_path}; thresholds left out: 2"


def test_a_baseline_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match=r"the baseline .*missing\.json cannot be read: No such file"):
        with_baseline(settings(tmp_path / "missing.json", []), name="", journal=tmp_path / "j.jsonl")


def test_thresholds_that_speak_of_a_baseline_need_one(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="speaks of a baseline, and there is none: give one with the setting"):
        with_baseline(settings(None, LIMITS), name="", journal=Path(os.devnull))
