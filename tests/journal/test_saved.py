"""Reports beside their journals, and how many runs are kept"""

import json
import os
import time
from pathlib import Path

import pytest
from model.histories import HEALTHY, STALLS_ONCE, report

from pytest_hlsload.journal.place import journal_path
from pytest_hlsload.journal.reading import read_report
from pytest_hlsload.journal.saved import drop_old_runs, save_report


def run(top: Path, number: int) -> Path:
    folder = top / f"202601{number:02d}T000000Z-00000{number % 10}"
    folder.mkdir(parents=True)
    return folder


def test_a_report_is_written_beside_its_journal_and_can_be_read_again(tmp_path: Path) -> None:
    it = report(HEALTHY, STALLS_ONCE)

    path = save_report(it, tmp_path / "test_soak-1-1.jsonl")

    assert path.name == "test_soak-1-1.report.json"
    assert list(tmp_path.iterdir()) == [path]
    again = read_report(path)
    assert (again.verdict, again.buffering_ratio.max) == (it.verdict, it.buffering_ratio.max)
    data = json.loads(path.read_text())
    assert (data["format"], data["version"], data["verdict"]) == ("pytest-hlsload report", 1, "pass")
    assert data["spreads"]["buffering_ratio"]["worst"] == 2


def test_a_report_that_cannot_be_written_is_no_reason_to_fail(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "file").touch()
    save_report(report(HEALTHY), tmp_path / "file" / "test.jsonl")

    assert "the report could not be written to" in caplog.text


def test_the_newest_ten_runs_are_kept(tmp_path: Path) -> None:
    runs = [run(tmp_path, number) for number in range(1, 14)]
    (tmp_path / "mine").mkdir()

    drop_old_runs(tmp_path)

    assert sorted(folder for folder in tmp_path.iterdir() if folder.name != "mine") == runs[3:]
    assert (tmp_path / "mine").is_dir()


def test_a_new_run_makes_room_for_itself(tmp_path: Path) -> None:
    for number in range(1, 13):
        run(tmp_path, number)

    journal_path(tmp_path, "20260201T000000Z-abcdef", "test", 1, process="7")

    assert len(list(tmp_path.iterdir())) == 10


def test_a_run_that_goes_on_is_left_alone(tmp_path: Path) -> None:
    runs = [run(tmp_path, number) for number in range(1, 14)]
    (runs[0] / "a.jsonl").write_text('{"at":0,"kind":"load"}\n')
    (runs[1] / "a.jsonl").write_text('{"at":0,"kind":"load"}\n{"at":1,"kind":"end","reason":"stop"}\n')
    old = runs[2] / "a.jsonl"
    old.write_text('{"at":0,"kind":"load"}\n')
    os.utime(old, (time.time() - 3600, time.time() - 3600))

    drop_old_runs(tmp_path)

    assert sorted(tmp_path.iterdir()) == [runs[0], *runs[3:]]
