"""Where a run's journals go"""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

Install = Callable[..., Path]

TESTS = """
import pathlib
import pytest

@pytest.mark.parametrize("text", ["a/b", "x & y"])
def test_soak(hls_load, text):
    assert hls_load.journal.parent.is_dir()
    hls_load.journal.touch()
"""


def journals(top: Path) -> list[str]:
    return sorted(str(path.relative_to(top)) for path in top.glob("*/*.jsonl"))


@pytest.fixture
def soaks(pytester: pytest.Pytester, stand_in: Install) -> pytest.Pytester:
    stand_in("pass")
    pytester.makepyfile(test_it=TESTS)
    return pytester


def test_each_load_has_its_file_in_the_run_s_folder(soaks: pytest.Pytester) -> None:
    soaks.runpytest_inprocess().assert_outcomes(passed=2)
    top = soaks.path / ".hls-load"
    found = journals(top)
    assert len({name.partition("/")[0] for name in found}) == 1
    assert re.fullmatch(r"\d{8}T\d{6}Z-[0-9a-f]{6}/test_soak-a-b-\d+-1\.jsonl", found[0])
    assert re.fullmatch(r".*/test_soak-x-y-\d+-2\.jsonl", found[1])
    assert (top / ".gitignore").read_text().splitlines()[-1] == "*"


def test_workers_share_the_run_s_folder(soaks: pytest.Pytester) -> None:
    soaks.runpytest_subprocess("-n2").assert_outcomes(passed=2)
    found = journals(soaks.path / ".hls-load")
    assert len(found) == 2
    assert len({name.partition("/")[0] for name in found}) == 1


def test_two_runs_have_two_folders(soaks: pytest.Pytester) -> None:
    soaks.runpytest_inprocess().assert_outcomes(passed=2)
    soaks.runpytest_inprocess().assert_outcomes(passed=2)
    assert len({name.partition("/")[0] for name in journals(soaks.path / ".hls-load")}) == 2


def test_a_report_dir_that_is_there_is_not_made_invisible_to_git(soaks: pytest.Pytester) -> None:
    (soaks.path / "mine").mkdir()
    soaks.runpytest_inprocess("--hls-report-dir=mine").assert_outcomes(passed=2)
    assert len(journals(soaks.path / "mine")) == 2
    assert not (soaks.path / "mine" / ".gitignore").exists()


def test_a_report_dir_of_the_ini_file_is_relative_to_it(
    soaks: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    soaks.makeini("[pytest]\nhls_report_dir = reports")
    soaks.mkdir("below")
    monkeypatch.chdir(soaks.path / "below")
    soaks.runpytest_inprocess("..").assert_outcomes(passed=2)
    assert len(journals(soaks.path / "reports")) == 2


def test_a_report_dir_that_cannot_be_made_is_said(soaks: pytest.Pytester) -> None:
    (soaks.path / "file").touch()
    result = soaks.runpytest_inprocess("--hls-report-dir=file/below")
    result.assert_outcomes(errors=2)
    result.stdout.fnmatch_lines(["hls load: no folder for the journal: *name another with report_dir"])
