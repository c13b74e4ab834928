"""xdist: what its controller tells of loads on its workers"""

from collections.abc import Callable
from pathlib import Path

import pytest

from pytest_hlsload import read_report
from pytest_hlsload.origin import Origin

from .junit_file import JUnitFile

Install = Callable[..., Path]

THREE = """
import os
import time
import pytest

@pytest.mark.hls_load(clients=2)
def test_passes(hls_load):
    hls_load.wait_until_streaming("40s")

@pytest.mark.hls_load(clients=3)
def test_fails(hls_load):
    hls_load.wait_until_streaming("40s")
    assert hls_load.report().restarts == 1

@pytest.mark.hls_load(clients=4)
def test_crashes(hls_load):
    hls_load.wait_until_streaming("40s")
    os._exit(1)
"""


def test_a_worker_that_dies_yields_its_report_too(
    pytester: pytest.Pytester, ffmpeg: str, monkeypatch: pytest.MonkeyPatch, hls_origin: Origin
) -> None:
    monkeypatch.setenv("HLS_LOAD_FFMPEG", ffmpeg)
    monkeypatch.setenv("HLS_LOAD_URL", hls_origin.channel().url)
    pytester.makepyfile(test_it=THREE)
    result = pytester.runpytest_subprocess("-n2", "--junitxml=out.xml", timeout=120)
    result.assert_outcomes(passed=1, failed=2)
    said = result.stdout.str()
    assert "test_it.py::test_passes: pass" in said
    assert "test_it.py::test_fails: pass" in said
    result.stdout.re_match_lines(
        [
            r"test_it\.py::test_crashes \(cut short: worker gw\d died\): FAIL",
            r"  4 clients .*",
            r"  problem: the load was ended at .* because the process that had started it was gone",
        ]
    )
    result.stdout.fnmatch_lines(["3 loads, 9 clients in all"])
    file = JUnitFile(pytester.path / "out.xml")
    assert sorted(file.cases) == ["test_crashes", "test_fails", "test_passes"]
    for name, verdict in ("passes", "pass"), ("fails", "pass"), ("crashes", "fail"):
        [text] = file.outputs[f"test_{name}"]
        assert f"[[PROPERTY|hls_load.verdict={verdict}]]" in text
    assert (file.totals["hls_load.clients"], file.totals["hls_load.verdict.fail"]) == ("9", "1")
    saved = [read_report(path) for path in (pytester.path / ".hls-load").glob("*/*.report.json")]
    assert sorted(len(report.clients) for report in saved) == [2, 3, 4]


def test_the_header_says_what_the_workers_come_to(pytester: pytest.Pytester, stand_in: Install) -> None:
    stand_in("pass")
    pytester.makepyfile(test_it="def test_soak(hls_load): pass")
    result = pytester.runpytest_subprocess("-n2", "--hls-clients=20")
    result.stdout.fnmatch_lines(["hls load: 20 clients a load on each of 2 workers: up to 40 at a time"])


def test_the_header_is_silent_where_nothing_is_known(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_other(): pass")
    pytester.runpytest_subprocess("-n1").stdout.no_fnmatch_line("hls load*")
