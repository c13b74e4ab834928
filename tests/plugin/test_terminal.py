"""The section after the tests"""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

Install = Callable[..., Path]

TESTS = """
import pytest

@pytest.mark.parametrize("number", range(4))
def test_soak(hls_load, number): pass
"""


@pytest.fixture
def soaks(pytester: pytest.Pytester, stand_in: Install) -> pytest.Pytester:
    stand_in("pass")
    pytester.makepyfile(test_it=TESTS)
    return pytester


def test_every_load_has_its_summary_once(soaks: pytest.Pytester) -> None:
    result = soaks.runpytest_inprocess()
    result.assert_outcomes(passed=4)
    result.stdout.fnmatch_lines(
        [
            "*= hls load =*",
            "test_it.py::test_soak[[]0]: pass",
            "  1 client * 10 s: http://origin.example/live.m3u8 (live, target duration 2 s*",
            "  streaming *",
            "test_it.py::test_soak[[]1]: pass",
            "test_it.py::test_soak[[]3]: pass",
            "*= 4 passed in *",
        ]
    )
    for number in range(4):
        assert result.stdout.str().count(f"test_soak[{number}]: pass") == 1


def test_under_xdist_the_section_is_the_controller_s(soaks: pytest.Pytester) -> None:
    result = soaks.runpytest_subprocess("-n2")
    result.assert_outcomes(passed=4)
    for number in range(4):
        assert result.stdout.str().count(f"test_soak[{number}]: pass") == 1
    result.stdout.fnmatch_lines(["*= hls load =*", "*://origin.example/live.m3u8*"])


def test_quiet_is_a_line_a_load(soaks: pytest.Pytester) -> None:
    result = soaks.runpytest_inprocess("-q")
    lines = result.stdout.lines
    section = lines[next(n for n, line in enumerate(lines) if "= hls load =" in line) + 1 :]
    assert [line.partition(": ")[0] for line in section[:4]] == [f"test_it.py::test_soak[{n}]" for n in range(4)]
    result.stdout.no_fnmatch_line("  all *")
    assert section[4] == "4 passed in" or section[4].startswith("4 passed")


@pytest.mark.parametrize("columns", [40, 100])
def test_a_load_over_time_is_as_wide_as_the_terminal(
    soaks: pytest.Pytester, columns: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setenv("PYTHONIOENCODING", "utf-8")
    result = soaks.runpytest_subprocess("-n1")
    rows = [line for line in result.stdout.lines if line.startswith("  all ")]
    assert [len(row) for row in rows] == [columns - 1] * 4
    assert all(re.fullmatch("  all ▁+█+", row) for row in rows)


def test_a_terminal_that_has_no_blocks_shows_letters(soaks: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    result = soaks.runpytest_subprocess("--color=yes")
    result.stdout.fnmatch_lines(["*  all *0*====*", "*00:00.0*00:10.0*"])
    [first, *_] = [line for line in result.stdout.lines if "  all " in line]
    assert "\x1b[31m0" in first
    assert "\x1b[32m==" in first


def test_quieter_still_is_nothing(soaks: pytest.Pytester) -> None:
    soaks.runpytest_inprocess("-qq").stdout.no_fnmatch_line("*hls load*")


def test_no_load_no_section(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_other(): pass")
    result = pytester.runpytest_inprocess("-v")
    result.assert_outcomes(passed=1)
    result.stdout.no_fnmatch_line("*hls load*")


@pytest.mark.parametrize(
    "options",
    [("-p", "no:terminalreporter"), ("-p", "no:logging"), ("-p", "no:junitxml"), ("-W", "error"), ("--no-summary",)],
    ids=" ".join,
)
def test_a_run_without_a_part_of_pytest_is_no_worse_for_it(soaks: pytest.Pytester, options: tuple[str, ...]) -> None:
    result = soaks.runpytest_subprocess(*options)
    assert result.ret == pytest.ExitCode.OK
    assert "Error" not in result.stdout.str() + result.stderr.str()


def test_a_worker_that_crashes_takes_no_other_test_s_summary_with_it(
    pytester: pytest.Pytester, stand_in: Install
) -> None:
    stand_in("pass")
    pytester.makepyfile(
        test_it="import os\ndef test_a(hls_load): pass\ndef test_b(hls_load): os._exit(3)\ndef test_c(hls_load): pass"
    )
    result = pytester.runpytest_subprocess("-n1")
    result.assert_outcomes(passed=2, failed=1)
    result.stdout.fnmatch_lines(["*= hls load =*", "test_it.py::test_a: pass", "test_it.py::test_c: pass"])


def test_a_colour_tells_the_verdict(pytester: pytest.Pytester, stand_in: Install) -> None:
    stand_in("fail")
    pytester.makepyfile(test_it="def test_soak(hls_load): pass")
    assert "\x1b[31mtest_it.py::test_soak: FAIL" in pytester.runpytest_inprocess("--color=yes").stdout.str()
