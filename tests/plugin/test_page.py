"""``--hls-html``: one page for all loads of a run"""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from pytest_hlsload.command_line import main
from pytest_hlsload.journal.reading import read_report
from pytest_hlsload.journal.saved import save_report

Install = Callable[..., Path]

TWO = """
import pytest

def test_first(hls_load): pass

@pytest.mark.hls_load(clients=2)
def test_second(hls_load, hls_load_factory):
    hls_load_factory().start()
"""

WITHOUT_PLOTLY = """
import sys
sys.modules["plotly"] = None
"""


def loads_on(path: Path) -> list[tuple[str, str]]:
    """Name and verdict of each load of a page."""
    text = path.read_text(encoding="utf-8")
    names = re.findall(r"<h2>(.*?)</h2>", text)
    return list(zip(names, re.findall(r'<article[^>]* data-verdict="(\w+)"', text), strict=True))


def test_all_loads_of_all_workers_are_on_one_page(pytester: pytest.Pytester, stand_in: Install) -> None:
    stand_in("pass")
    pytester.makepyfile(test_it=TWO)
    result = pytester.runpytest_subprocess("--hls-html=out/page.html", "-n2")
    result.assert_outcomes(passed=2)
    page = pytester.path / "out" / "page.html"
    result.stdout.fnmatch_lines(["*= hls load =*", "3 loads, *", f"page: {page}"])
    assert sorted(loads_on(page)) == [
        ("test_it.py::test_first", "pass"),
        ("test_it.py::test_second", "pass"),
        ("test_it.py::test_second", "pass"),
    ]
    assert [path.name for path in page.parent.iterdir()] == ["page.html"]


def test_a_load_that_failed_says_why_and_one_without_report_is_there_too(
    pytester: pytest.Pytester, stand_in: Install
) -> None:
    stand_in("pass", breaks=True)
    pytester.makepyfile(test_it="def test_soak(hls_load): pass")
    pytester.runpytest_subprocess("--hls-html=page.html")
    assert loads_on(pytester.path / "page.html") == [("test_it.py::test_soak", "fail")]
    assert "<li>the supervisor died during the load</li>" in (pytester.path / "page.html").read_text()


def test_what_a_hook_says_is_on_the_page(pytester: pytest.Pytester, stand_in: Install) -> None:
    stand_in("pass", more="\ndef pytest_hlsload_report(report): return 'too <few> bytes'")
    pytester.makepyfile(test_it="def test_soak(hls_load): pass")
    pytester.runpytest_subprocess("--hls-html=page.html").assert_outcomes(failed=1)
    assert loads_on(pytester.path / "page.html") == [("test_it.py::test_soak", "fail")]
    assert "<li>too &lt;few&gt; bytes</li>" in (pytester.path / "page.html").read_text()


def test_without_the_extra_the_run_ends_before_a_load_begins(pytester: pytest.Pytester, stand_in: Install) -> None:
    events = stand_in("pass", more=WITHOUT_PLOTLY)
    pytester.makepyfile(test_it="def test_soak(hls_load): pass")
    result = pytester.runpytest_inprocess("--hls-html=page.html")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(
        ['ERROR: hls load: html *page.html* from option --hls-html: *plotly*pip install "pytest-hlsload[[]html]"']
    )
    assert not events.exists()


def test_a_page_that_cannot_be_written_is_told_before_and_after(pytester: pytest.Pytester, stand_in: Install) -> None:
    events = stand_in("pass")
    (pytester.path / "file").touch()
    pytester.makepyfile(test_it="import os, shutil\ndef test_soak(hls_load): shutil.rmtree('out')")
    result = pytester.runpytest_inprocess("--hls-html=file/page.html")
    result.stderr.fnmatch_lines(["ERROR: hls load: html *file/page.html* cannot be written: *; name another file"])
    assert pytester.runpytest_inprocess("--hls-html=.").ret == pytest.ExitCode.USAGE_ERROR
    assert not events.exists()

    result = pytester.runpytest_subprocess("--hls-html=out/page.html")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["test_it.py::test_soak: pass", "the page could not be written to *"])
    assert len(list(pytester.path.glob(".hls-load/*/*.report.json"))) == 1


def test_a_marker_s_page_is_that_load_s_alone(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HLS_LOAD_URL", "http://127.0.0.1:9/live.m3u8")
    pytester.makeini("[pytest]\nhls_html = all.html\n")
    pytester.makepyfile(
        test_it="""
        import pytest

        @pytest.mark.hls_load(html="mine.html", startup_timeout="100ms")
        def test_one(hls_load): hls_load.soak("500ms")

        @pytest.mark.hls_load(startup_timeout="100ms")
        def test_two(hls_load): hls_load.soak("500ms")
        """
    )
    pytester.runpytest_subprocess().assert_outcomes(failed=2)
    both = [("test_it.py::test_one", "fail"), ("test_it.py::test_two", "fail")]
    assert loads_on(pytester.path / "mine.html") == both[:1]
    assert loads_on(pytester.path / "all.html") == both


def test_the_command_line_makes_a_page_of_journals_and_reports(
    pytester: pytest.Pytester, stand_in: Install, capsys: pytest.CaptureFixture[str]
) -> None:
    stand_in("pass")
    journal, page = pytester.path / "before.jsonl", pytester.path / "page.html"
    saved = save_report(read_report(journal), journal)

    capsys.readouterr()
    assert main(["report", str(journal), str(saved), "--html", str(page)]) == 0
    assert [verdict for _, verdict in loads_on(page)] == ["pass", "pass"]
    assert capsys.readouterr().out.count(": pass\n") == 2
    assert main(["report", str(journal), "--html", str(pytester.path)]) == 2
    assert "it is a folder; name another file" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main(["report", str(journal), str(saved), "--json", str(page)])
    assert "--json takes one PATH at a time" in capsys.readouterr().err
