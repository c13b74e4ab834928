"""The page of a GitHub job"""

from model.histories import HEALTHY, NEVER_PLAYS, report

from pytest_hlsload.model.report import LoadReport
from pytest_hlsload.render.junit import figures_of
from pytest_hlsload.render.markdown import Load, job_summary
from pytest_hlsload.render.summary import summary


def load(name: str, it: LoadReport) -> Load:
    return name, figures_of(it), [line.text for line in summary(it, name=name)]


def test_a_table_of_all_loads_and_what_is_to_be_said_of_those_that_failed() -> None:
    page = job_summary([load("test_it.py::test_a[x|y]", report(HEALTHY)), load("test_b", report(NEVER_PLAYS))])

    assert page.splitlines()[:6] == [
        "### HLS load",
        "",
        "| load | verdict | clients | worst buffering ratio | startup p95 | longest stall | restarts |",
        "| --- | --- | ---: | ---: | ---: | ---: | ---: |",
        r"| test\_it.py::test\_a\[x\|y\] | ✅ pass | 1 | 0% | 1 s | 0 s | 0 |",
        r"| test\_b | ❌ FAIL | 1 | 100.0% | never | 0 s | 0 |",
    ]
    assert page.count("<details>") == 1
    assert "  problem: 1 of 1 clients did not start within 30 s: 1: a reader ran" in page


def test_what_an_origin_says_cannot_break_out_of_its_block() -> None:
    page = job_summary([("<script>", {"verdict": "fail"}, ["````", "<b>"])])

    assert page.count("````") == 2
    assert "<script>" not in page


def test_it_is_bounded() -> None:
    page = job_summary([load("test", report(NEVER_PLAYS))] * 150)

    assert "and 50 more" in page
    assert len(page) < 200_000
