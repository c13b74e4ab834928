"""Metrics for Prometheus, scraped while loads run"""

import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from pytest_hlsload.origin import Origin

Install = Callable[..., Path]

SCRAPES = """
import urllib.error
import urllib.request

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families


def scrape(url):
    request = urllib.request.Request(url, headers={"Accept": "application/openmetrics-text; version=1.0.0"})
    text = urllib.request.urlopen(request, timeout=10).read().decode()
    return [sample for family in text_string_to_metric_families(text) for sample in family.samples]


def total(samples, name, **labels):
    return sum(s.value for s in samples if s.name == name and labels.items() <= s.labels.items())


@pytest.mark.hls_load(clients=3)
def test_two_loads(hls_load, hls_load_factory):
    hls_load.wait_until_streaming("30s")
    with hls_load_factory(clients=2) as other:
        other.wait_until_streaming("30s")
        with hls_load.phase("calm"):
            hls_load.soak("6s")
            samples = scrape(hls_load.metrics_url)
        report = hls_load.report()
        assert other.metrics_url == hls_load.metrics_url
    assert {s.labels["load"] for s in samples} == {"1", "2"}
    assert {s.labels["test"] for s in samples} == {"test_it.py::test_two_loads"}
    assert total(samples, "hls_load_clients", load="1") == 3
    assert total(samples, "hls_load_clients", load="2", state="streaming") == 2
    assert total(samples, "hls_load_phase", phase="calm") == 1
    played = total(samples, "hls_load_played_seconds_total", load="1")
    assert 0 < played <= sum(client.played for client in report.clients)
    assert total(samples, "hls_load_startup_seconds_count", load="1") == 3
    assert total(samples, "hls_load_received_bytes_total", load="1") > 100_000
    assert total(samples, "hls_load_generator_available_bytes") > 0
    assert total(samples, "hls_load_restarts_total") == 0


def test_the_port_stays(hls_load):
    hls_load.wait_until_streaming("30s")
    [info] = [s for s in scrape(hls_load.metrics_url) if s.name == "hls_load_info"]
    assert (info.labels["test"], info.labels["load"]) == ("test_it.py::test_the_port_stays", "3")
    hls_load.stop()
    assert scrape(hls_load.metrics_url) == []
"""


def test_loads_are_scraped_while_they_run(
    pytester: pytest.Pytester, hls_origin: Origin, ffmpeg: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HLS_LOAD_FFMPEG", ffmpeg)
    pytester.makepyfile(test_it=SCRAPES)
    result = pytester.runpytest_subprocess(
        f"--hls-url={hls_origin.channel().url}", "--hls-metrics-port=0", "-W", "error", timeout=120
    )
    result.assert_outcomes(passed=2)
    result.stdout.re_match_lines([r"hls load: metrics on http://127\.0\.0\.1:\d+/metrics"])
    assert result.stdout.str().count("metrics on http") == 1


TELLS = """
import pytest

@pytest.mark.parametrize("number", range(4))
def test_tells(hls_load, worker_id, number):
    import time
    time.sleep(0.5)
    with open(f"{worker_id}.txt", "w") as file:
        file.write(str(hls_load.metrics_url))
"""


def two_ports() -> int:
    """The first of two free ports in a row."""
    while True:
        with socket.create_server(("127.0.0.1", 0)) as first:
            port: int = first.getsockname()[1]
            try:
                with socket.create_server(("127.0.0.1", port + 1)):
                    return port
            except (OSError, OverflowError):
                continue


def test_each_of_xdist_s_workers_has_the_next_port(pytester: pytest.Pytester, stand_in: Install) -> None:
    stand_in("pass")
    pytester.makepyfile(test_it=TELLS)
    port = two_ports()
    result = pytester.runpytest_subprocess("-n2", f"--hls-metrics-port={port}", timeout=60)
    result.assert_outcomes(passed=4)
    told = {path.stem: path.read_text() for path in pytester.path.glob("gw*.txt")}
    assert told == {f"gw{n}": f"http://127.0.0.1:{port + n}/metrics" for n in range(2)}
    result.stdout.fnmatch_lines([f"hls load: metrics on ports {port} (gw0) to {port + 1} (gw1) of 127.0.0.1"])


def test_a_port_that_is_taken_fails_the_test_with_a_sentence(pytester: pytest.Pytester, stand_in: Install) -> None:
    stand_in("pass")
    pytester.makepyfile(test_it="def test_soak(hls_load): pass")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = pytester.runpytest_subprocess(f"--hls-metrics-port={port}")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([f"hls load: metrics_port {port} cannot be used (*in use): give another, or 0 for a*"])


@pytest.mark.parametrize("value", ["-1", "65536", "http", "1.5"])
def test_what_is_no_port_ends_the_run_before_it_begins(pytester: pytest.Pytester, value: str) -> None:
    pytester.makepyfile("def test_other(): pass")
    result = pytester.runpytest_inprocess(f"--hls-metrics-port={value}")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"*metrics_port '{value}' from option --hls-metrics-port is no port: write a number*"])


def test_without_its_extra_the_setting_says_what_to_install(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytester.makepyfile("def test_other(): pass")
    monkeypatch.setattr("pytest_hlsload.model.setting_values.find_spec", lambda name: None)
    for option, extra in ("--hls-metrics-port=0", "metrics"), ("--hls-live=full", "live"):
        result = pytester.runpytest_inprocess(option)
        assert result.ret == pytest.ExitCode.USAGE_ERROR
        result.stderr.fnmatch_lines([f'*needs *: pip install "pytest-hlsload[[]{extra}[]]"*'])
