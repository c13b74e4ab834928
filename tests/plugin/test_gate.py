"""When a test's load is stopped, and what its verdict does to the test"""

from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

Install = Callable[..., Path]

NOT_STARTED = "1 of 1 clients did not start in the 9.9 s that it had"

TEST_CASE = """
import unittest

@pytest.mark.usefixtures("hls_load")
class Test(unittest.TestCase):
    def test_soak(self):
        {}
"""


def run(pytester: pytest.Pytester, body: str, *options: str) -> pytest.RunResult:
    pytester.makepyfile(test_it=f"import pytest\n{body}")
    return pytester.runpytest_inprocess(*options, no_reraise_ctrlc=True)


def test_a_load_that_passes_lets_the_test_pass(pytester: pytest.Pytester, stand_in: Install) -> None:
    events = stand_in("pass")
    run(pytester, "def test_soak(hls_load): pass").assert_outcomes(passed=1)
    assert events.read_text().splitlines() == ["start test_it.py::test_soak", "stop test_it.py::test_soak"]


def test_a_load_that_does_not_pass_fails_the_test_in_its_call_phase(
    pytester: pytest.Pytester, stand_in: Install
) -> None:
    stand_in("fail")
    result = run(pytester, "def test_soak(hls_load): pass")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "*= FAILURES =*",
            "*_ test_soak _*",
            f"hls load: {NOT_STARTED}*",
            "*= short test summary info =*",
            "FAILED *::test_soak - Failed: hls load: 1 of *",
        ]
    )
    result.stdout.no_fnmatch_line("*Traceback*")
    result.stdout.no_fnmatch_line("*gate.py*")
    result.stdout.no_fnmatch_line("*traceback*")


def test_the_junit_file_has_the_verdict_as_the_failure_s_message(pytester: pytest.Pytester, stand_in: Install) -> None:
    stand_in("fail")
    run(pytester, "def test_soak(hls_load): pass", "--junitxml=out.xml")
    failure = ET.parse(pytester.path / "out.xml").find(".//failure")
    assert failure is not None
    assert failure.attrib["message"].startswith(f"Failed: hls load: {NOT_STARTED}")


def test_a_load_that_proves_nothing_says_so_first(pytester: pytest.Pytester, stand_in: Install) -> None:
    stand_in("invalid")
    result = run(pytester, "def test_soak(hls_load): pass")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["hls load: invalid: the load generator was the limit: its supervisor *"])


def test_the_test_s_own_failure_wins_and_has_the_summary_beside_it(
    pytester: pytest.Pytester, stand_in: Install
) -> None:
    stand_in("fail")
    result = run(pytester, "def test_soak(hls_load): assert 1 == 2")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "E * assert 1 == 2",
            "*- hls load -*",
            "*::test_soak: FAIL",
            "*= hls load =*",
            "FAILED *::test_soak - assert 1 == 2",
        ]
    )


def test_a_load_that_proves_nothing_is_named_before_the_test_s_own_failure(
    pytester: pytest.Pytester, stand_in: Install
) -> None:
    stand_in("invalid")
    result = run(pytester, "def test_soak(hls_load): assert 1 == 2", "--junitxml=out.xml")
    result.stdout.fnmatch_lines(["E * assert 1 == 2", "FAILED *::test_soak - hls load: invalid: the load *"])
    failure = ET.parse(pytester.path / "out.xml").find(".//failure")
    assert failure is not None
    assert failure.attrib["message"].startswith("hls load: invalid: ")
    assert "assert 1 == 2" in failure.attrib["message"]


def test_a_passing_load_is_told_beside_the_test_s_own_failure_too(pytester: pytest.Pytester, stand_in: Install) -> None:
    stand_in("pass")
    result = run(pytester, "def test_soak(hls_load): assert 1 == 2")
    result.stdout.fnmatch_lines(["*- hls load -*", "*::test_soak: pass", "FAILED *::test_soak - assert 1 == 2"])


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        ("def test_soak(hls_load): pytest.skip('no')", "skipped"),
        ("def test_soak(hls_load): raise SystemExit(3)", "failed"),
        ("@pytest.mark.xfail\ndef test_soak(hls_load): assert 0", "xfailed"),
        (TEST_CASE.format("assert 0"), "failed"),
    ],
    ids=["skip", "exit", "xfail", "unittest"],
)
def test_however_the_body_ends_the_load_is_stopped_once(
    pytester: pytest.Pytester, stand_in: Install, body: str, outcome: str
) -> None:
    events = stand_in("fail")
    run(pytester, body).assert_outcomes(**{outcome: 1})
    assert [line.split()[0] for line in events.read_text().splitlines()] == ["start", "stop"]


def test_ctrl_c_in_the_body_stops_the_load(pytester: pytest.Pytester, stand_in: Install) -> None:
    events = stand_in("fail")
    result = run(pytester, "def test_soak(hls_load): raise KeyboardInterrupt")
    assert result.ret == pytest.ExitCode.INTERRUPTED
    assert [line.split()[0] for line in events.read_text().splitlines()] == ["start", "stop"]
    result.stdout.fnmatch_lines(["*= hls load =*", "*::test_soak: FAIL"])


def test_the_load_is_stopped_where_a_later_fixture_fails(pytester: pytest.Pytester, stand_in: Install) -> None:
    events = stand_in("fail")
    result = run(
        pytester,
        "@pytest.fixture\ndef later(hls_load): raise ValueError('later')\ndef test_soak(hls_load, later): pass",
    )
    result.assert_outcomes(errors=1)
    assert [line.split()[0] for line in events.read_text().splitlines()] == ["start", "stop"]


def test_an_expected_failure_may_be_the_load_s(pytester: pytest.Pytester, stand_in: Install) -> None:
    stand_in("fail")
    run(pytester, "@pytest.mark.xfail(strict=True)\ndef test_soak(hls_load): pass").assert_outcomes(xfailed=1)


def test_a_test_case_of_unittest_is_judged_too(pytester: pytest.Pytester, stand_in: Install) -> None:
    stand_in("fail")
    result = run(pytester, TEST_CASE.format("pass"))
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines([f"hls load: {NOT_STARTED}*"])


def test_a_load_that_broke_fails_the_test_with_what_broke_it(pytester: pytest.Pytester, stand_in: Install) -> None:
    stand_in("pass", breaks=True)
    result = run(pytester, "def test_soak(hls_load): pass\ndef test_own(hls_load): assert 1 == 2")
    result.assert_outcomes(failed=2)
    result.stdout.fnmatch_lines(
        [
            "hls load: the supervisor died during the load",
            "E * assert 1 == 2",
            "*= hls load =*",
            "*::test_soak: FAIL",
            "*problem: the supervisor died during the load",
        ]
    )


def test_the_url_of_an_overridden_fixture_is_nearer_than_any_option(
    pytester: pytest.Pytester, stand_in: Install
) -> None:
    stand_in("pass")
    body = (
        "@pytest.fixture\ndef hls_url(): return 'http://fixture/'\n@pytest.mark.hls_load(url='http://marker/')\n"
        "def test_soak(hls_load): assert hls_load.settings.shown_urls == ('http://fixture/',)"
    )
    run(pytester, body, "--hls-url=http://option/").assert_outcomes(passed=1)


def test_tests_without_a_load_are_left_alone(pytester: pytest.Pytester, stand_in: Install) -> None:
    stand_in("fail")
    run(pytester, "def test_other(): pass").assert_outcomes(passed=1)
