"""The plugin's own hooks, as a conftest.py uses them"""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from .junit_file import JUnitFile

Install = Callable[..., Path]

REPORT = """
def pytest_hlsload_report(item, report):
    assert report.verdict == "pass"
    return [f"{item.name} had only {len(report.clients)} client"]
"""

SUMMARY = """
def pytest_hlsload_summary(report):
    return f"dashboard: https://dashboard.example/{report.id}"
"""


def run(pytester: pytest.Pytester, *options: str, body: str = "pass") -> pytest.RunResult:
    pytester.makepyfile(test_it=f"def test_soak(hls_load): {body}")
    return pytester.runpytest_subprocess(*options) if "-n1" in options else pytester.runpytest_inprocess(*options)


def test_the_documented_hooks_do_what_the_page_says(pytester: pytest.Pytester, stand_in: Install) -> None:
    page = (Path(__file__).parents[2] / "docs" / "hooks.md").read_text(encoding="utf-8")
    hooks = re.findall(r"```python\n(def pytest_hlsload_.*?)```", page, re.DOTALL)
    assert len(hooks) == 2
    stand_in("pass", more="\n".join(hooks))
    result = run(pytester)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["hls load: too few bytes", "  dashboard: https://dashboard.example/1"])


def test_a_problem_that_a_hook_returns_fails_the_test(pytester: pytest.Pytester, stand_in: Install) -> None:
    stand_in("pass", more=REPORT)
    result = run(pytester, "--junitxml=out.xml")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "hls load: test_soak had only 1 client",
            "*= hls load =*",
            "test_it.py::test_soak: FAIL",
            "  problem: test_soak had only 1 client",
            "FAILED *::test_soak - Failed: hls load: test_soak had only 1 client",
        ]
    )
    assert "hls_load.verdict=fail" in (pytester.path / "out.xml").read_text()


@pytest.mark.parametrize("options", [(), ("-n1",)], ids=["in one process", "distributed"])
def test_a_line_that_a_hook_returns_is_in_the_summary(
    pytester: pytest.Pytester, stand_in: Install, options: tuple[str, ...]
) -> None:
    stand_in("pass", more=SUMMARY)
    result = run(pytester, *options)
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["*::test_soak: pass", "  dashboard: https://dashboard.example/1"])


HOSTILE = """
def pytest_hlsload_report():
    return ["\\x1b[2J\\x00 \\udcff ]]> <& not well", "two\\nlines"]

def pytest_hlsload_summary():
    return "dashboard \\x1b[31m\\udcff ]]>\\nits second line"
"""


@pytest.mark.parametrize("options", [("-q",), ("-n1",)], ids=["in one process", "distributed"])
def test_whatever_characters_a_hook_returns_or_a_mark_has_they_can_be_shown_and_carried(
    pytester: pytest.Pytester, stand_in: Install, options: tuple[str, ...]
) -> None:
    stand_in("pass", more=HOSTILE, mark="\x1b[31m \udcff")
    result = run(pytester, *options, "--junitxml=out.xml")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        ["hls load: * ]]> <& not well", "  two", "  lines", "*= hls load =*", "*::test_soak: FAIL*"]
    )
    assert "\x1b" not in result.stdout.str()
    [text] = JUnitFile(pytester.path / "out.xml").outputs["test_soak"]
    assert "]]> <& not well" in text
    assert "\n  its second line\n" in text


def test_a_hook_that_returns_no_text_is_told_so(pytester: pytest.Pytester, stand_in: Install) -> None:
    stand_in("pass", more="def pytest_hlsload_report(): return True")
    result = run(pytester)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["E * TypeError: a hook returned True: return a text, a list of texts, or None"])


def test_what_a_hook_raises_is_the_test_s_and_the_load_is_told_of_all_the_same(
    pytester: pytest.Pytester, stand_in: Install
) -> None:
    events = stand_in("pass", more="def pytest_hlsload_report(): raise ValueError('mine')")
    result = run(pytester)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["E * ValueError: mine", "*= hls load =*", "test_it.py::test_soak: pass"])
    assert [line.split()[0] for line in events.read_text().splitlines()] == ["start", "stop"]


def test_the_test_s_own_failure_comes_before_a_hook_s(pytester: pytest.Pytester, stand_in: Install) -> None:
    stand_in("pass", more="def pytest_hlsload_report(): raise ValueError('mine')")
    result = run(pytester, body="assert 1 == 2")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["FAILED *::test_soak - assert 1 == 2*"])
    result.stdout.fnmatch_lines(["*besides, at the load's end: ValueError('mine')*"])


def test_a_hook_is_told_of_a_factory_s_load_with_the_test_that_made_it(
    pytester: pytest.Pytester, stand_in: Install
) -> None:
    stand_in("pass", more="def pytest_hlsload_report(item, report): return f'seen in {item.name}'")
    pytester.makepyfile(test_it="def test_soak(hls_load_factory):\n    with hls_load_factory(): pass")
    result = pytester.runpytest_inprocess()
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["test_it.py::test_soak: FAIL", "  problem: seen in test_soak"])


def test_a_misspelt_hook_is_refused(pytester: pytest.Pytester) -> None:
    pytester.makeconftest("def pytest_hlsload_report(itm): pass")
    result = run(pytester)
    assert "itm" in result.stderr.str() + result.stdout.str()
    assert result.ret != pytest.ExitCode.OK
