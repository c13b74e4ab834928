"""Thresholds: where they come from, and what a breach looks like"""

from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from pytest_hlsload.origin import Origin

from .test_settings import resolved

MARKED = "@pytest.mark.hls_load(thresholds=['restarts <= 2', 'startup_time.p95 < 5s'])"


def test_sources_add_up_and_the_nearer_replaces(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    pytester.makeini("[pytest]\nhls_thresholds =\n  restarts == 0\n  uptime.min >= 90%\nhls_url = http://a/")
    monkeypatch.setenv("HLS_LOAD_THRESHOLDS", "stall_count == 0; uptime.min >= 80%")
    settings = resolved(
        pytester, "--hls-threshold=startup_time.p95 < 9s", "--hls-threshold=duration > 3", marker=MARKED
    )
    assert settings["thresholds"] == [
        "restarts <= 2",
        "stall_count == 0",
        "uptime.min >= 80%",
        "startup_time.p95 < 9s",
        "duration > 3",
    ]


def test_a_farther_marker_adds_to_the_nearest(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HLS_LOAD_URL", "http://a/")
    marker = f"@pytest.mark.hls_load(thresholds=['restarts == 0', 'stall_count == 0'])\n{MARKED}"
    assert resolved(pytester, marker=marker)["thresholds"] == [
        "stall_count == 0",
        "restarts <= 2",
        "startup_time.p95 < 5s",
    ]


def test_what_is_said_of_a_phase_replaces_only_what_is_said_of_the_same_phase(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytester.makeini(
        "[pytest]\nhls_thresholds =\n  failover: restarts == 0\n  calm: restarts == 0\nhls_url = http://a/"
    )
    monkeypatch.setenv("HLS_LOAD_THRESHOLDS", "failover: recovery_time < 15s; failover: restarts <= 3")
    assert resolved(pytester, "--hls-threshold=failover:recovery_time<9s", marker=MARKED)["thresholds"] == [
        "calm: restarts == 0",
        "restarts <= 2",
        "startup_time.p95 < 5s",
        "failover: restarts <= 3",
        "failover: recovery_time < 9s",
    ]


def test_what_is_no_threshold_ends_the_run_before_it_begins(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_other(): pass")
    result = pytester.runpytest_inprocess("--hls-threshold=bufering_ratio.max < 1")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(
        ["ERROR: hls load: thresholds * from option --hls-threshold cannot be used: 'bufering_ratio' *; known are: *"]
    )


SOAK = """
import pytest

@pytest.mark.hls_load(clients=2, thresholds=["startup_time.max < 1ms", "restarts == 0", "nowhere: restarts == 0"])
def test_soak(hls_load):
    hls_load.wait_until_streaming("30s")
    {}
"""


@pytest.fixture
def soak(
    pytester: pytest.Pytester, ffmpeg: str, monkeypatch: pytest.MonkeyPatch, hls_origin: Origin
) -> pytest.Pytester:
    """A folder for a test with a load on a live stream."""
    monkeypatch.setenv("HLS_LOAD_FFMPEG", ffmpeg)
    monkeypatch.setenv("HLS_LOAD_URL", hls_origin.channel().url)
    return pytester


def test_a_breach_fails_the_test_in_its_call_phase_with_a_table_of_the_offenders(soak: pytest.Pytester) -> None:
    soak.makepyfile(test_it=SOAK.format("pass"))
    result = soak.runpytest_subprocess("--junitxml=out.xml", timeout=60)
    result.assert_outcomes(failed=1)
    result.stdout.re_match_lines(
        [
            r"hls load: startup_time\.max [\d.]+ s >= 0.001 s \(client [12]; 2 of 2 over\)",
            r"  nowhere: restarts is unknown, so it is not == 0 \(no phase 'nowhere' in this load; .*",
            r"  startup_time\.max, held to < 1ms:",
            r"    client \d +[\d.]+ s +no stall",
            r"    client \d +[\d.]+ s +no stall",
            r"  problem: startup_time\.max ",
            r"FAILED .*::test_soak - Failed: hls load: startup_time\.max ",
        ]
    )
    failure = ET.parse(soak.path / "out.xml").find(".//failure")
    assert failure is not None
    assert failure.attrib["message"].startswith("Failed: hls load: startup_time.max ")
    assert "held to < 1ms:" in failure.attrib["message"]


def test_the_test_s_own_assertion_wins_and_shows_which_client_and_when(soak: pytest.Pytester) -> None:
    soak.makepyfile(test_it=SOAK.format("assert hls_load.report().startup_time.max < 0.001"))
    result = soak.runpytest_subprocess(timeout=60)
    result.assert_outcomes(failed=1)
    result.stdout.re_match_lines(
        [
            r"E +assert [\d.]+ < 0.001",
            r"E +\+ +where [\d.]+ = <startup_time: worst [\d.]+ is client [12], no stall; ",
            r"-+ hls load -+",
            r"  problem: startup_time\.max ",
            r"FAILED .*::test_soak - assert ",
        ]
    )


def test_the_warm_up_is_left_out_of_thresholds_and_of_nothing_else(soak: pytest.Pytester) -> None:
    soak.makepyfile(
        test_it="""
        import json, os, signal
        import pytest

        @pytest.mark.hls_load(thresholds=["restarts == 0"], warmup="12s", min_backoff="100ms")
        def test_soak(hls_load):
            hls_load.wait_until_streaming("30s")
            records = map(json.loads, hls_load.journal.read_text().splitlines())
            os.kill(next(record["pid"] for record in records if record["kind"] == "reader"), signal.SIGKILL)
            assert hls_load.soak("13s").restarts == 1
        """
    )
    result = soak.runpytest_subprocess(timeout=60)
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["  1 restart *"])


def test_check_fails_a_test_with_the_offenders(soak: pytest.Pytester) -> None:
    soak.makepyfile(
        test_it="""
        def test_soak(hls_load):
            hls_load.wait_until_streaming("30s")
            hls_load.report().check("startup_time.max < 1ms", "restarts == 0")
        """
    )
    result = soak.runpytest_subprocess(timeout=60)
    result.assert_outcomes(failed=1)
    result.stdout.re_match_lines(
        [
            r"E +\S+ThresholdBreach: startup_time\.max [\d.]+ s >= 0.001 s \(client 1\)",
            r"E +startup_time\.max, held to ",
        ]
    )
    result.stdout.no_fnmatch_line("*report.py*")


def test_an_abort_threshold_ends_the_soak_at_once_with_the_reason(
    soak: pytest.Pytester, readers_alive: Callable[[Path], list[int]]
) -> None:
    soak.makepyfile(
        test_it="""
        import time
        import pytest

        @pytest.mark.hls_load(clients=2, abort=["media_lost.max > 1h"])
        def test_soak(hls_load):
            hls_load.wait_until_streaming("30s")
            began = time.monotonic()
            try:
                hls_load.soak("60s")
            finally:
                assert time.monotonic() - began < 20
        """
    )
    result = soak.runpytest_subprocess(timeout=60)
    result.assert_outcomes(failed=1)
    result.stdout.re_match_lines(
        [
            r"E +\S+LoadAborted: hls load: the soak was aborted: media_lost\.max 0 s <= 3600 s \(client 1; 2 of",
            r"  problem: the soak was aborted at 00:\d\d\.\d: media_lost\.max ",
        ]
    )
    assert readers_alive(soak.path) == []
