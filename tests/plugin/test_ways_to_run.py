"""How people run pytest, each with a real load"""

from collections.abc import Callable
from pathlib import Path

import pytest

from pytest_hlsload import read_report
from pytest_hlsload.origin import Origin

from .soaks import journal_of

Alive = Callable[[Path], list[int]]

SOAK = """
def test_soak(hls_load):
    hls_load.wait_until_streaming("40s")
"""

SECTION = ["*= hls load =*", "*::test_soak: pass", "  1 client * http://127.0.0.1:*"]


@pytest.fixture
def soak(
    pytester: pytest.Pytester, ffmpeg: str, monkeypatch: pytest.MonkeyPatch, hls_origin: Origin
) -> pytest.Pytester:
    """A folder for a test with a load on a live stream."""
    monkeypatch.setenv("HLS_LOAD_FFMPEG", ffmpeg)
    monkeypatch.setenv("HLS_LOAD_URL", hls_origin.channel().url)
    return pytester


@pytest.mark.parametrize(
    ("options", "shown"),
    [
        (("-p", "no:terminalreporter"), []),
        (("-p", "no:logging", "-p", "no:junitxml", "-p", "no:timeout"), SECTION),
        (("-W", "error", "-p", "no:xdist", "-p", "no:rerunfailures"), SECTION),
        (("-q",), ["*= hls load =*", "*::test_soak: pass: 1 client *"]),
        (("-v", "-s", "--tb=no", "-x"), ["*::test_soak *", *SECTION]),
        (("--color=yes", "--reruns=1", "--maxfail=1"), ["*::test_soak: pass*"]),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_a_soak_passes_whatever_the_options(
    soak: pytest.Pytester, options: tuple[str, ...], shown: list[str], readers_alive: Alive
) -> None:
    soak.makepyfile(test_it=SOAK)
    result = soak.runpytest_subprocess(*options, timeout=90)
    assert result.ret == pytest.ExitCode.OK
    result.stdout.fnmatch_lines(shown)
    assert "Error" not in result.stdout.str() + result.stderr.str()
    assert readers_alive(soak.path) == []
    assert read_report(journal_of(soak.path)).verdict == "pass"


def test_collecting_starts_nothing(soak: pytest.Pytester) -> None:
    soak.makepyfile(test_it=SOAK)
    result = soak.runpytest_subprocess("--collect-only", timeout=60)
    assert result.ret == pytest.ExitCode.OK
    assert not (soak.path / ".hls-load").exists()
    result.stdout.no_fnmatch_line("*= hls load =*")


@pytest.mark.parametrize("option", ["-x", "--maxfail=1"])
def test_the_first_failure_ends_the_run_with_its_summary(soak: pytest.Pytester, option: str) -> None:
    soak.makepyfile(test_it=f"{SOAK}    assert 1 == 2\n\ndef test_after(hls_load): pass")
    result = soak.runpytest_subprocess(option, timeout=90)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*- hls load -*", *SECTION, "FAILED *::test_soak - assert 1 == 2"])


def test_a_rerun_has_a_load_of_its_own_and_the_last_one_s_report_counts(soak: pytest.Pytester) -> None:
    soak.makepyfile(
        test_it="""
        import pathlib

        def test_soak(hls_load):
            hls_load.wait_until_streaming("40s")
            again = pathlib.Path("seen").exists()
            pathlib.Path("seen").touch()
            hls_load.mark("second" if again else "first")
            assert again
        """
    )
    result = soak.runpytest_subprocess("--reruns=1", timeout=90)
    assert result.parseoutcomes() == {"passed": 1, "rerun": 1}
    assert result.stdout.str().count("::test_soak: pass") == 1
    journals = sorted((soak.path / ".hls-load").glob("*/*.jsonl"))
    assert [mark.text for journal in journals for mark in read_report(journal).marks] == ["first", "second"]


def test_loads_of_a_parameter_a_class_and_a_module(soak: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    soak.makepyfile(
        test_it="""
        import pytest

        @pytest.fixture(scope="module")
        def of_module(hls_load_factory):
            with hls_load_factory(clients=2) as load:
                load.wait_until_streaming("40s")
                yield load

        @pytest.fixture(scope="class")
        def of_class(hls_load_factory):
            with hls_load_factory() as load:
                load.wait_until_streaming("40s")
                yield load

        class Test:
            def test_one(self, of_class, of_module): assert not of_class.stopped
            def test_two(self, of_class): assert not of_class.stopped

        @pytest.mark.parametrize("clients", [1, 2])
        def test_soak(hls_load_factory, of_module, clients):
            with hls_load_factory(clients=clients) as load:
                load.wait_until_streaming("40s")
                assert len(load.report().clients) == clients
            assert load.stopped
            assert not of_module.stopped
        """
    )
    result = soak.runpytest_subprocess(timeout=120)
    result.assert_outcomes(passed=4)
    result.stdout.fnmatch_lines(
        ["*::test_one: pass", "*::test_soak[[]1]: pass", "*::test_one: pass", "*::test_soak[[]2]: pass", "4 loads, 6 *"]
    )


def test_a_fixture_that_raises_in_its_teardown_leaves_no_load_running(
    soak: pytest.Pytester, readers_alive: Alive
) -> None:
    soak.makepyfile(
        test_it=f"""
import pytest

@pytest.fixture
def mine(hls_load):
    yield
    raise ValueError("mine")

@pytest.mark.usefixtures("mine")
{SOAK}
"""
    )
    result = soak.runpytest_subprocess(timeout=90)
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(SECTION)
    assert readers_alive(soak.path) == []


def test_an_asyncio_test_soaks_without_holding_up_its_loop(soak: pytest.Pytester) -> None:
    soak.makepyfile(
        test_it="""
        import asyncio

        def test_soak(hls_load):
            async def main():
                ticks = 0
                async def tick():
                    nonlocal ticks
                    while True:
                        ticks += 1
                        await asyncio.sleep(0.05)
                ticking = asyncio.create_task(tick())
                report = await hls_load.soak_async("2s")
                ticking.cancel()
                return report, ticks

            report, ticks = asyncio.run(main())
            assert report.duration >= 2
            assert ticks > 10
        """
    )
    soak.runpytest_subprocess(timeout=90).assert_outcomes(passed=1)


def test_github_s_page_shows_the_loads(soak: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(soak.path / "page.md"))
    soak.makepyfile(test_it=SOAK)
    soak.runpytest_subprocess("-n1", timeout=90).assert_outcomes(passed=1)
    page = (soak.path / "page.md").read_text(encoding="utf-8")
    assert "| test\\_it.py::test\\_soak | ✅ pass | 1 | 0% |" in page


def test_a_baseline_is_shown_in_the_summary_and_holds_thresholds(soak: pytest.Pytester) -> None:
    soak.makepyfile(test_it=SOAK)
    soak.runpytest_subprocess("--hls-report-dir=then", timeout=90).assert_outcomes(passed=1)
    result = soak.runpytest_subprocess(
        "--hls-baseline=then", "--hls-threshold=startup_time.p95 <= 1% of baseline", timeout=90
    )
    result.assert_outcomes(failed=1)
    result.stdout.re_match_lines(
        [
            r"hls load: startup_time\.p95 [\d.]+ s > [\d.]+ s = 1% of [\d.]+ s \(client 1\)",
            r"  baseline of 20\d\d-\d\d-\d\d \d\d:\d\d UTC: 1 clients?, .*, pass",
            r"    startup_time\.p95 +then +[\d.]+ s +now +[\d.]+ s",
        ]
    )
