"""What CI reads in the JUnit file"""

import re
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from .junit_file import JUnitFile

Install = Callable[..., Path]

OUTCOMES = """
import pytest

@pytest.fixture
def raises_later(hls_load):
    yield
    raise ValueError("in teardown")

@pytest.fixture
def raises(hls_load): raise ValueError("in set-up")

def test_pass(hls_load): pass
def test_fail(hls_load): assert 1 == 2
def test_skip(hls_load): pytest.skip("not today")
def test_set_up(raises): pass
def test_teardown(raises_later): pass
def test_both(raises_later): assert 1 == 2
def test_other(): pass

@pytest.mark.flaky(reruns=1)
def test_rerun(hls_load, tmp_path_factory):
    seen = tmp_path_factory.getbasetemp() / "seen"
    again = seen.exists()
    seen.touch()
    assert again
"""

SUMMARY = re.compile(
    r"test_it\.py::(?P<test>\w+): pass\n  1 client .*\n(.*\n)+?"
    r"\[\[PROPERTY\|hls_load\.verdict=pass\]\]\n\[\[PROPERTY\|hls_load\.clients=1\]\]\n(\[\[PROPERTY\|.*\]\]\n?)+"
)


@pytest.mark.parametrize("options", [(), ("-n2",)], ids=["in one process", "distributed"])
def test_every_outcome_has_its_summary_in_a_file_that_is_valid(
    pytester: pytest.Pytester, stand_in: Install, options: tuple[str, ...]
) -> None:
    stand_in("pass")
    pytester.makepyfile(test_it=OUTCOMES)
    result = pytester.runpytest_subprocess("--junitxml=out.xml", *options)
    outcomes = {"passed": 4, "failed": 2, "errors": 3, "skipped": 1, "rerun": 1}
    assert result.parseoutcomes() == outcomes
    assert result.stdout.str().count("::test_rerun: pass") == 1
    file = JUnitFile(pytester.path / "out.xml")
    assert set(file.cases) == {
        f"test_{name}" for name in ("pass", "fail", "skip", "set_up", "teardown", "both", "other", "rerun")
    }
    for name, outputs in file.outputs.items():
        if name == "test_other":
            assert outputs == []
        else:
            # pytest-rerunfailures has a testcase an attempt, pytest two where call and teardown fail.
            assert len(outputs) == 1 + (name == "test_rerun")
            for text in outputs:
                match = SUMMARY.fullmatch(text)
                assert match
                assert match["test"] == name
                assert len(text) <= 900
    assert file.totals["hls_load.loads"] == "7"
    assert file.totals["hls_load.clients"] == "7"
    assert file.totals["hls_load.verdict.pass"] == "7"


def test_one_that_passes_one_that_fails_and_one_that_crashes_are_three_cases_with_their_summaries(
    pytester: pytest.Pytester, stand_in: Install
) -> None:
    stand_in("pass")
    pytester.makepyfile(
        test_it="""
        import os
        def test_a(hls_load): pass
        def test_b(hls_load): assert 0
        def test_c(hls_load): os._exit(1)
        """
    )
    pytester.runpytest_subprocess("-n2", "--junitxml=out.xml")
    file = JUnitFile(pytester.path / "out.xml")
    assert sorted(file.cases) == ["test_a", "test_b", "test_c"]
    assert [len(file.outputs[name]) for name in ("test_a", "test_b")] == [1, 1]


@pytest.mark.parametrize(
    ("where", "family", "expected"),
    [
        ("system-out", "xunit2", (1, False)),
        ("none", "xunit2", (0, False)),
        ("properties", "xunit1", (0, True)),
        ("both", "xunit1", (1, True)),
    ],
)
def test_a_setting_says_where_the_figures_go(
    pytester: pytest.Pytester, stand_in: Install, where: str, family: str, expected: tuple[int, bool]
) -> None:
    outputs, properties = expected
    stand_in("pass", junit=where)
    pytester.makepyfile(test_it="def test_soak(hls_load): pass")
    pytester.runpytest_inprocess("--junitxml=out.xml", "-o", f"junit_family={family}")
    root = ET.parse(pytester.path / "out.xml")
    assert len(root.findall(".//system-out")) == outputs
    found = {p.attrib["name"]: p.attrib["value"] for p in root.findall(".//testcase/properties/property")}
    assert (found.get("hls_load.verdict") == "pass") is properties
    assert (root.find("./testsuite/properties") is not None) is (where != "none")


def test_properties_that_would_make_the_file_invalid_are_left_out_with_a_warning(
    pytester: pytest.Pytester, stand_in: Install
) -> None:
    stand_in("pass", junit="properties")
    pytester.makepyfile(test_it="def test_soak(hls_load): pass")
    result = pytester.runpytest_subprocess("--junitxml=out.xml", "-W", "error")
    result.assert_outcomes(passed=1, warnings=1)
    result.stdout.fnmatch_lines(["*junit=properties needs junit_family=xunit1*"])
    JUnitFile(pytester.path / "out.xml")


def test_what_ffmpeg_says_cannot_break_the_file(pytester: pytest.Pytester, stand_in: Install) -> None:
    stand_in("fail", log="\x1b[31m\x00 404 \udcff \ufffe ]]> <&")
    pytester.makepyfile(test_it="def test_soak(hls_load): pass\ndef test_own(hls_load): assert 0")
    result = pytester.runpytest_inprocess("--junitxml=out.xml")
    result.assert_outcomes(failed=2)
    file = JUnitFile(pytester.path / "out.xml")
    for outputs in file.outputs.values():
        assert " 404 " in outputs[0]
        assert "]]> <&" in outputs[0]


def test_without_a_junit_file_nothing_is_different(pytester: pytest.Pytester, stand_in: Install) -> None:
    stand_in("pass")
    pytester.makepyfile(test_it="def test_soak(hls_load): pass")
    pytester.runpytest_inprocess("-p", "no:junitxml").assert_outcomes(passed=1)
